"""A management request of a queue goes in; the queue does it, and status and answer come out.

Operations: learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sandbox.bus.amqp.sections import Message, read_message
from sandbox.bus.amqp.types import Array, DecodeError, Int, Long, Symbol, Timestamp
from sandbox.bus.queues.message import DeadLetterAgainError, LockLostError, MessageNotFoundError
from sandbox.bus.queues.message import Message as QueueMessage
from sandbox.bus.queues.queue import Queue
from sandbox.bus.requests.reply import reply_to
from sandbox.bus.translation import delivery_of, draft_of

_Answer = tuple[int, dict[str, Any]]
_MAX_PEEKED = 1_000


class _BadRequest(Exception):
    """A field is missing or of the wrong type."""


class ManagementNode:
    """The node `queue/$management`."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self.name = queue.properties.name

    def answer(self, request: Message, now: float) -> Message:
        """Does what is asked; 400, 404, 410 or 501 with a condition when that is not possible."""
        operation = request.named_application_properties().get("operation")
        known = _OPERATIONS.get(str(operation).removeprefix("com.microsoft:"))
        body = request.value()
        if known is None:
            return _refusal(request, 501, "amqp:not-implemented", f"This bus has no operation {operation}.")
        try:
            status, values = known(self._queue, body if isinstance(body, dict) else {}, now)
        except _BadRequest as error:
            return _refusal(request, 400, "com.microsoft:argument-error", str(error))
        except DecodeError as error:
            return _refusal(request, 400, error.condition, error.description)
        except LockLostError as error:
            return _refusal(request, 410, "com.microsoft:message-lock-lost", f"The lock supplied is invalid: {error}.")
        except MessageNotFoundError as error:
            return _refusal(request, 404, "com.microsoft:message-not-found", str(error))
        except DeadLetterAgainError as error:
            return _refusal(request, 400, "amqp:not-allowed", str(error))
        return reply_to(request, {"statusCode": Int(status), "statusDescription": "OK"}, values)

    def busy(self, request: Message) -> Message:
        """503."""
        return _refusal(request, 503, "com.microsoft:server-busy", "The bus is busy: a fault asked for it.")


def _refusal(request: Message, status: int, condition: str, description: str) -> Message:
    answer = {
        "statusCode": Int(status),
        "statusDescription": description,
        "errorCondition": Symbol(condition),
    }
    return reply_to(request, answer)


def _renew_locks(queue: Queue, body: dict[Any, Any], now: float) -> _Answer:
    ends = [Timestamp.of(queue.renew(token, now)) for token in _tokens(body)]
    return 200, {"expirations": Array(ends)}


def _peek(queue: Queue, body: dict[Any, Any], now: float) -> _Answer:
    first, count = _field(body, "from-sequence-number", int), _field(body, "message-count", int)
    messages = queue.peek(first, max(0, min(count, _MAX_PEEKED)))
    if not messages:
        return 204, {}
    return 200, {"messages": [{"message": delivery_of(message)} for message in messages]}


def _schedule(queue: Queue, body: dict[Any, Any], now: float) -> _Answer:
    entries = _field(body, "messages", list)
    drafts = [draft_of(read_message(_field(entry, "message", bytes))) for entry in entries]
    return 200, {"sequence-numbers": Array(Long(queue.send(draft, now)) for draft in drafts)}


def _cancel_scheduled(queue: Queue, body: dict[Any, Any], now: float) -> _Answer:
    queue.cancel_scheduled(_numbers(body))
    return 200, {}


def _receive_deferred(queue: Queue, body: dict[Any, Any], now: float) -> _Answer:
    delete = _field(body, "receiver-settle-mode", int) == 0
    messages = queue.receive_deferred(_numbers(body), now, delete=delete)
    return 200, {"messages": [_deferred(message) for message in messages]}


def _deferred(message: QueueMessage) -> dict[str, Any]:
    lock = {} if message.lock_token is None else {"lock-token": message.lock_token}
    return {**lock, "message": delivery_of(message)}


def _update_disposition(queue: Queue, body: dict[Any, Any], now: float) -> _Answer:
    status = _field(body, "disposition-status", str)
    for token in _tokens(body):
        if status == "completed":
            queue.complete(token, now)
        elif status == "abandoned":
            queue.abandon(token, now)
        elif status in ("defered", "deferred"):  # the service spells it with one r
            queue.defer(token, now)
        elif status == "suspended":
            reason, description = body.get("deadletter-reason", ""), body.get("deadletter-description", "")
            queue.dead_letter(token, now, reason=str(reason), description=str(description))
        else:
            raise _BadRequest(f"no disposition-status {status}")
    return 200, {}


def _tokens(body: dict[Any, Any]) -> list[UUID]:
    tokens: list[UUID] = _field(body, "lock-tokens", list)
    if not all(isinstance(token, UUID) for token in tokens):
        raise _BadRequest("lock-tokens holds something that is not a uuid")
    return tokens


def _numbers(body: dict[Any, Any]) -> list[int]:
    numbers: list[int] = _field(body, "sequence-numbers", list)
    if not all(isinstance(number, int) for number in numbers):
        raise _BadRequest("sequence-numbers holds something that is not a number")
    return numbers


def _field(body: Any, name: str, kind: type) -> Any:
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, kind):
        raise _BadRequest(f"{name} is not a {kind.__name__}")
    return value


_OPERATIONS: dict[str, Callable[[Queue, dict[Any, Any], float], _Answer]] = {
    "renew-lock": _renew_locks,
    "peek-message": _peek,
    "schedule-message": _schedule,
    "cancel-scheduled-message": _cancel_scheduled,
    "receive-by-sequence-number": _receive_deferred,
    "update-disposition": _update_disposition,
}
