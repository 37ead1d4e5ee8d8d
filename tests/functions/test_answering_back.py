"""Our Dynamics id is written to the referral at Partner Center, once, when that is on, and never over another's."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.dataverse import serve as serve_dataverse
from tests.background import Background
from tests.clients.dynamics_stand_in import StandIn
from tests.functions.host import Host
from tests.functions.poll_world import numbered
from tests.functions.road_world import RoadWorld
from tests.storage import Storage

Make = Callable[..., RoadWorld]


@pytest.fixture
def make(storage: Storage, bus: Any, loop: Background) -> Make:
    """Both ends, with answering back as the test wants it."""

    def start(record: dict[str, Any], write_back: str = "true") -> RoadWorld:
        running, queues = bus
        stand_in = StandIn(loop.serve(serve_dataverse()).address)
        world = RoadWorld(
            storage.fresh_account(), queues, running.control, loop=loop, records=[record], stand_in=stand_in,
            PARTNER_CENTER_WRITE_BACK=write_back,
        )  # fmt: skip
        world.empty_queues()
        return world

    return start


def _on_the_road(world: RoadWorld) -> Any:
    world.poll(work=False)
    Host(world).work_off()
    return world.partner_center.get("ref-01")


def test_the_referral_gets_the_id_of_our_lead_and_nothing_goes_round(make: Make) -> None:
    world = make(numbered(1))
    told = _on_the_road(world)
    assert told["externalReferenceId"] == world.leads.referral("ref-01").dynamics.lead_id
    again = _on_the_road(world)
    assert again["eTag"] == told["eTag"]
    assert (world.kept(), world.inbox()) == ((1, 1), [])


def test_switched_off_nothing_is_written(make: Make) -> None:
    assert not _on_the_road(make(numbered(1), write_back="false")).get("externalReferenceId")


@pytest.mark.parametrize(
    "record",
    [
        numbered(1, externalReferenceId="somebody-elses"),
        numbered(1, status="Closed", substatus="Won"),
    ],
)
def test_what_is_closed_or_anothers_is_left_alone(make: Make, record: dict[str, Any]) -> None:
    world = make(record)
    assert _on_the_road(world).get("externalReferenceId") == record.get("externalReferenceId")
    assert world.inbox() == []


def test_trouble_at_partner_center_leaves_the_push_alone_and_waits_in_the_inbox(make: Make) -> None:
    world = make(numbered(1))
    world.fault(match={"method": "PATCH"}, answer=403)
    _on_the_road(world)
    assert (world.leads.referral("ref-01").dynamics.status, world.inbox()) == ("synced", ["pc_forbidden"])
