"""The world of a step: the genuine Azurite and the sandbox's Service Bus over real sockets, a clock that tests move."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.bus.server import serve
from sandbox.dataverse import serve as serve_dataverse
from shared.clients.queues import Queues
from shared.messages import QUEUES
from tests.background import Background, background
from tests.clients.dynamics_stand_in import StandIn
from tests.functions.doors import Doors
from tests.functions.filled import fill
from tests.functions.host import Host
from tests.functions.poll_world import COUNT, PollWorld, numbered
from tests.functions.road_world import RoadWorld
from tests.functions.world import World
from tests.storage import Storage, running_storage


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage]:
    """Azurite."""
    with running_storage() as started:
        yield started


@pytest.fixture(scope="session")
def bus() -> Iterator[Any]:
    """The Service Bus, and senders that stay open."""
    with background() as loop:
        running = loop.serve(serve(queues=QUEUES))
        yield running, Queues(connection_string=running.connection_string)


@pytest.fixture
def world(storage: Storage, bus: Any) -> World:
    """Fresh tables, empty queues."""
    running, queues = bus
    made = World(storage.fresh_account(), queues, running.control)
    made.empty_queues()
    return made


@pytest.fixture
def polled(storage: Storage, bus: Any, loop: Background) -> PollWorld:
    """A world with Partner Center."""
    running, queues = bus
    made = PollWorld(storage.fresh_account(), queues, running.control, loop=loop)
    made.empty_queues()
    return made


@pytest.fixture
def road(storage: Storage, bus: Any, loop: Background) -> RoadWorld:
    """A world with Partner Center, Dynamics and five referrals that have come all the way."""
    running, queues = bus
    stand_in = StandIn(loop.serve(serve_dataverse()).address)
    records = [numbered(number) for number in range(1, COUNT + 1)]
    made = RoadWorld(storage.fresh_account(), queues, running.control, loop=loop, records=records, stand_in=stand_in)
    made.empty_queues()
    made.poll("full", work=False)
    Host(made).work_off()
    return made


@pytest.fixture(scope="session")
def filled(storage: Storage, bus: Any) -> World:
    """Leads of every kind, for tests that only read."""
    running, queues = bus
    return fill(World(storage.fresh_account(), queues, running.control))


@pytest.fixture
def doors(filled: World) -> Doors:
    """The doors of the filled world."""
    return Doors(filled)


@pytest.fixture
def own_doors(world: World) -> Doors:
    """The doors of a world of this test's own, for tests that change something."""
    return Doors(world)
