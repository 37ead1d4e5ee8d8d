"""Timer and `POST /api/referrals/sync`: starts a run that reads Partner Center, or joins the one under way."""

import logging
import uuid
from collections.abc import Mapping

import azure.functions as func

from shared.connections import connections, settings
from shared.doors.accepted import run_started
from shared.doors.http import Call, Reply, door
from shared.doors.problems import refuse_when_off
from shared.errors import TransientError
from shared.runs.starting import start_covering

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


@blueprint.function_name("sync_timer")
@blueprint.timer_trigger(arg_name="timer", schedule=settings().poll_schedule, run_on_startup=False)
def sync_timer(timer: func.TimerRequest) -> None:
    """Every ten minutes; every thirty seconds on a laptop."""
    if not settings().partner_center_enabled:
        logger.info("sync.skipped reason=PARTNER_CENTER_ENABLED_is_false")
        return
    _start_quietly({"mode": settings().partner_center_mode}, who="timer")


@blueprint.function_name("nightly_full_sync")
@blueprint.timer_trigger(arg_name="timer", schedule="0 15 1 * * *", run_on_startup=False)
def nightly_full_sync(timer: func.TimerRequest) -> None:
    """Reads everything once a night: repairs whatever an update time may have hidden."""
    if settings().partner_center_enabled:
        _start_quietly({"mode": "full"}, who="timer")


@door(blueprint, "POST", "referrals/sync", role="operator", body="SyncBody", answer="RunStarted", status=202)
def sync_referrals(call: Call) -> Reply:
    """Starts reading Partner Center now; the run tells how far it is."""
    refuse_when_off(call.to.settings.partner_center_enabled, "PARTNER_CENTER_ENABLED")
    request = {"mode": call.body.mode or call.to.settings.partner_center_mode, "since": call.body.since_text}
    run, joined = start_covering(
        "referrals", who=call.principal.user_id, trace=call.trace, request=request,
        covers=lambda busy: _covers(busy.request, request), to=call.to,
    )  # fmt: skip
    return run_started(run.id, joined=joined)


def _start_quietly(request: dict[str, str], *, who: str) -> None:
    """A timer that cannot start says so in the log; the next tick tries again.

    Any busy run will do for the frequent one; the nightly one waits for it, or the night would pass without.
    """
    try:
        run, joined = start_covering(
            "referrals", who=who, trace=uuid.uuid4().hex, request=request,
            covers=lambda busy: request["mode"] != "full" or _covers(busy.request, request), to=connections(),
        )  # fmt: skip
        logger.info("sync.started run=%s joined=%s mode=%s", run.id, joined, request["mode"])
    except TransientError as error:
        logger.error("sync.not_started code=%s", error.code)


def _covers(running: Mapping[str, object], asked: Mapping[str, object]) -> bool:
    """Whether the run under way reads at least what is asked for."""
    if running.get("mode") == "full" and not running.get("since"):
        return True
    return (running.get("mode"), running.get("since")) == (asked["mode"], asked.get("since"))
