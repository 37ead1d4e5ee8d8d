"""Stand-ins for tests that call them with blocking clients: an event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.running import Running


class Background:
    """Runs coroutines on the other thread; what was served through it is closed with it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._served: list[Running] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """The result of a coroutine."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def serve(self, work: Coroutine[Any, Any, Running]) -> Running:
        """A started stand-in."""
        running: Running = self.run(work)
        self._served.append(running)
        return running

    def close(self) -> None:
        """Ends the stand-ins, then the thread."""
        for running in reversed(self._served):
            self.run(running.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@contextmanager
def background() -> Iterator[Background]:
    """A background loop for as long as the block lasts."""
    loop = Background()
    try:
        yield loop
    finally:
        loop.close()
