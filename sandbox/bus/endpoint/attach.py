"""A client's attach goes in; the link that it opens, or the reason why not, and our answer come out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.bus.amqp.addresses import Address, parse_address
from sandbox.bus.amqp.performatives import Attach, Source, Target
from sandbox.bus.amqp.types import Described
from sandbox.bus.endpoint.consumer_link import ConsumerLink
from sandbox.bus.endpoint.incoming_link import IncomingLink
from sandbox.bus.endpoint.outgoing_link import OutgoingLink
from sandbox.bus.endpoint.producer_link import ProducerLink
from sandbox.bus.endpoint.reply_link import ReplyLink
from sandbox.bus.endpoint.request_link import RequestLink
from sandbox.bus.faults import Kind, Operation
from sandbox.bus.requests.node import request_node

if TYPE_CHECKING:
    from sandbox.bus.endpoint.session import Session

_SETTLED = 1  # sender settle mode: the client wants no locks
_COORDINATOR = 0x30  # part 4, 4.5.1: where transactions are declared
_SESSION_FILTER = "com.microsoft:session-filter"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a link is not opened."""

    condition: str
    description: str


def open_link(session: "Session", attach: Attach) -> "IncomingLink | OutgoingLink | Refusal":
    """The link that the client asks for; it takes no part in anything before `opened` is called."""
    terminus = attach.source if attach.role else attach.target
    if isinstance(terminus, Described) and terminus.descriptor == _COORDINATOR:
        return Refusal("amqp:not-implemented", "This bus has no transactions.")
    text = terminus.address if isinstance(terminus, Source | Target) else None
    if not isinstance(text, str):
        return Refusal("amqp:invalid-field", "The link has no address.")
    address = parse_address(text)
    if address.takes_requests:
        return _request_link(session, attach, address, text)
    dispatcher = session.broker.find(address)
    if dispatcher is None:
        return Refusal("amqp:not-found", f"The messaging entity '{text}' could not be found.")
    if isinstance(terminus, Source) and isinstance(terminus.filter, dict) and _SESSION_FILTER in terminus.filter:
        return Refusal("amqp:not-implemented", "This bus has no message sessions.")
    fault = session.broker.faults.pick(Operation.ATTACH, dispatcher.queue.properties.name)
    if fault is not None and fault.kind is Kind.DROP:
        session.connection.drop()
    if fault is not None:
        return Refusal(fault.condition, "A fault asked for it.")
    handle = attach.handle or 0
    if attach.role:
        return ConsumerLink(session, handle, dispatcher, delete=attach.snd_settle_mode == _SETTLED)
    if address.dead_letters:
        return Refusal("amqp:not-allowed", "Nothing can be sent to a dead-letter queue.")
    return ProducerLink(session, handle, dispatcher)


def answer_attach(attach: Attach, *, refused: bool = False, max_message_size: int | None = None) -> Attach:
    """Our attach: the client's settle modes and addresses. A refusal leaves our end empty (part 2, 2.6.3)."""
    source = None if refused and attach.role else Source(_address(attach.source))
    target = None if refused and not attach.role else Target(_address(attach.target))
    return Attach(
        name=attach.name,
        handle=attach.handle,
        role=not attach.role,
        snd_settle_mode=attach.snd_settle_mode,
        rcv_settle_mode=attach.rcv_settle_mode,
        source=source,
        target=target,
        initial_delivery_count=0 if attach.role else None,
        max_message_size=max_message_size,
    )


def _request_link(
    session: "Session", attach: Attach, address: Address, text: str
) -> "RequestLink | ReplyLink | Refusal":
    dispatcher = session.broker.find(address) if address.management else None
    if address.management and dispatcher is None:
        return Refusal("amqp:not-found", f"The messaging entity '{text}' could not be found.")
    if attach.role:
        return ReplyLink(session, attach.handle or 0, address=address)
    node = request_node(dispatcher.queue if dispatcher else None)
    return RequestLink(session, attach.handle or 0, address=address, node=node)


def _address(terminus: Any) -> Any:
    return terminus.address if isinstance(terminus, Source | Target) else None
