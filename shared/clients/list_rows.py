"""The rows that a list in memory lives on: every card, and the feed of those that were saved lately."""

from binascii import a2b_base64
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from shared.clients.lead_rows import PARTITION, feed_from
from shared.clients.tables import Tables, storage_failures


class CardRow(NamedTuple):
    """One row of the list, packed (`shared.rules.list_card`); an empty card means that it is gone."""

    key: str
    version: int
    card: bytes


class ListRows:
    """Cards and feed in the table `leads`; `LeadStore` writes both with each change."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def cards(self, kind: str) -> Iterator[CardRow]:
        """Every row of a list (`lead` or `ref`), packed, 1,000 to a request."""
        before_key = len(kind) + 1
        for row in self._tables.rows("leads", _between(f"{kind}:", f"{kind};"), ("RowKey", "version", "card")):
            yield CardRow(row["RowKey"][before_key:], row["version"], a2b_base64(row["card"]))

    def feed(self, kind: str, since: datetime) -> list[tuple[str, CardRow]]:
        """What was saved since this moment, as (bucket, row); usually one request."""
        condition = _between(feed_from(kind, since), f"feed:{kind};")
        rows = self._tables.rows("leads", condition, ("RowKey", "version", "card", "key"))
        return [
            (row["RowKey"].split(":")[2], CardRow(row["key"], row["version"], a2b_base64(row["card"]))) for row in rows
        ]

    def forget_feed(self, kind: str, before: datetime) -> int:
        """Deletes feed rows older than this moment, at most 1,000; readers away for so long load anew."""
        leads = self._tables.table("leads")
        with storage_failures():
            pages = leads.query_entities(
                "PartitionKey eq @pk and RowKey ge @start and RowKey lt @end",
                parameters={"pk": PARTITION, "start": f"feed:{kind}:", "end": feed_from(kind, before)},
                select=["PartitionKey", "RowKey"],
                results_per_page=1000,
            ).by_page()
            rows = list(next(pages, iter(())))
            for start in range(0, len(rows), 100):
                gone = [
                    ("delete", {"PartitionKey": PARTITION, "RowKey": row["RowKey"]})
                    for row in rows[start : start + 100]
                ]
                leads.submit_transaction(gone)
        return len(rows)


def _between(start: str, end: str) -> str:
    """The condition for row keys from `start` until before `end`."""
    return f"PartitionKey eq '{PARTITION}' and RowKey ge '{start}' and RowKey lt '{end}'"
