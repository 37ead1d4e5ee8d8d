"""A queue, and a clock that a test moves."""

from sandbox.bus.queues.message import Draft, QueueProperties
from sandbox.bus.queues.queue import queue_with_dead_letters


class Clock:
    """A queue, its dead letters, and a time that passes only when told; each passing ends with a tick."""

    def __init__(self, **properties):
        self.now = 1_000.0
        self.queue = queue_with_dead_letters(QueueProperties("scans", **properties))
        self.woken = 0
        self.queue.on_available = self.count

    def count(self):
        self.woken += 1

    def passes(self, seconds):
        self.now += seconds
        self.queue.tick(self.now)

    def send(self, content="m", **draft):
        return self.queue.send(Draft(content, **draft), self.now)

    def receive(self, **how):
        return self.queue.receive(self.now, **how)

    def dead(self):
        return [(one.draft.content, one.death.reason) for one in self.queue.dead_letters.peek()]

    def contents(self):
        return [one.draft.content for one in self.queue.peek()]
