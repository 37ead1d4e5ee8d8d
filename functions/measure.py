"""Timers that write down how Hunter is doing, one fact a line; the alerts and the workbook of `infra/` read them."""

import logging
from collections import Counter
from collections.abc import Callable

import azure.functions as func

from shared.connections import Connections, connections
from shared.errors import HunterError
from shared.messages import QUEUES
from shared.rules.today import group_of

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


@blueprint.function_name("measure_queues")
@blueprint.timer_trigger(arg_name="timer", schedule="30 */5 * * * *", run_on_startup=False)
def measure_queues_timer(timer: func.TimerRequest) -> None:
    """Every five minutes: what waits on the queues, and for how long."""
    _quietly("queues", measure_queues)


@blueprint.function_name("measure_day")
@blueprint.timer_trigger(arg_name="timer", schedule="30 10 * * * *", run_on_startup=False)
def measure_day_timer(timer: func.TimerRequest) -> None:
    """Every hour: what waits for people, and which secrets end."""
    _quietly("referrals", measure_referrals)
    _quietly("inbox", measure_inbox)
    _quietly("secrets", measure_secrets)


def measure_queues(to: Connections) -> None:
    """The age of the oldest message of each queue, those scheduled for later left out."""
    for queue in QUEUES:
        waiting = to.queues.waiting(queue)
        seconds = max(((to.now() - since).total_seconds() for since in waiting), default=0)
        logger.info("queue.measured queue=%s waiting=%d oldest_seconds=%d", queue, len(waiting), max(seconds, 0))


def measure_referrals(to: Connections) -> None:
    """Open referrals that nobody has answered, by how soon they want an answer."""
    from shared.rules.list_shape import Conditions

    now = to.now()
    with to.referral_list.read() as table:
        waiting = table.matching(Conditions(any_of={"status": frozenset({"new"})}))
        rows = table.faces_of(table.ordered(waiting, ("respond_by",)))
    groups = Counter(group_of(row, now=now, since=now) for row in rows)
    logger.info(
        "referrals.measured waiting=%d within_24h=%d within_72h=%d",
        len(rows),
        groups["within_24h"],
        groups["within_72h"],
    )


def measure_inbox(to: Connections) -> None:
    """What waits in the failure inbox."""
    logger.info("inbox.measured open=%d", len(to.failures.all(state="open")))


def measure_secrets(to: Connections) -> None:
    """How many days each secret is good for: the sign-in to Partner Center, and what has an end in the vault."""
    ends = dict(to.token_cache.ends()) if to.settings.key_vault_url or to.settings.token_cache_path else {}
    if to.settings.partner_center_enabled and (stored := to.partner_center_token.sign_in()):
        ends["partner-center-sign-in"] = stored.ends_at
    for name, end in sorted(ends.items()):
        logger.info("secret.measured name=%s days_left=%d", name, (end - to.now()).days)


def _quietly(what: str, measure: Callable[[Connections], None]) -> None:
    """A measurement that cannot be taken hides none of the others."""
    try:
        measure(connections())
    except Exception as error:  # also what a vault or a store answers; its text may name what logs must not
        code = error.code if isinstance(error, HunterError) else type(error).__name__
        logger.warning("measure.not_done what=%s code=%s", what, code)
