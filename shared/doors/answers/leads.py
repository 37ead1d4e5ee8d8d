"""What `functions/leads.py` and `functions/lead.py` answer: companies, why they score so, and what happened to them."""

from typing import Any, Literal

from shared.doors.answers.parts import Answer, Money, Page, Sentence
from shared.doors.answers.referrals import Referral
from shared.rules.values import (
    DynamicsStatus,
    Priority,
    Provider,
    RecordState,
    ReferralStatus,
    ReferralType,
    Segment,
    Stage,
)


class Lead(Answer):
    """A company, as the list shows it."""

    domain: str
    display_domain: str
    company_name: str | None
    country: str | None
    headline: Sentence | None
    provider: Provider | None
    gateway: str | None
    local_provider: str | None
    tenant_size: str | None
    segment: Segment | None
    score: int | None
    completeness: int | None
    priority: Priority | None
    priority_label: str | None
    technical_heat: Literal["Hot", "Warm", "Cold"] | None
    commercial_segment: str | None
    commercial_heat: Literal["HIGH", "MEDIUM", "LOW"] | None
    mx: RecordState | None
    spf: RecordState | None
    dkim: RecordState | None
    dmarc: RecordState | None
    dmarc_policy: Literal["none", "quarantine", "reject"] | None
    registrar: str | None
    expires_at: str | None
    infrastructure: str | None
    referral_type: ReferralType | None
    referral_types: list[ReferralType]
    referral_count: int
    referral_status: ReferralStatus | None
    respond_by: str | None
    deal_value: Money | None
    contact_name: str | None
    tenant_id: str | None
    stage: Stage
    dynamics_status: DynamicsStatus
    dynamics_synced_at: str | None
    dynamics_error: str | None
    dynamics_error_code: str | None
    dynamics_error_params: dict[str, str] | None
    dynamics_note: str | None
    dynamics_note_params: dict[str, str] | None
    dynamics_url: str | None
    first_seen_at: str | None
    scanned_at: str | None
    updated_at: str | None
    version: int


class LeadWithReferrals(Lead):
    """A company with its deals."""

    referrals: list[Referral]


class LeadPage(Page):
    """A page of leads."""

    items: list[Lead]


class BreakdownLine(Answer):
    """One line of the score; all lines add up to it."""

    rule: str
    points: int
    state: Literal["counted", "unknown", "info"]
    params: dict[str, Any]
    text: str
    evidence: str | None


class ScoreBreakdown(Answer):
    """Why the score is what it is."""

    domain: str
    score: int | None
    completeness: int | None
    rules_version: str | None
    scanned_at: str | None
    lines: list[BreakdownLine]
    sentences: list[Sentence]
    headline: Sentence | None


class Evidence(Answer):
    """What each check found."""

    domain: str
    scanned_at: str | None
    evidence: dict[str, Any] | None


class TimelineEvent(Answer):
    """One event."""

    at: str
    code: str
    who: str
    params: dict[str, Any]
    trace: str | None
    text: str


class Timeline(Answer):
    """A page of events, newest first."""

    items: list[TimelineEvent]
    next_cursor: str | None
    as_of: str


class LeadAccepted(Answer):
    """The lead that work was started for."""

    domain: str
    status_url: str
    known: bool
