"""An AMQP value goes in (see `types`); its bytes come out, in the shortest form that its type has."""

import struct
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sandbox.bus.amqp.types import (
    Array,
    Byte,
    Char,
    Decimal,
    Described,
    Float32,
    Int,
    Long,
    Short,
    Symbol,
    Timestamp,
    UByte,
    UInt,
    ULong,
    UShort,
)


def encode(value: Any) -> bytes:
    """The bytes of `value`. TypeError for a type without AMQP form, struct.error for a number out of range."""
    try:
        return _WRITERS[type(value)](value)
    except KeyError:
        raise TypeError(f"{type(value).__name__} has no AMQP form") from None


def encode_list(items: Iterable[bytes]) -> bytes:
    """A list of values that are encoded already."""
    parts = list(items)
    return _compound(0xC0, 0xD0, len(parts), b"".join(parts)) if parts else b"\x45"


def encode_map(pairs: Iterable[bytes]) -> bytes:
    """A map of keys and values, in turn, that are encoded already."""
    parts = list(pairs)
    return _compound(0xC1, 0xD1, len(parts), b"".join(parts))


def encode_described(code: int, value: bytes) -> bytes:
    """A value that is encoded already, behind a numeric descriptor below 256."""
    return b"\x00\x53" + bytes((code,)) + value


def _compound(short: int, long: int, count: int, body: bytes) -> bytes:
    if count < 256 and len(body) < 255:
        return bytes((short, len(body) + 1, count)) + body
    return struct.pack(">BII", long, len(body) + 4, count) + body


def _fixed(code: int, layout: str) -> Callable[[Any], bytes]:
    packed = struct.Struct(">B" + layout)
    return lambda value: packed.pack(code, value)


def _unsigned(zero: int, small: int, code: int, layout: str) -> Callable[[int], bytes]:
    packed = struct.Struct(">B" + layout)

    def write(value: int) -> bytes:
        if value == 0:
            return bytes((zero,))
        return bytes((small, value)) if 0 < value < 256 else packed.pack(code, value)

    return write


def _signed(small: int, code: int, layout: str) -> Callable[[int], bytes]:
    short, long = struct.Struct(">Bb"), struct.Struct(">B" + layout)
    return lambda value: short.pack(small, value) if -128 <= value < 128 else long.pack(code, value)


def _variable(short: int, long: int, to_bytes: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    def write(value: Any) -> bytes:
        data = to_bytes(value)
        if len(data) < 256:
            return bytes((short, len(data))) + data
        return struct.pack(">BI", long, len(data)) + data

    return write


def _decimal(value: Decimal) -> bytes:
    return {4: b"\x74", 8: b"\x84", 16: b"\x94"}[len(value)] + value


def _map(value: dict[Any, Any]) -> bytes:
    return encode_map(encode(part) for pair in value.items() for part in pair)


def _described(value: Described) -> bytes:
    return b"\x00" + encode(value.descriptor) + encode(value.value)


def _array(values: Array) -> bytes:
    """Elements share one constructor, so each takes the long form of its type."""
    if not values:
        return b"\xe0\x02\x00\x40"
    code, write = _ELEMENTS[type(values[0])]
    body = bytes((code,)) + b"".join(write(value) for value in values)
    return struct.pack(">BII", 0xF0, len(body) + 4, len(values)) + body


def _element(code: int, layout: str) -> tuple[int, Callable[[Any], bytes]]:
    packed = struct.Struct(">" + layout)
    return code, lambda value: packed.pack(value)


def _sized(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


_ELEMENTS: dict[type, tuple[int, Callable[[Any], bytes]]] = {
    UUID: (0x98, lambda value: value.bytes),
    Symbol: (0xB3, lambda value: _sized(value.encode("ascii"))),
    str: (0xB1, lambda value: _sized(value.encode())),
    bytes: (0xB0, _sized),
    Timestamp: _element(0x83, "q"),
    Long: _element(0x81, "q"),
    int: _element(0x81, "q"),
    Int: _element(0x71, "i"),
    UInt: _element(0x70, "I"),
    ULong: _element(0x80, "Q"),
}

_WRITERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda value: b"\x40",
    bool: lambda value: b"\x41" if value else b"\x42",
    UByte: _fixed(0x50, "B"),
    UShort: _fixed(0x60, "H"),
    UInt: _unsigned(0x43, 0x52, 0x70, "I"),
    ULong: _unsigned(0x44, 0x53, 0x80, "Q"),
    Byte: _fixed(0x51, "b"),
    Short: _fixed(0x61, "h"),
    Int: _signed(0x54, 0x71, "i"),
    Long: _signed(0x55, 0x81, "q"),
    int: _signed(0x55, 0x81, "q"),
    Float32: _fixed(0x72, "f"),
    float: _fixed(0x82, "d"),
    Decimal: _decimal,
    Char: lambda value: struct.pack(">BI", 0x73, ord(value)),
    Timestamp: _fixed(0x83, "q"),
    UUID: lambda value: b"\x98" + value.bytes,
    bytes: _variable(0xA0, 0xB0, bytes),
    str: _variable(0xA1, 0xB1, str.encode),
    Symbol: _variable(0xA3, 0xB3, lambda value: value.encode("ascii")),
    list: lambda value: encode_list(map(encode, value)),
    dict: _map,
    Array: _array,
    Described: _described,
}
