"""What a push found or wrote, and what its lead has told already, in; the created records that are still to tell out.

Referrals of one company share its account and its contacts, and their pushes may run at the same moment, each with an
answer that got lost. So every push that may be the first to see a record offers to tell of it, and the marks on the
lead, saved under its ETag together with the event, let exactly one of them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.shapes import Plan, RecordPlan
from shared.rules.lead import DynamicsState, Lead

_MOST_MARKS = 32
"""More than the creations that a referral's history of 20 lines can name."""


def mark(record_id: str) -> str:
    """A derived id, shortened: enough to tell the records of one company apart."""
    return record_id[:8]


def told_on(lead: Lead | None, own: DynamicsState) -> set[str]:
    """The marks of every created record that the lead's timeline tells of, whichever referral's push told it."""
    states = [own, *(lead.dynamics.values() if lead else ())]
    return {one for state in states for one in state.told_created}


def with_marks(state: DynamicsState, record_ids: Iterable[str]) -> DynamicsState:
    """This state knowing that these records are told, by its own push or by another's."""
    marks = dict.fromkeys((*state.told_created, *map(mark, record_ids)))
    return replace(state, told_created=tuple(marks)[-_MOST_MARKS:])


def created_by(plan: Plan, remembered: Remembered) -> list[RecordPlan]:
    """What this push created, and what stands under our own id though nobody remembers to have written it.

    That is the work of an earlier try whose answer was lost, or of another referral's push that is not done yet.
    """
    return [one for one in plan.records if one.action == "create" or _is_new_here(one, plan, remembered)]


def ids_offered(plan: Plan, remembered: Remembered, history: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of all that a push offers to tell of as created: its own records and those of its history."""
    earlier = [one for line in history for one in line["params"].get("ids", {}).values()]
    return earlier + [one.id for one in created_by(plan, remembered) if one.id]


def still_to_tell(params: Mapping[str, Any], told: Collection[str]) -> dict[str, Any] | None:
    """The parameters of `dynamics.created` without the records that are told; None when nothing is left."""
    ids = {record: one for record, one in params["ids"].items() if mark(one) not in told}
    return {**params, "records": list(ids), "ids": ids} if ids else None


def _is_new_here(one: RecordPlan, plan: Plan, remembered: Remembered) -> bool:
    """A contact is known by its e-mail address alone: that of another company was created, and told, there."""
    if one.matched_by != "our_id" or one.record in remembered.records:
        return False
    lead = plan.of("lead")
    answer_lost = lead is not None and lead.matched_by == "our_id" and "lead" not in remembered.records
    at_this_company = any(field.column == "parentcustomerid" and field.why == "equal" for field in one.fields)
    return answer_lost or one.record != "contact" or at_this_company
