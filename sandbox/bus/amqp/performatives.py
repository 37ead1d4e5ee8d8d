"""The composite types of parts 2, 3 and 5 of the specification: described lists to dataclasses and back.

Every field is written, trailing nulls included: the specification lets them be left out, some clients count them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from sandbox.bus.amqp.decoder import decode
from sandbox.bus.amqp.encoder import encode, encode_described, encode_list
from sandbox.bus.amqp.types import Array, DecodeError, Described, Symbol, UByte, UInt, ULong, UShort

_T = TypeVar("_T")
_CODES: dict[type, int] = {}
_TYPES: dict[int, type] = {}
_NUMBERS: tuple[Any, ...] = (UByte, UShort, UInt, ULong)
_FIELDS: dict[type, tuple[tuple[str, Callable[[Any], Any] | None], ...]] = {}


def _composite(code: int) -> Callable[[type[_T]], type[_T]]:
    def register(cls: type[_T]) -> type[_T]:
        _CODES[cls], _TYPES[code] = code, cls
        _FIELDS[cls] = tuple((one.name, one.metadata.get("wire")) for one in fields(cls))  # type: ignore[arg-type]
        return cls

    return register


def _of(wire: Callable[[Any], Any]) -> Any:
    """A field that is null unless given, and has the type `wire` when it is sent."""
    return field(default=None, metadata={"wire": wire})


def encode_composite(value: Any) -> bytes:
    """The bytes of one of the dataclasses below."""
    items = []
    for name, wire in _FIELDS[type(value)]:
        item = getattr(value, name)
        if type(item) in _CODES:
            items.append(encode_composite(item))
        else:
            items.append(encode(item if item is None or wire is None else wire(item)))
    return encode_described(_CODES[type(value)], encode_list(items))


def decode_composite(data: bytes, at: int = 0) -> tuple[Any, int]:
    """The dataclass at `at` and the place behind it; DecodeError when there is something else."""
    value, at = decode(data, at)
    built = _build(value)
    if isinstance(built, Described) or type(built) not in _CODES:
        raise DecodeError("expected a performative")
    return built, at


def _build(value: Any) -> Any:
    """Known descriptors become dataclasses, the nested ones too; unknown ones stay as they are."""
    if not isinstance(value, Described) or not isinstance(value.descriptor, int):
        return value
    cls = _TYPES.get(value.descriptor)
    if cls is None:
        return value
    if not isinstance(value.value, list) or len(value.value) > len(_FIELDS[cls]):
        raise DecodeError(f"{cls.__name__.lower()} is not a list of at most {len(_FIELDS[cls])} fields")
    for (name, wire), item in zip(_FIELDS[cls], value.value, strict=False):
        if wire in _NUMBERS and item is not None and type(item) is not wire:
            raise DecodeError(f"{name} of {cls.__name__.lower()} is of a wrong type")
    return cls(*[_build(item) for item in value.value])


@_composite(0x10)
@dataclass(frozen=True, slots=True)
class Open:
    """Part 2, 2.7.1."""

    container_id: str | None = None
    hostname: str | None = None
    max_frame_size: int | None = _of(UInt)
    channel_max: int | None = _of(UShort)
    idle_time_out: int | None = _of(UInt)
    outgoing_locales: Array | None = None
    incoming_locales: Array | None = None
    offered_capabilities: Array | None = None
    desired_capabilities: Array | None = None
    properties: dict[Any, Any] | None = None


@_composite(0x11)
@dataclass(frozen=True, slots=True)
class Begin:
    """Part 2, 2.7.2."""

    remote_channel: int | None = _of(UShort)
    next_outgoing_id: int | None = _of(UInt)
    incoming_window: int | None = _of(UInt)
    outgoing_window: int | None = _of(UInt)
    handle_max: int | None = _of(UInt)
    offered_capabilities: Array | None = None
    desired_capabilities: Array | None = None
    properties: dict[Any, Any] | None = None


@_composite(0x12)
@dataclass(frozen=True, slots=True)
class Attach:
    """Part 2, 2.7.3. Role: False sends, True receives."""

    name: str | None = None
    handle: int | None = _of(UInt)
    role: bool | None = None
    snd_settle_mode: int | None = _of(UByte)
    rcv_settle_mode: int | None = _of(UByte)
    source: Any = None
    target: Any = None
    unsettled: dict[Any, Any] | None = None
    incomplete_unsettled: bool | None = None
    initial_delivery_count: int | None = _of(UInt)
    max_message_size: int | None = _of(ULong)
    offered_capabilities: Array | None = None
    desired_capabilities: Array | None = None
    properties: dict[Any, Any] | None = None


@_composite(0x13)
@dataclass(frozen=True, slots=True)
class Flow:
    """Part 2, 2.7.4."""

    next_incoming_id: int | None = _of(UInt)
    incoming_window: int | None = _of(UInt)
    next_outgoing_id: int | None = _of(UInt)
    outgoing_window: int | None = _of(UInt)
    handle: int | None = _of(UInt)
    delivery_count: int | None = _of(UInt)
    link_credit: int | None = _of(UInt)
    available: int | None = _of(UInt)
    drain: bool | None = None
    echo: bool | None = None
    properties: dict[Any, Any] | None = None


@_composite(0x14)
@dataclass(frozen=True, slots=True)
class Transfer:
    """Part 2, 2.7.5."""

    handle: int | None = _of(UInt)
    delivery_id: int | None = _of(UInt)
    delivery_tag: bytes | None = None
    message_format: int | None = _of(UInt)
    settled: bool | None = None
    more: bool | None = None
    rcv_settle_mode: int | None = _of(UByte)
    state: Any = None
    resume: bool | None = None
    aborted: bool | None = None
    batchable: bool | None = None


@_composite(0x15)
@dataclass(frozen=True, slots=True)
class Disposition:
    """Part 2, 2.7.6. Role: True when the sender of this frame received the delivery."""

    role: bool | None = None
    first: int | None = _of(UInt)
    last: int | None = _of(UInt)
    settled: bool | None = None
    state: Any = None
    batchable: bool | None = None


@_composite(0x16)
@dataclass(frozen=True, slots=True)
class Detach:
    """Part 2, 2.7.7."""

    handle: int | None = _of(UInt)
    closed: bool | None = None
    error: Any = None


@_composite(0x17)
@dataclass(frozen=True, slots=True)
class End:
    """Part 2, 2.7.8."""

    error: Any = None


@_composite(0x18)
@dataclass(frozen=True, slots=True)
class Close:
    """Part 2, 2.7.9."""

    error: Any = None


@_composite(0x1D)
@dataclass(frozen=True, slots=True)
class Error:
    """Part 2, 2.8.14."""

    condition: str | None = _of(Symbol)
    description: str | None = None
    info: dict[Any, Any] | None = None


@_composite(0x24)
@dataclass(frozen=True, slots=True)
class Accepted:
    """Part 3, 3.4.2."""


@_composite(0x25)
@dataclass(frozen=True, slots=True)
class Rejected:
    """Part 3, 3.4.3."""

    error: Any = None


@_composite(0x26)
@dataclass(frozen=True, slots=True)
class Released:
    """Part 3, 3.4.4."""


@_composite(0x27)
@dataclass(frozen=True, slots=True)
class Modified:
    """Part 3, 3.4.5."""

    delivery_failed: bool | None = None
    undeliverable_here: bool | None = None
    message_annotations: dict[Any, Any] | None = None


@_composite(0x28)
@dataclass(frozen=True, slots=True)
class Source:
    """Part 3, 3.5.3."""

    address: Any = None
    durable: int | None = _of(UInt)
    expiry_policy: str | None = _of(Symbol)
    timeout: int | None = _of(UInt)
    dynamic: bool | None = None
    dynamic_node_properties: dict[Any, Any] | None = None
    distribution_mode: str | None = _of(Symbol)
    filter: dict[Any, Any] | None = None
    default_outcome: Any = None
    outcomes: Array | None = None
    capabilities: Array | None = None


@_composite(0x29)
@dataclass(frozen=True, slots=True)
class Target:
    """Part 3, 3.5.4."""

    address: Any = None
    durable: int | None = _of(UInt)
    expiry_policy: str | None = _of(Symbol)
    timeout: int | None = _of(UInt)
    dynamic: bool | None = None
    dynamic_node_properties: dict[Any, Any] | None = None
    capabilities: Array | None = None


@_composite(0x40)
@dataclass(frozen=True, slots=True)
class SaslMechanisms:
    """Part 5, 5.3.3.1."""

    sasl_server_mechanisms: Array | None = None


@_composite(0x41)
@dataclass(frozen=True, slots=True)
class SaslInit:
    """Part 5, 5.3.3.2."""

    mechanism: str | None = _of(Symbol)
    initial_response: bytes | None = None
    hostname: str | None = None


@_composite(0x44)
@dataclass(frozen=True, slots=True)
class SaslOutcome:
    """Part 5, 5.3.3.5."""

    code: int | None = _of(UByte)
    additional_data: bytes | None = None
