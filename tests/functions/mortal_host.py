"""A host whose processes die; what they were at is delivered again to another process."""

from collections.abc import Iterable
from typing import Any

from tests.functions.death import Died, Reaper
from tests.functions.host import STEPS, Host
from tests.functions.road_world import RoadWorld


class MortalHost(Host):
    """Delivers a message again, to another process, when the first one died of it."""

    def __init__(self, world: RoadWorld, reaper: Reaper, *, only: Iterable[str] = STEPS) -> None:
        super().__init__(world, only=only)
        self.reaper = reaper

    def deliver(self, message: dict[str, Any]) -> None:
        """Until somebody survives."""
        try:
            with self.reaper.at_work():
                super().deliver(message)
        except Died:
            assert isinstance(self.world, RoadWorld)
            self.world.be_another_process()
            self.world.pass_time(seconds=61)
            self._waiting.append({**message, "state": "active", "deliveries": message.get("deliveries", 1) + 1})
