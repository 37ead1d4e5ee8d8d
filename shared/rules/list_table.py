"""A list in memory, column by column: packed cards in, filtered, sorted, counted and paged rows out. Pure.

Closed values are one byte per row and filtered by `bytes.translate`; numbers and dates are 8 bytes per row; each sort
order
is kept and mended as rows change. So a page of 100,000 rows costs some milliseconds whatever is asked.
"""

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import total_ordering
from itertools import compress
from sys import intern
from typing import Any, NamedTuple

from shared.rules.like_texts import LikeTexts
from shared.rules.turkish import search_key, sort_key

NOTHING = -(2**62)
"""Stands for a missing number; sorts last in either direction."""
_MOST_ORDERS = 12
_SHORT = 4
"""Characters up to which a text is likely to occur many times."""
_MEND_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields a list can be filtered, searched and sorted by, and how a packed card is opened."""

    unpack: Callable[[str], dict[str, Any]]
    key: str
    codes: Mapping[str, Sequence[str]]
    """Fields with a closed list of values."""
    numbers: Mapping[str, Callable[[dict[str, Any]], int | None]]
    texts: tuple[str, ...]
    search: tuple[str, ...]
    default_sort: tuple[str, ...]

    @property
    def sortable(self) -> frozenset[str]:
        """The fields that a list may be sorted by."""
        return frozenset((*self.codes, *self.numbers, *self.texts))


@dataclass(frozen=True, slots=True)
class Conditions:
    """What rows must fulfil, all of it: any of these values per field, between these numbers,
    exactly these texts, containing this text."""

    any_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    between: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    exactly: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


class Page(NamedTuple):
    """A page of keys and cards, where it begins (from 1), and what lies on both sides of it."""

    cards: list[str]
    total: int
    first: int
    has_previous: bool
    has_next: bool


@total_ordering
class _Descending:
    """A sort value turned round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and self.value == other.value

    def __lt__(self, other: "_Descending") -> bool:
        return bool(other.value < self.value)


