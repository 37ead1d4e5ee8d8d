"""A moment in, what Hunter kept of before it gone: raw payloads, messages of faults that are settled, the sets of bulk
runs, and whatever else a caller finds too old.

The hash of a payload stays on its referral, the events stay on the timeline: what happened can be told without it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from shared.clients.lead_rows import PARTITION
from shared.clients.tables import Tables, storage_failures

MOST = 100_000
"""Rows of a kind that one night deletes: minutes, of the ten that a function may take. The next night goes on."""
_OLD: tuple[tuple[str, str, str], ...] = (
    ("raw", "raw", "at lt @before"),
    (
        "raw",
        "leads",
        f"PartitionKey eq '{PARTITION}' and RowKey ge 'text:raw:' and RowKey lt 'text:raw;' and at lt @before",
    ),
    ("failures", "failures", "last_at lt @before and state ne 'open'"),
)
"""What it is, its table, and which rows may go. A fault that nobody settled is never lost."""
_AT_ONCE = 100


def prune(tables: Tables, *, before: datetime) -> dict[str, int]:
    """Deletes what is older; returns how many rows of each kind went. May be cut off and run again."""
    gone: Counter[str] = Counter()
    for kind, name, condition in _OLD:
        table = tables.table(name)
        rows = old_rows(table, condition, {"before": before.isoformat()})
        gone[kind] += delete_unchanged(table, islice(rows, MOST))
    return dict(gone)


def old_rows(table: Any, condition: str, parameters: Mapping[str, Any], *, more: Iterable[str] = ()) -> Iterator[Any]:
    """The rows for which it holds, a thousand to a request: their keys, and the columns `more`."""
    # Without the timestamp some answers carry no ETag.
    select = ["PartitionKey", "RowKey", "Timestamp", *more]
    with storage_failures():
        yield from table.query_entities(condition, parameters=parameters, select=select, results_per_page=1000)


def delete_unchanged(table: Any, rows: Iterable[Any]) -> int:
    """Deletes rows that are still as they were read, whoever saves them meanwhile; returns how many."""
    rows, gone = iter(rows), 0
    while some := list(islice(rows, 1000)):
        gone += delete_all(table, some, unless_changed=True)
    return gone


def delete_all(table: Any, rows: list[Any], *, unless_changed: bool = False) -> int:
    """Deletes rows, those of a partition in transactions of a hundred; returns how many.

    `unless_changed`: only those that are still as they were read.
    """
    ordered = sorted(rows, key=lambda row: (row["PartitionKey"], row["RowKey"]))
    gone = 0
    with storage_failures():
        for _, group in groupby(ordered, key=lambda row: row["PartitionKey"]):
            while some := list(islice(group, _AT_ONCE)):
                gone += _deleted(table, some, unless_changed)
    return gone


def _deleted(table: Any, rows: list[Any], unless_changed: bool) -> int:
    """One transaction; where it is refused since a row is gone or changed, row by row."""
    from azure.core.exceptions import HttpResponseError

    guards = [_guard(row) if unless_changed else {} for row in rows]
    keys = [{"PartitionKey": row["PartitionKey"], "RowKey": row["RowKey"]} for row in rows]
    try:
        table.submit_transaction([("delete", key, guard) for key, guard in zip(keys, guards, strict=True)])
        return len(rows)
    except HttpResponseError as error:
        if error.status_code not in (404, 412):
            raise
    return sum(_deleted_alone(table, key, guard) for key, guard in zip(keys, guards, strict=True))


def _deleted_alone(table: Any, key: Mapping[str, str], guard: Mapping[str, Any]) -> bool:
    """Whether it is gone now; the SDK takes one that is not there for deleted."""
    from azure.core.exceptions import HttpResponseError

    try:
        table.delete_entity(key["PartitionKey"], key["RowKey"], **guard)
    except HttpResponseError as error:
        if error.status_code != 412:
            raise
        return False
    return True


def _guard(row: Any) -> dict[str, Any]:
    from azure.core import MatchConditions

    return {"etag": row.metadata["etag"], "match_condition": MatchConditions.IfNotModified}
