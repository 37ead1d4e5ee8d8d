"""What the doors answer: a model per answer, used by the OpenAPI document and by the tests that hold the doors to
it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.rules.values import (
    DynamicsStatus,
    FailureState,
    Priority,
    Provider,
    RecordState,
    ReferralStatus,
    ReferralType,
    RunKind,
    RunState,
    Segment,
    Stage,
)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)


class Money(_Answer):
    """An amount in its own currency; never converted."""

    amount: float
    currency: str | None


class Sentence(_Answer):
    """Words as code and particulars, with the English text."""

    code: str
    params: dict[str, Any]
    text: str


class Lead(_Answer):
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


class Contact(_Answer):
    """The customer's person to talk to; withheld without consent."""

    name: str | None
    email: str | None
    phone: str | None


class Referral(_Answer):
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


class LeadWithReferrals(Lead):
    """A company with its deals."""

    referrals: list[Referral]


class _Page(_Answer):
    total: int
    first: int
    limit: int
    next_cursor: str | None
    prev_cursor: str | None
    as_of: str


class LeadPage(_Page):
    """A page of leads."""

    items: list[Lead]


class ReferralPage(_Page):
    """A page of referrals."""

    items: list[Referral]


class ReferralDetail(Referral):
    """A deal with its own timeline and, for operators, the raw record."""

    timeline: list[dict[str, Any]]
    raw: str | None = None


class BreakdownLine(_Answer):
    """One line of the score; all lines add up to it."""

    rule: str
    points: int
    state: Literal["counted", "unknown", "info"]
    params: dict[str, Any]
    text: str
    evidence: str | None


class ScoreBreakdown(_Answer):
    """Why the score is what it is."""

    domain: str
    score: int | None
    completeness: int | None
    rules_version: str | None
    scanned_at: str | None
    lines: list[BreakdownLine]
    sentences: list[Sentence]
    headline: Sentence | None


class Evidence(_Answer):
    """What each check found."""

    domain: str
    scanned_at: str | None
    evidence: dict[str, Any] | None


class TimelineEvent(_Answer):
    """One event."""

    at: str
    code: str
    who: str
    params: dict[str, Any]
    trace: str | None
    text: str


class Timeline(_Answer):
    """A page of events, newest first."""

    items: list[TimelineEvent]
    next_cursor: str | None
    as_of: str


class LeadAccepted(_Answer):
    """The lead that work was started for."""

    domain: str
    status_url: str
    known: bool


class TodaySummary(_Answer):
    """How many wait in each group."""

    within_24h: int
    within_72h: int
    new: int
    rest: int
    not_in_dynamics: int
    total: int
    last_check: str | None


class TodayItem(Referral):
    """A waiting deal with the lead's score."""

    lead: dict[str, Any] | None


class TodayGroup(_Answer):
    """One group of the day; at most 200 items are listed."""

    code: Literal["within_24h", "within_72h", "new", "rest"]
    total: int
    items: list[TodayItem]


class Today(_Answer):
    """Open referrals that want an answer."""

    summary: TodaySummary
    groups: list[TodayGroup]
    as_of: str


class Share(_Answer):
    """Rows with one value."""

    code: str
    total: int


class Dashboard(_Answer):
    """Numbers over the list's filter."""

    total: int
    scored: int
    avg_score: float | None
    max_score: int | None
    hot: int
    in_dynamics: int
    funnel: list[Share]
    segment: list[Share]
    provider: list[Share]
    referral_type: list[Share]
    referral_status: list[Share]
    dynamics_status: list[Share]
    priority: list[Share]
    technical_heat: list[Share]
    histogram: list[dict[str, int]]
    as_of: str


class RunStarted(_Answer):
    """Where to look how far a run is."""

    run_id: str
    status_url: str
    joined: bool


class Run(_Answer):
    """One run; `fetched = enqueued + skipped`, and the outcomes with `pending` add up to `enqueued`."""

    id: str
    kind: RunKind
    state: RunState
    who: str
    request: dict[str, Any]
    fetched: int
    enqueued: int
    skipped: int
    skip_reasons: dict[str, int]
    new: int
    changed: int
    unchanged: int
    stale: int
    quarantined: int
    failed: int
    outcomes: dict[str, int]
    pending: int
    success_rate: float | None
    reasons: list[dict[str, Any]]
    created_at: str
    started_at: str | None
    ended_at: str | None
    correlation_id: str


