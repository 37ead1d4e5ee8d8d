"""What `functions/runs.py` answers, and every door that starts a run."""

from typing import Any

from shared.doors.answers.parts import Answer
from shared.rules.values import RunKind, RunState


class RunStarted(Answer):
    """Where to look how far a run is."""

    run_id: str
    status_url: str
    joined: bool


class Run(Answer):
    """One run; `fetched = enqueued + skipped`, and `enqueued` is the sum from `new` to `failed` with `pending`.

    `outcomes` names what each kind of run knows besides; the sum counts it among the `unchanged`. `resumes_at`: it
    waits until then, for the last of its `reasons`.
    """

    id: str
    kind: RunKind
    state: RunState
    who: str
    request: dict[str, Any]
    fetched: int
    enqueued: int
    skipped: int
    skip_reasons: dict[str, int]
    new: int
    changed: int
    unchanged: int
    stale: int
    quarantined: int
    failed: int
    outcomes: dict[str, int]
    pending: int
    success_rate: float | None
    reasons: list[dict[str, Any]]
    created_at: str
    started_at: str | None
    ended_at: str | None
    resumes_at: str | None
    correlation_id: str


class RunDay(Answer):
    """How the runs of one kind that began on one UTC day went."""

    day: str
    kind: RunKind
    runs: int
    states: dict[str, int]
    items: int
    outcomes: dict[str, int]
    success_rate: float | None


class RunPage(Answer):
    """Runs, newest first; `per_day` when it was asked for."""

    items: list[Run]
    next_cursor: str | None
    per_day: list[RunDay] | None
    as_of: str


class RunDetail(Run):
    """A run with a page of its items."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    as_of: str
