"""What a list is made of and may be asked for: its fields, its columns, and the conditions that rows must fulfil."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

NOTHING = -(2**62)
"""Stands for a missing number; sorts last in either direction."""

Face = dict[str, Any]
"""A row as people see it, JSON-ready."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a list's rows, and by which of them it can be filtered, searched and sorted.

    Columns are kept in the packed cards by their place: `fields`, `codes`, the values of a code, `numbers` and `texts`
    are append only.
    """

    key: str
    """The field by which rows are told apart; they can be sorted by it as well."""
    fields: tuple[str, ...]
    codes: Mapping[str, Sequence[str]]
    """Fields with a closed list of values."""
    numbers: Mapping[str, Callable[[Face], int | None]]
    texts: tuple[str, ...]
    search: tuple[str, ...]
    default_sort: tuple[str, ...]
    derived: Callable[[Face], Face] = lambda face: {}
    """Fields that the list is filtered by and nobody is shown."""

    @property
    def sortable(self) -> frozenset[str]:
        """The fields that a list may be sorted by."""
        return frozenset((self.key, *self.codes, *self.numbers, *self.texts))


@dataclass(frozen=True, slots=True)
class Conditions:
    """What rows must fulfil, all of it: any of these values per field, between these numbers,
    exactly these texts, containing this text."""

    any_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    between: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    exactly: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


class Page(NamedTuple):
    """A page of rows, where it begins (from 1), and what lies on both sides of it."""

    faces: list[Face]
    total: int
    first: int
    has_previous: bool
    has_next: bool
