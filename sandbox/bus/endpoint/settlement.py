"""A client's decision about a delivery goes in; the queue does it, and the state that the client is told comes out."""

from typing import Any
from uuid import UUID

from sandbox.bus.amqp.performatives import Accepted, Error, Modified, Rejected, Released
from sandbox.bus.queues.message import DeadLetterAgainError, LockLostError
from sandbox.bus.queues.queue import Queue


def settle(queue: Queue, token: UUID, outcome: Any, now: float) -> Any:
    """What the client decided comes back as it is, save that a done rejection is told without an error."""
    try:
        match outcome:
            case Accepted():
                queue.complete(token, now)
            case Released():
                queue.release(token, now)
            case Modified(undeliverable_here=True):
                queue.defer(token, now)
            case Modified():
                queue.abandon(token, now)
            case Rejected(error=error):
                reason, description = _why(error)
                queue.dead_letter(token, now, reason=reason, description=description)
                return Rejected()
            case _:
                return Rejected(Error("amqp:not-implemented", "No such outcome, or one within a transaction."))
    except LockLostError as error:
        return Rejected(Error("com.microsoft:message-lock-lost", f"The lock supplied is invalid: {error}."))
    except DeadLetterAgainError as error:
        return Rejected(Error("amqp:not-allowed", str(error)))
    return outcome


def _why(error: Any) -> tuple[str | None, str | None]:
    info = error.info if isinstance(error, Error) and isinstance(error.info, dict) else {}
    reason, description = info.get("DeadLetterReason"), info.get("DeadLetterErrorDescription")
    return (None if reason is None else str(reason)), (None if description is None else str(description))
