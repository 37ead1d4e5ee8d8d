"""Whether a change in Dynamics is a seller's, or another push's that has not noted it yet."""

from dataclasses import replace

import pytest

from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.overtaken import is_overtaken
from shared.rules.dynamics.plan import decide
from tests.rules.dynamics.cases import after, first_push, wanted, with_row

US, SELLER = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"


@pytest.mark.parametrize(
    ("column", "theirs", "by", "expected"),
    [
        ("subject", "Another title", US, True),
        ("subject", "Another title", SELLER, False),
        ("hnt_score", 1, US, True),
        ("hnt_score", 1, SELLER, False),
        ("leadsourcecode", 8, US, False),
    ],
)
def test_an_unknown_change_in_a_row_that_we_changed_last_may_be_our_own(
    column: str, theirs: str | int, by: str, expected: bool
) -> None:
    found, remembered = first_push()
    found = with_row(found, "lead", **{column: theirs, "_modifiedby_value": by})
    plan = decide(wanted(referral={"name": "A new title"}), found, remembered)
    assert is_overtaken(plan, remembered, user_id=US) == expected
    assert not is_overtaken(plan, remembered, user_id="")


def test_a_sellers_edit_that_a_push_has_seen_stays_the_sellers_after_our_own_write() -> None:
    found, remembered = first_push()
    edited = with_row(found, "lead", subject="Call on Monday", _modifiedby_value=SELLER)
    remembered = after(decide(wanted(company={"score": 70}), edited, remembered), remembered)
    ours = with_row(edited, "lead", hnt_score=70, _modifiedby_value=US)
    plan = decide(wanted(referral={"name": "A new title"}, company={"score": 70}), ours, remembered)
    assert not is_overtaken(plan, remembered, user_id=US)


def test_a_record_that_another_push_is_creating_is_waited_for() -> None:
    found, _ = first_push()
    found = with_row(found, "lead", subject="As the other push says", _modifiedby_value=US)
    plan = decide(wanted(), found, Remembered())
    assert is_overtaken(plan, Remembered(), user_id=US)
    linked = replace(plan, records=tuple(replace(one, matched_by="website") for one in plan.records))
    assert not is_overtaken(linked, Remembered(), user_id=US)
