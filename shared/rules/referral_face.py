"""A referral as people see it: every field of the contract's Referral, their order, and what the list shows of them.

Without consent the contact is withheld here, for everybody: page, export and messages are all made from this.
"""

from typing import Any

from shared.rules.kept_referral import KeptReferral
from shared.rules.moments import iso

REFERRAL_FIELDS = (
    "id", "engagement_id", "name", "type", "status", "substatus", "direction", "company_name", "domain",
    "domain_source",
    "no_domain_reason", "country", "deal_value", "contact", "consent", "respond_by", "expires_at", "created_at",
    "updated_at", "partner_center_url", "notes", "dynamics_status", "dynamics_url", "first_seen_at",
)  # fmt: skip
"""The order in which the list keeps them. Append only."""

_NOTES_IN_LIST = 500
"""Characters of the notes that the list carries; the referral itself has them whole."""


def referral_face(row: KeptReferral) -> dict[str, Any]:
    """Every field of the contract's Referral, JSON-ready, with the contact withheld where consent is refused."""
    referral, state = row.referral, row.dynamics
    contact = referral.contact if referral.consent is not False else None
    return {
        "id": referral.id,
        "engagement_id": referral.engagement_id,
        "name": referral.name,
        "type": referral.type,
        "status": referral.status,
        "substatus": referral.substatus,
        "direction": referral.direction,
        "company_name": referral.company_name,
        "domain": row.domain,
        "domain_source": row.domain_source,
        "no_domain_reason": row.no_domain_reason,
        "country": referral.country,
        "deal_value": {"amount": float(referral.deal_amount), "currency": referral.deal_currency}
        if referral.deal_amount is not None
        else None,
        "contact": {"name": contact.name, "email": contact.email, "phone": contact.phone} if contact else None,
        "consent": referral.consent,
        "respond_by": iso(referral.respond_by),
        "expires_at": iso(referral.expires_at),
        "created_at": iso(referral.created_at),
        "updated_at": iso(referral.updated_at),
        "partner_center_url": referral.partner_center_url,
        "notes": referral.notes,
        "dynamics_status": state.shown,
        "dynamics_url": state.url,
        "first_seen_at": iso(row.first_seen_at),
    }


def listed_referral(row: KeptReferral) -> dict[str, Any]:
    """The face as the list shows it, its notes cut."""
    shown = referral_face(row)
    return {**shown, "notes": (shown["notes"] or "")[:_NOTES_IN_LIST] or None}
