"""One gate per outside identity: while it is closed, nobody calls.

Kept in the table `gates`, seen by every instance.
"""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clients.tables import Tables, storage_failures
from shared.errors import GateClosed, TransientError

logger = logging.getLogger(__name__)

_LOOK_AGAIN = timedelta(milliseconds=500)
"""How long a process may trust what it last read; other instances stop calling within a second."""
_LONGEST = 7_200.0
"""Seconds, whatever the other side asks for: then somebody looks again."""
_FIRST_GUESS, _LONGEST_GUESS, _JITTER = 10.0, 600.0, 0.2
"""Seconds to wait when we are throttled and not told for how long; doubled each time that it was too short."""


@dataclass(frozen=True, slots=True)
class _Closed:
    """The gate's row: until when it is closed, and the guess that this is, 0.0 when we were told."""

    until: datetime
    guess: float = 0.0


class Gate:
    """The gate of one outside identity, such as `dynamics`."""

    def __init__(self, name: str, *, tables: Tables, code: str, now: Callable[[], datetime]) -> None:
        self._name = name
        self._tables = tables
        self._code = code
        self._now = now
        self._closed: _Closed | None = None
        self._looked_at: datetime | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Passes when open. Raises `GateClosed` with the seconds left."""
        with self._lock:
            now = self._now()
            if self._looked_at is None or now - self._looked_at >= _LOOK_AGAIN:
                self._closed = self._read()
                self._looked_at = now
            if self._closed and self._closed.until > now:
                left = (self._closed.until - now).total_seconds()
                raise GateClosed(self._code, why="asked_to_wait", seconds=round(left), retry_after=left)

    def close(self, seconds: float | None) -> float:
        """Closes the gate for everybody and returns the seconds; None stands for a throttling that names none.

        A later end that another instance has set stays.
        """
        with self._lock:
            now, known = self._now(), self._read()
            guess = 0.0 if seconds is not None else _guess(known, now)
            wait = min(max(guess * random.uniform(1, 1 + _JITTER) if seconds is None else seconds, 1.0), _LONGEST)
            closed = _Closed(now + timedelta(seconds=wait), guess)
            if known is None or closed.until > known.until:
                with storage_failures():
                    self._tables.table("gates").upsert_entity(
                        {
                            "PartitionKey": "gates",
                            "RowKey": self._name,
                            "closed_until": closed.until.isoformat(),
                            "guess": guess,
                        }
                    )
                known = closed
                logger.warning("gate.closed gate=%s seconds=%.0f", self._name, wait)
            self._closed, self._looked_at = known, now
            return (known.until - now).total_seconds()

    def closing(self, error: TransientError) -> TransientError:
        """Closes the gate when the other side throttled us; returns the error to raise."""
        if not error.code.endswith("_throttled") or isinstance(error, GateClosed):
            return error
        return GateClosed(error.code, error.cause, retry_after=self.close(error.retry_after), **error.params)

    def _read(self) -> _Closed | None:
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                row = self._tables.table("gates").get_entity("gates", self._name)
            except ResourceNotFoundError:
                return None
        return _Closed(datetime.fromisoformat(row["closed_until"]), float(row.get("guess", 0.0)))


def _guess(known: _Closed | None, now: datetime) -> float:
    """How long to wait untold: twice the last guess when we are throttled again soon after it, else the first guess.

    While the gate is closed another caller's answer to the same burst guesses the same again.
    """
    if known is None or not known.guess:
        return _FIRST_GUESS
    if known.until > now:
        return known.guess
    since = (now - known.until).total_seconds()
    return _FIRST_GUESS if since > max(known.guess, 60.0) else min(known.guess * 2, _LONGEST_GUESS)
