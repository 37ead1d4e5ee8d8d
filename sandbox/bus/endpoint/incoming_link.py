"""Transfers from a client's sender go in; whole messages for a subclass, and fresh credit for the client, come out."""

from typing import TYPE_CHECKING, Any

from sandbox.bus.amqp.performatives import Error, Rejected, Transfer
from sandbox.bus.amqp.types import SERIAL

if TYPE_CHECKING:
    from sandbox.bus.endpoint.session import Session

_CREDIT = 1_000


class IncomingLink:
    """Puts the frames of a delivery together and keeps the client in credit. What a message means is for subclasses."""

    def __init__(self, session: "Session", handle: int, *, max_message_size: int) -> None:
        self.session = session
        self.handle = handle
        self.max_message_size = max_message_size
        self._delivery: Transfer | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._received = 0
        self._credit = 0

    def opened(self) -> None:
        """The client knows the link now."""
        self._grant()

    def close(self) -> None:
        """The link is gone."""

    def on_transfer(self, transfer: Transfer, payload: bytes) -> None:
        """Takes one frame; only the first one of a delivery carries its id and format."""
        if self._delivery is None:
            self._delivery, self._parts, self._size = transfer, [], 0
        self._size += len(payload)
        if self._size <= self.max_message_size:
            self._parts.append(payload)
        else:
            self._parts.clear()
        if not transfer.more:
            delivery, self._delivery = self._delivery, None
            self._count()
            if not transfer.aborted:
                self._complete(delivery.delivery_id or 0, delivery, settled=bool(delivery.settled or transfer.settled))

    def on_message(self, data: bytes, format: int, delivery_id: int, settled: bool) -> None:
        """Takes one whole message."""
        raise NotImplementedError

    def _complete(self, delivery_id: int, delivery: Transfer, *, settled: bool) -> None:
        """Passes a whole message on, or refuses one that is too large, as the service does: the link lives on."""
        if self._size > self.max_message_size:
            text = f"size:{self._size} bytes) exceeds the limit ({self.max_message_size} bytes) currently allowed"
            error = Error(
                "amqp:link:message-size-exceeded",
                f"The received message (delivery-id:{delivery_id}, {text} on the link.",
            )
            self._answer(delivery_id, settled, Rejected(error))
        else:
            self.on_message(b"".join(self._parts), delivery.message_format or 0, delivery_id, settled)

    def _answer(self, delivery_id: int, settled: bool, state: Any) -> None:
        if not settled:
            self.session.settle_incoming(delivery_id, state)

    def _count(self) -> None:
        self._received += 1
        self._credit -= 1
        if self._credit < _CREDIT // 2:
            self._grant()

    def _grant(self) -> None:
        self._credit = _CREDIT
        self.session.send_flow(handle=self.handle, delivery_count=self._received % SERIAL, link_credit=_CREDIT)
