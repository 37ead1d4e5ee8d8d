"""Small facts that outlive a run, in the table `state`: the mark up to which Partner Center has been read, drift,
last checks."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.clients.tables import Tables, storage_failures


class StateStore:
    """Facts by group and name, each a small JSON object."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self.now = now

    def get(self, group: str, name: str) -> dict[str, Any] | None:
        """The fact, or None."""
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                row = self._tables.table("state").get_entity(group, name)
            except ResourceNotFoundError:
                return None
        content: dict[str, Any] = json.loads(row["content"])
        return content

    def put(self, group: str, name: str, content: Mapping[str, Any]) -> None:
        """Replaces the fact."""
        entity = {
            "PartitionKey": group,
            "RowKey": name,
            "content": json.dumps(content, ensure_ascii=False),
            "at": self.now().isoformat(),
        }
        from azure.data.tables import UpdateMode

        with storage_failures():
            self._tables.table("state").upsert_entity(entity, mode=UpdateMode.REPLACE)

    def group(self, group: str) -> dict[str, dict[str, Any]]:
        """Every fact of a group by name."""
        with storage_failures():
            rows = self._tables.table("state").query_entities("PartitionKey eq @pk", parameters={"pk": group})
            return {row["RowKey"]: json.loads(row["content"]) for row in rows}

    def names(self, group: str) -> Iterator[str]:
        """The names of a group's facts, page by page."""
        with storage_failures():
            rows = self._tables.table("state").query_entities(
                "PartitionKey eq @pk", parameters={"pk": group}, select=["RowKey"]
            )
            for row in rows:
                yield row["RowKey"]

    def drop(self, group: str, name: str) -> None:
        """Forgets the fact."""
        with storage_failures():
            self._tables.table("state").delete_entity(group, name)
