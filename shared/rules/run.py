"""A run: a poll, a push of many, a pull … done slice by slice; what was asked, how far it is, what came of it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from shared.rules.moments import iso

OVER = frozenset({"succeeded", "partial", "failed", "cancelled", "skipped"})
"""States in which a run has ended."""
_MOST_NOTES = 20
_REVIVE_AFTER = timedelta(minutes=2)
_BEGINS_WITHIN = timedelta(seconds=30)
"""A message that waits longer to be begun with is likelier lost than late; one too many does no harm."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was asked, how far it is, what came of it. Counts are of items; `outcomes` sums the item rows."""

    id: str
    kind: str
    state: str = "queued"
    who: str = "timer"
    trace: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    """Where the next slice goes on."""
    fetched: int = 0
    enqueued: int = 0
    skipped: int = 0
    skip_reasons: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    created_at: str = ""
    started_at: str | None = None
    ended_at: str | None = None
    slices: int = 0
    lease_until: str | None = None
    lease_by: str | None = None
    """The message that works on it; the same message delivered again may go on at once."""
    resumes_at: str | None = None
    """When its message comes back after a fault or a closed gate."""
    etag: str | None = None

    def with_note(self, code: str, *, at: datetime, cause: str = "", params: Mapping[str, Any] | None = None) -> "Run":
        """The run with a reason more; the same reason again counts up instead of filling the record."""
        last = self.notes[-1] if self.notes else {}
        times = int(last.get("times", 1)) + 1 if last.get("code") == code else 1
        note = {"code": code, "cause": cause, "params": dict(params or {}), "at": iso(at), "times": times}
        return replace(self, notes=[*(self.notes[:-1] if times > 1 else self.notes), note][-_MOST_NOTES:])

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self.state in OVER

    @property
    def is_busy(self) -> bool:
        """Whether it still has to send items; while it only waits for answers, the next one of its kind may start."""
        return self.state in ("queued", "running")

    @property
    def pending(self) -> int:
        """Items that were sent and have not been answered."""
        return max(self.enqueued - sum(self.outcomes.values()), 0)

    def lease_left(self, now: datetime) -> float:
        """Seconds until another worker may take the run."""
        if self.lease_until is None:
            return 0.0
        return max((datetime.fromisoformat(self.lease_until) - now).total_seconds(), 0.0)

    def looks_dead(self, now: datetime, *, patience: timedelta = timedelta(0)) -> bool:
        """Whether nobody has worked on a busy run for so long that its message must have got lost."""
        moments = (self.created_at, self.started_at, self.lease_until, self.resumes_at)
        last = max(datetime.fromisoformat(moment) for moment in moments if moment)
        usual = _REVIVE_AFTER if self.started_at else _BEGINS_WITHIN
        return self.is_busy and now - last > max(usual, patience)


def may_go(run: Run, *, unsettled: Collection[str]) -> bool:
    """Whether nobody needs an old run any more: it has ended, and no fault of its own or of its items is open.

    `unsettled`: the traces of such faults. That of an item begins with its run's, then a dash.
    """
    return run.is_over and not any(one == run.trace or one.startswith(f"{run.trace}-") for one in unsettled)
