"""Bytes go in; an AMQP value and the place behind it come out (part 1, section 1.6). Anything odd is a DecodeError."""

import struct
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sandbox.bus.amqp.types import (
    Array,
    Byte,
    Char,
    Decimal,
    DecodeError,
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

_Reader = Callable[[bytes, int], tuple[Any, int]]
_MAX_EMPTY_ELEMENTS = 65_536  # elements of no bytes: a tiny frame could otherwise claim four billion of them

SIZES = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}  # by the first half of a fixed-width constructor


def decode(data: bytes, at: int = 0) -> tuple[Any, int]:
    """The value that begins at `at`, and the place of the byte behind it."""
    try:
        return _value(data, at)
    except (IndexError, struct.error, UnicodeDecodeError, OverflowError, ValueError, TypeError) as error:
        raise DecodeError(f"not an AMQP value at byte {at}: {error}") from error
    except RecursionError as error:
        raise DecodeError(f"nested too deeply at byte {at}") from error


def skip(data: bytes, at: int) -> int:
    """The place behind the value at `at`, without building it."""
    try:
        code = data[at]
        if code == 0:
            return skip(data, skip(data, at + 1))
        at += 1
        kind = code >> 4
        if kind in SIZES:
            return _inside(data, at + SIZES[kind])
        if kind in (0xA, 0xC, 0xE):
            return _inside(data, at + 1 + data[at])
        if kind in (0xB, 0xD, 0xF):
            return _inside(data, at + 4 + int.from_bytes(data[at : at + 4], "big"))
    except (IndexError, RecursionError) as error:
        raise DecodeError(f"a value ends too early at byte {at}") from error
    raise DecodeError(f"unknown constructor 0x{code:02x}")


def _value(data: bytes, at: int) -> tuple[Any, int]:
    code = data[at]
    if code == 0:
        descriptor, at = _value(data, at + 1)
        value, at = _value(data, at)
        return Described(descriptor, value), at
    return _reader(code)(data, at + 1)


def _reader(code: int) -> _Reader:
    try:
        return _READERS[code]
    except KeyError:
        raise DecodeError(f"unknown constructor 0x{code:02x}") from None


def _inside(data: bytes, end: int) -> int:
    if end > len(data):
        raise DecodeError(f"a value ends at byte {end} of {len(data)}")
    return end


def _constant(value: Any) -> _Reader:
    return lambda data, at: (value, at)


def _fixed(layout: str, build: Callable[[Any], Any]) -> _Reader:
    packed = struct.Struct(layout)
    return lambda data, at: (build(packed.unpack_from(data, at)[0]), at + packed.size)


def _raw(width: int, build: Callable[[bytes], Any]) -> _Reader:
    return lambda data, at: (build(data[at : _inside(data, at + width)]), at + width)


def _variable(size_bytes: int, build: Callable[[bytes], Any]) -> _Reader:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        start = at + size_bytes
        end = _inside(data, start + int.from_bytes(data[at:start], "big"))
        return build(data[start:end]), end

    return read


def _head(data: bytes, at: int, width: int) -> tuple[int, int, int]:
    """Count of a compound value, where its items begin, and where it ends by its own size."""
    end = _inside(data, at + width + int.from_bytes(data[at : at + width], "big"))
    start = _inside(data, at + 2 * width)
    return int.from_bytes(data[at + width : start], "big"), start, end


def _items(data: bytes, at: int, count: int, end: int) -> list[Any]:
    items = []
    for _ in range(count):
        item, at = _value(data, at)
        items.append(item)
    if at != end:
        raise DecodeError(f"a compound value says it ends at byte {end} and ends at byte {at}")
    return items


def _list(width: int) -> _Reader:
    def read(data: bytes, at: int) -> tuple[list[Any], int]:
        count, at, end = _head(data, at, width)
        return _items(data, at, count, end), end

    return read


def _map(width: int) -> _Reader:
    def read(data: bytes, at: int) -> tuple[dict[Any, Any], int]:
        count, at, end = _head(data, at, width)
        if count % 2:
            raise DecodeError("a map holds a key without a value")
        items = _items(data, at, count, end)
        return dict(zip(items[::2], items[1::2], strict=True)), end

    return read


def _array(width: int) -> _Reader:
    def read(data: bytes, at: int) -> tuple[Array, int]:
        count, at, end = _head(data, at, width)
        code = data[at]
        read_one, at = _reader(code), at + 1
        if code >> 4 == 0x4 and count > _MAX_EMPTY_ELEMENTS:
            raise DecodeError(f"an array claims {count} elements of no bytes")
        values = Array()
        for _ in range(count):
            value, at = read_one(data, at)
            values.append(value)
        if at != end:
            raise DecodeError(f"an array says it ends at byte {end} and ends at byte {at}")
        return values, end

    return read


def _text(data: bytes) -> str:
    return data.decode("utf-8")


def _symbol(data: bytes) -> Symbol:
    return Symbol(data.decode("ascii"))


def _uuid(data: bytes) -> UUID:
    return UUID(bytes=data)


_READERS: dict[int, _Reader] = {
    0x40: _constant(None),
    0x41: _constant(True),
    0x42: _constant(False),
    0x43: _constant(UInt(0)),
    0x44: _constant(ULong(0)),
    0x45: lambda data, at: ([], at),
    0x50: _fixed(">B", UByte),
    0x51: _fixed(">b", Byte),
    0x52: _fixed(">B", UInt),
    0x53: _fixed(">B", ULong),
    0x54: _fixed(">b", Int),
    0x55: _fixed(">b", Long),
    0x56: _fixed(">B", bool),
    0x60: _fixed(">H", UShort),
    0x61: _fixed(">h", Short),
    0x70: _fixed(">I", UInt),
    0x71: _fixed(">i", Int),
    0x72: _fixed(">f", Float32),
    0x73: _fixed(">I", lambda point: Char(chr(point))),
    0x74: _raw(4, Decimal),
    0x80: _fixed(">Q", ULong),
    0x81: _fixed(">q", Long),
    0x82: _fixed(">d", float),
    0x83: _fixed(">q", Timestamp),
    0x84: _raw(8, Decimal),
    0x94: _raw(16, Decimal),
    0x98: _raw(16, _uuid),
    0xA0: _variable(1, bytes),
    0xA1: _variable(1, _text),
    0xA3: _variable(1, _symbol),
    0xB0: _variable(4, bytes),
    0xB1: _variable(4, _text),
    0xB3: _variable(4, _symbol),
    0xC0: _list(1),
    0xC1: _map(1),
    0xD0: _list(4),
    0xD1: _map(4),
    0xE0: _array(1),
    0xF0: _array(4),
}
