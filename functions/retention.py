"""Timer: once a night, what is older than `RETENTION_DAYS` goes; the audit stays."""

import logging
from datetime import timedelta

import azure.functions as func

from shared.connections import Connections, connections
from shared.errors import TransientError
from shared.rules.run_rates import MOST_DAYS

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
    """Deletes old payloads, settled faults and runs; returns how many rows of each kind went."""
    from shared.clients.old_rows import prune
    from shared.clients.old_runs import prune_runs

    days = to.settings.retention_days
    gone = prune(to.tables, before=to.now() - timedelta(days=days))
    before = to.now() - timedelta(days=max(days, MOST_DAYS))
    gone |= prune_runs(to.tables, before=before, unsettled=to.failures.unsettled_traces())
    logger.info("retention.done %s", " ".join(f"{kind}={count}" for kind, count in gone.items()))
    return gone
