"""What `functions/referrals.py` answers: deals."""

from typing import Any

from shared.doors.answers.parts import Answer, Money, Page
from shared.rules.values import DynamicsStatus, ReferralStatus, ReferralType


class Contact(Answer):
    """The customer's person to talk to; withheld without consent."""

    name: str | None
    email: str | None
    phone: str | None


class Referral(Answer):
    """A deal."""

    id: str
    engagement_id: str | None
    name: str | None
    type: ReferralType
    status: ReferralStatus
    substatus: str | None
    direction: str | None
    company_name: str | None
    domain: str | None
    domain_source: str | None
    no_domain_reason: str | None
    country: str | None
    deal_value: Money | None
    contact: Contact | None
    consent: bool | None
    respond_by: str | None
    expires_at: str | None
    created_at: str | None
    updated_at: str | None
    partner_center_url: str
    notes: str | None
    dynamics_status: DynamicsStatus
    dynamics_url: str | None
    first_seen_at: str | None


class ReferralPage(Page):
    """A page of referrals."""

    items: list[Referral]


class ReferralDetail(Referral):
    """A deal with its own timeline and, for operators, the raw record."""

    timeline: list[dict[str, Any]]
    raw: str | None = None