class RunDay(_Answer):
    """How the runs of one kind that began on one UTC day went."""

    day: str
    kind: RunKind
    runs: int
    states: dict[str, int]
    items: int
    outcomes: dict[str, int]
    success_rate: float | None


class RunPage(_Answer):
    """Runs, newest first; `per_day` when it was asked for."""

    items: list[Run]
    next_cursor: str | None
    per_day: list[RunDay] | None
    as_of: str


class RunDetail(Run):
    """A run with a page of its items."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    as_of: str


class Failure(_Answer):
    """One fault."""

    id: str
    code: str
    params: dict[str, Any]
    text: str
    who: str
    action: str
    cause: str
    queue: str
    key: str
    trace: str
    attempts: int
    replays: int
    first_at: str | None
    last_at: str | None
    state: FailureState


class FailureReplayed(Failure):
    """A fault whose message goes round again."""


class FailurePage(_Answer):
    """Faults, the latest first, and how many there are of each cause."""

    items: list[Failure]
    total: int
    groups: list[dict[str, Any]]
    next_cursor: str | None
    as_of: str


class DynamicsReferral(_Answer):
    """How one referral stands in Dynamics; `history` is newest first. Without an id: the company, pushed by hand."""

    referral_id: str | None
    name: str | None
    dynamics_status: DynamicsStatus
    ids: dict[str, str]
    links: dict[str, str]
    url: str | None
    synced_at: str | None
    tried_at: str | None
    attempts: int
    error_code: str | None
    error: str | None
    error_params: dict[str, str]
    note: str | None
    note_params: dict[str, str]
    outcome: str | None
    owner: str | None
    history: list[dict[str, Any]]


class DynamicsStatusAnswer(_Answer):
    """How a lead stands in Dynamics."""

    domain: str
    dynamics_status: DynamicsStatus
    referrals: list[DynamicsReferral]
    as_of: str


class PlannedField(_Answer):
    """One column of a dry run: what is there, what Hunter says, what happens, and why."""

    column: str
    action: Literal["create", "update", "match", "skip"]
    old: Any
    new: Any
    why: str


class PlannedRecord(_Answer):
    """One record of a dry run."""

    record: Literal["account", "contact", "lead", "opportunity"]
    action: Literal["create", "update", "match", "skip", "blocked", "review"]
    why: str
    id: str | None
    matched_by: str | None
    candidates: list[dict[str, Any]]
    fields: list[PlannedField]


class PlannedReferral(_Answer):
    """What a run would do for one referral; `skip` says why it would do nothing, `error` why it would fail."""

    referral_id: str | None
    name: str | None
    status: DynamicsStatus
    skip: str | None
    error_code: str | None
    error: str | None
    error_params: dict[str, str]
    defaulted: list[str]
    records: list[PlannedRecord]


class DynamicsPlan(_Answer):
    """A dry run: exactly what a run would do now."""

    domain: str
    dry_run: Literal[True]
    referrals: list[PlannedReferral]
    as_of: str


class ReviewItem(_Answer):
    """A doubt about a company's account, with the accounts that may be meant."""

    id: str
    domain: str
    company_name: str | None
    country: str | None
    reasons: list[str]
    candidates: list[dict[str, Any]]
    opened_at: str


class ReviewList(_Answer):
    """Every open doubt."""

    items: list[ReviewItem]
    total: int
    as_of: str


class MergeAnswer(_Answer):
    """What a merge does, or has done: per column both values and the one that stays."""

    target: str
    subordinate: str
    fields: list[dict[str, Any]]
    done: bool
    request_id: str | None


class Health(_Answer):
    """Alive."""

    status: Literal["ok"]
    version: str
    commit: str


class Readiness(_Answer):
    """Each dependency."""

    status: Literal["ok", "degraded"]
    parts: list[dict[str, Any]]
    as_of: str


class Preflight(_Answer):
    """The connection checklist."""

    checks: list[dict[str, Any]]
    as_of: str


class Roles(_Answer):
    """The roles of a signed-in user."""

    roles: list[Literal["reader", "operator", "admin"]]


class DriftList(_Answer):
    """Unknown values and fields."""

    items: list[dict[str, Any]]
    as_of: str


class Problem(_Answer):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]
    detail: str
    correlation_id: str
