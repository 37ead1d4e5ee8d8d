"""A list that stays in memory: loaded once from the packed cards, then kept fresh by the feed, one table request per
page."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from shared.clients.lead_rows import FEED_BUCKET_SECONDS
from shared.clients.list_rows import ListRows
from shared.rules.list_shape import Shape
from shared.rules.list_table import ListTable

logger = logging.getLogger(__name__)

_LOOK_BACK = timedelta(seconds=60)
"""Writers' clocks may differ; a minute before the newest bucket seen is read again each time."""
_CLOCKS_APART = timedelta(minutes=5)
"""How far a reader's clock may be ahead of the writers'; a load reads the feed from there."""
_TOO_LONG_AWAY = timedelta(minutes=30)
"""Feed rows live an hour; who was away longer than this loads anew."""


class ListView:
    """One list of this process. `read()` gives the table as it stands now, guarded against other threads."""

    def __init__(self, kind: str, shape: Shape, *, rows: ListRows, now: Callable[[], datetime]) -> None:
        self._kind = kind
        self._shape = shape
        self._rows = rows
        self._now = now
        self._table = ListTable(shape)
        self._newest_bucket = 0
        self._read_at: datetime | None = None
        self._lock = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[ListTable]:
        """The list, brought up to what was saved before this call."""
        with self._lock:
            now = self._now()
            if self._read_at is None or now - self._read_at > _TOO_LONG_AWAY:
                self._load(now)
            else:
                self._follow(now)
            self._read_at = now
            yield self._table

    def _load(self, now: datetime) -> None:
        """Rows saved while this reads are in the feed."""
        table = ListTable(self._shape)
        for row in self._rows.cards(self._kind):
            table.apply(row.key, row.version, row.card)
        self._table = table
        self._newest_bucket = _bucket(now - _CLOCKS_APART)
        self._follow(now)
        logger.info("list.loaded list=%s rows=%d", self._kind, len(table))

    def _follow(self, now: datetime) -> None:
        """A bucket of a clock that is ahead counts as now, so that it hides nobody else's rows."""
        seen = datetime.fromtimestamp(self._newest_bucket * FEED_BUCKET_SECONDS, UTC)
        for bucket, row in self._rows.feed(self._kind, seen - _LOOK_BACK):
            self._table.apply(row.key, row.version, row.card)
            self._newest_bucket = max(self._newest_bucket, min(int(bucket), _bucket(now)))


def _bucket(moment: datetime) -> int:
    return int(moment.timestamp()) // FEED_BUCKET_SECONDS
