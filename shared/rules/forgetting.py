"""A referral in, the same without its people out, and what of it was personal. Pure."""

from dataclasses import replace
from datetime import datetime

from shared.rules.change import Change, Found
from shared.rules.events import Event
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import Lead
from shared.rules.referral import Referral

_SHORTEST = 4
"""Characters: shorter values would be found everywhere by chance."""


def without_person(referral: Referral) -> Referral:
    """The deal without anybody's name, address, number or words; consent then counts as refused."""
    return replace(referral, contact=None, notes=None, customer_emails=(), seller_emails=(), consent=False)


def personal_values(referral: Referral) -> frozenset[str]:
    """The texts by which a proof looks for what may be left."""
    contact = referral.contact
    named = (contact.name, contact.email, contact.phone) if contact else ()
    found = {text.strip() for text in (*named, *referral.customer_emails) if text}
    return frozenset(text for text in found if len(text) >= _SHORTEST)


def is_about(referral: Referral, email: str) -> bool:
    """Whether a person with this address is named in the referral."""
    contact = {referral.contact.email} if referral.contact and referral.contact.email else set()
    return email.casefold() in {
        one.casefold() for one in (*contact, *referral.customer_emails, *referral.seller_emails)
    }


def forget(found: Found, *, now: datetime, who: str) -> Change | None:
    """What is saved of a referral whose people are to be forgotten, with the event that says so; None without one."""
    if found.referral is None:
        return None
    kept = replace(found.referral, referral=without_person(found.referral.referral), forgotten_at=now)
    event = Event("privacy.forgotten", who, {"id": kept.referral.id})
    return Change(lead=_lead_without(found.lead, kept), referral=kept, events=[event])


def _lead_without(lead: Lead | None, kept: KeptReferral) -> Lead | None:
    return lead.with_referral(kept.summary()) if lead and kept.key in lead.referrals else lead
