"""A fault, if any, and the two halves of an operation go in (do it, tell the client); both, one or neither is done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.bus.amqp.performatives import Error, Rejected
from sandbox.bus.faults import BusFault, Kind

if TYPE_CHECKING:
    from sandbox.bus.endpoint.incoming_link import IncomingLink
    from sandbox.bus.endpoint.outgoing_link import OutgoingLink

BUSY: Any = Rejected(Error("com.microsoft:server-busy", "The bus is busy: a fault asked for it."))

_T = TypeVar("_T")


def carry_out(
    link: "IncomingLink | OutgoingLink",
    fault: BusFault | None,
    *,
    commit: Callable[[], _T],
    answer: Callable[[_T], None],
    busy: _T,
) -> None:
    """Does the work and tells the client, as far as the fault allows. `busy` is what a busy bus tells."""
    kind = None if fault is None else fault.kind
    if fault is None or kind in (Kind.DUPLICATE, Kind.LOSE_LOCK):  # those two lie in `commit`
        answer(commit())
        return
    if kind is Kind.DELAY:
        link.session.later(fault.seconds, lambda: answer(commit()))
        return
    if fault.after_commit:
        commit()
    if kind is Kind.SERVER_BUSY:
        answer(busy)
    elif kind is Kind.DETACH:
        link.session.detach(link, fault.condition, "A fault asked for it.")
    else:
        link.session.connection.drop()
