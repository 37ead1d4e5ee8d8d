"""One gate per outside identity: while it is closed, nobody calls.

Kept in the table `gates`, seen by every instance.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from shared.clients.tables import Tables, storage_failures
from shared.errors import GateClosed, TransientError

logger = logging.getLogger(__name__)

_LOOK_AGAIN = timedelta(milliseconds=500)
"""How long a process may trust what it last read; other instances stop calling within a second."""
_LONGEST = timedelta(hours=2)


class Gate:
    """The gate of one outside identity, such as `dynamics`."""

    def __init__(self, name: str, *, tables: Tables, code: str, now: Callable[[], datetime]) -> None:
        self._name = name
        self._tables = tables
        self._code = code
        self._now = now
        self._closed_until: datetime | None = None
        self._looked_at: datetime | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Passes when open. Raises `GateClosed` with the seconds left."""
        with self._lock:
            now = self._now()
            if self._looked_at is None or now - self._looked_at >= _LOOK_AGAIN:
                self._closed_until = self._read()
                self._looked_at = now
            if self._closed_until and self._closed_until > now:
                left = (self._closed_until - now).total_seconds()
                raise GateClosed(self._code, f"Asked to wait {left:.0f} s.", retry_after=left)

    def close(self, seconds: float) -> None:
        """Closes the gate for everybody. A later end that another instance has set stays."""
        with self._lock:
            end = self._now() + min(timedelta(seconds=max(seconds, 1)), _LONGEST)
            known = self._read()
            if known is None or end > known:
                with storage_failures():
                    self._tables.table("gates").upsert_entity(
                        {"PartitionKey": "gates", "RowKey": self._name, "closed_until": end.isoformat()}
                    )
                self._closed_until = end
                logger.warning("gate.closed gate=%s seconds=%.0f", self._name, seconds)
            self._looked_at = self._now()

    def closing(self, error: TransientError) -> TransientError:
        """Closes the gate when the other side throttled us; returns the error to raise."""
        if not error.code.endswith("_throttled") or isinstance(error, GateClosed):
            return error
        seconds = error.retry_after if error.retry_after is not None else 10.0
        self.close(seconds)
        return GateClosed(error.code, error.cause, retry_after=seconds, **error.params)

    def _read(self) -> datetime | None:
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                row = self._tables.table("gates").get_entity("gates", self._name)
            except ResourceNotFoundError:
                return None
        return datetime.fromisoformat(row["closed_until"])
