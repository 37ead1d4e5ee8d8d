"""Hunter's `Referral`: one deal of Partner Center, as far as it could be read."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.rules.referral_contact import Contact


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where the customer sits; `country` is on the referral itself."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """One deal, as far as it could be read. Times are UTC; ticks are 100 ns since year 1 and 0 when unknown."""

    id: str
    key: str
    content_hash: str
    engagement_id: str | None
    external_reference_id: str | None
    name: str | None
    company_name: str | None
    type: str
    status: str
    direction: str | None
    """`Incoming`, `Outgoing`, another word that Partner Center used, or None."""
    api_status: str | None
    substatus: str | None
    status_reason: str | None
    api_type: str | None
    api_qualification: str | None
    api_invited_by: str | None
    """The three values that the type was decided by, to decide again later."""
    country: str | None
    address: PostalAddress
    deal_amount: Decimal | None
    deal_currency: str | None
    contact: Contact | None
    consent: bool | None
    """False: the contact may not be shown, exported or pushed. None: nobody said."""
    spam: bool
    notes: str | None
    websites: tuple[str, ...]
    customer_emails: tuple[str, ...]
    """Of the customer's people, the contact first: they may tell the customer's domain."""
    seller_emails: tuple[str, ...]
    """Of the sellers at the partner and Microsoft: they never tell the customer's domain."""
    tenant_id: str | None
    size_band: str | None
    tenant_size: str | None
    created_ticks: int
    updated_ticks: int
    created_at: datetime | None
    updated_at: datetime | None
    expires_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None
    closing_at: datetime | None
    """When the sellers expect to close the deal."""
    respond_by: datetime | None
    etag: str | None
    partner_center_url: str
