"""Leads whose push failed in, another try for those whose pause is over out.

What is only owed, the road's own sweep sends.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime

from shared.connections import Connections
from shared.messages import Envelope
from shared.pushing import BY_HAND
from shared.rules.dynamics_told import pause_after
from shared.rules.lead import Lead
from shared.rules.list_table import Conditions
from shared.rules.road import PUSH_BY_HAND, push_message, push_token

logger = logging.getLogger(__name__)

BUDGET = 500
"""Pushes that one sweep tries again."""


def sweep_dynamics(to: Connections) -> int:
    """Sends a push for every failed referral whose pause is over. Returns how many."""
    now, sent = to.now(), 0
    with to.lead_list.read() as table:
        mask = table.matching(Conditions(any_of={"dynamics_status": frozenset({"failed"})}))
        domains = table.keys_of(table.ordered(mask, ()))
        synced = table.counts(table.matching(Conditions()), "dynamics_status").get("synced", 0)
    for domain in domains:
        if sent >= BUDGET:
            break
        lead = to.leads.lead(domain)
        messages = list(_due_again(lead, now))[: BUDGET - sent] if lead else []
        to.queues.send_all(messages)
        sent += len(messages)
    logger.info("dynamics_sweep.done failed=%d synced=%d sent=%d", len(domains), synced, sent)
    return sent


def _due_again(lead: Lead, now: datetime) -> Iterator[Envelope]:
    """The pushes of a lead that failed and have rested long enough; one that works closes its fault."""
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
        )
