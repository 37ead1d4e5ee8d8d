"""The row of the predictive-score table."""

from typing import Any

import pytest

from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.plan import decide
from shared.rules.dynamics.score_row import score_row
from shared.rules.dynamics.shapes import FoundRows, Plan
from tests.rules.dynamics.cases import first_push, given, wanted


def _plan(found: FoundRows | None = None, remembered: Remembered | None = None, **changes: Any) -> Plan:
    return decide(wanted(**changes), found or FoundRows(), remembered or Remembered())


@pytest.mark.parametrize(
    ("score", "old", "grade", "trend"), [(90, None, 0, 3), (65, 50, 1, 0), (45, 60, 2, 2), (10, 60, 3, 2)]
)
def test_the_predictive_row_has_grade_and_trend(score: int, old: int | None, grade: int, trend: int) -> None:
    asked = given(company={"score": score})
    if old is None:
        plan = _plan(company={"score": score})
    else:
        found, remembered = first_push(company={"score": old})
        plan = _plan(found, remembered, company={"score": score})
    row = score_row(plan, asked)
    assert row is not None
    assert (row.content["msdyn_score"], row.content["msdyn_grade"], row.content["msdyn_scoretrend"]) == (
        score,
        grade,
        trend,
    )
    assert f"msdyn_entityid='{wanted().records['lead'].id}'" in row.path
    assert score_row(_plan(*first_push()), given()) is None
