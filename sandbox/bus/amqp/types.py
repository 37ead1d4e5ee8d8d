"""The AMQP types that Python has no word for (part 1, section 1.6), so that a decoded value encodes to the same type.

None, bool, float (double), str, bytes, UUID, list and dict stand for themselves; a bare int is sent as a long.
"""

from dataclasses import dataclass
from typing import Any

SERIAL = 2**32  # transfer ids and delivery counts start again after this (part 2, 2.8.10; RFC 1982)


class AmqpError(Exception):
    """Something the protocol has a condition for; it travels to the client as an `error`."""

    def __init__(self, condition: str, description: str) -> None:
        super().__init__(f"{condition}: {description}")
        self.condition = condition
        self.description = description


class DecodeError(AmqpError):
    """The bytes are not valid AMQP."""

    def __init__(self, description: str) -> None:
        super().__init__("amqp:decode-error", description)


class UByte(int):
    """0 to 255."""


class UShort(int):
    """0 to 65,535."""


class UInt(int):
    """0 to 2**32 - 1."""


class ULong(int):
    """0 to 2**64 - 1."""


class Byte(int):
    """-128 to 127."""


class Short(int):
    """-32,768 to 32,767."""


class Int(int):
    """-2**31 to 2**31 - 1."""


class Long(int):
    """-2**63 to 2**63 - 1."""


class Timestamp(int):
    """Milliseconds since 1970-01-01 UTC."""

    @classmethod
    def of(cls, seconds: float) -> "Timestamp":
        """The timestamp of a `time.time()` value."""
        return cls(round(seconds * 1000))


class Float32(float):
    """A float of 4 bytes."""


class Char(str):
    """One Unicode character."""


class Symbol(str):
    """An ASCII name from a known set."""


class Decimal(bytes):
    """A decimal of 4, 8 or 16 bytes, kept as it came."""


class Array(list[Any]):
    """Values of one type, which is written once."""


@dataclass(frozen=True, slots=True)
class Described:
    """A value with a descriptor that says what it means."""

    descriptor: Any
    value: Any
