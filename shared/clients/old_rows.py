"""A moment in, what Hunter kept of before it gone: raw payloads, and messages of faults that are settled.

The hash of a payload stays on its referral, the events stay on the timeline: what happened can be told without it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from shared.clients.lead_rows import PARTITION
from shared.clients.tables import Tables, storage_failures

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
        gone[kind] += _pruned(tables.table(name), condition, before)
    return gone


def _pruned(table: Any, condition: str, before: datetime) -> int:
    gone = 0
    with storage_failures():
        for page in _pages(table, condition, before):
            gone += delete_all(table, page)
    return gone


def _pages(table: Any, condition: str, before: datetime) -> Iterator[list[Any]]:
    found = table.query_entities(
        condition, parameters={"before": before.isoformat()}, select=["PartitionKey", "RowKey"], results_per_page=1000
    )
    yield from (list(page) for page in found.by_page())


def delete_all(table: Any, rows: list[Any]) -> int:
    """Deletes rows, those of a partition in transactions of a hundred; returns how many."""
    keys = sorted((row["PartitionKey"], row["RowKey"]) for row in rows)
    for partition, group in groupby(keys, key=lambda key: key[0]):
        together = [{"PartitionKey": partition, "RowKey": row_key} for _, row_key in group]
        for start in range(0, len(together), _AT_ONCE):
            table.submit_transaction([("delete", one) for one in together[start : start + _AT_ONCE]])
    return len(keys)
