"""An AMQP message becomes a draft for a queue, a queue's message becomes the bytes of a delivery. Pure."""

from dataclasses import replace
from typing import Any

from sandbox.bus.amqp.sections import Message as AmqpMessage
from sandbox.bus.amqp.sections import annotations_section, application_properties_section, write_message
from sandbox.bus.amqp.types import Int, Long, Symbol, Timestamp
from sandbox.bus.queues.message import Draft, Message

_SCHEDULED = "x-opt-scheduled-enqueue-time"
_NUMBER = Symbol("x-opt-sequence-number")
_FIRST_NUMBER = Symbol("x-opt-enqueue-sequence-number")
_ENQUEUED = Symbol("x-opt-enqueued-time")
_LOCKED_UNTIL = Symbol("x-opt-locked-until")
_STATE = Symbol("x-opt-message-state")
_DEAD_LETTER_SOURCE = Symbol("x-opt-deadletter-source")
_END_OF_TIME = 253_402_300_799.0  # seconds; the last ones of the year 9999
_OURS = {_NUMBER, _FIRST_NUMBER, _ENQUEUED, _LOCKED_UNTIL, _STATE, _DEAD_LETTER_SOURCE}


def draft_of(message: AmqpMessage) -> Draft:
    """What the queue must know of a message that a client sends."""
    scheduled = message.named_annotations().get(_SCHEDULED)
    return Draft(
        content=message,
        message_id=message.message_id,
        ttl=None if message.ttl_ms is None else message.ttl_ms / 1000,
        scheduled_at=min(scheduled / 1000, _END_OF_TIME) if isinstance(scheduled, Timestamp) else None,
    )


def delivery_of(message: Message) -> bytes:
    """The message as a receiver gets it."""
    content: AmqpMessage = message.draft.content
    annotations: dict[Any, Any] = {
        _NUMBER: Long(message.number),
        _FIRST_NUMBER: Long(message.first_number),
        _ENQUEUED: Timestamp.of(message.enqueued_at),
        _STATE: Int(message.state),
    }
    if message.lock_token is not None:
        annotations[_LOCKED_UNTIL] = Timestamp.of(message.locked_until)
    application_properties = content.application_properties
    if message.death is not None:
        annotations[_DEAD_LETTER_SOURCE] = message.death.source
        reasons = {
            "DeadLetterReason": message.death.reason,
            "DeadLetterErrorDescription": message.death.description,
        }
        given = {name: text for name, text in reasons.items() if text is not None}
        application_properties = application_properties_section(given, onto=application_properties)
    delivered = replace(
        content,
        annotations=annotations_section(annotations, onto=content.annotations, without=_OURS),
        application_properties=application_properties,
    )
    return write_message(delivered, delivery_count=message.delivery_count)
