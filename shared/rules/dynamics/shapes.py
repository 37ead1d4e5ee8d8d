"""A push as data: a plan per referral and per record, the rows that it is made from, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from shared.rules.dynamics.columns import Record
from shared.rules.dynamics.fields import FieldPlan
from shared.rules.dynamics.marks import Mark
from shared.rules.dynamics.memory import Memory, fingerprint, told_of
from shared.rules.dynamics.state import Row

RecordAction = Literal["create", "update", "match", "skip", "blocked", "review"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be the one that is meant, as a person needs it to decide."""

    id: str
    name: str | None = None
    website: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """What happens to one record. `id` is None while nobody knows which record it will be."""

    record: Record
    action: RecordAction
    why: str
    id: str | None = None
    etag: str | None = None
    fields: tuple[FieldPlan, ...] = ()
    matched_by: str | None = None
    state: str = "open"
    owner: str | None = None
    modified_by: str | None = None
    """Who changed the row last."""
    candidates: tuple[Candidate, ...] = ()
    """Of a review: the records that may be meant."""

    @property
    def written(self) -> bool:
        """Whether something is sent for this record."""
        return self.action in ("create", "update")

    @property
    def body(self) -> dict[str, Any]:
        """The new value of each column that is sent."""
        return {plan.column: plan.new for plan in self.fields if plan.written}


@dataclass(frozen=True, slots=True)
class Plan:
    """What one push does. Records stand in the order of writing."""

    key: str
    domain: str | None
    records: tuple[RecordPlan, ...] = ()
    skip: str | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def writes(self) -> tuple[RecordPlan, ...]:
        """The records that are sent, in one change set."""
        return tuple(plan for plan in self.records if plan.written)

    @property
    def status(self) -> str:
        """The contract's `dynamics_status` once the plan is carried out."""
        if self.skip:
            return "none"
        actions = {plan.action for plan in self.records}
        return "review" if "review" in actions else "blocked" if "blocked" in actions else "synced"

    def of(self, record: Record) -> RecordPlan | None:
        """The plan of one record."""
        return next((plan for plan in self.records if plan.record == record), None)

    def remembered(self) -> dict[Record, Memory]:
        """What is to be remembered of each record once the plan is carried out, to be merged over what was
        (`Memory.then`)."""
        return {
            plan.record: _memory_after(plan)
            for plan in self.records
            if plan.id and plan.action in ("create", "update", "match", "skip")
        }


@dataclass(frozen=True, slots=True)
class ScoreFate:
    """What became of a score that was to stand on Dynamics' own form. `refused`: the right that was lacking, empty when
    it was something else; None when it stands there."""

    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of carrying out a plan: when, for whom, under which ids of ours and Dynamics'."""

    plan: Plan
    at: datetime
    who: str = "hunter"
    trace: str = ""
    request_ids: tuple[str, ...] = ()
    score: ScoreFate | None = None
    """None when there was no score to write."""


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows that the reads found, per record, those that a merged one points to among them."""

    rows: Mapping[Record, tuple[Row, ...]] = field(default_factory=dict)

    def of(self, record: Record) -> tuple[Row, ...]:
        """The rows of one record."""
        return self.rows.get(record, ())


def _memory_after(plan: RecordPlan) -> Memory:
    """Columns that are sent or already agree are what Hunter wrote last; those left to the seller keep what was
    known."""
    written = {field.column: fingerprint(field.new) for field in plan.fields if field.action != "skip"}
    told = {field.column: told_of(field.new, field.old) for field in plan.fields if field.conflict}
    return Memory(plan.id or "", written, plan.state, plan.owner, told)
