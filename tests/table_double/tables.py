"""One table: entities as JSON in, the same by key or in order of their keys out, each change under a new ETag."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote

from tests.table_double.filters import Filter

Key = tuple[str, str]
Json = dict[str, Any]


class Refused(Exception):
    """The service says no: HTTP status and its error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Table:
    """The rows of one table. Not thread-safe: one event loop owns it."""

    _numbers = count(1)

    def __init__(self) -> None:
        self.rows: dict[Key, Json] = {}
        self._keys: list[Key] = []

    def insert(self, entity: Json) -> str:
        """A new row. Raises `EntityAlreadyExists`."""
        if _key(entity) in self.rows:
            raise Refused(409, "EntityAlreadyExists")
        return self._put(entity)

    def replace(self, entity: Json, *, etag: str | None) -> str:
        """The whole row anew; without an ETag also when there was none."""
        self._check(_key(entity), etag)
        return self._put(entity)

    def merge(self, entity: Json, *, etag: str | None) -> str:
        """The given properties over those that are there."""
        self._check(_key(entity), etag)
        return self._put({**self.rows.get(_key(entity), {}), **entity})

    def delete(self, key: Key, *, etag: str | None) -> None:
        """Takes the row away. Raises `ResourceNotFound`."""
        self._check(key, etag or "*")
        del self.rows[key]
        del self._keys[bisect_left(self._keys, key)]

    def get(self, key: Key) -> Json:
        """One row. Raises `ResourceNotFound`."""
        if key not in self.rows:
            raise Refused(404, "ResourceNotFound")
        return self.rows[key]

    def query(self, asked: Filter, *, after: Key | None, limit: int) -> tuple[list[Json], Key | None]:
        """Up to `limit` fitting rows in the order of their keys, and where the next page begins."""
        low, high = asked.bounds
        start = bisect_left(self._keys, max(low, after) if after else low)
        end = bisect_right(self._keys, high)
        found: list[Json] = []
        for place in range(start, end):
            row = self.rows[self._keys[place]]
            if asked.holds(row):
                if len(found) == limit:
                    return found, self._keys[place]
                found.append(row)
        return found, None

    def fill(self, entities: Iterable[Json]) -> None:
        """Many rows at once, for benches."""
        for entity in entities:
            self.rows[_key(entity)] = _stamped(entity, next(self._numbers))
        self._keys = sorted(self.rows)

    def copy(self) -> "Table":
        """For a transaction that may have to be undone."""
        other = Table()
        other.rows, other._keys = dict(self.rows), list(self._keys)
        return other

    def _check(self, key: Key, etag: str | None) -> None:
        if etag is None:
            return
        known = self.get(key)
        if etag not in ("*", known["odata.etag"]):
            raise Refused(412, "UpdateConditionNotSatisfied")

    def _put(self, entity: Json) -> str:
        key = _key(entity)
        if key not in self.rows:
            insort(self._keys, key)
        self.rows[key] = _stamped(entity, next(self._numbers))
        return str(self.rows[key]["odata.etag"])


def _key(entity: Json) -> Key:
    return str(entity["PartitionKey"]), str(entity["RowKey"])


def _stamped(entity: Json, number: int) -> Json:
    """Time and ETag as the service writes them; the number keeps two of one instant apart."""
    text = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.{number % 10**7:07}Z"
    etag = f"W/\"datetime'{quote(text)}'\""
    return {**entity, "odata.etag": etag, "Timestamp": text, "Timestamp@odata.type": "Edm.DateTime"}
