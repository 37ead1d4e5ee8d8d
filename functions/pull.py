"""Timers towards Dynamics: what sellers changed there comes back, and what failed to get there is tried again."""

import logging
import uuid

import azure.functions as func

from shared.connections import connections, settings
from shared.errors import TransientError
from shared.runs.dynamics_sweep import sweep_dynamics
from shared.runs.starting import start_run

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


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
