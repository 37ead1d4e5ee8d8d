"""Timer: once a night, what is older than `RETENTION_DAYS` goes; the audit stays."""

import logging
from datetime import timedelta

import azure.functions as func

from shared.connections import Connections, connections
from shared.errors import TransientError

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


@blueprint.function_name("retention_timer")
@blueprint.timer_trigger(arg_name="timer", schedule="0 45 4 * * *", run_on_startup=False)
def retention_timer(timer: func.TimerRequest) -> None:
    """In the small hours, after the full sync and the refresh."""
    try:
        keep_no_longer(connections())
    except TransientError as error:
        logger.error("retention.not_done code=%s", error.code)


def keep_no_longer(to: Connections) -> dict[str, int]:
    """Deletes old payloads; returns how many rows of each table went."""
    from shared.clients.old_rows import prune

    gone = prune(to.tables, before=to.now() - timedelta(days=to.settings.retention_days))
    logger.info("retention.done raw=%d failures=%d", gone["raw"], gone["failures"])
    return gone
