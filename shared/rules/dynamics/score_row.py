"""A plan that changes a lead's score in; the row of Dynamics' own predictive-score table that shows it on the form out.

The table belongs to Dynamics 365 Sales Premium and is written only where it exists and `DYNAMICS_PREDICTIVE_SCORES` is
on.
"""

from dataclasses import dataclass
from typing import Any

from shared.rules.dynamics.input import DynamicsInput
from shared.rules.dynamics.shapes import Plan
from shared.rules.dynamics.text import cut
from shared.rules.moments import iso

TABLE = "msdyn_predictivescore"
GRADES: tuple[tuple[int, int], ...] = ((80, 0), (60, 1), (40, 2), (0, 3))
"""From this score on, this `msdyn_grade`: A, B, C, D."""
_IMPROVING, _STEADY, _DECLINING, _NOT_ENOUGH = 0, 1, 2, 3
_LONGEST_REASONS = 10_000


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """An upsert by the table's own alternate key; the key's values stand in the address only."""

    path: str
    content: dict[str, Any]


def score_row(plan: Plan, given: DynamicsInput, *, anew: bool = False) -> ScoreRow | None:
    """The score's row, or None when the plan does not change the lead's score. `anew`: also when it stays."""
    lead = plan.of("lead")
    if lead is None or given.lead is None:
        return None
    score = next((field for field in lead.fields if field.column == "hnt_score"), None)
    if score is None or score.new is None or not (score.written or anew):
        return None
    content = {
        "msdyn_score": score.new,
        "msdyn_grade": next(grade for start, grade in GRADES if score.new >= start),
        "msdyn_scoretrend": _trend(score.old, score.new),
        "msdyn_scoredon": iso(given.now)[:10],
        "msdyn_scorereasons": cut(given.lead.reasons or "", _LONGEST_REASONS),
    }
    return ScoreRow(f"{TABLE}s(msdyn_entityid='{lead.id}',msdyn_entitytype='lead')", content)


def is_about_scores(cause: str) -> bool:
    """Whether what Dynamics says is about that table."""
    return TABLE in cause.lower()


def _trend(old: int | None, new: int) -> int:
    if old is None:
        return _NOT_ENOUGH
    return _IMPROVING if new > old else _DECLINING if new < old else _STEADY
