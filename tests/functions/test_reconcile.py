"""Partner Center, the store and Dynamics are compared in any number of slices; the list of what differs is right."""

from typing import Any

import pytest

from shared.runs import reconcile as reconcile_module
from shared.runs import reconcile_dynamics, reconcile_source
from tests.functions.death import Reaper, once_everywhere
from tests.functions.doors import Doors
from tests.functions.host import Host
from tests.functions.mortal_host import MortalHost
from tests.functions.poll_world import COUNT, PollWorld, numbered
from tests.functions.road_world import RoadWorld


def test_a_reconcile_lists_what_is_missing_stale_and_extra(polled: PollWorld) -> None:
    polled.poll("full")
    polled.post(
        "referrals", {"put": [numbered(6)], "change": [{"id": "ref-02", "name": "Other"}], "delete": ["ref-03"]}
    )
    polled.empty_queues()
    polled.pass_time(hours=1)
    Doors(polled).tick("reconcile_timer")
    Host(polled, only=("run",)).work_off()
    [run] = polled.runs.newest(kind="reconcile")[0]
    found = {(item["key"], item["outcome"]) for item in polled.run_items.page(run.id)[0] if item["where"] == "store"}
    assert (run.state, found) == ("succeeded", {("ref-06", "missing"), ("ref-02", "stale"), ("ref-03", "extra")})
    assert (run.fetched, run.enqueued, run.skipped, run.skip_reasons, run.pending) == (6, 3, 3, {"in_step": 3}, 0)


def test_a_reconcile_whose_link_goes_stale_begins_anew_and_counts_once(polled: PollWorld) -> None:
    polled.poll("full")
    polled.post("referrals", {"put": [numbered(6)]})
    polled.empty_queues()
    polled.fault(match={"path": "*skiptoken*", "nth": 2}, answer=410)
    Doors(polled).tick("reconcile_timer")
    Host(polled, only=("run",)).work_off()
    [run] = polled.runs.newest(kind="reconcile")[0]
    assert (run.state, [note["code"] for note in run.notes]) == ("succeeded", ["link_stale"])
    assert (run.fetched, run.outcomes, run.skip_reasons) == (COUNT + 1, {"missing": 1}, {"in_step": COUNT})


def test_a_reconcile_that_is_throttled_while_it_looks_for_one_referral_waits(polled: PollWorld) -> None:
    polled.poll("full")
    polled.post("referrals", {"delete": ["ref-03"]})
    polled.empty_queues()
    polled.fault(match={"path": "*/ref-03"}, answer=429, retry_after=30, times=1)
    Doors(polled).tick("reconcile_timer")
    Host(polled, only=("run",)).work_off()
    [run] = polled.runs.newest(kind="reconcile")[0]
    assert (run.state, run.outcomes) == ("succeeded", {"extra": 1})
    assert [note["code"] for note in run.notes] == ["pc_throttled"]


def _reconciled(world: PollWorld) -> Any:
    world.empty_queues()
    world.pass_time(hours=1)
    Doors(world).tick("reconcile_timer")
    Host(world, only=("run",)).work_off()
    return world.runs.newest(kind="reconcile")[0][0]


def test_a_reconcile_finds_nothing_when_all_three_say_the_same(road: RoadWorld) -> None:
    run = _reconciled(road)
    assert (run.state, run.outcomes, run.skipped, run.fetched) == ("succeeded", {}, 2 * COUNT, 2 * COUNT)


def test_a_reconcile_lists_what_dynamics_lacks_has_too_much_or_holds_stale(road: RoadWorld) -> None:
    by_key = {row["hnt_referralid"]: row["leadid"] for row in road.stand_in.rows("lead")}
    road.stand_in.seller("delete", table="lead", id=by_key["ref-01"])
    road.stand_in.seller("edit", table="lead", id=by_key["ref-02"], set={"hnt_score": 1, "subject": "A seller's own"})
    road.stand_in.seller("edit", table="lead", id=by_key["ref-03"], set={"hnt_referralid": "ghost"})
    road.stand_in.seller("edit", table="lead", id=by_key["ref-04"], set={"subject": "A seller's own"})
    road.stand_in.seller("edit", table="lead", id=by_key["ref-05"], set={"hnt_score": 1})
    road.stand_in.seller("disqualify", id=by_key["ref-05"])
    run = _reconciled(road)
    found = {(item["key"], item["outcome"], *item.get("fields", ())) for item in road.run_items.page(run.id)[0]}
    assert found == {
        ("ref-01", "missing"), ("ref-02", "stale", "hnt_score"), ("ghost", "extra"), ("ref-03", "missing")
    }  # fmt: skip
    assert (run.state, run.fetched == run.enqueued + run.skipped, run.pending) == ("succeeded", True, 0)


