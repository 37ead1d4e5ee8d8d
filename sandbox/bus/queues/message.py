"""What a queue keeps: messages, the states they can be in, and how an operation on one can fail."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import UUID


class State(IntEnum):
    """The numbers are those of the annotation `x-opt-message-state`."""

    ACTIVE = 0
    DEFERRED = 1
    SCHEDULED = 2


@dataclass(frozen=True, slots=True)
class QueueProperties:
    """A queue as `infra/` would declare it. Without `ttl_seconds` or `max_delivery_count` there is no such limit."""

    name: str
    max_delivery_count: int | None = 10
    lock_seconds: float = 60
    ttl_seconds: float | None = 14 * 24 * 3600
    dead_letter_expired: bool = True
    duplicate_seconds: float = 600
    max_message_bytes: int = 262_144  # of the Standard tier


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is not in the queue yet; `content` is opaque to the queue."""

    content: Any
    message_id: Any = None
    ttl: float | None = None
    scheduled_at: float | None = None


@dataclass(frozen=True, slots=True)
class Death:
    """Why a message is a dead letter, and which queue it came from."""

    reason: str | None
    description: str | None
    source: str


@dataclass(slots=True)
class Message:
    """A message in a queue. It is locked while it has a lock token; `delivery_count` counts failed deliveries."""

    number: int
    first_number: int
    draft: Draft
    enqueued_at: float
    expires_at: float | None
    state: State = State.ACTIVE
    delivery_count: int = 0
    lock_token: UUID | None = None
    locked_until: float = 0
    death: Death | None = None


class QueueError(Exception):
    """An operation that the queue refuses."""


class LockLostError(QueueError):
    """Nobody holds this lock: it ran out, or the message is settled."""


class MessageNotFoundError(QueueError):
    """No deferred or scheduled message has this sequence number."""


class DeadLetterAgainError(QueueError):
    """A dead letter cannot be dead-lettered once more."""
