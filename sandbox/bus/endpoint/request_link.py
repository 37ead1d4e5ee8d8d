"""Requests from a client go in; the answers go out on the link that the session has to the same address."""

from typing import TYPE_CHECKING

from sandbox.bus.amqp.addresses import Address
from sandbox.bus.amqp.performatives import Accepted, Error, Rejected
from sandbox.bus.amqp.sections import read_message, write_message
from sandbox.bus.amqp.types import DecodeError
from sandbox.bus.endpoint.incoming_link import IncomingLink
from sandbox.bus.endpoint.misbehaviour import carry_out
from sandbox.bus.faults import Operation
from sandbox.bus.requests.node import RequestNode

if TYPE_CHECKING:
    from sandbox.bus.endpoint.session import Session


class RequestLink(IncomingLink):
    """A client sends requests to a node."""

    def __init__(self, session: "Session", handle: int, *, address: Address, node: RequestNode) -> None:
        super().__init__(session, handle, max_message_size=2**20)
        self._address = address
        self._node = node

    def on_message(self, data: bytes, format: int, delivery_id: int, settled: bool) -> None:
        """Answers one request."""
        try:
            request = read_message(data)
            busy = self._node.busy(request)
        except DecodeError as error:
            self._answer(delivery_id, settled, Rejected(Error(error.condition, error.description)))
            return
        self._answer(delivery_id, settled, Accepted())
        carry_out(
            self,
            self.session.broker.faults.pick(Operation.MANAGE, self._node.name),
            commit=lambda: write_message(self._node.answer(request, self.session.broker.clock())),
            answer=self._reply,
            busy=write_message(busy),
        )

    def _reply(self, payload: bytes) -> None:
        if link := self.session.reply_link(self._address):
            link.reply(payload)
