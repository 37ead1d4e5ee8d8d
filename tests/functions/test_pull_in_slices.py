"""A pull that is cut into slices, breaks off or dies at any step tells everything that sellers did, once."""

from typing import Any

import pytest

from shared.runs import pull as pull_module
from shared.runs.starting import start_run
from tests.functions.death import Reaper, once_everywhere
from tests.functions.host import Host
from tests.functions.mortal_host import MortalHost
from tests.functions.road_world import RoadWorld


@pytest.fixture
def road(road: RoadWorld, monkeypatch: pytest.MonkeyPatch) -> RoadWorld:
    """A road whose pulls read two rows a slice; sellers have won a deal, lost another and edited a third."""
    monkeypatch.setattr(pull_module, "SLICE_SECONDS", -1)
    monkeypatch.setattr(pull_module, "PAGE_SIZE", 2)
    opportunities = {row["hnt_referralid"]: row["opportunityid"] for row in road.stand_in.rows("opportunity")}
    leads = {row["hnt_referralid"]: row["leadid"] for row in road.stand_in.rows("lead")}
    road.stand_in.seller("win", table="opportunity", id=opportunities["ref-01"])
    road.stand_in.seller("lose", table="opportunity", id=opportunities["ref-05"])
    road.stand_in.seller("edit", table="lead", id=leads["ref-03"], set={"subject": "A seller's own"})
    road.empty_queues()
    return road


def _told(road: RoadWorld) -> dict[str, Any]:
    """Per company how often a pull told something, and the outcome that its lead shows."""
    told = {}
    for number in range(1, 6):
        domain = f"company{number}.example"
        lead = road.leads.lead(domain)
        assert lead is not None
        codes = [one["code"] for one in road.leads.events(domain, limit=100)[0]]
        told[number] = (codes.count("dynamics.pulled"), next(iter(lead.dynamics.values())).outcome)
    return told


TOLD = {1: (1, "won"), 2: (0, None), 3: (1, None), 4: (0, None), 5: (1, "lost")}


def _start(road: RoadWorld) -> str:
    return start_run("pull", who="timer", trace="p" * 32, request={}, to=road)[0].id


def test_a_pull_goes_on_from_slice_to_slice_and_after_a_throttling_where_it_was(road: RoadWorld) -> None:
    run_id = _start(road)
    road.stand_in.fault(match={"path": "*/leads*", "nth": 2}, answer=429, retry_after=30, times=1)
    Host(road, only=("run",)).work_off()
    run = road.run(run_id)
    assert [note["code"] for note in run.notes] == ["dyn_throttled", "news"]
    assert (run.state, run.slices >= 6, run.fetched, run.skipped) == ("succeeded", True, 15, 15)
    assert (run.notes[-1]["count"], _told(road)) == (3, TOLD)


def test_a_death_between_any_two_steps_of_a_pull_tells_nothing_twice_and_loses_nothing(road: RoadWorld) -> None:
    run_id, reaper = _start(road), Reaper(once_everywhere())
    MortalHost(road, reaper, only=("run",)).work_off()
    assert (road.run(run_id).state, _told(road)) == ("succeeded", TOLD)
    assert len(reaper.deaths) >= 15, reaper.deaths
