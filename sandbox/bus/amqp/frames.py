"""Bytes in the pieces that a socket gives go in; protocol headers and whole frames come out (part 2, section 2.3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.bus.amqp.performatives import decode_composite, encode_composite
from sandbox.bus.amqp.types import AmqpError

AMQP, SASL = 0, 1  # frame types
AMQP_HEADER = b"AMQP\x00\x01\x00\x00"
SASL_HEADER = b"AMQP\x03\x01\x00\x00"
HEARTBEAT = b"\x00\x00\x00\x08\x02\x00\x00\x00"

_HEAD = struct.Struct(">IBBH")


@dataclass(frozen=True, slots=True)
class ProtocolHeader:
    """The eight bytes with which either side says what it is going to speak."""

    bytes: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; no performative means a heartbeat."""

    type: int
    channel: int
    performative: Any
    payload: bytes = b""


def encode_frame(channel: int, performative: Any, payload: bytes = b"", *, type: int = AMQP) -> bytes:
    """The bytes of a frame."""
    body = encode_composite(performative)
    return _HEAD.pack(8 + len(body) + len(payload), 2, type, channel) + body + payload


class FrameReader:
    """Keeps the rest of an unfinished frame until the next bytes come."""

    def __init__(self, *, max_frame_size: int) -> None:
        self._max_frame_size = max_frame_size
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Frame | ProtocolHeader]:
        """Everything that is complete now. AmqpError `amqp:connection:framing-error` for an impossible frame."""
        data = self._rest + data if self._rest else data
        at = 0
        try:
            while len(data) - at >= 8:
                if data.startswith(b"AMQP", at):
                    header, at = ProtocolHeader(data[at : at + 8]), at + 8
                    yield header
                    continue
                size, offset, type, channel = _HEAD.unpack_from(data, at)
                if not 8 <= 4 * offset <= size <= self._max_frame_size:
                    raise AmqpError("amqp:connection:framing-error", f"a frame of {size} bytes, body at {4 * offset}")
                if len(data) - at < size:
                    return
                body, at = data[at + 4 * offset : at + size], at + size
                yield _frame(type, channel, body)
        finally:
            self._rest = data[at:]


def _frame(type: int, channel: int, body: bytes) -> Frame:
    if not body:
        return Frame(type, channel, None)
    performative, end = decode_composite(body)
    return Frame(type, channel, performative, body[end:])
