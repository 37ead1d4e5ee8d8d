"""Messages from a client go in; they are in the queue, and the client knows."""

from typing import TYPE_CHECKING

from sandbox.bus.amqp.performatives import Accepted, Error, Rejected
from sandbox.bus.amqp.sections import BATCH_FORMAT, read_batch, read_message
from sandbox.bus.amqp.types import DecodeError
from sandbox.bus.endpoint.incoming_link import IncomingLink
from sandbox.bus.endpoint.misbehaviour import BUSY, carry_out
from sandbox.bus.faults import Kind, Operation
from sandbox.bus.queues.dispatcher import Dispatcher
from sandbox.bus.queues.message import Draft
from sandbox.bus.translation import draft_of

if TYPE_CHECKING:
    from sandbox.bus.endpoint.session import Session


class ProducerLink(IncomingLink):
    """A client sends messages to a queue."""

    def __init__(self, session: "Session", handle: int, dispatcher: Dispatcher) -> None:
        super().__init__(session, handle, max_message_size=dispatcher.queue.properties.max_message_bytes)
        self._queue = dispatcher.queue

    def on_message(self, data: bytes, format: int, delivery_id: int, settled: bool) -> None:
        """Stores one message or a whole batch; the answer says accepted, also for a duplicate that is dropped."""
        try:
            messages = read_batch(data) if format == BATCH_FORMAT else [read_message(data)]
            drafts = [draft_of(message) for message in messages]
        except DecodeError as error:
            self._answer(delivery_id, settled, Rejected(Error(error.condition, error.description)))
            return
        ids = [draft.message_id for draft in drafts]
        fault = self.session.broker.faults.pick(Operation.SEND, self._queue.properties.name, ids)
        twice = fault is not None and fault.kind is Kind.DUPLICATE
        carry_out(
            self,
            fault,
            commit=lambda: self._store(drafts, twice=twice),
            answer=lambda state: self._answer(delivery_id, settled, state),
            busy=BUSY,
        )

    def _store(self, drafts: list[Draft], *, twice: bool) -> Accepted:
        now = self.session.broker.clock()
        for draft in drafts:
            self._queue.send(draft, now)
            if twice:
                self._queue.send(draft, now, even_duplicate=True)
        return Accepted()
