"""Queue `referrals`: one referral in; lead, referral, events and feed saved at once; passed on to whatever is owed
next."""

import logging
from datetime import datetime, timedelta

import azure.functions as func

from shared.connections import Connections
from shared.doors.queue import queue_door
from shared.drift import count_drift, report_drift
from shared.errors import TransientError
from shared.messages import Envelope
from shared.referral_message import read_referral_message
from shared.rules.change import Change, Found
from shared.rules.referral_reading import parse_referral
from shared.rules.road import next_messages, push_messages
from shared.rules.taking_in import Arrival, Place, domain_of, place_of, take_in

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)

_MOVES = 5
"""How often a referral is looked for again because somebody gave it another domain meanwhile."""


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
    if outcome in ("new", "changed"):
        count_drift(parsed.drift, key=arrival.referral.key, state=to.state)
    for lead in (found.lead, found.other_lead):
        if lead:
            to.queues.send_all(next_messages(lead, trace=envelope.trace, run=envelope.run))
    if found.referral and not found.lead:
        to.queues.send_all(push_messages(found.referral, trace=envelope.trace, run=envelope.run))
    if envelope.run:
        to.run_items.put(envelope.run, str(envelope.data["item"]), outcome=outcome, key=arrival.referral.key)
    logger.info(
        "referral.taken_in key=%s outcome=%s has_domain=%s trace=%s",
        envelope.key,
        outcome,
        bool(found.lead),
        envelope.trace,
    )


def _save(arrival: Arrival, to: Connections) -> tuple[str, Found]:
    """Saves the arrival where it belongs; returns the outcome and how things stand afterwards."""
    place: Place = (arrival.choice.domain, None)
    found = to.leads.find_listed(domain=place[0], referral_key=arrival.referral.key)
    for _ in range(_MOVES):
        taken, stood = None, found

        def decide(now_found: Found, place: Place = place) -> Change | None:
            nonlocal taken, stood
            stood = now_found
            taken = take_in(arrival, now_found) if place_of(arrival, now_found.referral) == place else None
            return taken.change if taken else None

        saved = to.leads.change(decide, found)
        if taken:
            after = Found(saved.lead, saved.referral, saved.other_lead) if saved else stood
            return taken.outcome, after
        place = place_of(arrival, stood.referral)
        found = to.leads.find(domain=place[0], referral_key=arrival.referral.key, other_domain=place[1])
    raise TransientError("storage_unavailable", why="referral_kept_moving", times=_MOVES)
