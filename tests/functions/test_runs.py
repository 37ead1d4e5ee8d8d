"""Runs tell how far they are, can be stopped and resumed, never run over each other, and compare what everybody has."""

from dataclasses import replace
from typing import Any

import pytest

from functions.run import run as run_step
from shared.clients.run_store import TakenOver
from shared.errors import TransientError
from shared.messages import Envelope
from shared.runs import poll as poll_module
from tests.functions.doors import Doors
from tests.functions.host import Host
from tests.functions.poll_world import COUNT, PollWorld
from tests.functions.world import World, a_referral


def _one_slice(world: PollWorld) -> None:
    [message] = world.waiting("runs")
    world.empty_queue("runs")
    world.deliver(Envelope.of(message["content"]), run_step)


def _adds_up(told: dict[str, Any]) -> bool:
    counts = sum(told[name] for name in ("new", "changed", "unchanged", "stale", "quarantined", "failed", "pending"))
    return bool(told["fetched"] == told["enqueued"] + told["skipped"] and told["enqueued"] == counts)


def test_a_sync_is_started_shown_while_it_runs_and_ends(polled: PollWorld) -> None:
    doors = Doors(polled)
    started = doors.post("referrals/sync", {})
    assert (started.status, started.json["joined"]) == (202, False)
    assert doors.get(f"runs/{started.json['run_id']}").json["state"] == "queued"
    _one_slice(polled)
    told = doors.get(f"runs/{started.json['run_id']}").json
    assert (told["state"], told["pending"], _adds_up(told)) == ("finishing", COUNT, True)
    Host(polled, only=("run", "referral")).work_off()
    told = doors.get(f"runs/{started.json['run_id']}?limit=2").json
    assert (told["state"], told["new"], told["success_rate"], _adds_up(told)) == ("succeeded", COUNT, 1.0, True)
    assert (len(told["items"]), bool(told["next_cursor"])) == (2, True)
    assert [one["id"] for one in doors.get("runs?kind=referrals").json["items"]] == [started.json["run_id"]]


def test_the_same_again_joins_and_more_waits_its_turn_once(polled: PollWorld) -> None:
    doors = Doors(polled)
    first = doors.post("referrals/sync", {"mode": "filter"}).json
    assert doors.post("referrals/sync", {"mode": "filter"}).json == {**first, "joined": True}
    full = doors.post("referrals/sync", {"mode": "full"}).json
    assert (full["run_id"] == first["run_id"], full["joined"]) == (False, False)
    assert doors.post("referrals/sync", {"mode": "full"}).json == {**full, "joined": True}
    Host(polled, only=("run", "referral")).work_off()
    assert {polled.run(one["run_id"]).state for one in (first, full)} == {"succeeded"}
    assert polled.kept() == (COUNT, COUNT)


