"""Dead-letter queues: what Service Bus set aside in, a row of the failure inbox out, so that nothing waits unseen."""

import json
import logging

import azure.functions as func

from shared.connections import Connections, connections
from shared.errors import PermanentError
from shared.messages import QUEUES, read_envelope

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


def _register(queue: str) -> None:
    def dead_letter(message: func.ServiceBusMessage) -> None:
        to_inbox(message, queue, connections())

    dead_letter.__name__ = f"dead_{queue}"
    triggered = blueprint.service_bus_queue_trigger(
        arg_name="message",
        queue_name=f"{queue}/$DeadLetterQueue",
        connection="ServiceBus",
        data_type=func.DataType.BINARY,
    )(dead_letter)
    blueprint.function_name(f"dead_{queue}")(triggered)


for _queue in QUEUES:
    _register(_queue)


def to_inbox(message: func.ServiceBusMessage, queue: str, to: Connections) -> None:
    """Moves one dead letter to the inbox, with the reason that Service Bus gave."""
    body = message.get_body()
    try:
        envelope = read_envelope(body)
        key, trace, run, item = envelope.key, envelope.trace, envelope.run, envelope.data.get("item")
        domain = envelope.data.get("domain")
    except PermanentError:
        key, trace, run, item, domain = message.message_id or "unknown", "", None, None, None
    properties = message.application_properties or {}
    reason = _text(properties.get("DeadLetterReason")) or "unknown"
    told = PermanentError("dead_letter", why="set_aside", reason=reason[:100])
    to.failures.record(
        code="dead_letter", queue=queue, key=key, trace=trace, params=told.particulars, cause=told.cause,
        attempts=message.delivery_count or 1, body=body,
    )  # fmt: skip
    if run and item:
        to.run_items.put(run, str(item), outcome="failed", key=key, code="dead_letter", domain=domain)
    logger.error("inbox.opened code=dead_letter queue=%s key=%s reason=%s trace=%s", queue, key, reason, trace)


def _text(value: object) -> str:
    """The host hands application properties over as JSON text or as plain values."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str) and value.startswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            return value
    return str(value) if value is not None else ""
