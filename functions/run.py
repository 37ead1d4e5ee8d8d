"""Queue `runs`: one run in; a slice of its work done; sent round again until it has ended."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import azure.functions as func

from shared.clients.failure_store import fault_id
from shared.clients.run_store import TakenOver
from shared.connection_state import tell_fault, tell_success
from shared.connections import Connections
from shared.doors.queue import DELAYS, queue_door
from shared.errors import GateClosed, HunterError, PermanentError, TransientError
from shared.messages import Envelope
from shared.rules.run import Run
from shared.rules.run_rates import BAD_OUTCOMES
from shared.runs.starting import run_message

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)

Work = Callable[[Run, Connections], Run]
_LOOK_AFTER = (1, 2, 3, 5, 10, 20, 30, 60)
"""Seconds between looks at the answers of a run that has sent everything; the last is repeated."""
_SET_ASIDE = ("dead_letter", "gave_up", "bug")
"""Faults of a run's own message."""
_MOST_LOOKS = 1_440
"""A day: every planned attempt of every item lies behind then."""


@queue_door(blueprint, "run")
def run(envelope: Envelope, to: Connections) -> None:
    """Does the next slice of a run, or looks whether its items have all been answered."""
    found = to.runs.get(envelope.key)
    if found and found.state == "failed" and envelope.data.get("failure"):
        found = _taken_up_again(found, to)
    if found is None or found.is_over:
        return
    if found.state == "finishing":
        _finish(found, envelope, to)
        return
    taken = to.turns.take(found, by=envelope.message_id)
    if taken is None:
        raise GateClosed("gave_up", "Another worker has this run.", retry_after=max(found.lease_left(to.now()), 2))
    if to.turns.cancel_asked(taken.id):
        _end(taken, "cancelled", to)
        return
    _work(taken, envelope, to)


def work_of(kind: str) -> Work:
    """What a run of this kind does in a slice. Imported with the first run of the kind: indexing stays light."""
    if kind == "referrals":
        from shared.runs.poll import poll as work
    elif kind == "bulk-push":
        from shared.runs.bulk_push import bulk_push as work
    elif kind == "pull":
        from shared.runs.pull import pull as work
    elif kind == "reconcile":
        from shared.runs.reconcile import reconcile as work
    elif kind == "replay":
        from shared.runs.replay import replay as work
    elif kind == "refresh":
        from shared.runs.refresh import refresh as work
    else:
        raise ValueError(f"no run of kind {kind}")
    return work


def _taken_up_again(failed: Run, to: Connections) -> Run | None:
    """Somebody replays the fault that ended the run: it goes on where it stopped."""
    try:
        return to.turns.reopened(failed)
    except TakenOver:
        return None


def _work(taken: Run, envelope: Envelope, to: Connections) -> None:
    try:
        after = work_of(taken.kind)(taken, to)
    except TakenOver:
        logger.info("run.taken_over run=%s trace=%s", taken.id, taken.trace)
        return
    except TransientError as fault:
        _note(taken, fault, to, state=None)
        tell_fault(taken.kind, fault, to)
        raise
    except PermanentError as fault:
        _note(taken, fault, to, state="failed")
        tell_fault(taken.kind, fault, to)
        to.failures.record(
            code=fault.code, queue="runs", key=taken.kind, trace=taken.trace, params=fault.particulars,
            cause=fault.cause, attempts=1, body=envelope.to_bytes(),
        )  # fmt: skip
        logger.error("inbox.opened code=%s queue=runs key=%s trace=%s", fault.code, taken.kind, taken.trace)
        return
    if after.state in ("finishing", "succeeded"):
        tell_success(taken.kind, taken.id, to)
    if after.is_over:
        _end(after, after.state, to)
    elif after.state == "finishing":
        released = to.turns.released(after)
        to.queues.send(run_message(released, cause="finish-0"), delay=timedelta(seconds=_LOOK_AFTER[0]))
    else:
        released = to.turns.released(after)
        to.queues.send(run_message(released, cause=f"slice-{released.slices}"))


def _note(taken: Run, fault: HunterError, to: Connections, *, state: str | None) -> None:
    """Leaves the reason on the run. A run that was taken over meanwhile is somebody else's to note on."""
    latest = to.runs.get(taken.id)
    if latest is None or latest.lease_by != taken.lease_by:
        return
    noted = latest.with_note(fault.code, cause=fault.cause, params=fault.particulars, at=to.now())
    try:
        if state:
            _end(noted, state, to)
        else:
            wait = timedelta(seconds=getattr(fault, "retry_after", None) or DELAYS[0])
            to.turns.released(noted, resumes_at=(to.now() + wait).isoformat())
    except TakenOver:
        logger.info("run.taken_over run=%s trace=%s", taken.id, taken.trace)


def _finish(found: Run, envelope: Envelope, to: Connections) -> None:
    """Ends the run when every item has been answered, else looks again a little later."""
    counted = replace(found, outcomes=to.run_items.outcomes(found.id))
    looks = int(envelope.data.get("looks", 0)) + 1
    if counted.pending and looks > _MOST_LOOKS:
        counted = counted.with_note("unanswered", at=to.now(), cause=f"{counted.pending} items never answered.")
    elif counted.pending:
        seconds = _LOOK_AFTER[min(looks, len(_LOOK_AFTER) - 1)]
        to.queues.send(envelope.again(looks=looks, cause=f"finish-{looks}"), delay=timedelta(seconds=seconds))
        return
    bad = sum(counted.outcomes.get(name, 0) for name in BAD_OUTCOMES) + counted.pending
    try:
        _end(counted, "succeeded" if not bad else "partial" if bad < counted.enqueued else "failed", to)
    except TakenOver:
        logger.info("run.taken_over run=%s trace=%s", found.id, found.trace)


def _end(ended: Run, state: str, to: Connections) -> None:
    if state in ("succeeded", "partial") and ended.slices > 1:
        _overcome(ended, to)
    final = to.turns.ended(replace(ended, outcomes=ended.outcomes or to.run_items.outcomes(ended.id)), state)
    counts = " ".join(f"{name}={count}" for name, count in sorted(final.outcomes.items()))
    logger.info(
        "run.ended kind=%s state=%s run=%s fetched=%d enqueued=%d skipped=%d %s trace=%s",
        final.kind, final.state, final.id, final.fetched, final.enqueued, final.skipped, counts, final.trace,
    )  # fmt: skip


def _overcome(ended: Run, to: Connections) -> None:
    """It went on without the message that was set aside, woken by a timer: nothing is left to replay."""
    for code in _SET_ASIDE:
        failure = to.failures.get(fault_id("runs", ended.id, code))
        if failure and failure.state == "open":
            to.failures.overcome(failure)
            logger.info("inbox.overcome code=%s kind=%s run=%s", code, ended.kind, ended.id)
