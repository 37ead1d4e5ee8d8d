"""A list in memory, column by column: packed cards in, filtered, sorted, counted and paged rows out. Pure.

Closed values are one byte per row and filtered by `bytes.translate`; numbers and dates are 8 bytes per row; each sort
order is kept and mended as rows change. So a page of 100,000 rows costs some milliseconds whatever is asked.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any

from shared.rules.list_card import open_face, split_card
from shared.rules.list_order import Orders, sort_place
from shared.rules.list_shape import NOTHING, Conditions, Face, Page, Shape
from shared.rules.turkish import search_key, sort_key

_SHORT = 4
"""Bytes up to which a text is likely to occur many times."""


class ListTable:
    """The rows of one list, each in a slot. Not thread-safe: its owner guards it."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._alive = bytearray()
        self._versions = array("q")
        self._keys: list[str] = []
        self._codes = bytearray()
        """Row by row, as in the cards; a column is every n-th of them."""
        self._numbers = array("q")
        self._no_numbers = array("q", [NOTHING] * len(shape.numbers)).tobytes()
        self._texts: dict[str, list[bytes]] = {name: [] for name in shape.texts}
        self._search: list[str] = []
        self._faces: list[bytes] = []
        self._shared: dict[bytes, bytes] = {}
        """Short texts, each kept once."""
        self._code_of = {
            name: {value: code for code, value in enumerate(values, 1)} for name, values in shape.codes.items()
        }
        self._place = {name: place for names in (shape.codes, shape.numbers) for place, name in enumerate(names)}
        self._orders = Orders()

    def __len__(self) -> int:
        return len(self._slots)

    def apply(self, key: str, version: int, card: bytes) -> bool:
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
        self._orders.changed(slot)
        return True

    def face(self, key: str) -> Face | None:
        """One row as people see it, or None."""
        slot = self._slots.get(key)
        return None if slot is None else open_face(self.shape, self._faces[slot])

    def matching(self, conditions: Conditions) -> bytes:
        """One byte per slot: 1 where the row fulfils the conditions."""
        mask = bytes(self._alive)
        for name, wanted in conditions.any_of.items():
            table = bytearray(256)
            for value in wanted & self._code_of[name].keys():
                table[self._code_of[name][value]] = 1
            mask = _both(mask, self._code_column(name).translate(table))
        for name, (low, high) in conditions.between.items():
            least = NOTHING + 1 if low is None else low
            most = -NOTHING if high is None else high
            mask = _both(mask, bytes([least <= value <= most for value in self._number_column(name)]))
        for name, wanted_text in conditions.exactly.items():
            wanted_key = sort_key(wanted_text).encode()
            mask = _both(mask, bytes([text == wanted_key for text in self._texts[name]]))
        words = search_key(conditions.text).split()
        return self._holding(words, mask) if words else mask

    def count(self, mask: bytes) -> int:
        """How many rows a mask selects."""
        return mask.count(1)

    def counts(self, mask: bytes, name: str) -> dict[str | None, int]:
        """Rows of the mask by their value of one closed field, every value listed; None for rows without one."""
        column = _both(self._code_column(name), mask.translate(_WHOLE))
        found: dict[str | None, int] = {value: column.count(code) for value, code in self._code_of[name].items()}
        return {**found, None: self.count(mask) - sum(found.values())}

    def numbers(self, mask: bytes, name: str) -> list[int]:
        """The known values of one number field over the mask."""
        return [value for value in compress(self._number_column(name), mask) if value != NOTHING]

    def ordered(self, mask: bytes, sorts: tuple[str, ...]) -> list[int]:
        """The mask's slots in order."""
        return [slot for slot in self._orders.order(sorts, self) if mask[slot]]

    def faces_of(self, slots: Sequence[int]) -> list[Face]:
        """The rows in these slots as people see them."""
        return [open_face(self.shape, self._faces[slot]) for slot in slots]

    def packed_faces_of(self, slots: Sequence[int]) -> list[bytes]:
        """The rows in these slots, packed: for many of them, which are opened one by one."""
        return [self._faces[slot] for slot in slots]

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

        def place(slot: int) -> tuple[Any, ...]:
            return sort_place(sorts, self.mark(slot, sorts))

        if after is not None:
            start = bisect_right(slots, sort_place(sorts, after), key=place)
        elif before is not None:
            start = max(bisect_left(slots, sort_place(sorts, before), key=place) - limit, 0)
        else:
            start = 0
        chosen = slots[start : start + limit]
        page = Page(
            self.faces_of(chosen), len(slots), start + 1 if chosen else 0, start > 0, start + limit < len(slots)
        )
        return page, chosen

    def mark(self, slot: int, sorts: tuple[str, ...]) -> list[Any]:
        """A row's place in an order, JSON-ready: what a cursor carries. None stands for a missing value."""
        return [*(self._value(name.removeprefix("-"), slot) for name in sorts), self._keys[slot]]

    def slots_by(self, sorts: tuple[str, ...]) -> list[int]:
        """Every row's slot, sorted anew: one stable pass for the key and one per field, the last field first."""
        slots = sorted(self._slots.values(), key=self._keys.__getitem__)
        for name in reversed(sorts):
            field, down = name.removeprefix("-"), name.startswith("-")
            column, missing = self._column(field)
            slots.sort(key=column.__getitem__, reverse=down)
            if not down:  # what is missing is less than any value, and comes last
                first = bisect_right(slots, missing, key=column.__getitem__)
                slots = slots[first:] + slots[:first]
        return slots

    def holds(self, slot: int) -> bool:
        """Whether there is a row in this slot."""
        return bool(self._alive[slot])

    def _holding(self, words: Sequence[str], mask: bytes) -> bytes:
        """Those rows of the mask whose text holds every word."""
        slots: Iterable[int] = compress(range(len(mask)), mask)
        for word in words:
            slots = [slot for slot in slots if word in self._search[slot]]
        found = bytearray(len(mask))
        for slot in slots:
            found[slot] = 1
        return bytes(found)

    def _column(self, name: str) -> tuple[Sequence[Any], Any]:
        """A column's values by slot, and what stands for a missing one: less than any other."""
        if name == self.shape.key:
            return self._keys, ""
        if name in self._code_of:
            return self._code_column(name), 0
        if name in self._texts:
            return self._texts[name], b""
        return self._number_column(name), NOTHING

    def _code_column(self, name: str) -> bytes:
        return bytes(self._codes[self._place[name] :: len(self.shape.codes)])

    def _number_column(self, name: str) -> "array[int]":
        return self._numbers[self._place[name] :: len(self.shape.numbers)]

    def _value(self, name: str, slot: int) -> Any:
        if name == self.shape.key:
            return self._keys[slot]
        if name in self._code_of:
            return self._codes[slot * len(self.shape.codes) + self._place[name]] or None
        if name in self._texts:
            return self._texts[name][slot].decode("utf-8", "surrogatepass") or None
        number = self._numbers[slot * len(self.shape.numbers) + self._place[name]]
        return None if number == NOTHING else number

    def _new_slot(self, key: str) -> int:
        if self._free:
            slot = self._free.pop()
        else:
            slot = len(self._faces)
            self._alive.append(0)
            self._versions.append(0)
            self._keys.append("")
            for texts in self._texts.values():
                texts.append(b"")
            self._search.append("")
            self._faces.append(b"")
        self._slots[key] = slot
        self._keys[slot] = key
        return slot

    def _fill(self, slot: int, version: int, card: bytes) -> None:
        """Columns that the card's release did not know yet are missing, those that this one does not know are left."""
        parts = split_card(card)
        self._alive[slot] = 1
        self._versions[slot] = version
        width = len(self.shape.codes)
        self._codes[slot * width : (slot + 1) * width] = parts.codes[:width].ljust(width, b"\0")
        width = len(self.shape.numbers)
        numbers = (parts.numbers + self._no_numbers)[: 8 * width]
        self._numbers[slot * width : (slot + 1) * width] = array("q", numbers)
        for texts, text in zip(self._texts.values(), parts.texts, strict=False):
            texts[slot] = self._shared.setdefault(text, text) if len(text) <= _SHORT else text
        self._search[slot] = parts.search
        self._faces[slot] = parts.face

    def _remove(self, key: str, slot: int) -> None:
        self._orders.changed(slot)
        self._alive[slot] = 0
        self._versions[slot] = 0
        self._search[slot] = self._keys[slot] = ""
        self._faces[slot] = b""
        del self._slots[key]
        self._free.append(slot)


_WHOLE = bytes([0, *[255] * 255])
"""Makes 255 of each 1."""


def _both(one: bytes, other: bytes) -> bytes:
    """Byte by byte, what both have set: as two large numbers, which is much quicker than a loop."""
    both = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return both.to_bytes(len(one), "little")
