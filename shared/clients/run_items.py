"""What came of each item of a run, in the table `runs`: a row per item.

Rows are upserted under an id that the sender chose, so a redelivered message counts once.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from shared.clients.tables import Tables, storage_failures
from shared.rules.moments import iso


class RunItems:
    """Keeps and counts the items of runs. `now` is the writer's clock."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def put(self, run_id: str, item: str, *, outcome: str, key: str, **particulars: Any) -> None:
        """Notes what came of one item; the same item again only replaces its row."""
        with storage_failures():
            self._table.upsert_entity(
                {
                    "PartitionKey": f"items:{run_id}",
                    "RowKey": item,
                    "outcome": outcome,
                    "key": key,
                    "at": iso(self._now()),
                    "more": json.dumps(particulars, ensure_ascii=False, default=str),
                },
                mode="replace",
            )

    def outcomes(self, run_id: str) -> dict[str, int]:
        """How many items ended how, counted from their rows."""
        with storage_failures():
            rows = self._table.query_entities(
                "PartitionKey eq @pk", parameters={"pk": f"items:{run_id}"}, select=["outcome"]
            )
            return dict(Counter(row["outcome"] for row in rows))

    def page(
        self, run_id: str, *, limit: int = 100, after: str | None = None, outcome: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """A page of a run's items with what came of each, and the mark of the next page."""
        condition = "PartitionKey eq @pk and RowKey gt @after" + (" and outcome eq @outcome" if outcome else "")
        found = []
        with storage_failures():
            parameters = {"pk": f"items:{run_id}", "after": after or "", "outcome": outcome or ""}
            for row in self._table.query_entities(condition, parameters=parameters, results_per_page=limit + 1):
                found.append(
                    {
                        "item": row["RowKey"],
                        "key": row["key"],
                        "outcome": row["outcome"],
                        "at": row["at"],
                        **json.loads(row["more"]),
                    }
                )
                if len(found) > limit:
                    break
        return found[:limit], (found[limit - 1]["item"] if len(found) > limit else None)

    @property
    def _table(self) -> Any:
        return self._tables.table("runs")
