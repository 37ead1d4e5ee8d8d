"""Queue `scores`: one domain in; its evidence and referrals judged by the table; score and reasons saved; passed on
to push."""

import logging

import azure.functions as func

from shared.connections import Connections
from shared.doors.queue import queue_door
from shared.messages import Envelope
from shared.rules.change import Change, Found
from shared.rules.road import next_messages, owed

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


@queue_door(blueprint, "score")
def score(envelope: Envelope, to: Connections) -> None:
    """Judges one lead as it stands now.

    What was judged is named in the judgement, so a late message does nothing twice.
    """
    # The price list is built on the first message: indexing stays light.
    from shared.rules.judging import is_outdated, judge

    found = to.leads.find(domain=envelope.key)
    table, now = to.rule_table, to.now()

    def decide(stood: Found) -> Change | None:
        lead = stood.lead
        due = owed(lead) if lead else None
        if lead is None or not ((due and due.step == "score") or is_outdated(lead, table.version)):
            return None
        return judge(lead, table=table, now=now, trace=envelope.trace)

    saved = to.leads.change(decide, found)
    lead = saved.lead if saved else found.lead
    if lead is None:
        return
    if saved and lead.judgement:
        logger.info(
            "lead.scored key=%s score=%d segment=%s trace=%s",
            envelope.key,
            lead.judgement.score,
            lead.judgement.segment,
            envelope.trace,
        )
    to.queues.send_all(next_messages(lead, trace=envelope.trace, run=envelope.run))
