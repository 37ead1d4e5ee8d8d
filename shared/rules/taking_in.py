"""A referral just read and what is known in, what to save out: new, changed, stale or unchanged. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shared.messages import Envelope
from shared.rules.change import BigText, Change, Found
from shared.rules.company_domain import DomainChoice, choose_domain
from shared.rules.events import Event
from shared.rules.forgetting import without_person
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import OPEN_STATUSES, DynamicsState, Identity, Lead
from shared.rules.referral import Referral

_CLAIM = timedelta(minutes=5)

TOLD = (
    "status", "substatus", "type", "name", "company_name", "deal_amount", "deal_currency", "country", "consent",
    "contact", "notes", "tenant_id", "expires_at", "direction",
)  # fmt: skip
"""The fields that a `referral.changed` event names; their values stay out of the event."""


Place = tuple[str | None, str | None]
"""The domain that a referral belongs to, and the one that it leaves."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One referral as it arrived: read, with its domain, its raw text and the poll that saw it."""

    referral: Referral
    raw: Mapping[str, Any]
    choice: DomainChoice
    polled_at: datetime
    trace: str
    now: datetime
    fresh_for: timedelta
    """How long a scan counts as fresh."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of an arrival, and what there is to save."""

    outcome: str
    """`new`, `changed`, `unchanged` or `stale`."""
    change: Change | None


def domain_of(referral: Referral, own_domains: frozenset[str]) -> DomainChoice:
    """Website, then the contact's e-mail, then the customer team's (design section 6)."""
    contact = referral.contact.email if referral.contact else None
    others = [email for email in referral.customer_emails if email != contact]
    return choose_domain(
        websites=referral.websites, customer_emails=[contact], team_emails=others, own_domains=own_domains
    )


def settled_domain(arrival: Arrival, known: KeptReferral | None) -> str | None:
    """Where the referral belongs: a domain that a person entered outlives what Partner Center says."""
    if known and known.named_by:
        return known.domain
    return arrival.choice.domain


def place_of(arrival: Arrival, known: KeptReferral | None) -> Place:
    """Which leads a decision about this arrival touches."""
    domain = settled_domain(arrival, known)
    left = known.domain if known and known.domain != domain else None
    return domain, left


def take_in(arrival: Arrival, found: Found) -> TakenIn:
    """Decides what to save. `found` holds the leads that `place_of` names."""
    known = found.referral
    if known and known.forgotten_at:
        arrival = replace(arrival, referral=without_person(arrival.referral))
    referral = arrival.referral
    if known is None:
        return TakenIn("new", _saved(arrival, found, _first(arrival), [_received(arrival)]))
    if known.referral.content_hash == referral.content_hash and known.domain == settled_domain(arrival, known):
        return TakenIn(_told_before(arrival, known), None)
    if known.is_newer_than(referral.updated_ticks, arrival.polled_at):
        return TakenIn("stale", _ignored(arrival, found, known))
    return TakenIn("changed", _saved(arrival, found, _next(arrival, known), _changes(arrival, known)))


def with_referral(lead: Lead | None, kept: KeptReferral, *, domain: str, now: datetime, fresh_for: timedelta) -> Lead:
    """The lead with this referral in it, its scan asked for when there is none or it is no longer fresh."""
    before = lead or Lead(domain=domain, identity=Identity(first_seen_at=now))
    after = before.with_referral(kept.summary())
    return with_scan_wanted(with_identity_version(after, before), now=now, fresh_for=fresh_for)


def with_dynamics_state(lead: Lead, kept: KeptReferral) -> Lead:
    """The lead knowing how its referral already stands in Dynamics, when it comes from another lead or from none."""
    if kept.key in lead.dynamics or kept.dynamics == DynamicsState():
        return lead
    return replace(lead, dynamics={**lead.dynamics, kept.key: kept.dynamics})


def with_identity_version(after: Lead, before: Lead) -> Lead:
    """Raises the identity's version when something changed that the score depends on."""
    if (after.tenant_id, after.co_sell) == (before.tenant_id, before.co_sell):
        return after
    return replace(after, identity=replace(after.identity, version=after.identity.version + 1))


