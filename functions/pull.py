"""Timers towards Dynamics: what sellers changed there comes back, and what failed to get there is tried again."""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import azure.functions as func

from shared.clients.failure_store import fault_id
from shared.connections import Connections, connections, settings
from shared.errors import TransientError
from shared.messages import Envelope
from shared.pushing import BY_HAND
from shared.rules.lead import DynamicsState, Lead
from shared.rules.list_table import Conditions
from shared.rules.road import PUSH_BY_HAND, push_message, push_token
from shared.runs.starting import start_run

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)

BUDGET = 500
"""Pushes that one sweep tries again."""
_LONGEST_PAUSE = timedelta(days=2)


@blueprint.function_name("pull_timer")
@blueprint.timer_trigger(arg_name="timer", schedule=settings().dynamics_pull_schedule, run_on_startup=False)
def pull_timer(timer: func.TimerRequest) -> None:
    """Every ten minutes: starts a run of kind `pull`."""
    if not settings().dynamics_enabled:
        logger.info("pull.skipped reason=DYNAMICS_ENABLED_is_false")
        return
    try:
        run, joined = start_run("pull", who="timer", trace=uuid.uuid4().hex, request={}, to=connections())
        logger.info("pull.started run=%s joined=%s", run.id, joined)
    except TransientError as error:
        logger.error("pull.not_started code=%s", error.code)


@blueprint.function_name("dynamics_sweep_timer")
@blueprint.timer_trigger(arg_name="timer", schedule=settings().dynamics_sweep_schedule, run_on_startup=False)
def dynamics_sweep_timer(timer: func.TimerRequest) -> None:
    """Every hour: tries failed pushes again, each at growing pauses."""
    if not settings().dynamics_enabled:
        logger.info("dynamics_sweep.skipped reason=DYNAMICS_ENABLED_is_false")
        return
    try:
        sweep_dynamics(connections())
    except TransientError as error:
        logger.error("dynamics_sweep.not_done code=%s", error.code)


def sweep_dynamics(to: Connections) -> int:
    """Sends a push for every failed referral whose pause is over. Returns how many."""
    now, sent = to.now(), 0
    with to.lead_list.read() as table:
        mask = table.matching(Conditions(any_of={"dynamics_status": frozenset({"failed"})}))
        domains = table.keys_of(table.ordered(mask, ("domain",)))
        synced = table.counts(table.matching(Conditions()), "dynamics_status").get("synced", 0)
    for domain in domains:
        lead = to.leads.lead(domain)
        messages = list(due_again(lead, now)) if lead else []
        to.queues.send_all(messages[: BUDGET - sent])
        sent += len(messages)
        if sent >= BUDGET:
            break
    logger.info("dynamics_sweep.done failed=%d synced=%d sent=%d", len(domains), synced, min(sent, BUDGET))
    return min(sent, BUDGET)


def due_again(lead: Lead, now: datetime) -> Iterator[Envelope]:
    """The pushes of a lead that failed and whose pause is over."""
    for key, state in lead.dynamics.items():
        if state.status != "failed" or not state.tried_at or now - state.tried_at < pause_after(state):
            continue
        name = f"{BY_HAND}{lead.domain}" if key == PUSH_BY_HAND else key
        yield push_message(
            name,
            push_token(lead, key),
            trace=uuid.uuid4().hex,
            cause=f"sweep-{now:%Y%m%d%H}",
            domain=lead.domain,
            again="sweep",
            failure=fault_id("pushes", name, state.error_code or ""),
        )


def pause_after(state: DynamicsState) -> timedelta:
    """One hour after the first failure, doubled with each, two days at most."""
    doublings = min(max(state.attempts - 1, 0), 10)
    return min(timedelta(hours=2**doublings), _LONGEST_PAUSE)
