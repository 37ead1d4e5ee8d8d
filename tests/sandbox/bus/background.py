"""A bus in a thread of its own, so that clients that block can be tested against it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.bus import RunningBus, serve

_SECONDS = 20  # no call into the bus takes longer


class BackgroundBus:
    """A running bus; `call` does something within its event loop."""

    def __init__(self, bus: RunningBus, loop: asyncio.AbstractEventLoop) -> None:
        self.bus = bus
        self.loop = loop

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """The result of `function`, called where the bus lives."""

        async def inside() -> Any:
            return function(*arguments, **named)

        return asyncio.run_coroutine_threadsafe(inside(), self.loop).result(_SECONDS)

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
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        bus = asyncio.run_coroutine_threadsafe(serve(**options), loop).result(_SECONDS)
        yield BackgroundBus(bus, loop)
        asyncio.run_coroutine_threadsafe(bus.close(), loop).result(_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_SECONDS)
        loop.close()
