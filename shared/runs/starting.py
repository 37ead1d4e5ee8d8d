"""Starts a run, or joins the one of its kind that is under way: what timers and doors do before the queue does the
rest."""

from collections.abc import Callable
from typing import Any

from shared.connections import Connections
from shared.messages import Envelope
from shared.rules.run import Run


def start_run(kind: str, *, who: str, trace: str, request: dict[str, Any], to: Connections) -> tuple[Run, bool]:
    """The run and whether it was joined. A joined run whose message got lost is woken."""
    run, is_new = to.turns.start(kind=kind, who=who, trace=trace, request=request)
    if is_new:
        to.queues.send(run_message(run, cause="start"))
    elif run.looks_dead(to.now()):
        to.queues.send(run_message(run, cause=f"wake-{to.now():%Y%m%d%H%M}"))
    return run, not is_new


def start_covering(
    kind: str, *, who: str, trace: str, request: dict[str, Any], covers: Callable[[Run], bool], to: Connections
) -> tuple[Run, bool]:
    """As `start_run`; but where the run under way does not do what is asked for, one that waits for it."""
    run, joined = start_run(kind, who=who, trace=trace, request=request, to=to)
    if joined and not covers(run):
        run = start_after(run, who=who, trace=trace, request=request, to=to)
        joined = run.trace != trace
    return run, joined


def start_after(busy: Run, *, who: str, trace: str, request: dict[str, Any], to: Connections) -> Run:
    """A run that waits for the busy one of its kind, because that one does not cover what is asked for; one that waits
    for the same already is joined, and known by its trace."""
    run, is_new = to.turns.start_after(busy, who=who, trace=trace, request=request)
    if is_new or run.looks_dead(to.now()):
        to.queues.send(run_message(run, cause=f"start-{to.now():%Y%m%d%H%M}"))
    return run


def run_message(run: Run, *, cause: str) -> Envelope:
    """The message that has the next slice of a run done."""
    return Envelope(
        type="run", trace=run.trace, run=run.id, data={"key": run.id, "version": run.slices, "cause": cause}
    )
