"""A referral in, the same without its people out, and what of it was personal. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.rules.change import Change, Found
from shared.rules.events import Event
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import Lead
from shared.rules.referral import Referral

_SHORTEST = 4
"""Characters: shorter values would be found everywhere by chance."""
_MASK = "…"
_QUOTES = ("old", "new", "ours", "theirs")
"""Where the parameters of an event quote values."""


def without_person(referral: Referral) -> Referral:
    """The deal without anybody's name, address, number or words; consent then counts as refused.

    Sellers name deals after people: in the texts that stay, what was personal is masked.
    """
    gone = personal_values(referral)
    return replace(
        referral,
        name=masked(referral.name, gone),
        status_reason=masked(referral.status_reason, gone),
        contact=None,
        notes=None,
        customer_emails=(),
        seller_emails=(),
        consent=False,
    )


def masked(content: Any, values: Collection[str]) -> Any:
    """A text, or every text in a JSON value, with `…` for each of these values, however they are capitalised."""
    if not values:
        return content
    if isinstance(content, str):
        longest_first = sorted(map(re.escape, values), key=len, reverse=True)
        return re.sub("|".join(longest_first), _MASK, content, flags=re.IGNORECASE)
    if isinstance(content, dict):
        return {name: masked(one, values) for name, one in content.items()}
    return [masked(one, values) for one in content] if isinstance(content, list) else content


def without_quotes(event: Event) -> Event:
    """The event naming its fields and quoting no value: Dynamics may still hold what was forgotten here."""
    return replace(event, params=_unquoted(event.params))


def _unquoted(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {name: _MASK if name in _QUOTES and one is not None else _unquoted(one) for name, one in content.items()}
    return [_unquoted(one) for one in content] if isinstance(content, list) else content


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
