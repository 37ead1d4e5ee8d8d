"""An encoded message goes in, its sections come out, and the way back (part 3, section 3.2).

All but the header is checked and then kept as the bytes that came: no type is lost, and nothing is encoded anew.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sandbox.bus.amqp.decoder import decode, skip
from sandbox.bus.amqp.encoder import encode, encode_described, encode_list, encode_map
from sandbox.bus.amqp.types import DecodeError, Described, UByte, UInt

BATCH_FORMAT = 0x80013700  # Service Bus: each data section holds one whole message

_HEADER, _DELIVERY_ANNOTATIONS, _ANNOTATIONS, _PROPERTIES, _APPLICATION_PROPERTIES = 0x70, 0x71, 0x72, 0x73, 0x74
_DATA, _SEQUENCE, _VALUE, _FOOTER = 0x75, 0x76, 0x77, 0x78
_HOLDS: dict[int, type] = {
    _HEADER: list,
    _DELIVERY_ANNOTATIONS: dict,
    _ANNOTATIONS: dict,
    _PROPERTIES: list,
    _APPLICATION_PROPERTIES: dict,
    _DATA: bytes,
    _SEQUENCE: list,
    _VALUE: object,
    _FOOTER: dict,
}
_PROPERTY_NAMES = (
    "message_id",
    "user_id",
    "to",
    "subject",
    "reply_to",
    "correlation_id",
    "content_type",
    "content_encoding",
    "absolute_expiry_time",
    "creation_time",
    "group_id",
    "group_sequence",
    "reply_to_group_id",
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message; beside the header's fields, its sections as they came, possibly empty."""

    durable: bool = False
    priority: int | None = None
    ttl_ms: int | None = None
    annotations: bytes = b""
    properties: bytes = b""
    application_properties: bytes = b""
    body: bytes = b""

    @property
    def message_id(self) -> Any:
        """The id that the sender gave (text, uuid, binary or ulong), or None."""
        return self.named_properties().get("message_id")

    def named_annotations(self) -> dict[Any, Any]:
        """What those who passed the message on noted about it."""
        return dict(_section_value(self.annotations, dict)) if self.annotations else {}

    def named_properties(self) -> dict[str, Any]:
        """The properties that are not null, by their names."""
        values = _section_value(self.properties, list) if self.properties else []
        return {name: value for name, value in zip(_PROPERTY_NAMES, values, strict=False) if value is not None}

    def named_application_properties(self) -> dict[Any, Any]:
        """The sender's own properties."""
        return dict(_section_value(self.application_properties, dict)) if self.application_properties else {}

    def data(self) -> bytes:
        """The body: the data sections joined, or the bytes of a value or sequence section as they came."""
        parts = list(_sections(self.body))
        if all(code in (_DATA, _FOOTER) for code, _ in parts):
            return b"".join(_section_value(part, bytes) for code, part in parts if code == _DATA)
        return self.body

    def value(self) -> Any:
        """What the amqp-value section holds, or None without one."""
        return next((_section_value(part, object) for code, part in _sections(self.body) if code == _VALUE), None)


def read_message(data: bytes) -> Message:
    """The sections of one message; DecodeError when one is unknown or holds what it may not."""
    if not data:
        raise DecodeError("an empty message")
    header: list[Any] = []
    kept = {_ANNOTATIONS: b"", _PROPERTIES: b"", _APPLICATION_PROPERTIES: b""}
    body = b""
    for code, section in _sections(data):
        value = _section_value(section, _HOLDS[code])
        if code == _HEADER:
            header = value
        elif code in kept:
            kept[code] = section
        elif code != _DELIVERY_ANNOTATIONS:  # those are for one hop
            body += section
    durable, priority, ttl_ms = (*header, None, None, None)[:3]
    if not isinstance(priority, UByte | None) or not isinstance(ttl_ms, UInt | None):
        raise DecodeError("the header's priority or time to live is not a number")
    message = Message(
        durable=bool(durable),
        priority=priority,
        ttl_ms=ttl_ms,
        annotations=kept[_ANNOTATIONS],
        properties=kept[_PROPERTIES],
        application_properties=kept[_APPLICATION_PROPERTIES],
        body=body,
    )
    if not isinstance(message.message_id, str | UUID | bytes | int | None):
        raise DecodeError("the message id is neither text nor uuid, binary or ulong")
    return message


def read_batch(data: bytes) -> list[Message]:
    """The messages of a transfer whose format is `BATCH_FORMAT`."""
    return [read_message(_section_value(part, bytes)) for code, part in _sections(data) if code == _DATA]


def write_message(message: Message, *, delivery_count: int = 0) -> bytes:
    """The bytes of a message, under a header that says how many deliveries of it have failed."""
    fields = (message.durable, message.priority, message.ttl_ms, None, UInt(delivery_count))
    header = encode_described(_HEADER, encode_list(map(encode, fields)))
    return header + message.annotations + message.properties + message.application_properties + message.body


def properties_section(*, message_id: Any = None, correlation_id: Any = None) -> bytes:
    """A properties section with these ids, of the types that they have."""
    values = [message_id, None, None, None, None, correlation_id]
    return encode_described(_PROPERTIES, encode_list(map(encode, values)))


def value_section(value: Any) -> bytes:
    """A body that is one AMQP value."""
    return encode_described(_VALUE, encode(value))


def annotations_section(values: Mapping[Any, Any], *, onto: bytes = b"", without: Container[Any] = ()) -> bytes:
    """A section with `values` behind the pairs of the section `onto`, save those whose key is in `without`."""
    return _map_section(_ANNOTATIONS, values, onto, without)


def application_properties_section(values: Mapping[str, Any], *, onto: bytes = b"") -> bytes:
    """A section with `values` behind the pairs of the section `onto`, whose pairs of other keys stay byte for byte."""
    return _map_section(_APPLICATION_PROPERTIES, values, onto, values)


def _map_section(code: int, values: Mapping[Any, Any], onto: bytes, without: Container[Any]) -> bytes:
    kept = [part for key, pair in _pairs(onto) if key not in without for part in pair]
    added = [encode(part) for pair in values.items() for part in pair]
    return encode_described(code, encode_map(kept + added))


def _pairs(section: bytes) -> Iterator[tuple[Any, tuple[bytes, bytes]]]:
    """Each key of a map section with the bytes of that key and of its value; nothing of no section."""
    if not section:
        return
    at = skip(section, 1)
    at += 3 if section[at] == 0xC1 else 9  # the constructor, the size and the count of the map
    while at < len(section):
        key, middle = decode(section, at)
        end = skip(section, middle)
        yield key, (section[at:middle], section[middle:end])
        at = end


def _sections(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        if data[at] != 0:
            raise DecodeError(f"no section begins at byte {at} of the message")
        code, _ = decode(data, at + 1)
        if not isinstance(code, int) or code not in _HOLDS:
            raise DecodeError(f"unknown message section {code!r}")
        end = skip(data, at)
        yield code, data[at:end]
        at = end


def _section_value(section: bytes, kind: type) -> Any:
    described, _ = decode(section)
    if not isinstance(described, Described) or not isinstance(described.value, kind):
        raise DecodeError(f"a message section does not hold a {kind.__name__}")
    return described.value
