"""Referral documents, as they stand, go in; pages of them and single ones come out, with versions that edits change."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.partner_center.odata import Predicate
from shared.rules.ticks import ticks, ticks_of, ticks_text

Place = tuple[int, int]
"""Where a document stands in an order: the sorted value, then its number."""


@dataclass(slots=True)
class _Kept:
    number: int
    document: Any

    def place(self, field: str | None) -> Place:
        value = self.document.get(field) if field and isinstance(self.document, dict) else None
        return ticks(value) or 0, self.number


class Store:
    """What Partner Center holds. `now` dates the edits."""

    def __init__(self, documents: Iterable[Any], *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = itertools.count(1)
        self._kept: dict[Any, _Kept] = {}
        """By id; documents without one, or with one that stood in the file before, by their number."""
        self._orders: dict[str | None, list[tuple[Place, Any]]] = {}
        for document in documents:
            self._add(document)

    def put(self, documents: Iterable[Any]) -> None:
        """Adds documents as they stand; one whose id is known takes the old one's place."""
        for document in documents:
            known = self._kept.get(_id(document))
            if known:
                known.document = document
            else:
                self._add(document)
        self._orders.clear()

    def _add(self, document: Any) -> None:
        """An id that the service gave away already still has a place in the list, as whoever wrote the file wants."""
        number, id_ = next(self._numbers), _id(document)
        self._kept[number if id_ is None or id_ in self._kept else id_] = _Kept(number, document)

    def change(self, id_: str, fields: dict[str, Any]) -> Any | None:
        """Merges fields into a document, gives it a new eTag and update time (unless given), and returns it."""
        kept = self._kept.get(id_)
        if kept is None:
            return None
        version = next(self._numbers)
        stamps = {"updatedDateTime": ticks_text(ticks_of(self._now())), "eTag": f'"0b00{version:04x}-0000-0d00"'}
        kept.document = {**kept.document, **stamps, **fields}
        self._orders.clear()
        return kept.document

    def delete(self, ids: Iterable[str]) -> None:
        """Makes documents vanish, as they do when a role or a team changes."""
        for id_ in ids:
            self._kept.pop(id_, None)
        self._orders.clear()

    def get(self, id_: str) -> Any | None:
        """One document."""
        kept = self._kept.get(id_)
        return kept.document if kept else None

    def all(self) -> list[Any]:
        """Every document in the order of its arrival."""
        return [kept.document for kept in self._kept.values()]

    def page(
        self, keep: Predicate, *, field: str | None, descending: bool, after: Place | None, size: int
    ) -> tuple[list[tuple[Place, Any]], bool]:
        """Up to `size` documents behind a place, and whether more follow.

        There is no snapshot: what is edited between two pages stands where it stands at the second.
        """
        found = (one for one in self._behind(after, field, descending) if keep(one[1]))
        page = list(itertools.islice(found, size + 1))
        return page[:size], len(page) > size

    def at(self, place: Place, field: str | None) -> Any | None:
        """The document that stands exactly there, if one still does."""
        return next((document for at, document in self._order(field) if at == place), None)

    def _behind(self, after: Place | None, field: str | None, descending: bool) -> Iterator[tuple[Place, Any]]:
        order = self._order(field)
        if descending:
            end = len(order) if after is None else bisect_left(order, after, key=lambda one: one[0])
            return (order[index] for index in range(end - 1, -1, -1))
        start = 0 if after is None else bisect_right(order, after, key=lambda one: one[0])
        return itertools.islice(order, start, None)

    def _order(self, field: str | None) -> list[tuple[Place, Any]]:
        if field not in self._orders:
            placed = [(kept.place(field), kept.document) for kept in self._kept.values()]
            self._orders[field] = sorted(placed, key=lambda one: one[0])
        return self._orders[field]


def _id(document: Any) -> str | None:
    id_ = document.get("id") if isinstance(document, dict) else None
    return id_ if isinstance(id_, str) else None