def test_a_reconcile_that_dynamics_refuses_still_compares_the_other_two_and_says_so(road: RoadWorld) -> None:
    road.post("referrals", {"put": [numbered(6)]})
    road.stand_in.fault(match={"path": "*/leads*"}, answer=403)
    run = _reconciled(road)
    assert (run.state, run.outcomes) == ("succeeded", {"missing": 1})
    assert [note["code"] for note in run.notes] == ["dyn_forbidden"]


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step a slice, and as little as possible in each."""
    monkeypatch.setattr(reconcile_module, "SLICE_SECONDS", -1)
    monkeypatch.setattr(reconcile_source, "LOOKED_UP_AT_ONCE", 1)
    monkeypatch.setattr(reconcile_dynamics, "PAGE_SIZE", 2)
    monkeypatch.setattr(reconcile_dynamics, "ASKED_AT_ONCE", 1)


def _differ(road: RoadWorld) -> None:
    """Something of each kind, on the first page as well as on the last."""
    road.post("referrals", {"put": [numbered(6)], "change": [{"id": "ref-02", "name": "Other"}]})
    road.post("referrals", {"delete": ["ref-01", "ref-04"]})
    by_key = {row["hnt_referralid"]: row["leadid"] for row in road.stand_in.rows("lead")}
    for key in ("ref-03", "ref-05"):
        road.stand_in.seller("delete", table="lead", id=by_key[key])
    road.stand_in.seller("edit", table="lead", id=by_key["ref-02"], set={"hnt_score": 1})


_DIFFERENCES = {
    ("ref-06", "missing", "store"), ("ref-02", "stale", "store"), ("ref-01", "extra", "store"),
    ("ref-04", "extra", "store"), ("ref-03", "missing", "dynamics"), ("ref-05", "missing", "dynamics"),
    ("ref-02", "stale", "dynamics"),
}  # fmt: skip


def _found(road: RoadWorld, run: Any) -> set[tuple[str, str, str]]:
    return {(item["key"], item["outcome"], item["where"]) for item in road.run_items.page(run.id)[0]}


def _kept_for_the_run(road: RoadWorld) -> list[str]:
    rows = road.tables.table("runs").list_entities()
    return [row["RowKey"] for row in rows if row["PartitionKey"].startswith("seen:")]


@pytest.mark.usefixtures("small_slices")
def test_a_reconcile_of_many_slices_finds_what_one_of_a_single_slice_finds(road: RoadWorld) -> None:
    calm = _reconciled(road)
    assert (calm.outcomes, calm.skipped, calm.slices >= 8) == ({}, 2 * COUNT, True)
    _differ(road)
    run = _reconciled(road)
    assert (run.state, run.notes, _found(road, run)) == ("succeeded", [], _DIFFERENCES)
    assert (run.fetched, run.enqueued, run.skipped) == (11, 7, 4)
    assert (run.slices >= 8, _kept_for_the_run(road)) == (True, [])


@pytest.mark.usefixtures("small_slices")
def test_a_death_between_any_two_steps_of_a_reconcile_changes_nothing(road: RoadWorld) -> None:
    _differ(road)
    road.empty_queues()
    road.pass_time(hours=1)
    Doors(road).tick("reconcile_timer")
    reaper = Reaper(once_everywhere())
    MortalHost(road, reaper, only=("run",)).work_off()
    [run] = road.runs.newest(kind="reconcile")[0]
    assert (run.state, _found(road, run), run.skipped) == ("succeeded", _DIFFERENCES, 4)
    assert (len(reaper.deaths) >= 20, _kept_for_the_run(road)) == (True, [])


@pytest.mark.usefixtures("small_slices")
def test_what_went_away_while_a_reconcile_began_anew_counts_as_gone(polled: PollWorld) -> None:
    polled.poll("full")
    polled.empty_queues()
    polled.fault(match={"path": "*skiptoken*", "nth": 2}, answer=410)
    Doors(polled).tick("reconcile_timer")
    one_slice = Host(polled, only=("run",))
    for _ in range(2):
        [message] = polled.waiting("runs")
        polled.empty_queue("runs")
        one_slice.deliver(message)
    polled.post("referrals", {"delete": ["ref-01", "ref-05"]})
    one_slice.work_off()
    [run] = polled.runs.newest(kind="reconcile")[0]
    assert (run.outcomes, [note["code"] for note in run.notes]) == ({"extra": 2}, ["link_stale"])


@pytest.mark.usefixtures("small_slices")
def test_more_than_a_night_looks_up_waits_for_the_next_and_says_so(
    polled: PollWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile_source, "MOST_LOOKED_UP", 2)
    polled.poll("full")
    polled.post("referrals", {"delete": ["ref-01", "ref-03", "ref-05"]})
    polled.empty_queues()
    Doors(polled).tick("reconcile_timer")
    Host(polled, only=("run",)).work_off()
    [run] = polled.runs.newest(kind="reconcile")[0]
    assert (run.state, run.outcomes) == ("succeeded", {"extra": 2})
    assert [(note["code"], note["cause"]) for note in run.notes] == [("not_all_looked_up", "1 wait for next time.")]
