"""A host for tests: what waits on the queues is delivered until nothing is left; waiting moves the clock, not the
test."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from functions.ingest import ingest
from functions.push import push
from functions.run import run
from functions.scan import scan
from functions.score import score
from shared.doors.queue import Step
from shared.messages import QUEUE_OF, Envelope
from tests.functions.world import World

STEPS: dict[str, Step] = {"run": run, "referral": ingest, "scan": scan, "score": score, "push": push}
MOST_DELIVERIES = 5_000


class Host:
    """Delivers to some or all steps. What the other queues hold is thrown away."""

    def __init__(self, world: World, *, only: Iterable[str] = STEPS) -> None:
        self.world = world
        self.only = tuple(only)
        self.delivered = 0
        self._waiting: deque[dict[str, Any]] = deque()

    def work_off(self) -> None:
        """Until every queue is empty."""
        while message := self._next():
            self.deliver(message)

    def deliver(self, message: dict[str, Any]) -> None:
        """One message, as the host hands it over."""
        self.delivered += 1
        assert self.delivered <= MOST_DELIVERIES, "the messages do not end"
        envelope = Envelope.of(message["content"])
        self.world.deliver(envelope, STEPS[envelope.type], delivery_count=message.get("deliveries", 1))

    def _next(self) -> dict[str, Any] | None:
        """The next message that is due; when all are scheduled for later, the clock moves to the first."""
        if not any(message["state"] != "scheduled" for message in self._waiting):
            self._fetch()
        if not self._waiting:
            return None
        due = next((message for message in self._waiting if message["state"] != "scheduled"), None)
        if due is None:
            due = min(self._waiting, key=_due_at)
            late = (_due_at(due) - datetime.now(UTC)).total_seconds()
            self.world.pass_time(seconds=max(late, 0))
        self._waiting.remove(due)
        return due

    def _fetch(self) -> None:
        for kind in STEPS:
            found = self.world.waiting(QUEUE_OF[kind])
            if found:
                self.world.empty_queue(QUEUE_OF[kind])
            if kind in self.only:
                self._waiting.extend(found)


def _due_at(message: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(message["enqueued_at"])
