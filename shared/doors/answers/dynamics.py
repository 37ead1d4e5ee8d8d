"""What the doors to Dynamics answer: how a lead stands there, what a push would do, doubts and merges."""

from typing import Any, Literal

from shared.doors.answers.parts import Answer, Sentence
from shared.rules.values import DynamicsStatus


class DynamicsReferral(Answer):
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


class DynamicsStatusAnswer(Answer):
    """How a lead stands in Dynamics."""

    domain: str
    dynamics_status: DynamicsStatus
    referrals: list[DynamicsReferral]
    as_of: str


class PlannedField(Answer):
    """One column of a dry run: what is there, what Hunter says, what happens, and why."""

    column: str
    action: Literal["create", "update", "match", "skip"]
    old: Any
    new: Any
    why: str


class PlannedRecord(Answer):
    """One record of a dry run."""

    record: Literal["account", "contact", "lead", "opportunity"]
    action: Literal["create", "update", "match", "skip", "blocked", "review"]
    why: str
    id: str | None
    matched_by: str | None
    candidates: list[dict[str, Any]]
    fields: list[PlannedField]


class PlannedReferral(Answer):
    """What a run would do for one referral; `skip` says why it would do nothing, `error` why it would fail."""

    referral_id: str | None
    name: str | None
    status: DynamicsStatus
    skip: str | None
    error_code: str | None
    error: str | None
    error_params: dict[str, str]
    defaulted: list[Sentence]
    records: list[PlannedRecord]


class DynamicsPlan(Answer):
    """A dry run: exactly what a run would do now."""

    domain: str
    dry_run: Literal[True]
    referrals: list[PlannedReferral]
    as_of: str


class ReviewItem(Answer):
    """A doubt about a company's account, with the accounts that may be meant."""

    id: str
    domain: str
    company_name: str | None
    country: str | None
    reasons: list[str]
    candidates: list[dict[str, Any]]
    opened_at: str


class ReviewList(Answer):
    """Every open doubt."""

    items: list[ReviewItem]
    total: int
    as_of: str


class MergeAnswer(Answer):
    """What a merge does, or has done: per column both values and the one that stays."""

    target: str
    subordinate: str
    fields: list[dict[str, Any]]
    done: bool
    request_id: str | None
