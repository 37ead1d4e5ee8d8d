"""SIGKILL between any two steps of the road: the end is as if nobody had died."""

import os
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from sandbox.dataverse import serve as serve_dataverse
from shared.runs.starting import start_run
from tests.background import Background
from tests.clients.dynamics_stand_in import StandIn
from tests.functions.death import Reaper, now_and_then, once_everywhere
from tests.functions.mortal_host import MortalHost
from tests.functions.poll_world import numbered
from tests.functions.road_world import RoadWorld
from tests.storage import Storage

SEEDS = int(os.environ.get("HUNTER_KILL_SEEDS", "1"))
"""`HUNTER_KILL_SEEDS=20` for a long night."""


@dataclass(frozen=True)
class Ending:
    """What must not depend on who died."""

    run: Any
    leads: Any
    events: Any
    dynamics: Any
    mark: int | None
    inbox: Any


def _road(storage: Storage, bus: Any, loop: Background, reaper: Reaper) -> Ending:
    running, queues = bus
    stand_in = StandIn(loop.serve(serve_dataverse()).address)
    records = [numbered(1), numbered(2, id="ref-02", customerProfile=numbered(1)["customerProfile"]), numbered(3)]
    records[2]["customerProfile"] = {"name": "Nobody", "team": [{"firstName": "A", "email": "a@gmail.com"}]}
    world = RoadWorld(storage.fresh_account(), queues, running.control, loop=loop, records=records, stand_in=stand_in)
    world.empty_queues()
    run, _ = start_run("referrals", who="timer", trace="t" * 32, request={"mode": "filter"}, to=world)
    MortalHost(world, reaper).work_off()
    leads = [world.leads.lead(row.key) for row in world.list_rows.cards("lead")]
    ended = world.run(run.id)
    subjects = [*(lead.domain for lead in leads), "ref.ref-03"]
    return Ending(
        run=(ended.state, ended.fetched, ended.enqueued, ended.skipped, ended.outcomes),
        leads=[
            (lead.domain, sorted(lead.referrals), lead.judgement.score, lead.scan.retries)
            + tuple(sorted((key, state.status, state.handled) for key, state in lead.dynamics.items()))
            for lead in leads
        ],
        events={name: sorted(one["code"] for one in world.leads.events(name, limit=100)[0]) for name in subjects},
        dynamics=stand_in.count(),
        mark=world.mark(),
        inbox=world.inbox(),
    )


@pytest.fixture(scope="module")
def undisturbed(storage: Storage, bus: Any, loop: Background) -> Ending:
    """How it ends when nobody dies."""
    ending = _road(storage, bus, loop, Reaper(lambda site: False))
    assert ending.run[0] == "succeeded" and ending.inbox == []
    assert ending.dynamics == {"account": 1, "contact": 2, "lead": 3, "opportunity": 2}
    return ending


def test_a_death_at_every_place_of_the_road_changes_nothing(
    storage: Storage, bus: Any, loop: Background, undisturbed: Ending
) -> None:
    reaper = Reaper(once_everywhere())
    assert asdict(_road(storage, bus, loop, reaper)) == asdict(undisturbed)
    assert len(reaper.deaths) >= 20, reaper.deaths


@pytest.mark.parametrize("seed", range(SEEDS))
def test_deaths_by_chance_change_nothing(
    storage: Storage, bus: Any, loop: Background, undisturbed: Ending, seed: int
) -> None:
    reaper = Reaper(now_and_then(seed, one_in=8, most=24))
    assert asdict(_road(storage, bus, loop, reaper)) == asdict(undisturbed)
    assert len(reaper.deaths) >= 20