def with_scan_wanted(lead: Lead, *, now: datetime, fresh_for: timedelta, force: bool = False) -> Lead:
    """Asks for a scan unless one is owed already or the last is fresh; claims it for the message that will be sent."""
    scan = lead.scan
    if scan.done < scan.wanted:
        return lead
    if not force and scan.scanned_at is not None and now - scan.scanned_at < fresh_for:
        return lead
    wanted = scan.wanted + 1
    claim = Envelope(type="scan", trace="", data={"key": lead.domain, "version": f"w{wanted}"}).work
    return replace(lead, scan=replace(scan, wanted=wanted, claimed_by=claim, claimed_until=now + _CLAIM))


def _told_before(arrival: Arrival, known: KeptReferral) -> str:
    """The outcome of a repeat: a message that came twice had the same effect, and says so."""
    if known.polled_at != arrival.polled_at:
        return "unchanged"
    return "new" if known.version == 1 else "changed"


def _ignored(arrival: Arrival, found: Found, known: KeptReferral) -> Change | None:
    """An older copy leaves an event, once."""
    if known.stale_hash == arrival.referral.content_hash:
        return None
    event = Event("referral.stale", params={"id": arrival.referral.id}, trace=arrival.trace)
    return Change(lead=found.lead, referral=replace(known, stale_hash=arrival.referral.content_hash), events=[event])


def _first(arrival: Arrival) -> KeptReferral:
    referral, choice = arrival.referral, arrival.choice
    return KeptReferral(
        key=referral.key,
        referral=referral,
        polled_at=arrival.polled_at,
        domain=choice.domain,
        domain_source=choice.source,
        no_domain_reason=choice.reason,
        first_seen_closed=referral.status not in OPEN_STATUSES,
        first_seen_at=arrival.now,
    )


def _next(arrival: Arrival, known: KeptReferral) -> KeptReferral:
    kept = replace(known, referral=arrival.referral, polled_at=arrival.polled_at, version=known.version + 1)
    if known.named_by:
        return kept
    choice = arrival.choice
    return replace(kept, domain=choice.domain, domain_source=choice.source, no_domain_reason=choice.reason)


def _saved(arrival: Arrival, found: Found, kept: KeptReferral, events: list[Event]) -> Change:
    """The referral with the lead it belongs to and, when it moved, the lead it left."""
    lead = None
    if kept.domain:
        lead = with_referral(found.lead, kept, domain=kept.domain, now=arrival.now, fresh_for=arrival.fresh_for)
        lead = with_dynamics_state(lead, kept)
    left = found.other_lead
    if left:
        without = left.without_referral(kept.key)
        left = with_identity_version(without, left)
    raw = BigText("raw", kept.key, kept.referral.content_hash[:32], json.dumps(arrival.raw, ensure_ascii=False))
    return Change(
        lead=lead,
        referral=kept,
        other_lead=left,
        events=events,
        big_text=None if kept.forgotten_at else raw,
    )


def _received(arrival: Arrival) -> Event:
    referral = arrival.referral
    return Event(
        "referral.received",
        params={"id": referral.id, "type": referral.type, "name": referral.name},
        trace=arrival.trace,
    )


def _changes(arrival: Arrival, known: KeptReferral) -> list[Event]:
    """Which fields changed; of the status also from what to what. Values of the others may be personal and stay out."""
    before, after = known.referral, arrival.referral
    fields = [name for name in TOLD if getattr(before, name) != getattr(after, name)]
    params: dict[str, Any] = {"id": after.id, "fields": fields or ["other"]}
    if before.status != after.status:
        params |= {"old_status": before.status, "new_status": after.status}
    events = [Event("referral.changed", params=params, trace=arrival.trace)]
    if known.domain != settled_domain(arrival, known):
        moved = {"id": after.id, "old": known.domain, "new": settled_domain(arrival, known)}
        events.append(Event("referral.moved", params=moved, trace=arrival.trace))
    return events
