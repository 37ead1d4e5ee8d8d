"""A received Service Bus message → body and metadata as the real host hands them to the Python worker.

Nulls are left out, `…Utc` dates carry no zone, and a JSON body that is bound as text overwrites the metadata.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from azure.functions.meta import Datum
from azure.functions.servicebus import ServiceBusMessageInConverter
from azure.servicebus import ServiceBusReceivedMessage

NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class UndecodableBody(Exception):
    """The body is bound as text but is not UTF-8; the host fails the invocation."""


def read_message(message: ServiceBusReceivedMessage, *, binary: bool) -> Any:
    """The message as the function gets it, through the genuine converter of `azure.functions`."""
    body = b"".join(message.body) if message.body is not None else b""
    values = _values(message)
    if binary:
        data = Datum(body, "bytes")
    else:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UndecodableBody("The body is not UTF-8: bind it with data_type=func.DataType.BINARY.") from error
        data = Datum(text, "string")
        _overwrite(values, text)
    return ServiceBusMessageInConverter.decode(data, trigger_metadata=_datums(values))


def read_text(text: str) -> Any:
    """A message from `/admin/functions/{name}`: the text as body and hardly any metadata."""
    values = {"DeliveryCount": 1, "ApplicationProperties": {}, "UserProperties": {}}
    return ServiceBusMessageInConverter.decode(Datum(text, "string"), trigger_metadata=_datums(values))


def _values(message: ServiceBusReceivedMessage) -> dict[str, Any]:
    properties = {_text(key): _plain(value) for key, value in (message.application_properties or {}).items()}
    expires = message.expires_at_utc or NEVER
    return {
        # The broker counts failed deliveries, the host counts deliveries.
        "DeliveryCount": (message.delivery_count or 0) + 1,
        "DeadLetterSource": message.dead_letter_source,
        "LockToken": str(message.lock_token),
        "ExpiresAt": _with_zone(expires),
        "ExpiresAtUtc": _naive(expires),
        "EnqueuedTime": _with_zone(message.enqueued_time_utc),
        "EnqueuedTimeUtc": _naive(message.enqueued_time_utc),
        "MessageId": message.message_id,
        "ContentType": message.content_type,
        "ReplyTo": message.reply_to,
        "SequenceNumber": message.sequence_number,
        "To": message.to,
        "Subject": message.subject,
        "Label": message.subject,
        "CorrelationId": message.correlation_id,
        "ApplicationProperties": properties,
        "UserProperties": properties,
        "SessionId": message.session_id,
        "ReplyToSessionId": message.reply_to_session_id,
        "PartitionKey": message.partition_key,
        "MessageActions": {},
        "SessionActions": {},
        "ReceiveActions": {},
        "Client": {"FullyQualifiedNamespace": "127.0.0.1", "IsClosed": False, "TransportType": 0},
    }


def _datums(values: Mapping[str, Any]) -> dict[str, Datum]:
    return {
        name: Datum(value, "string") if isinstance(value, str) else Datum(json.dumps(value), "json")
        for name, value in values.items()
        if value is not None
    }


def _overwrite(values: dict[str, Any], text: str) -> None:
    """Copy a JSON body's top-level properties over the metadata, as the host's binding data provider does."""
    try:
        body = json.loads(text)
    except ValueError:
        return
    if not isinstance(body, dict):
        return
    known: dict[str, str] = {name.lower(): name for name in values}
    for name, value in body.items():
        if value is None or isinstance(value, list):
            continue
        key = known.get(str(name).lower(), str(name))
        values[key] = value if isinstance(value, dict) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime):
        return _with_zone(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _text(key: str | bytes) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else key


def _naive(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


def _with_zone(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds")
