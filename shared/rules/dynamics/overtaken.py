"""A plan and the memory that it was made with in; whether another push of ours has been here and not noted it yet, out.

A push writes into Dynamics first and into the ledger after it. Between the two, a column that it wrote looks as if a
seller had changed it; so a plan that finds such a change in a row which our own user modified last is made again.
"""

from shared.rules.dynamics.memory import Remembered, fingerprint, told_values
from shared.rules.dynamics.shapes import Plan, RecordPlan


def is_overtaken(plan: Plan, remembered: Remembered, *, user_id: str) -> bool:
    """Whether a change that this plan takes for a seller's may be our own."""
    return bool(user_id) and any(
        one.modified_by == user_id and _has_unknown_change(one, remembered) for one in plan.records
    )


def _has_unknown_change(plan: RecordPlan, remembered: Remembered) -> bool:
    """Whether a column differs in a way that no earlier push has seen."""
    memory = remembered.records.get(plan.record)
    if memory is None or memory.id != plan.id:
        return plan.matched_by in ("our_id", "our_key") and any(field.conflict for field in plan.fields)
    return any(
        field.conflict and told_values(memory, field.column)[1] != fingerprint(field.old) for field in plan.fields
    )
