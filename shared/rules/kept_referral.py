"""A referral as Hunter keeps it: what Partner Center said, where it belongs, and how it stands in Dynamics."""

from dataclasses import dataclass
from datetime import datetime

from shared.rules.lead import DynamicsState, ReferralSummary
from shared.rules.referral import Referral


@dataclass(frozen=True, slots=True)
class KeptReferral:
    """One row. `version` grows when the content changes, `revision` with every save."""

    key: str
    referral: Referral
    polled_at: datetime
    version: int = 1
    revision: int = 0
    domain: str | None = None
    domain_source: str | None = None
    no_domain_reason: str | None = None
    named_by: str | None = None
    """The user who entered the domain by hand; it then outlives what Partner Center says."""
    first_seen_closed: bool = False
    """Kept and listed, but never created in Dynamics."""
    forgotten_at: datetime | None = None
    """When its people were forgotten on request; later copies then come in without them."""
    stale_hash: str = ""
    """Content hash of the last older copy that was ignored, so that it is told of once."""
    first_seen_at: datetime | None = None
    updated_at: datetime | None = None
    dynamics: DynamicsState = DynamicsState()

    @property
    def push_token(self) -> str:
        """Names what a push would carry while there is no lead."""
        return f"{self.version}.0"

    @property
    def push_owed(self) -> bool:
        """Whether a referral without a lead still has something to tell Dynamics."""
        return self.domain is None and self.dynamics.handled != self.push_token

    def is_newer_than(self, ticks: int, polled_at: datetime) -> bool:
        """Whether this copy is newer than one with those update ticks; a tie is decided by the later poll."""
        return (self.referral.updated_ticks, self.polled_at) > (ticks, polled_at)

    def summary(self) -> ReferralSummary:
        """What the lead needs to know of it. The contact's name is left out where consent is refused."""
        referral = self.referral
        contact = referral.contact if referral.consent is not False else None
        return ReferralSummary(
            key=self.key,
            id=referral.id,
            version=self.version,
            content_hash=referral.content_hash,
            updated_ticks=referral.updated_ticks,
            created_at=referral.created_at,
            status=referral.status,
            type=referral.type,
            name=referral.name,
            company_name=referral.company_name,
            country=referral.country,
            contact_name=contact.name if contact else None,
            tenant_id=referral.tenant_id,
            tenant_size=referral.tenant_size,
            deal_amount=referral.deal_amount,
            deal_currency=referral.deal_currency,
            respond_by=referral.respond_by,
        )