def test_switched_off_the_door_names_the_flag_and_the_timer_says_skipped(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    off = World.like(world, replace(world.settings, partner_center_enabled=False))
    answer = Doors(off).post("referrals/sync", {})
    assert (answer.status, answer.code, answer.json["params"]) == (
        400,
        "feature_disabled",
        {"flag": "PARTNER_CENTER_ENABLED"},
    )
    with caplog.at_level("INFO"):
        Doors(off).tick("sync_timer")
    assert "sync.skipped" in caplog.text
    assert off.runs.newest()[0] == []


def test_a_timer_starts_a_run_and_the_next_tick_joins_it(polled: PollWorld) -> None:
    for _ in range(2):
        Doors(polled).tick("sync_timer")
    assert len(polled.runs.newest()[0]) == 1


def test_the_nightly_full_sync_waits_for_a_poll_under_way_and_is_not_swallowed_by_it(polled: PollWorld) -> None:
    polled.poll("filter", work=False)
    for _ in range(2):
        Doors(polled).tick("nightly_full_sync")
    Doors(polled).tick("sync_timer")
    Host(polled, only=("run", "referral")).work_off()
    ended = sorted((run.request["mode"], run.state) for run in polled.runs.newest()[0])
    assert ended == [("filter", "succeeded"), ("full", "succeeded")]


def test_a_cancelled_run_stops_and_goes_on_where_it_was(polled: PollWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll_module, "SLICE_SECONDS", -1)
    doors, run = Doors(polled), polled.poll("full", work=False)
    _one_slice(polled)
    assert doors.post(f"runs/{run.id}/cancel").status == 202
    assert polled.run(run.id).state == "cancelled"
    Host(polled, only=("run", "referral")).work_off()
    told = doors.get(f"runs/{run.id}").json
    assert (told["state"], told["new"], told["pending"], _adds_up(told)) == ("cancelled", 2, 0, True)
    assert doors.post(f"runs/{run.id}/cancel").code == "conflict"
    assert doors.post(f"runs/{run.id}/resume").status == 202
    assert doors.post(f"runs/{run.id}/resume").code == "conflict"
    Host(polled, only=("run", "referral")).work_off()
    ended = polled.run(run.id)
    assert (ended.state, ended.outcomes, ended.slices >= 3) == ("succeeded", {"new": COUNT}, True)


def test_a_run_that_only_waits_for_answers_cannot_be_cancelled(polled: PollWorld) -> None:
    run = polled.poll(work=False)
    _one_slice(polled)
    assert Doors(polled).post(f"runs/{run.id}/cancel").code == "conflict"


def test_an_unknown_run_is_not_found(own_doors: Doors) -> None:
    for path in ("runs/nothing", "runs/..%2Fx", "runs/" + "9" * 80):
        assert own_doors.get(path).status == 404


@pytest.mark.parametrize("since", [5, 1.5, "1700000000", "soon", True, ["2026-11-01"]])
def test_a_moment_that_is_none_is_refused_by_name(own_doors: Doors, since: Any) -> None:
    answer = own_doors.post("referrals/sync", {"since": since})
    assert (answer.status, answer.code, answer.json["params"]) == (400, "bad_request", {"field": "since"})


def test_the_counts_add_up_while_answers_are_quicker_than_the_note_of_their_page(polled: PollWorld) -> None:
    run = polled.poll(work=False)
    for number in range(2):
        polled.run_items.put(run.id, f"00001-{number:03}", outcome="new", key=f"ref-{number}")
    told = Doors(polled).get(f"runs/{run.id}").json
    assert (told["fetched"], told["enqueued"], told["new"], told["pending"], _adds_up(told)) == (2, 2, 2, 0, True)


def test_how_well_each_day_went_is_told_on_request(polled: PollWorld) -> None:
    doors = Doors(polled)
    polled.poll()
    polled.pass_time(days=1)
    polled.post("referrals", {"put": [{"name": "no id", "updatedDateTime": "2026-11-24T08:00:00Z"}]})
    polled.poll()
    polled.poll("full", work=False)
    assert doors.get("runs").json["per_day"] is None
    days = doors.get("runs?kind=referrals&days=7").json["per_day"]
    assert [(one["day"], one["runs"], one["items"], one["success_rate"]) for one in days] == [
        ("2026-11-24", 1, 6, 0.8333), ("2026-11-23", 1, COUNT, 1.0)
    ]  # fmt: skip
    assert days[0]["states"] == {"partial": 1} and days[0]["outcomes"] == {"unchanged": COUNT, "quarantined": 1}
    assert len(doors.get("runs?days=1").json["per_day"]) == 1
    assert doors.get("runs?kind=pull&days=7").json["per_day"] == []
    assert doors.get("runs?days=0").code == doors.get("runs?days=91").code == "bad_request"


def test_a_page_mark_that_is_none_is_refused(own_doors: Doors) -> None:
    assert own_doors.get("runs?cursor=nothing").code == "bad_cursor"


def test_two_pollers_never_send_the_same_page(polled: PollWorld) -> None:
    run = polled.poll(work=False)
    mine = polled.turns.take(polled.run(run.id), by="message-1")
    assert mine is not None
    assert polled.turns.take(polled.run(run.id), by="message-2") is None
    polled.pass_time(minutes=2)
    theirs = polled.turns.take(polled.run(run.id), by="message-2")
    assert theirs is not None
    with pytest.raises(TakenOver):
        poll_module.poll(mine, polled)
    assert polled.keys_waiting("referrals") == []
    assert poll_module.poll(theirs, polled).state == "finishing"


def test_a_run_whose_message_got_lost_is_woken_by_the_next_timer(polled: PollWorld) -> None:
    run = polled.poll(work=False)
    polled.empty_queues()
    polled.pass_time(minutes=11)
    Doors(polled).tick("sync_timer")
    Host(polled, only=("run", "referral")).work_off()
    assert polled.run(run.id).state == "succeeded"


def test_a_run_that_nobody_has_begun_after_half_a_minute_is_woken_by_whoever_asks_for_it(polled: PollWorld) -> None:
    run = polled.poll(work=False)
    polled.empty_queues()
    polled.pass_time(minutes=0.4)
    assert Doors(polled).post("referrals/sync", {}).json["joined"]
    assert polled.keys_waiting("runs") == []
    polled.pass_time(minutes=0.2)
    assert Doors(polled).post("referrals/sync", {}).json["joined"]
    assert polled.keys_waiting("runs") == [run.id]


def test_what_waited_for_dynamics_goes_when_it_is_switched_on_however_late(world: World) -> None:
    from functions.ingest import ingest

    world.arrive(a_referral(customerProfile={"name": "Nobody"}), ingest)
    world.empty_queues()
    world.pass_time(days=30)
    Doors(world).tick("sweep_road")
    assert world.keys_waiting("pushes") == []
    on = World.like(world, replace(world.settings, dynamics_enabled=True))
    for _ in range(2):
        Doors(on).tick("sweep_road")
    assert world.keys_waiting("pushes") == ["11111111-0000-4000-8000-000000000001"]


def test_a_sweep_that_breaks_off_as_dynamics_is_switched_on_is_made_good_by_the_next(world: World) -> None:
    from functions.ingest import ingest

    world.arrive(a_referral(customerProfile={"name": "Nobody"}), ingest)
    world.empty_queues()
    world.pass_time(days=30)
    on = World.like(world, replace(world.settings, dynamics_enabled=True))
    genuine = on.leads.referral

    def away(_key: str) -> None:
        on.leads.referral = genuine
        raise TransientError("storage_unavailable", "Away.")

    on.leads.referral = away
    for _ in range(2):
        Doors(on).tick("sweep_road")
    assert world.keys_waiting("pushes") == ["11111111-0000-4000-8000-000000000001"]


def test_a_sweep_that_comes_seldom_sends_again_what_got_lost_between_its_turns(world: World) -> None:
    from functions.ingest import ingest

    Doors(world).tick("sweep_road")
    world.pass_time(minutes=7)
    world.arrive(a_referral(), ingest)
    world.empty_queues()
    world.pass_time(minutes=53)
    Doors(world).tick("sweep_road")
    assert world.keys_waiting("scans") == ["anadolu.com.tr"]


def _sweep(world: World) -> None:
    Doors(world).tick("sweep_road")


def test_a_run_whose_message_got_lost_is_woken_by_the_sweep(polled: PollWorld) -> None:
    """A bulk push or a replay is started by a person: no timer would ever join it."""
    run = polled.poll("full", work=False)
    polled.empty_queues()
    _sweep(polled)
    assert polled.waiting("runs") == []
    polled.pass_time(minutes=16)
    _sweep(World.like(polled, replace(polled.settings, partner_center_enabled=False)))
    assert polled.waiting("runs") == []
    _sweep(polled)
    Host(polled, only=("run", "referral")).work_off()
    assert (polled.run(run.id).state, polled.kept()) == ("succeeded", (COUNT, COUNT))
    polled.pass_time(minutes=16)
    _sweep(polled)
    assert polled.waiting("runs") == []


def test_a_run_that_a_death_left_without_its_turn_is_woken_and_one_that_waits_is_not(polled: PollWorld) -> None:
    first = polled.poll("full", work=False)
    orphan = polled.runs.create(kind="referrals", who="timer", trace="o" * 32, request={"mode": "filter"})
    polled.empty_queues()
    polled.pass_time(minutes=16)
    _sweep(polled)
    assert polled.keys_waiting("runs") == [first.id]
    Host(polled, only=("run", "referral")).work_off()
    _sweep(polled)
    Host(polled, only=("run", "referral")).work_off()
    assert {polled.run(one.id).state for one in (first, orphan)} == {"succeeded"}


def test_the_first_run_of_its_kind_may_be_left_by_a_death_too(polled: PollWorld) -> None:
    orphan = polled.runs.create(kind="referrals", who="timer", trace="o" * 32, request={"mode": "full"})
    polled.pass_time(minutes=16)
    _sweep(polled)
    Host(polled, only=("run", "referral")).work_off()
    assert (polled.run(orphan.id).state, polled.kept()) == ("succeeded", (COUNT, COUNT))


def test_readiness_shows_a_sign_in_that_is_needed(polled: PollWorld) -> None:
    assert polled.poll().state == "succeeded"
    polled.fault(match={"path": "*"}, answer=401)
    polled.poll()
    parts = {part["name"]: part for part in Doors(polled).get("health/ready", role="operator").json["parts"]}
    assert parts["partner-center"]["state"] == "signin_needed"
    assert "operate sign-in" in parts["partner-center"]["reason"]
    assert parts["sign-in"]["state"] == "signin_needed"
    for part in Doors(polled).get("health/ready", role="reader").json["parts"]:
        assert set(part) == {"name", "state"}
