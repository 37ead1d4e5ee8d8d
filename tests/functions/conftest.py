"""The world of a step: the genuine Azurite and the sandbox's Service Bus over real sockets, a clock that tests move."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.bus.server import serve
from shared.clients.queues import Queues
from shared.messages import QUEUES
from tests.background import background
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
