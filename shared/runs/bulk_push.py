"""A run of kind `bulk-push`: a fixed set of leads in, a push for each of their referrals out, a few hundred leads a
slice.
"""

from dataclasses import replace

from shared.clients.domain_sets import PIECE, DomainSets
from shared.connections import Connections
from shared.messages import Envelope
from shared.pushing.target import BY_HAND
from shared.rules.lead import Lead
from shared.rules.road import PUSH_BY_HAND, push_message, push_token
from shared.rules.run import Run

SLICE = 300
"""Leads a slice: well inside the lease, so that another worker can take over soon."""
_SAVED_EVERY = 50
SECONDS_PER_LEAD = 0.2
"""What a lead costs at most while the service keeps to 6,000 requests in 300 s and a lead takes two, with room to
spare.
"""


def bulk_push(run: Run, to: Connections) -> Run:
    """Sends the pushes of the next slice. `progress.next` counts the leads that were dealt with."""
    first = int(run.progress.get("next", 0))
    if first == 0 and not run.notes:
        run = replace(run, notes=[{"code": "estimate", "seconds": round(int(run.request["count"]) * SECONDS_PER_LEAD)}])
    domains = _slice(run, first, to)
    for number, domain in enumerate(domains, start=first + 1):
        if to.turns.cancel_asked(run.id):
            return replace(run, state="cancelled", progress={"next": number - 1})
        run = _send(run, domain, to)
        if number % _SAVED_EVERY == 0:
            run = to.turns.renewed(run, progress={"next": number})
    done = first + len(domains)
    run = to.turns.renewed(run, progress={"next": done})
    return replace(run, state="finishing") if done >= int(run.request["count"]) or not domains else run


def bulk_messages(lead: Lead, run: Run) -> list[Envelope]:
    """A push for each referral of the lead; a lead without one is pushed as what it is."""
    keys = list(lead.referrals) or [PUSH_BY_HAND]
    return [
        push_message(
            f"{BY_HAND}{lead.domain}" if key == PUSH_BY_HAND else key,
            push_token(lead, key),
            trace=run.trace,
            run=run.id,
            cause=f"bulk-{run.id}",
            domain=lead.domain,
            item=f"{lead.domain}:{key}",
            who=run.who,
            again="bulk",
        )
        for key in keys
    ]


def _slice(run: Run, first: int, to: Connections) -> list[str]:
    piece, offset = divmod(first, PIECE)
    return DomainSets(to.tables, now=to.now).piece(run.request["set"], piece)[offset : offset + SLICE]


def _send(run: Run, domain: str, to: Connections) -> Run:
    lead = to.leads.lead(domain)
    if lead is None:
        reasons = {**run.skip_reasons, "not_found": run.skip_reasons.get("not_found", 0) + 1}
        return replace(run, fetched=run.fetched + 1, skipped=run.skipped + 1, skip_reasons=reasons)
    messages = bulk_messages(lead, run)
    to.queues.send_all(messages)
    return replace(run, fetched=run.fetched + len(messages), enqueued=run.enqueued + len(messages))
