"""Timer name → who may run it and when it last ran, kept in Table Storage so that all host processes agree.

The real host keeps a blob lease in `azure-webjobs-hosts`; a row guarded by its ETag does the same here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient

TABLE = "AzureWebJobsHostTimers"
PARTITION = "hunter"
LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Status:
    """When a timer last ran, and when it was to run next."""

    last: datetime | None
    next: datetime


class TimerState(Protocol):
    """Where host processes agree about timers."""

    async def hold(self, timer: str) -> bool:
        """Take or renew the right to run a timer; false while another host has it."""

    async def read(self, timer: str) -> Status | None:
        """When it ran and was to run; None when nothing is known."""

    async def remember(self, timer: str, status: Status) -> None:
        """Keep when it ran and is to run next."""

    async def close(self) -> None:
        """Let go of connections."""


class OwnState:
    """For a host without Storage: it is alone, and remembers nothing."""

    async def hold(self, timer: str) -> bool:
        return True

    async def read(self, timer: str) -> Status | None:
        return None

    async def remember(self, timer: str, status: Status) -> None:
        return None

    async def close(self) -> None:
        return None


class SharedState:
    """For several hosts on one Storage. A host that died is followed after 15 s, at once by one of its own name."""

    def __init__(self, connection: str, *, instance: str) -> None:
        self._service = TableServiceClient.from_connection_string(connection, retry_total=0)
        self._instance = instance
        self._table: TableClient | None = None

    async def hold(self, timer: str) -> bool:
        table = await self._opened()
        now = datetime.now(UTC)
        mine = {"holder": self._instance, "until": now + LEASE}
        try:
            row = await table.get_entity(PARTITION, timer)
        except ResourceNotFoundError:
            try:
                await table.create_entity(_row(timer) | mine)
            except ResourceExistsError:
                return False
            return True
        if row["holder"] != self._instance and row["until"] > now:
            return False
        try:
            await table.update_entity(
                _row(timer) | mine, UpdateMode.MERGE,
                etag=row.metadata["etag"], match_condition=MatchConditions.IfNotModified,
            )  # fmt: skip
        except HttpResponseError as error:
            if error.status_code == 412:
                return False
            raise
        return True

    async def read(self, timer: str) -> Status | None:
        try:
            row = await (await self._opened()).get_entity(PARTITION, timer)
        except ResourceNotFoundError:
            return None
        return Status(row.get("last"), row["next"]) if row.get("next") else None

    async def remember(self, timer: str, status: Status) -> None:
        times = {"next": status.next} | ({"last": status.last} if status.last else {})
        await (await self._opened()).upsert_entity(_row(timer) | times, UpdateMode.MERGE)

    async def close(self) -> None:
        await self._service.close()

    async def _opened(self) -> TableClient:
        if self._table is None:
            self._table = await self._service.create_table_if_not_exists(TABLE)
        return self._table


def _row(timer: str) -> dict[str, Any]:
    return {"PartitionKey": PARTITION, "RowKey": timer}
