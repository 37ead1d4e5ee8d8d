"""The keys that a run met while it read a long list, page by page, so that a later slice knows what it did not meet."""

from collections.abc import Iterable

from shared.clients.old_rows import delete_all
from shared.clients.packing import pack, unpack
from shared.clients.tables import Tables, storage_failures

_KEYS = ["PartitionKey", "RowKey"]


class SeenKeys:
    """Rows in the table `runs`, one per page of a list. The same page read again replaces its row."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def put(self, run_id: str, reading: str, page: int, keys: Iterable[str]) -> None:
        """Keeps what a page held. `reading` names the list, and which time it is read in this run."""
        from azure.data.tables import UpdateMode

        row = {"PartitionKey": f"seen:{run_id}", "RowKey": f"{reading}:{page:06}", **pack("\n".join(keys))}
        with storage_failures():
            self._tables.table("runs").upsert_entity(row, mode=UpdateMode.REPLACE)

    def all(self, run_id: str, reading: str) -> set[str]:
        """What all pages of a reading held."""
        condition = "PartitionKey eq @pk and RowKey ge @begin and RowKey lt @end"
        parameters = {"pk": f"seen:{run_id}", "begin": f"{reading}:", "end": f"{reading};"}
        with storage_failures():
            rows = self._tables.table("runs").query_entities(condition, parameters=parameters)
            return {key for row in rows for key in unpack(row).split("\n") if key}

    def forget(self, run_id: str) -> None:
        """Deletes what a run kept; nobody asks for it once the run has ended."""
        table = self._tables.table("runs")
        with storage_failures():
            rows = table.query_entities("PartitionKey eq @pk", parameters={"pk": f"seen:{run_id}"}, select=_KEYS)
            delete_all(table, list(rows))
