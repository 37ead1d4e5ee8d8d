"""Names and properties of queues go in; the queues with their dead letters, found by address, come out."""

import time
from collections.abc import Callable, Iterable, Iterator

from sandbox.bus.amqp.addresses import Address
from sandbox.bus.faults import BusFaults
from sandbox.bus.queues.dispatcher import Dispatcher
from sandbox.bus.queues.message import QueueProperties
from sandbox.bus.queues.queue import Queue, queue_with_dead_letters


class Broker:
    """All queues of one bus. Needs a running event loop.

    With `quick_redelivery` a vanished client's messages come back at once; the service keeps them until the lock ends.
    """

    def __init__(
        self,
        queues: Iterable[QueueProperties],
        *,
        faults: BusFaults,
        quick_redelivery: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.faults = faults
        self.quick_redelivery = quick_redelivery
        self.clock = clock
        self._dispatchers: dict[tuple[str, bool], Dispatcher] = {}
        for properties in queues:
            queue = queue_with_dead_letters(properties)
            name = properties.name.lower()
            self._dispatchers[name, False] = Dispatcher(queue)
            if queue.dead_letters is not None:
                self._dispatchers[name, True] = Dispatcher(queue.dead_letters)

    def find(self, address: Address) -> Dispatcher | None:
        """The queue at this address, or its dead letters; None when there is no such queue."""
        return self._dispatchers.get((address.queue, address.dead_letters))

    def queues(self) -> Iterator[Queue]:
        """The queues in the order in which they were given, without the dead-letter queues."""
        return (one.queue for (_, dead_letters), one in self._dispatchers.items() if not dead_letters)

    def tick(self) -> None:
        """Does what is due in every queue."""
        now = self.clock()
        for dispatcher in self._dispatchers.values():
            dispatcher.queue.tick(now)
