"""Timers that look after the road: what was saved but never passed on is sent again, old feed rows go, stale leads
are refreshed, and all are judged anew when the rule table is another."""

import logging
import uuid
from datetime import datetime, timedelta

import azure.functions as func

from shared.connections import Connections, connections, settings
from shared.errors import TransientError
from shared.rules.road import due_for_sweep, next_messages, push_messages
from shared.runs.starting import start_run, wake_stalled

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
_FEED_LIVES = timedelta(hours=1)


@blueprint.function_name("sweep_road")
@blueprint.timer_trigger(arg_name="timer", schedule=settings().sweep_schedule, run_on_startup=False)
def sweep_road(timer: func.TimerRequest) -> None:
    """Every five minutes."""
    try:
        sweep(connections())
    except TransientError as error:
        logger.error("sweep.not_done code=%s", error.code)


@blueprint.function_name("refresh_timer")
@blueprint.timer_trigger(arg_name="timer", schedule=settings().refresh_schedule, run_on_startup=False)
def refresh_timer(timer: func.TimerRequest) -> None:
    """Once a day: scans leads whose evidence has grown old, within a budget."""
    _start("refresh")


@blueprint.function_name("reconcile_timer")
@blueprint.timer_trigger(arg_name="timer", schedule=settings().reconcile_schedule, run_on_startup=False)
def reconcile_timer(timer: func.TimerRequest) -> None:
    """Once a night: compares Partner Center, the store and Dynamics."""
    if settings().partner_center_enabled:
        _start("reconcile")


def sweep(to: Connections) -> int:
    """Sends again what has been owed for five minutes, at growing ages; wakes runs that nobody works on, and forgets
    old feed rows.

    Returns how many leads and referrals it sent.
    """
    from shared.runs.refresh import rules_have_changed  # brings the price list, which indexing does without

    now, sent, last = to.now(), 0, to.state.get("sweep", "dynamics") or {}
    before = datetime.fromisoformat(last["at"]) if last.get("at") else now - EVERY
    # Switched on since the last sweep that came to its end: everything that waited for Dynamics goes at once.
    waited_for_dynamics = to.settings.dynamics_enabled and not last.get("enabled")
    if rules_have_changed(to):
        start_run("refresh", who="timer", trace=uuid.uuid4().hex, request={}, to=to)
    for row in to.leads.owed_rows():
        if row.owed == "push" and not to.settings.dynamics_enabled:
            continue
        is_due = due_for_sweep(owed_since=row.since, before=before, now=now)
        if not is_due and not (row.owed == "push" and waited_for_dynamics):
            continue
        cause, trace = f"sweep-{now:%Y%m%d%H%M}", uuid.uuid4().hex
        if row.kind == "lead":
            lead = to.leads.lead(row.key)
            messages = next_messages(lead, trace=trace, cause=cause) if lead else []
        else:
            kept = to.leads.referral(row.key)
            messages = push_messages(kept, trace=trace, cause=cause) if kept else []
        to.queues.send_all(messages)
        sent += len(messages)
    to.state.put("sweep", "dynamics", {"enabled": to.settings.dynamics_enabled, "at": now.isoformat()})
    forgotten = sum(to.list_rows.forget_feed(kind, now - _FEED_LIVES) for kind in ("lead", "ref"))
    woken = wake_stalled(to)
    logger.info("sweep.done sent=%d runs_woken=%d feed_rows_forgotten=%d", sent, woken, forgotten)
    return sent


def _start(kind: str) -> None:
    try:
        start_run(kind, who="timer", trace=uuid.uuid4().hex, request={}, to=connections())
    except TransientError as error:
        logger.error("run.not_started kind=%s code=%s", kind, error.code)
