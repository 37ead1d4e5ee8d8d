"""What merging two accounts would do."""

from typing import Any

import pytest

from shared.rules.dynamics.merge import plan_merge

A, B = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"


@pytest.mark.parametrize(
    ("one", "other", "refusal"),
    [
        ({"accountid": A}, {"accountid": B}, None),
        ({"accountid": A}, None, "not_found"),
        ({"accountid": A, "statecode": 1}, {"accountid": B}, "inactive"),
        ({"accountid": A}, {"accountid": B, "merged": True}, "inactive"),
    ],
)
def test_a_merge_fills_blanks_and_never_overwrites(one: Any, other: Any, refusal: str | None) -> None:
    plan = plan_merge(one, other, target_id=A, subordinate_id=B)
    assert plan.refusal == refusal
    if refusal is None:
        filled = plan_merge(
            {**one, "name": "Keep"},
            {**other, "name": "Go", "address1_city": "İzmir", "hnt_domain": "x"},
            target_id=A,
            subordinate_id=B,
        )
        assert filled.fills == {"address1_city": "İzmir"}


def test_an_account_cannot_be_merged_with_itself() -> None:
    assert plan_merge(None, None, target_id=A, subordinate_id=A).refusal == "identical"
