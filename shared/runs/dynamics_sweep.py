"""Pushes that failed or never came to their end in, another try for those whose pause is over out.

What is only owed, the road's own sweep sends.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime

from shared.connections import Connections
from shared.messages import Envelope
from shared.pushing import BY_HAND
from shared.rules.dynamics_standing import due_again
from shared.rules.list_shape import Conditions
from shared.rules.referral_identity import referral_key
from shared.rules.road import PUSH_BY_HAND, push_message, push_token

logger = logging.getLogger(__name__)

_UNFINISHED = {"dynamics_status": frozenset({"failed", "running", "pending"})}
BUDGET = 500
"""Pushes that one sweep tries again."""


def sweep_dynamics(to: Connections) -> int:
    """Sends a push for every referral that is due again, with a domain or without. Returns how many."""
    now, sent = to.now(), 0
    with to.lead_list.read() as table:
        domains = table.keys_of(table.ordered(table.matching(Conditions(any_of=_UNFINISHED)), ()))
        counts = table.counts(table.matching(Conditions()), "dynamics_status")
    with to.referral_list.read() as table:
        homeless = Conditions(any_of={**_UNFINISHED, "has_domain": frozenset({"false"})})
        ids = table.keys_of(table.ordered(table.matching(homeless), ()))
    for messages in (*(_of_lead(one, now, to) for one in domains), *(_of_referral(one, now, to) for one in ids)):
        if sent >= BUDGET:
            break
        due = list(messages)[: BUDGET - sent]
        to.queues.send_all(due)
        sent += len(due)
    failed, synced = counts.get("failed", 0), counts.get("synced", 0)
    logger.info("dynamics_sweep.done failed=%d synced=%d sent=%d", failed, synced, sent)
    return sent


def _of_lead(domain: str, now: datetime, to: Connections) -> Iterator[Envelope]:
    """The pushes of a lead that are due again; one that works closes its fault."""
    lead = to.leads.lead(domain)
    for key, state in lead.dynamics.items() if lead else ():
        if lead and due_again(state, now):
            name = f"{BY_HAND}{domain}" if key == PUSH_BY_HAND else key
            yield _message(name, push_token(lead, key), now, domain=domain)


def _of_referral(id_: str, now: datetime, to: Connections) -> Iterator[Envelope]:
    """The push of a referral without a domain, if it is due again."""
    kept = to.leads.referral(referral_key(id_))
    if kept and kept.domain is None and due_again(kept.dynamics, now):
        yield _message(kept.key, kept.push_token, now)


def _message(key: str, token: str, now: datetime, **more: str) -> Envelope:
    return push_message(key, token, trace=uuid.uuid4().hex, cause=f"sweep-{now:%Y%m%d%H}", again="sweep", **more)
