"""Every kind of bad weather at Partner Center: nothing lost, nothing doubled, and the run record says what happened."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from shared.messages import Envelope
from tests.functions.host import STEPS, Host
from tests.functions.poll_fixtures import LIST, Make, is_whole, make
from tests.functions.poll_world import COUNT, PollWorld, numbered
from tests.functions.world import an_envelope

__all__ = ["make"]


def _codes(run: Any) -> list[str]:
    return [note["code"] for note in run.notes]


@pytest.mark.parametrize("mode", ["filter", "scan", "full"])
def test_in_good_weather_everything_arrives_once(make: Make, mode: str) -> None:
    world = make()
    run = world.poll(mode)
    assert (run.state, run.fetched, run.enqueued, run.outcomes, run.notes) == (
        "succeeded",
        COUNT,
        COUNT,
        {"new": COUNT},
        [],
    )
    is_whole(world)
    again = world.poll(mode)
    assert again.outcomes == {"unchanged": again.enqueued}


WEATHER = [
    ("401 in the middle of paging, one refresh helps", {"match": {"path": LIST, "nth": 2}, "answer": 401}, []),
    ("429 with seconds", {"match": {"path": LIST, "nth": 2}, "answer": 429, "retry_after": 7}, ["pc_throttled"]),
    ("429 without a word", {"match": {"path": LIST, "nth": 3}, "answer": 429}, ["pc_throttled"]),
    ("429 with an hour", {"match": {"path": LIST, "nth": 2}, "answer": 429, "retry_after": 3600}, ["pc_throttled"]),
    ("503 with seconds", {"match": {"path": LIST, "nth": 1}, "answer": 503, "retry_after": 5}, ["pc_throttled"]),
    ("500 twice", {"match": {"path": LIST}, "answer": 500, "times": 2}, []),
    ("504 for long", {"match": {"path": LIST}, "answer": 504, "times": 4}, ["pc_bad_answer"]),
    ("a reset connection", {"match": {"path": LIST, "nth": 2}, "drop": True}, ["pc_unavailable"]),
    ("a torn answer", {"match": {"path": LIST, "nth": 2}, "truncate": 100}, ["pc_unavailable"]),
    (
        "a web page with status 200",
        {"match": {"path": LIST, "nth": 2}, "answer": 200, "body": "<html>Sorry</html>"},
        [],
    ),
    ("a web page for long", {"match": {"path": LIST}, "answer": 200, "body": "<html>", "times": 5}, ["pc_bad_answer"]),
]


@pytest.mark.parametrize(
    ("fault", "told"), [(fault, told) for _, fault, told in WEATHER], ids=[row[0] for row in WEATHER]
)
def test_weather_that_passes_delays_and_loses_nothing(make: Make, fault: dict[str, Any], told: list[str]) -> None:
    world = make()
    world.fault(**fault)
    run = world.poll()
    assert world.hits() > 0
    assert (run.state, run.outcomes, _codes(run)) == ("succeeded", {"new": COUNT}, told)
    is_whole(world)
    assert world.inbox() == []


def test_429_with_a_date_is_waited_out_and_closes_the_gate_for_everybody(make: Make) -> None:
    world = make()
    until = format_datetime(world.time + timedelta(seconds=120), usegmt=True)
    world.fault(match={"path": LIST, "nth": 1}, answer=429, retry_after=until)
    began = world.time
    run = world.poll()
    assert (run.state, _codes(run)) == ("succeeded", ["pc_throttled"])
    assert timedelta(seconds=100) < world.time - began < timedelta(seconds=300)
    is_whole(world)


@pytest.mark.parametrize(
    ("fault", "code", "word"),
    [
        ({"match": {"path": f"{LIST}?*skiptoken*"}, "answer": 403}, "pc_forbidden", "Referrals Admin"),
        ({"match": {"path": LIST}, "answer": 401}, "signin_needed", "operate sign-in"),
        ({"match": {"path": f"{LIST}?*skiptoken*"}, "answer": 301}, "pc_link_refused", "redirect"),
    ],
)
def test_what_needs_a_person_stops_the_run_and_says_so_until_it_is_mended(
    make: Make, fault: dict[str, Any], code: str, word: str
) -> None:
    world = make()
    world.fault(**fault)
    run = world.poll()
    assert (run.state, _codes(run), world.inbox()) == ("failed", [code], [code])
    assert word in run.notes[0]["cause"]
    assert world.state.get("connection", "partner-center")["state"] == code
    for _ in range(2):
        world.poll()
    assert len(world.inbox()) == 1
    _clear(world)
    assert world.poll().state == "succeeded"
    assert world.inbox() == []
    assert world.state.get("connection", "partner-center")["state"] == "ok"
    is_whole(world)


def _clear(world: PollWorld) -> None:
    import requests

    requests.delete(f"{world.address}/_sandbox/faults", timeout=5)


@pytest.mark.parametrize(
    ("link", "code"), [("foreign", "pc_link_refused"), ("userinfo", "pc_link_refused"), ("loop", "pc_bad_answer")]
)
def test_a_link_that_leads_astray_is_not_followed_and_the_next_poll_goes_on(make: Make, link: str, code: str) -> None:
    world = make()
    world.post("oddities", {"link": link})
    run = world.poll()
    assert (run.state, _codes(run), world.inbox()) == ("failed", [code], [code])
    assert run.pending == 0 or world.run_items.outcomes(run.id)
    world.post("oddities", {"link": "documented"})
    assert world.poll().state == "succeeded"
    is_whole(world)


@pytest.mark.parametrize("link", ["documented", "plain"])
def test_http_links_are_read_at_our_own_address(make: Make, link: str) -> None:
    world = make()
    world.post("oddities", {"link": link})
    assert world.poll().outcomes == {"new": COUNT}


def test_a_filter_that_is_refused_switches_to_scanning_and_says_so(make: Make) -> None:
    world = make()
    world.poll()
    world.post("oddities", {"refuse_date_filters": True})
    world.post("referrals", {"put": [numbered(6)]})
    run = world.poll()
    assert (run.state, _codes(run)) == ("succeeded", ["filter_refused"])
    assert run.outcomes["new"] == 1
    is_whole(world, 6)


def test_a_stale_link_starts_again_from_the_mark(make: Make) -> None:
    world = make()
    world.fault(match={"path": LIST, "nth": 3}, answer=410)
    run = world.poll()
    assert (run.state, _codes(run)) == ("succeeded", ["link_stale"])
    assert run.outcomes["new"] == COUNT
    assert sum(run.outcomes.values()) == run.enqueued
    is_whole(world)


def test_links_that_are_always_stale_end_the_try_and_not_in_a_loop(make: Make) -> None:
    world = make()
    world.fault(match={"path": LIST + "?*skiptoken*"}, answer=410)
    run = world.poll("full", work=False)
    host = Host(world, only=("run", "referral"))
    host.work_off()
    assert set(_codes(world.run(run.id))) == {"link_stale", "pc_bad_answer"}
    assert (world.inbox(), host.delivered < 100) == (["gave_up"], True)
    _clear(world)
    world.pass_time(minutes=10)
    woken = world.poll("full")
    assert (woken.id, woken.state, world.inbox()) == (run.id, "succeeded", [])
    is_whole(world)


def test_a_run_whose_items_got_lost_ends_after_a_day_and_says_so(make: Make) -> None:
    world = make()
    run = world.poll(work=False)
    for message in world.waiting("runs"):
        world.deliver(Envelope.of(message["content"]), STEPS["run"])
    world.deliver(an_envelope("run", run.id, looks=1_440), STEPS["run"])
    ended = world.run(run.id)
    assert (ended.state, _codes(ended), ended.pending) == ("failed", ["unanswered"], COUNT)


def test_an_empty_page_with_a_link_is_gone_past(make: Make) -> None:
    world = make()
    world.post("oddities", {"empty_page": 2})
    assert world.poll().outcomes == {"new": COUNT}
    is_whole(world)


@pytest.mark.parametrize("offset", [-600, 600, 660])
def test_a_clock_that_is_off_loses_nothing(make: Make, offset: int) -> None:
    world = make()
    world.post("oddities", {"clock_offset": offset})
    world.poll()
    is_whole(world)
    world.post("referrals", {"put": [numbered(6)]})
    assert world.poll().outcomes.get("new") == 1


def test_a_sync_since_a_later_moment_leaves_no_gap_behind(make: Make) -> None:
    world = make()
    world.poll("filter", since=numbered(4)["updatedDateTime"])
    assert world.mark() is None
    assert world.poll().outcomes == {"new": 3, "unchanged": 2}
    is_whole(world)


def test_pages_that_come_in_another_order_move_the_mark_only_at_the_end(make: Make) -> None:
    world = make(records=[numbered(2), numbered(1), numbered(3)])
    page = world.partner_center.page
    seen: list[int | None] = []

    def unordered(mode: str, **more: Any) -> Any:
        seen.append(world.mark())
        found = page("full", since_ticks=None, skiptoken=more.get("skiptoken"))
        found.records.reverse()
        return found

    world.post("oddities", {"page_size": 2})
    world.partner_center.page = unordered
    world.poll()
    assert seen == [None, None]
    is_whole(world, 3)


def test_replaying_the_fault_of_a_failed_run_lets_it_go_on_where_it_stopped(make: Make) -> None:
    from shared.runs.replay import replay_one

    world = make()
    world.fault(match={"path": f"{LIST}?*skiptoken*"}, answer=403, times=2)
    run = world.poll()
    for expected in ("open", "closed"):
        [failure] = world.failures.all()
        replay_one(failure, who="u", to=world)
        Host(world, only=("run", "referral")).work_off()
        assert [one.state for one in world.failures.all()] == [expected]
    again = world.run(run.id)
    assert (again.state, again.outcomes, _codes(again)) == ("succeeded", {"new": COUNT}, ["pc_forbidden"])
    is_whole(world)


def test_moments_of_a_run_record_are_utc_with_a_z(make: Make) -> None:
    world = make()
    world.fault(match={"path": LIST}, answer=403)
    told = world.poll()
    stated = [told.created_at, told.started_at, told.ended_at, told.notes[0]["at"]]
    stated += [world.state.get("connection", "partner-center")["at"]]
    assert all(text.endswith("Z") for text in stated), stated
