"""A bus on the background loop, so that clients that block can be tested against it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.bus import RunningBus, serve
from tests.background import Background, background


class BackgroundBus:
    """A running bus; `call` does something within its event loop."""

    def __init__(self, bus: RunningBus, loop: Background) -> None:
        self.bus = bus
        self._loop = loop

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The result of `function`, called where the bus lives."""

        async def inside() -> Any:
            return function(*arguments)

        return self._loop.run(inside())

    def queue(self, name: str) -> Any:
        """A queue by its name."""
        return next(queue for queue in self.bus.broker.queues() if queue.properties.name == name)

    def purge(self) -> None:
        """Empties every queue and disarms every fault."""
        self.call(self.bus.faults.clear)
        for queue in self.bus.broker.queues():
            self.call(queue.purge)
            self.call(queue.dead_letters.purge)

    def counts(self, name: str) -> dict[str, int]:
        """How many messages of each state a queue holds, and its dead letters."""
        queue = self.queue(name)
        return {**self.call(queue.counts), "dead": len(self.call(queue.dead_letters.peek))}


@contextmanager
def background_bus(**options: Any) -> Iterator[BackgroundBus]:
    """Serves until the block ends."""
    with background() as loop:
        yield BackgroundBus(loop.serve(serve(**options)), loop)
