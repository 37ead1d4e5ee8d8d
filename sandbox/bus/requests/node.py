"""A queue, or none, goes in; what answers the requests that come to its address comes out."""

from typing import Protocol

from sandbox.bus.amqp.sections import Message
from sandbox.bus.queues.queue import Queue
from sandbox.bus.requests.cbs import TokenNode
from sandbox.bus.requests.management import ManagementNode


class RequestNode(Protocol):
    """Something that answers requests."""

    @property
    def name(self) -> str:
        """The queue that it manages, as faults name it."""

    def answer(self, request: Message, now: float) -> Message:
        """Does what is asked."""

    def busy(self, request: Message) -> Message:
        """The answer of a bus that is too busy to do it."""


def request_node(queue: Queue | None) -> RequestNode:
    """The node that manages `queue`; without one, the node that takes tokens."""
    return TokenNode() if queue is None else ManagementNode(queue)
