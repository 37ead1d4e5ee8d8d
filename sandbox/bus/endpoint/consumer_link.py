"""A client's credit and decisions go in; messages of a queue go out, and the queue hears what became of them."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sandbox.bus.amqp.performatives import Accepted
from sandbox.bus.endpoint.misbehaviour import BUSY, carry_out
from sandbox.bus.endpoint.outgoing_link import OutgoingLink
from sandbox.bus.endpoint.settlement import settle
from sandbox.bus.faults import BusFault, Kind, Operation
from sandbox.bus.queues.dispatcher import Dispatcher
from sandbox.bus.queues.message import LockLostError, Message
from sandbox.bus.translation import delivery_of

if TYPE_CHECKING:
    from sandbox.bus.endpoint.session import Session


class ConsumerLink(OutgoingLink):
    """A client receives messages of a queue: under a lock, or, with `delete`, gone as soon as they are sent."""

    def __init__(self, session: "Session", handle: int, dispatcher: Dispatcher, *, delete: bool) -> None:
        super().__init__(session, handle)
        self._dispatcher = dispatcher
        self._queue = dispatcher.queue
        self._delete = delete
        self._closed = False

    def opened(self) -> None:
        """Takes part in the queue."""
        self._dispatcher.add(self)

    def close(self) -> None:
        """Takes no part any more."""
        self._closed = True
        self._dispatcher.remove(self)

    def use_credit(self) -> None:
        """Lets the queue hand out what it has."""
        self._dispatcher.pump()

    def take(self) -> bool:
        """Takes one message of the queue, if there is credit for it."""
        if self.credit <= 0 or not self.session.connection.is_open:
            return False
        message = self._queue.receive(self.session.broker.clock(), delete=self._delete)
        if message is None:
            return False
        self._spend()
        name = self._queue.properties.name
        self._deliver(message, self.session.broker.faults.pick(Operation.DELIVER, name, [message.draft.message_id]))
        return True

    def settle(self, delivery_id: int, token: UUID, outcome: Any, *, answer: bool) -> None:
        """Applies the client's decision, and tells it what became of that if it wants to know."""
        fault = self._settle_fault(token)
        kind = fault.kind if fault is not None else None
        carry_out(
            self,
            fault,
            commit=lambda: self._settle(token, outcome, kind),
            answer=lambda state: self.session.settle_outgoing(delivery_id, state) if answer else None,
            busy=BUSY,
        )

    def release(self, token: UUID) -> None:
        """Gives a message back whose client is gone, unless its lock is over."""
        try:
            self._queue.release(token, self.session.broker.clock())
        except LockLostError:
            return

    def _deliver(self, message: Message, fault: BusFault | None) -> None:
        if fault is None or fault.kind is Kind.LOSE_LOCK:
            self._send(message)
            if fault is not None and message.lock_token is not None:
                self._queue.lose_lock(message.lock_token, self.session.broker.clock())
        elif fault.kind is Kind.DELAY:
            self.session.later(fault.seconds, lambda: self._send(message))
        elif fault.kind is Kind.DROP:
            self.session.connection.drop()
        else:
            self.session.detach(self, fault.condition, "A fault asked for it.")

    def _send(self, message: Message) -> None:
        if not self._closed:
            self.session.send_delivery(self, delivery_of(message), lock=message.lock_token)

    def _settle_fault(self, token: UUID) -> BusFault | None:
        """Only a first delivery is ever repeated after completion, or there would be no end to it."""
        try:
            message = self._queue.held(token, self.session.broker.clock())
        except LockLostError:
            return None
        without = frozenset({Kind.DUPLICATE}) if message.delivery_count else frozenset()
        name = self._queue.properties.name
        return self.session.broker.faults.pick(Operation.SETTLE, name, [message.draft.message_id], without=without)

    def _settle(self, token: UUID, outcome: Any, kind: Kind | None) -> Any:
        now = self.session.broker.clock()
        try:
            if kind is Kind.LOSE_LOCK:
                self._queue.lose_lock(token, now)
            if kind is Kind.DUPLICATE and isinstance(outcome, Accepted):
                self._queue.abandon(token, now)
                return outcome
        except LockLostError:
            pass  # over in the meantime: the decision below is refused for the same reason
        return settle(self._queue, token, outcome, now)
