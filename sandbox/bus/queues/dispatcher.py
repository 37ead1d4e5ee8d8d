"""A queue and those who wait for its messages: whoever has credit gets the next one, in turn."""

import asyncio
from collections import deque
from typing import Protocol

from sandbox.bus.queues.queue import Queue


class Consumer(Protocol):
    """Somebody who takes messages of a queue."""

    def take(self) -> bool:
        """Takes one message; False when it can take none now or found none."""


class Dispatcher:
    """Wakes up soon after the queue says that a message became available; lives on the running event loop."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self._consumers: deque[Consumer] = deque()
        self._woken = False
        self._loop = asyncio.get_running_loop()
        queue.on_available = self.wake

    def add(self, consumer: Consumer) -> None:
        """The consumer takes part from now on."""
        self._consumers.append(consumer)

    def remove(self, consumer: Consumer) -> None:
        """The consumer takes no part any more; it need not have."""
        if consumer in self._consumers:
            self._consumers.remove(consumer)

    def wake(self) -> None:
        """Lets messages go out once the present event has been dealt with."""
        if not self._woken:
            self._woken = True
            self._loop.call_soon(self.pump)

    def pump(self) -> None:
        """Lets messages go out until none is left or a whole round of consumers took nothing."""
        self._woken = False
        refusals = 0
        while refusals < len(self._consumers) and self.queue.has_available():
            consumer = self._consumers[0]
            self._consumers.rotate(-1)
            refusals = 0 if consumer.take() else refusals + 1
