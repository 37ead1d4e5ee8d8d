"""What a push tells: events and history; each once, and never a person's data."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.rules.dynamics.created import ids_offered, mark, told_on, with_marks
from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.plan import decide
from shared.rules.dynamics.shapes import Done, FoundRows, Plan
from shared.rules.dynamics.standing import state_after, state_failed
from shared.rules.dynamics.told import events_of, history_line, shown
from shared.rules.lead import DynamicsState
from tests.rules.dynamics.cases import NOW, after, first_push, wanted, with_row, without

BEFORE = DynamicsState()


def _plan(found: FoundRows | None = None, remembered: Remembered | None = None, **changes: Any) -> Plan:
    return decide(wanted(**changes), found or FoundRows(), remembered or Remembered())


def _events(plan: Plan, remembered: Remembered | None = None, before: DynamicsState = BEFORE) -> list[tuple[str, Any]]:
    return [(one.code, one.params) for one in events_of(Done(plan, NOW), remembered or Remembered(), before=before)]


def test_a_first_push_tells_what_was_created_under_which_request() -> None:
    done = Done(_plan(), NOW, "user-1", "trace", ("r1", "r2"))
    (event,) = events_of(done, Remembered(), before=BEFORE)
    assert (event.code, event.who, event.trace) == ("dynamics.created", "user-1", "trace")
    assert event.params["records"] == ["account", "contact", "lead", "opportunity"]
    assert event.params["request_ids"] == ["r1", "r2"]


def test_nothing_changed_is_nothing_told() -> None:
    found, remembered = first_push()
    assert _events(_plan(found, remembered), remembered) == []


def test_a_disagreement_is_told_once_per_pair_of_values() -> None:
    found, remembered = first_push()
    edited = with_row(found, "lead", subject="Seller's")
    plan = _plan(edited, remembered, referral={"name": "New"})
    assert [code for code, _ in _events(plan, remembered)] == ["dynamics.updated", "dynamics.conflict"]
    assert "dynamics.conflict" not in [code for code, _ in _events(plan, after(plan, remembered))]


def test_a_sellers_edit_alone_is_no_conflict() -> None:
    found, remembered = first_push()
    plan = _plan(with_row(found, "lead", subject="Seller's"), remembered)
    assert _events(plan, remembered) == []


def test_history_names_columns_and_no_values() -> None:
    found, remembered = first_push()
    line = history_line(Done(_plan(found, remembered, referral={"name": "New"}), NOW), remembered)
    assert line["code"] == "dynamics.updated" and "lead.subject" in line["params"]["fields"]
    assert "New" not in str(line)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("subject", "Title", "Title"),
        ("lastname", "Şahin", "…"),
        ("lastname", None, None),
        ("hnt_scorereasons", "x" * 500, "x" * 200),
        ("unheard_of", "x", "…"),
    ],
)
def test_what_a_timeline_may_show(column: str, value: Any, expected: Any) -> None:
    assert shown("lead", column, value) == expected


def test_what_was_created_is_told_also_when_the_answer_got_lost() -> None:
    found, _ = first_push()
    ((code, params), *_) = _events(_plan(found), Remembered())
    assert (code, params["records"]) == ("dynamics.created", ["account", "contact", "lead", "opportunity"])


def test_of_two_referrals_that_both_see_a_new_account_the_one_that_saves_first_tells_it() -> None:
    found, _ = first_push()
    done = Done(_plan(without(without(found, "lead"), "opportunity")), NOW)
    ((_, params), *_) = _events(done.plan)
    assert params["records"] == ["account", "contact", "lead", "opportunity"]
    told = {mark(params["ids"][record]) for record in ("account", "contact")}
    (event, *_) = events_of(done, Remembered(), before=BEFORE, told=told)
    assert event.params["records"] == ["lead", "opportunity"]


def test_a_contact_of_another_company_is_not_told_as_created_here() -> None:
    found, _ = first_push()
    elsewhere = with_row(found, "contact", _parentcustomerid_value="aaaaaaaa-0000-4000-8000-000000000009")
    plan = _plan(without(without(without(elsewhere, "lead"), "opportunity"), "account"))
    ((_, params), *_) = _events(plan)
    assert params["records"] == ["account", "lead", "opportunity"]


def test_marks_are_short_few_and_each_there_once() -> None:
    state = with_marks(BEFORE, [f"{number:08x}-0000" for number in (*range(50), 49)])
    assert len(state.told_created) == 32
    assert state.told_created[-1] == f"{49:08x}"


def test_a_change_whose_answer_got_lost_is_told_by_the_next_try() -> None:
    found, remembered = first_push()
    written = with_row(found, "lead", subject="New")
    ((code, params),) = _events(_plan(written, remembered, referral={"name": "New"}), remembered)
    assert code == "dynamics.updated"
    assert {"field": "lead.subject", "old": None, "new": "New"} in params["changes"]


def test_what_was_written_but_never_told_is_told_once() -> None:
    found, remembered = first_push()
    done = Done(_plan(), NOW, "hunter", "trace-1", ("r1",))
    plan, line = Done(_plan(found, remembered), NOW), history_line(done, Remembered())
    (event,) = events_of(plan, remembered, before=BEFORE, history=[line])
    assert (event.code, event.params["records"], event.trace) == (
        "dynamics.created",
        line["params"]["records"],
        "trace-1",
    )
    told = state_after(BEFORE, done, token="1.1", home="contoso.com", url=None)
    assert events_of(plan, remembered, before=told, history=[line]) == []


def test_history_that_another_referral_has_told_is_not_told_again() -> None:
    found, remembered = first_push()
    line = history_line(Done(_plan(), NOW), Remembered())
    told = {mark(line["params"]["ids"][record]) for record in ("account", "contact")}
    failed = state_failed(BEFORE, code="dyn_unavailable", cause="HTTP 500", at=NOW, token=None)
    repeat = Done(_plan(found, remembered), NOW)
    (event,) = events_of(repeat, remembered, before=failed, history=[line], told=told)
    assert event.params["records"] == ["lead", "opportunity"]


def test_two_pushes_of_one_referral_at_the_same_moment_tell_once_what_was_created() -> None:
    found, _ = first_push()
    first, second = Done(_plan(), NOW), Done(_plan(found), NOW)
    for one, other in ((first, second), (second, first)):
        told = with_marks(BEFORE, ids_offered(one.plan, Remembered(), []))
        assert len(events_of(one, Remembered(), before=BEFORE)) == 1
        assert events_of(other, Remembered(), before=told, told=told_on(None, told)) == []


def test_a_state_of_an_older_release_has_no_marks() -> None:
    assert TypeAdapter(DynamicsState).validate_json('{"status":"synced","lead_id":"a"}').told_created == ()
