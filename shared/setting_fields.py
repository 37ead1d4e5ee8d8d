"""How a setting is declared, and read: its text in the environment in, a typed value or what is wrong with it out.

No pydantic here: every worker reads its settings while it is indexed, and pydantic alone costs more than half as much
as all of `azure.functions` (design section 9).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from typing import Any

_TRUE, _FALSE = ("true", "1", "yes", "on", "t", "y"), ("false", "0", "no", "off", "f", "n")


class Secret:
    """A value that neither prints nor logs itself."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The value, for the client that needs it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Secret('{'**********' if self._value else ''}')"


NO_SECRET = Secret("")


def setting(name: str, default: Any, *, example: str, read: Callable[[str], Any] = str) -> Any:
    """A field of a settings class under its name in the environment. `read` raises `ValueError` with what is wrong."""
    return field(default=default, metadata={"name": name, "example": example, "read": read})


def read_fields(of: type[Any], given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values by attribute, and what is wrong by the setting's name."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for one in fields(of):
        name = one.metadata["name"]
        if name in given:
            try:
                values[one.name] = one.metadata["read"](given[name])
            except ValueError as error:
                wrong[name] = str(error)
    return values, wrong


def boolean(text: str) -> bool:
    """`true` or `false`, or another word for it, in any case."""
    if text.lower() not in _TRUE + _FALSE:
        raise ValueError("must be true or false")
    return text.lower() in _TRUE


def integer(least: int, most: int) -> Callable[[str], int]:
    """A whole number, both ends allowed."""

    def read(text: str) -> int:
        if not text.removeprefix("-").isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def number(*, above: float, most: float) -> Callable[[str], float]:
    """A number, the upper end allowed."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not above < value <= most:
            raise ValueError(f"must be a number above {above:g}, at most {most:g}")
        return value

    return read


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of these words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return read
