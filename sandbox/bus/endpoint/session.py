"""Frames of one session go in: links open and close, deliveries get their numbers, windows hold back too many."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sandbox.bus.amqp.addresses import Address
from sandbox.bus.amqp.frames import encode_frame
from sandbox.bus.amqp.performatives import Attach, Begin, Detach, Disposition, Error, Flow, Transfer
from sandbox.bus.amqp.types import SERIAL, AmqpError
from sandbox.bus.endpoint.attach import Refusal, answer_attach, open_link
from sandbox.bus.endpoint.consumer_link import ConsumerLink
from sandbox.bus.endpoint.incoming_link import IncomingLink
from sandbox.bus.endpoint.outgoing_link import OutgoingLink
from sandbox.bus.endpoint.reply_link import ReplyLink

if TYPE_CHECKING:
    from sandbox.bus.endpoint.connection import Connection

WINDOW = 65_536  # frames
HANDLE_MAX = 4_095
_TRANSFER_OVERHEAD = 128  # bytes of a transfer frame beside the payload, generously


class Session:
    """One session. Our handle of a link is the client's handle, our channel the client's channel."""

    def __init__(self, connection: "Connection", channel: int, begin: Begin) -> None:
        self.connection = connection
        self.broker = connection.broker
        self._channel = channel
        self._links: dict[int, IncomingLink | OutgoingLink] = {}
        self._unsettled: dict[int, tuple[ConsumerLink, UUID]] = {}
        self._next_incoming_id = begin.next_outgoing_id or 0
        self._frames_since_flow = 0
        self._next_outgoing_id = 0
        self._next_delivery_id = 0
        self._window = begin.incoming_window or 0
        self._backlog: deque[bytes] = deque()

    def on_frame(self, performative: Any, payload: bytes) -> None:
        """Takes one frame. Frames for a link that is gone are ignored, as the client may not know yet."""
        if isinstance(performative, Transfer):
            self._on_transfer(performative, payload)
        elif isinstance(performative, Disposition):
            self._on_disposition(performative)
        elif isinstance(performative, Flow):
            self._on_flow(performative)
        elif isinstance(performative, Attach):
            self._on_attach(performative)
        elif isinstance(performative, Detach):
            if self._forget(performative.handle):
                self.send(Detach(handle=performative.handle, closed=True))
        else:
            raise AmqpError("amqp:not-allowed", f"{type(performative).__name__.lower()} has no place in a session")

    def close(self) -> None:
        """Ends every link. Locks stay until their end, as on the service, unless the broker gives them back quickly."""
        for handle in list(self._links):
            self._forget(handle)
        self._backlog.clear()

    def send(self, performative: Any) -> None:
        """Sends a frame without payload."""
        self.connection.write(encode_frame(self._channel, performative))

    def send_flow(self, **link_state: Any) -> None:
        """Sends our windows, and the state of a link when given."""
        self._frames_since_flow = 0
        flow = Flow(
            next_incoming_id=self._next_incoming_id,
            incoming_window=WINDOW,
            next_outgoing_id=self._next_outgoing_id,
            outgoing_window=WINDOW,
            **link_state,
        )
        self.send(flow)

    def send_delivery(self, link: OutgoingLink, payload: bytes, *, lock: UUID | None = None) -> None:
        """Sends a message in as many frames as it needs, as soon as the client's window is open.

        A delivery under a lock waits for the client's decision; one without is settled as it goes.
        """
        delivery_id = self._next_delivery_id
        self._next_delivery_id = (delivery_id + 1) % SERIAL
        if lock is not None and isinstance(link, ConsumerLink):
            self._unsettled[delivery_id] = link, lock
        tag = delivery_id.to_bytes(4, "big") if lock is None else lock.bytes_le  # a .NET GUID's order of bytes
        size = self.connection.max_frame_size - _TRANSFER_OVERHEAD
        first = Transfer(
            handle=link.handle,
            delivery_id=delivery_id,
            delivery_tag=tag,
            message_format=0,
            settled=lock is None,
            more=len(payload) > size,
        )
        self._backlog.append(encode_frame(self._channel, first, payload[:size]))
        for at in range(size, len(payload), size):
            rest = Transfer(handle=link.handle, settled=lock is None, more=at + size < len(payload))
            self._backlog.append(encode_frame(self._channel, rest, payload[at : at + size]))
        self._flush()

    def settle_incoming(self, delivery_id: int, state: Any) -> None:
        """Tells the client what became of a message that it sent."""
        self.send(Disposition(role=True, first=delivery_id, last=delivery_id, settled=True, state=state))

    def settle_outgoing(self, delivery_id: int, state: Any) -> None:
        """Tells the client what became of its decision about a message that it received."""
        self.send(Disposition(role=False, first=delivery_id, last=delivery_id, settled=True, state=state))

    def detach(self, link: IncomingLink | OutgoingLink, condition: str, description: str) -> None:
        """Ends a link from our side."""
        if self._forget(link.handle):
            self.send(Detach(handle=link.handle, closed=True, error=Error(condition, description)))

    def reply_link(self, address: Address) -> ReplyLink | None:
        """The link on which the client awaits answers from this address."""
        replies = (link for link in self._links.values() if isinstance(link, ReplyLink))
        return next((link for link in replies if link.address == address), None)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Does something later, even when the client is gone by then: what it asked for is under way."""
        asyncio.get_running_loop().call_later(seconds, action)

    def _on_attach(self, attach: Attach) -> None:
        if attach.handle is None or attach.handle > HANDLE_MAX or attach.handle in self._links:
            raise AmqpError("amqp:session:handle-in-use", f"handle {attach.handle} cannot be attached")
        link = open_link(self, attach)
        if isinstance(link, Refusal):
            self.send(answer_attach(attach, refused=True))
            self.send(Detach(handle=attach.handle, closed=True, error=Error(link.condition, link.description)))
            return
        self._links[attach.handle] = link
        self.send(answer_attach(attach, max_message_size=link.max_message_size))
        link.opened()

    def _on_transfer(self, transfer: Transfer, payload: bytes) -> None:
        self._next_incoming_id = (self._next_incoming_id + 1) % SERIAL
        self._frames_since_flow += 1
        if self._frames_since_flow >= WINDOW // 2:
            self.send_flow()
        link = self._links.get(transfer.handle or 0)
        if isinstance(link, IncomingLink):
            link.on_transfer(transfer, payload)

    def _on_flow(self, flow: Flow) -> None:
        window = ((flow.next_incoming_id or 0) + (flow.incoming_window or 0) - self._next_outgoing_id) % SERIAL
        self._window = window if window < SERIAL // 2 else 0  # more is under way than the client has room for
        self._flush()
        if flow.handle is not None:
            link = self._links.get(flow.handle)
            if isinstance(link, OutgoingLink):
                link.on_flow(flow)
        elif flow.echo:
            self.send_flow()

    def _on_disposition(self, disposition: Disposition) -> None:
        """Applies the client's decision to each delivery of the range that is still open."""
        if not disposition.role or disposition.state is None or disposition.first is None:
            return  # about what the client sent itself: settled already
        first, last = disposition.first, disposition.first if disposition.last is None else disposition.last
        if last - first < len(self._unsettled):
            decided = [one for one in range(first, last + 1) if one in self._unsettled]
        else:
            decided = [one for one in self._unsettled if first <= one <= last]
        for delivery_id in decided:
            consumer, token = self._unsettled.pop(delivery_id)
            consumer.settle(delivery_id, token, disposition.state, answer=not disposition.settled)

    def _forget(self, handle: int | None) -> bool:
        """Ends a link and stops waiting for decisions about its deliveries; False when there is no such link."""
        link = self._links.pop(handle, None) if handle is not None else None
        if link is None:
            return False
        link.close()
        for delivery_id, (consumer, token) in list(self._unsettled.items()):
            if consumer is link:
                del self._unsettled[delivery_id]
                if self.broker.quick_redelivery:
                    consumer.release(token)
        return True

    def _flush(self) -> None:
        while self._backlog and self._window > 0:
            self.connection.write(self._backlog.popleft())
            self._next_outgoing_id = (self._next_outgoing_id + 1) % SERIAL
            self._window -= 1
