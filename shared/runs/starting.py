"""Starts a run, or joins the one of its kind that is under way: what timers and doors do before the queue does the
rest."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from shared.connections import Connections
from shared.messages import Envelope
from shared.rules.run import Run

logger = logging.getLogger(__name__)

_STALLED_AFTER = timedelta(minutes=15)
"""Longer than a slice may take, and than a message waits at most between two looks."""
_GIVEN_UP_AFTER = timedelta(days=2)


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


def wake_stalled(to: Connections) -> int:
    """Sends a message for each run that could go on and has had none for long: where its own got lost, nobody may ever
    start another of its kind. Returns how many.
    """
    woken = 0
    for run in to.runs.busy_since(to.now() - _GIVEN_UP_AFTER):
        if not _is_on(run.kind, to):
            continue
        if run.looks_dead(to.now(), patience=_STALLED_AFTER) and to.turns.is_next(run):
            to.queues.send(run_message(run, cause=f"wake-{to.now():%Y%m%d%H%M}"))
            logger.warning("run.woken kind=%s run=%s trace=%s", run.kind, run.id, run.trace)
            woken += 1
    return woken


def _is_on(kind: str, to: Connections) -> bool:
    """Whether what a run of this kind works with is switched on."""
    of = to.settings
    needed = {
        "referrals": of.partner_center_enabled, "reconcile": of.partner_center_enabled,
        "bulk-push": of.dynamics_enabled, "pull": of.dynamics_enabled,
    }  # fmt: skip
    return needed.get(kind, True)


def run_message(run: Run, *, cause: str) -> Envelope:
    """The message that has the next slice of a run done."""
    return Envelope(
        type="run", trace=run.trace, run=run.id, data={"key": run.id, "version": run.slices, "cause": cause}
    )
