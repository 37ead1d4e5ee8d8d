"""Answers to a client's requests go in; they go out as soon as the client has given credit."""

from collections import deque
from typing import TYPE_CHECKING

from sandbox.bus.amqp.addresses import Address
from sandbox.bus.endpoint.outgoing_link import OutgoingLink

if TYPE_CHECKING:
    from sandbox.bus.endpoint.session import Session


class ReplyLink(OutgoingLink):
    """A client awaits answers to its requests."""

    def __init__(self, session: "Session", handle: int, *, address: Address) -> None:
        super().__init__(session, handle)
        self.address = address
        self._waiting: deque[bytes] = deque()

    def reply(self, payload: bytes) -> None:
        """Sends an answer now, or once the client has given credit."""
        self._waiting.append(payload)
        self.use_credit()

    def use_credit(self) -> None:
        """Sends the answers that wait."""
        while self._waiting and self.credit > 0:
            self._spend()
            self.session.send_delivery(self, self._waiting.popleft())
