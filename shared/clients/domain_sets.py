"""The leads that a bulk run is about, fixed when it starts: domains in, an id out; and back, piece by piece."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from shared.clients.packing import pack, unpack
from shared.clients.tables import Tables, storage_failures

PIECE = 10_000
"""Domains per row; they fit a row's megabyte however long they are."""


class DomainSets:
    """Sets of domains in the table `runs`. The same domains have the same id. `now` is the writer's clock."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def put(self, domains: Sequence[str]) -> str:
        """Keeps the set."""
        set_id = hashlib.sha256("\n".join(domains).encode()).hexdigest()[:32]
        for number, start in enumerate(range(0, len(domains), PIECE)):
            row = {
                "PartitionKey": f"set:{set_id}",
                "RowKey": f"{number:04}",
                "at": self._now().isoformat(),
                **pack("\n".join(domains[start : start + PIECE])),
            }
            with storage_failures():
                self._tables.table("runs").upsert_entity(row)
        return set_id

    def piece(self, set_id: str, number: int) -> list[str]:
        """The domains of one piece, counted from 0; empty after the last."""
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                row = self._tables.table("runs").get_entity(f"set:{set_id}", f"{number:04}")
            except ResourceNotFoundError:
                return []
        return unpack(row).split("\n")
