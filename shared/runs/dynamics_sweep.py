"""Pushes that failed or never came to their end in, another try for those whose pause is over out.

What is only owed, the road's own sweep sends.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from shared.connections import Connections
from shared.messages import Envelope
from shared.pushing.target import BY_HAND
from shared.rules.dynamics.standing import due_again
from shared.rules.list_shape import Conditions
from shared.rules.referral_identity import referral_key
from shared.rules.road import PUSH_BY_HAND, push_message, push_token

logger = logging.getLogger(__name__)

_UNFINISHED = frozenset({"failed", "running", "pending"})
_MAY_HIDE_ONE = _UNFINISHED | {"review", "blocked"}
"""A lead shows the worst state of its referrals; behind these another one may be unfinished."""
BUDGET = 500
"""Pushes that one sweep tries again."""


def sweep_dynamics(to: Connections) -> int:
    """Sends a push for every referral that is due again, with a domain or without. Returns how many."""
    now, sent = to.now(), 0
    undecided = {domain for domain, _ in to.ledger.open_reviews()}
    with to.lead_list.read() as table:
        unsettled = Conditions(any_of={"dynamics_status": _MAY_HIDE_ONE})
        domains = table.keys_of(table.ordered(table.matching(unsettled), ()))
        counts = table.counts(table.matching(Conditions()), "dynamics_status")
    with to.referral_list.read() as table:
        homeless = Conditions(any_of={"dynamics_status": _UNFINISHED, "has_domain": frozenset({"false"})})
        ids = table.keys_of(table.ordered(table.matching(homeless), ()))
    of_leads = (_of_lead(one, now, one in undecided, to) for one in domains)
    of_referrals = (_of_referral(one, now, to) for one in ids)
    for messages in chain(of_leads, of_referrals):
        if sent >= BUDGET:
            break
        due = list(messages)[: BUDGET - sent]
        to.queues.send_all(due)
        sent += len(due)
    failed, synced = counts.get("failed", 0), counts.get("synced", 0)
    logger.info("dynamics_sweep.done failed=%d synced=%d sent=%d", failed, synced, sent)
    return sent


def _of_lead(domain: str, now: datetime, is_undecided: bool, to: Connections) -> Iterator[Envelope]:
    """The pushes of a lead that are due again; one that works closes its fault."""
    lead = to.leads.lead(domain)
    for key, state in lead.dynamics.items() if lead else ():
        if lead and due_again(state, now, is_undecided=is_undecided):
            name = f"{BY_HAND}{domain}" if key == PUSH_BY_HAND else key
            yield _message(name, push_token(lead, key), now, domain=domain)


def _of_referral(id_: str, now: datetime, to: Connections) -> Iterator[Envelope]:
    """The push of a referral without a domain, if it is due again."""
    kept = to.leads.referral(referral_key(id_))
    if kept and kept.domain is None and due_again(kept.dynamics, now):
        yield _message(kept.key, kept.push_token, now)


def _message(key: str, token: str, now: datetime, **more: str) -> Envelope:
    return push_message(key, token, trace=uuid.uuid4().hex, cause=f"sweep-{now:%Y%m%d%H}", again="sweep", **more)
