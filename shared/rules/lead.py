"""A lead: one company, keyed by its registrable domain, with what every step of the road knows about it.

Each step owns one part and writes no other: ingest `identity` and `referrals`, scan `scan`, score `judgement`,
push and pull `dynamics`. Versions only grow; a step has done its work when its part names the version it worked on.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.rules.signals import MailSignals

OPEN_STATUSES = frozenset({"new", "active", "unknown"})
"""Referral states in which somebody may still act."""


@dataclass(frozen=True, slots=True)
class ReferralSummary:
    """What a lead needs to know of one of its referrals; the referral itself is a row of its own."""

    key: str
    id: str
    version: int
    content_hash: str
    updated_ticks: int
    created_at: datetime | None
    status: str
    type: str
    name: str | None = None
    company_name: str | None = None
    country: str | None = None
    contact_name: str | None = None
    tenant_id: str | None = None
    tenant_size: str | None = None
    deal_amount: Decimal | None = None
    deal_currency: str | None = None
    respond_by: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody may still act on it."""
        return self.status in OPEN_STATUSES


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the company is, apart from what its referrals say. Owned by ingest and the door that adds leads."""

    company_name: str | None = None
    first_seen_at: datetime | None = None
    version: int = 0
    """Grows when something changes that the score depends on: tenant id, co-sell."""


@dataclass(frozen=True, slots=True)
class ScanState:
    """What is known of the domain. `wanted` counts requests for a scan; a scan is owed while `done` lags behind it."""

    wanted: int = 0
    done: int = 0
    version: int = 0
    """Grows with every scan whose evidence differs from the one before."""
    scanned_at: datetime | None = None
    evidence_key: str | None = None
    signals: MailSignals | None = None
    known_provider: str | None = None
    """What the MX last said; it stands while nobody answers for the MX."""
    registrar: str | None = None
    registration_expires_at: datetime | None = None
    infrastructure: str | None = None
    found_tenant_id: str | None = None
    unanswered: tuple[str, ...] = ()
    """The checks beside those of the score that nobody answered, although somebody could."""
    retries: int = 0
    """How often the unknown parts alone have been asked again."""
    claimed_by: str | None = None
    claimed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The score and everything that follows from it, with the versions of what was judged."""

    version: int
    of_scan: int
    of_identity: int
    judged_at: datetime
    score: int
    segment: str
    priority: str
    priority_label: str
    technical_heat: str
    commercial_segment: str
    commercial_heat: str
    provider: str
    completeness: int
    rules_version: str
    headline: dict[str, Any]
    lines: list[dict[str, Any]]
    sentences: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class DynamicsState:
    """How one referral stands in Dynamics. `handled` is the push token that was dealt with last, well or badly."""

    status: str = "none"
    handled: str = ""
    lead_id: str | None = None
    url: str | None = None
    synced_at: datetime | None = None
    attempts: int = 0
    error_code: str | None = None
    error: str | None = None
    error_params: dict[str, str] = field(default_factory=dict)
    """Particulars of the error: a column, a right, the fault behind a surrender, or `why` and `record` of a note."""
    note: str | None = None
    note_params: dict[str, str] = field(default_factory=dict)
    """`why` of `dynamics.standing.NOTES`, and the `record` it is about."""
    tried_at: datetime | None = None
    home: str = ""
    """The ledger's partition that holds what was written; it moves when the referral gets another domain."""
    outcome: str | None = None
    """`won` or `lost`, as a seller closed it in Dynamics."""
    owner: str | None = None
    """The id of the user or team that owns the Lead in Dynamics."""
    running: bool = False
    """Whether a push that somebody asked for is under way; its end, good or bad, takes that away."""
    since: datetime | None = None
    """Since when it is running or pending."""
    told_created: tuple[str, ...] = ()
    """Marks of the created records that the timeline tells of, so that each is told once; see `dynamics.created`."""

    @property
    def shown(self) -> str:
        """The contract's `dynamics_status`."""
        return "running" if self.running else self.status


@dataclass(frozen=True, slots=True)
class Lead:
    """One company. Frozen: a step makes a changed copy with `replace` and the store saves it under its ETag."""

    domain: str
    version: int = 0
    identity: Identity = Identity()
    referrals: dict[str, ReferralSummary] = field(default_factory=dict)
    scan: ScanState = ScanState()
    judgement: Judgement | None = None
    dynamics: dict[str, DynamicsState] = field(default_factory=dict)
    has_page: bool = False
    """Whether a push has ever noted in the ledger what it wrote for this company."""
    updated_at: datetime | None = None

    @property
    def main_referral(self) -> ReferralSummary | None:
        """The newest open referral, else the newest: what the lead shows as its deal (design section 6)."""
        return max(
            self.referrals.values(),
            key=lambda one: (one.is_open, one.created_at is not None, _stamp(one), one.key),
            default=None,
        )

    @property
    def co_sell(self) -> bool:
        """Whether any open referral is co-sell; it then earns the bonus."""
        return any(one.type == "co-sell" and one.is_open for one in self.referrals.values())

    @property
    def tenant_id(self) -> str | None:
        """The Microsoft tenant id that came with a referral, of the main one first.

        One found by a scan never counts here.
        """
        main = self.main_referral
        if main and main.tenant_id:
            return main.tenant_id
        return next((one.tenant_id for one in self.referrals.values() if one.tenant_id), None)

    @property
    def company_name(self) -> str | None:
        """As the main referral says, else as entered by hand, else as any referral says."""
        main = self.main_referral
        names = [main.company_name if main else None, self.identity.company_name]
        names += [one.company_name for one in self.referrals.values()]
        return next((name for name in names if name), None)

    def with_referral(self, summary: ReferralSummary) -> "Lead":
        """This lead with that referral added or renewed."""
        return replace(self, referrals={**self.referrals, summary.key: summary})

    def without_referral(self, key: str) -> "Lead":
        """This lead without that referral, which has moved to another domain."""
        return replace(
            self,
            referrals={k: v for k, v in self.referrals.items() if k != key},
            dynamics={k: v for k, v in self.dynamics.items() if k != key},
        )


def _stamp(summary: ReferralSummary) -> float:
    return summary.created_at.timestamp() if summary.created_at else 0.0
