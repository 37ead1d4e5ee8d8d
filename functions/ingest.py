"""Queue `referrals`: one referral in; lead, referral, events and feed saved at once; passed on to whatever is owed
next."""

import logging
from datetime import datetime, timedelta

import azure.functions as func

from shared.connections import Connections
from shared.doors.queue import queue_door
from shared.drift import report_drift
from shared.messages import Envelope
from shared.referral_message import read_referral_message
from shared.rules.change import Change, Found
from shared.rules.referral import parse_referral
from shared.rules.road import next_messages, push_messages
from shared.rules.taking_in import Arrival, TakenIn, domain_of, settled_domain, take_in

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


@queue_door(blueprint, "referral")
def ingest(envelope: Envelope, to: Connections) -> None:
    """Takes one referral in.

    The same one again changes nothing, but is passed on while the next step has not answered.
    """
    raw = read_referral_message(envelope, to.leads)
    parsed = parse_referral(raw)
    report_drift(parsed.drift, state=to.state)
    arrival = Arrival(
        referral=parsed.referral,
        raw=raw,
        choice=domain_of(parsed.referral, to.settings.own_domain_set),
        polled_at=datetime.fromisoformat(str(envelope.data["polled_at"])),
        trace=envelope.trace,
        now=to.now(),
        fresh_for=timedelta(hours=to.settings.scan_fresh_hours),
    )
    outcome, found = _save(arrival, to)
    for lead in (found.lead, found.other_lead):
        if lead:
            to.queues.send_all(next_messages(lead, trace=envelope.trace, run=envelope.run))
    if found.referral and not found.lead:
        to.queues.send_all(push_messages(found.referral, trace=envelope.trace, run=envelope.run))
    if envelope.run:
        to.runs.put_item(envelope.run, str(envelope.data["item"]), outcome=outcome, key=arrival.referral.key)
    logger.info(
        "referral.taken_in key=%s outcome=%s has_domain=%s trace=%s",
        envelope.key,
        outcome,
        bool(found.lead),
        envelope.trace,
    )


def _save(arrival: Arrival, to: Connections) -> tuple[str, Found]:
    """Saves the arrival where it belongs; returns the outcome and how things stand afterwards."""
    key = arrival.referral.key
    found = to.leads.find(domain=arrival.choice.domain, referral_key=key)
    if found.referral:
        domain, before = settled_domain(arrival, found.referral), found.referral.domain
        if domain != arrival.choice.domain or before not in (None, domain):
            found = to.leads.find(domain=domain, referral_key=key, other_domain=before if before != domain else None)
    latest = TakenIn("unchanged", None)
    stood = found

    def decide(now_found: Found) -> Change | None:
        nonlocal latest, stood
        stood = now_found
        latest = take_in(arrival, now_found)
        return latest.change

    saved = to.leads.change(decide, found)
    if saved is None:
        return latest.outcome, stood
    return latest.outcome, Found(lead=saved.lead, referral=saved.referral, other_lead=saved.other_lead)
