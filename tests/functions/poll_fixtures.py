"""Fixtures of the tests that need a Partner Center of their own beside Storage and the Service Bus."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.rules.ticks import ticks
from tests.background import Background
from tests.functions.poll_world import COUNT, PollWorld, numbered
from tests.storage import Storage

Make = Callable[..., PollWorld]
LIST = "/v1.0/engagements/referrals"


@pytest.fixture
def make(storage: Storage, bus: Any, loop: Background) -> Make:
    """A world with its own Partner Center."""

    def start(**more: Any) -> PollWorld:
        running, queues = bus
        made = PollWorld(storage.fresh_account(), queues, running.control, loop=loop, **more)
        made.empty_queues()
        return made

    return start


def is_whole(world: PollWorld, count: int = COUNT) -> None:
    """Everything arrived, and the next poll starts behind the last record."""
    assert world.kept() == (count, count)
    assert world.mark() == ticks(numbered(count)["updatedDateTime"])