class ListTable:
    """The rows of one list. Not thread-safe: its owner guards it."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._alive = bytearray()
        self._packing = LikeTexts()
        self._cards: list[bytes] = []
        """Packed: as text they would be most of the list's memory."""
        self._versions: list[int] = []
        self._keys: list[str] = []
        self._codes = {name: bytearray() for name in shape.codes}
        self._numbers = {name: array("q") for name in shape.numbers}
        self._texts: dict[str, list[str]] = {name: [] for name in shape.texts}
        self._search: list[bytes] = []
        self._code_of = {
            name: {value: code for code, value in enumerate(values, 1)} for name, values in shape.codes.items()
        }
        self._orders: dict[tuple[str, ...], list[int]] = {}
        self._stale: dict[tuple[str, ...], set[int]] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def apply(self, key: str, version: int, card: str) -> bool:
        """Takes a row over when it is newer than the one held; an empty card removes it.

        Returns whether it changed anything.
        """
        slot = self._slots.get(key)
        if slot is not None and self._versions[slot] >= version:
            return False
        if not card:
            if slot is not None:
                self._remove(key, slot)
            return slot is not None
        if slot is None:
            slot = self._new_slot(key)
        self._fill(slot, version, card)
        for stale in self._stale.values():
            stale.add(slot)
        return True

    def card(self, key: str) -> str | None:
        """The packed card of one row, or None."""
        slot = self._slots.get(key)
        return None if slot is None else self._packing.open(self._cards[slot])

    def matching(self, conditions: Conditions) -> bytes:
        """One byte per slot: 1 where the row fulfils the conditions."""
        mask = int.from_bytes(self._alive, "little")
        for name, wanted in conditions.any_of.items():
            table = bytearray(256)
            for value in wanted:
                table[self._code_of[name].get(value, 255)] = 1
            table[255] = 0
            mask &= int.from_bytes(self._codes[name].translate(table), "little")
        for name, (low, high) in conditions.between.items():
            least = NOTHING + 1 if low is None else low
            most = -NOTHING if high is None else high
            mask &= int.from_bytes(bytes([least <= value <= most for value in self._numbers[name]]), "little")
        for name, wanted_text in conditions.exactly.items():
            wanted_key = sort_key(wanted_text)
            mask &= int.from_bytes(bytes([text == wanted_key for text in self._texts[name]]), "little")
        if conditions.text:
            for word in search_key(conditions.text).encode().split():
                mask &= int.from_bytes(bytes([word in text for text in self._search]), "little")
        return mask.to_bytes(len(self._alive), "little")

    def count(self, mask: bytes) -> int:
        """How many rows a mask selects."""
        return mask.count(1)

    def counts(self, mask: bytes, name: str) -> dict[str | None, int]:
        """Rows of the mask by their value of one closed field, every value listed; None for rows without one."""
        column = bytes(compress(self._codes[name], mask))
        found: dict[str | None, int] = {value: column.count(code) for value, code in self._code_of[name].items()}
        return {**found, None: column.count(0)}

    def numbers(self, mask: bytes, name: str) -> list[int]:
        """The known values of one number field over the mask."""
        return [value for value in compress(self._numbers[name], mask) if value != NOTHING]

    def ordered(self, mask: bytes, sorts: tuple[str, ...]) -> list[int]:
        """The mask's slots in order."""
        return [slot for slot in self._order(sorts) if mask[slot]]

    def cards_of(self, slots: Sequence[int]) -> list[str]:
        """The packed cards of these slots."""
        return [self._packing.open(self._cards[slot]) for slot in slots]

    def keys_of(self, slots: Sequence[int]) -> list[str]:
        """The keys of these slots."""
        return [self._keys[slot] for slot in slots]

    def page(
        self,
        mask: bytes,
        sorts: tuple[str, ...],
        limit: int,
        *,
        after: Sequence[Any] | None = None,
        before: Sequence[Any] | None = None,
    ) -> tuple[Page, list[int]]:
        """A page by its neighbours' marks, so that no row is lost or shown twice while others change."""
        slots = self.ordered(mask, sorts)
        key = self._key(sorts)
        if after is not None:
            start = bisect_right(slots, self._from_mark(sorts, after), key=key)
        elif before is not None:
            start = max(bisect_left(slots, self._from_mark(sorts, before), key=key) - limit, 0)
        else:
            start = 0
        chosen = slots[start : start + limit]
        page = Page(
            self.cards_of(chosen), len(slots), start + 1 if chosen else 0, start > 0, start + limit < len(slots)
        )
        return page, chosen

    def mark(self, slot: int, sorts: tuple[str, ...]) -> list[Any]:
        """A row's place in an order, JSON-ready: what a cursor carries."""
        return [*(self._value(name.removeprefix("-"), slot) for name in sorts), self._keys[slot]]

    def _order(self, sorts: tuple[str, ...]) -> list[int]:
        order = self._orders.get(sorts)
        stale = self._stale.get(sorts, set())
        if order is None or len(stale) > _MEND_AT_MOST:
            order = sorted(self._slots.values(), key=self._key(sorts))
            while len(self._orders) >= _MOST_ORDERS and sorts not in self._orders:
                oldest = next(iter(self._orders))
                del self._orders[oldest], self._stale[oldest]
        elif stale:
            key = self._key(sorts)
            order = [slot for slot in order if slot not in stale]
            for slot in stale:
                if self._alive[slot]:
                    insort(order, slot, key=key)
        self._orders[sorts] = order
        self._stale[sorts] = set()
        return order

    def _key(self, sorts: tuple[str, ...]) -> Callable[[int], tuple[Any, ...]]:
        parts = [(name.removeprefix("-"), name.startswith("-")) for name in sorts]

        def key(slot: int) -> tuple[Any, ...]:
            return (*(_comparable(self._value(name, slot), down) for name, down in parts), self._keys[slot])

        return key

    def _from_mark(self, sorts: tuple[str, ...], mark: Sequence[Any]) -> tuple[Any, ...]:
        if len(mark) != len(sorts) + 1:
            raise ValueError("the mark belongs to another order")
        values = (_comparable(value, name.startswith("-")) for name, value in zip(sorts, mark, strict=False))
        return (*values, mark[-1])

    def _value(self, name: str, slot: int) -> Any:
        """A row's value for sorting: None when it has none."""
        if name in self._codes:
            return self._codes[name][slot] or None
        if name in self._numbers:
            number = self._numbers[name][slot]
            return None if number == NOTHING else number
        return self._texts[name][slot] or None

    def _new_slot(self, key: str) -> int:
        if self._free:
            slot = self._free.pop()
        else:
            slot = len(self._cards)
            self._alive.append(0)
            self._cards.append(b"")
            self._versions.append(0)
            self._keys.append("")
            self._search.append(b"")
            for codes in self._codes.values():
                codes.append(0)
            for numbers in self._numbers.values():
                numbers.append(NOTHING)
            for texts in self._texts.values():
                texts.append("")
        self._slots[key] = slot
        self._keys[slot] = key
        return slot

    def _fill(self, slot: int, version: int, card: str) -> None:
        row = self.shape.unpack(card)
        self._alive[slot] = 1
        self._versions[slot] = version
        self._cards[slot] = self._packing.pack(card)
        for name, codes in self._codes.items():
            codes[slot] = self._code_of[name].get(row.get(name) or "", 0)
        for name, read in self.shape.numbers.items():
            value = read(row)
            self._numbers[name][slot] = NOTHING if value is None else value
        for name, texts in self._texts.items():
            text = sort_key(str(row.get(name) or ""))
            texts[slot] = intern(text) if len(text) <= _SHORT else text
        self._search[slot] = search_key(
            " ".join(str(row[name]) for name in self.shape.search if row.get(name))
        ).encode()

    def _remove(self, key: str, slot: int) -> None:
        for stale in self._stale.values():
            stale.add(slot)
        self._alive[slot] = 0
        self._cards[slot] = self._search[slot] = b""
        self._keys[slot] = ""
        self._versions[slot] = 0
        del self._slots[key]
        self._free.append(slot)


def _comparable(value: Any, down: bool) -> tuple[int, Any]:
    """Missing values come last, upward and downward."""
    if value is None:
        return (1, 0)
    return (0, _Descending(value) if down else value)
