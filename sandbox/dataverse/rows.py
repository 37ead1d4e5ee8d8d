"""Rows by table and id, with versions, quick look-up by column values, and transactions that can be rolled back."""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

Row = dict[str, Any]


class Link(NamedTuple):
    """The value of a lookup column: which row of which table."""

    table: str
    id: str


class Rows:
    """All rows of an organisation. Stored rows are never changed in place: `put` replaces them.

    `changes` counts every put, undone ones too; `version` is the number that the last written row got.
    """

    def __init__(self) -> None:
        self.changes = 0
        self.version = 1_000_000
        self._tables: dict[str, dict[str, Row]] = {}
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], set[str]]] = {}
        self._journal: list[tuple[str, str, Row | None]] | None = None

    def get(self, table: str, row_id: str) -> Row | None:
        """The row, or None."""
        return self._tables.get(table, {}).get(row_id)

    def all(self, table: str) -> Iterable[Row]:
        """Every row of a table, oldest first."""
        return list(self._tables.get(table, {}).values())

    def tables(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Every table that has rows, with them."""
        for name in list(self._tables):
            yield name, self.all(name)

    def put(self, table: str, row_id: str, row: Row | None) -> None:
        """Inserts or replaces the row; None deletes it. A written row gets the next version number."""
        if row is not None:
            self.version += 1
            row["versionnumber"] = self.version
        old = self._swap(table, row_id, row)
        self.changes += 1
        if self._journal is not None:
            self._journal.append((table, row_id, old))

    def load(self, table: str, row_id: str, row: Row) -> None:
        """Inserts a row with the version that it already has."""
        self._swap(table, row_id, row)
        self.version = max(self.version, row["versionnumber"])

    def find(self, table: str, columns: tuple[str, ...], values: tuple[Any, ...]) -> set[str]:
        """Ids of the rows that have these values in these columns, compared as the service compares."""
        index = self._indexes.get((table, columns))
        if index is None:
            index = self._indexes[table, columns] = {}
            for row_id, row in self._tables.get(table, {}).items():
                index.setdefault(_place(row, columns), set()).add(row_id)
        return index.get(tuple(fold(value) for value in values), set())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All puts inside are undone when an exception leaves the block; blocks may be nested."""
        outer, self._journal = self._journal, []
        try:
            yield
        except BaseException:
            for table, row_id, old in reversed(self._journal):
                self._swap(table, row_id, old)
            self._journal = outer
            raise
        if outer is not None:
            outer.extend(self._journal)
        self._journal = outer

    def _swap(self, table: str, row_id: str, row: Row | None) -> Row | None:
        rows = self._tables.setdefault(table, {})
        old = rows.get(row_id)
        if row is None:
            rows.pop(row_id, None)
        else:
            rows[row_id] = row
        for (indexed, columns), index in self._indexes.items():
            if indexed == table:
                _reindex(index, columns, row_id, old, row)
        return old


def _reindex(
    index: dict[tuple[Any, ...], set[str]], columns: tuple[str, ...], row_id: str, old: Row | None, new: Row | None
) -> None:
    before = None if old is None else _place(old, columns)
    after = None if new is None else _place(new, columns)
    if before == after:
        return
    if before is not None and (held := index.get(before)) is not None:
        held.discard(row_id)
    if after is not None:
        index.setdefault(after, set()).add(row_id)


def _place(row: Row, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(fold(row.get(column)) for column in columns)


def fold(value: Any) -> Any:
    """What the service compares: text without case and accents (SQL collation CI_AI), a lookup by its id."""
    if isinstance(value, str):
        return _fold_text(value)
    return value.id if isinstance(value, Link) else value


@lru_cache(maxsize=100_000)
def _fold_text(text: str) -> str:
    lowered = text.rstrip(" ").lower()
    if lowered.isascii():
        return lowered
    spread = unicodedata.normalize("NFD", lowered)
    return "".join(character for character in spread if not unicodedata.combining(character))
