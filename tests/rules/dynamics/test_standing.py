"""How a referral stands in Dynamics after a push, what a person reads about it, and when it is tried again."""

from datetime import timedelta
from typing import Any

import pytest

from shared.rules.dynamics.columns import Record
from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.plan import decide
from shared.rules.dynamics.shapes import Done, FoundRows, Plan
from shared.rules.dynamics.standing import due_again, note_of, pause_after, state_after, state_failed
from shared.rules.lead import DynamicsState
from tests.rules.dynamics.cases import NOW, first_push, wanted, without

BEFORE = DynamicsState()


def _plan(found: FoundRows | None = None, remembered: Remembered | None = None, **changes: Any) -> Plan:
    return decide(wanted(**changes), found or FoundRows(), remembered or Remembered())


@pytest.mark.parametrize("record", ["lead", "account"])
def test_a_deleted_record_shows_as_blocked(record: Record) -> None:
    found, remembered = first_push()
    done = Done(_plan(without(found, record), remembered), NOW)
    state = state_after(BEFORE, done, token="2.1", home="contoso.com", url=None)
    assert (state.status, state.error_code, state.handled) == ("blocked", "dyn_deleted", "2.1")
    assert "deleted" in str(state.error)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({}, None),
        ({"referral": {"consent": False}}, "consent"),
        ({"referral": {"direction": "Outgoing"}}, "outgoing"),
        ({"company": {"score": 10}}, None),
        ({"domain": False}, None),
    ],
)
def test_the_note_says_what_was_left_out_and_matters(changes: dict[str, Any], note: str | None) -> None:
    told = note_of(_plan(**changes))
    assert (told is None) == (note is None) and (note or "") in (told or "")


def test_what_a_person_reads_goes_with_the_particulars_that_the_page_needs() -> None:
    found, remembered = first_push()
    stuck = state_after(
        BEFORE, Done(_plan(without(found, "lead"), remembered), NOW), token="2.1", home="contoso.com", url=None
    )
    assert stuck.error_params == {"why": "deleted", "record": "lead"}
    kept = state_after(BEFORE, Done(_plan(referral={"consent": False}), NOW), token="2.1", home="contoso.com", url=None)
    assert (kept.note_params, kept.error_params) == ({"why": "no_consent", "record": "contact"}, {})
    params = {"field": "lead.lastname", "problem": "has no value", "why": "no_value", "request_id": "r", "column": None}
    failed = state_failed(BEFORE, code="dyn_validation", cause="…", at=NOW, token=None, params=params)
    assert failed.error_params == {"field": "lead.lastname", "why": "no_value"}


@pytest.mark.parametrize(("token", "status"), [("1.1", "failed"), (None, "pending")])
def test_a_fault_counts_an_attempt_and_success_forgets_them(token: str | None, status: str) -> None:
    state = state_failed(BEFORE, code="dyn_unavailable", cause="HTTP 500", at=NOW, token=token)
    assert (state.status, state.attempts, state.error_code) == (status, 1, "dyn_unavailable")
    again = state_after(state, Done(_plan(), NOW), token="1.1", home="contoso.com", url="https://x")
    assert (again.attempts, again.error_code, again.error) == (0, None, None)


def test_the_pauses_grow_up_to_two_days() -> None:
    hours = [pause_after(DynamicsState(attempts=attempts)) / timedelta(hours=1) for attempts in (1, 2, 3, 6, 7, 50)]
    assert hours == [1, 2, 4, 32, 48, 48]


@pytest.mark.parametrize(
    ("state", "hours", "due"),
    [
        (DynamicsState(status="synced", running=True, since=NOW), 0.9, False),
        (DynamicsState(status="synced", running=True, since=NOW), 1, True),
        (DynamicsState(status="pending", since=NOW), 11, False),
        (DynamicsState(status="pending", since=NOW), 12, True),
        (DynamicsState(status="failed", attempts=2, tried_at=NOW, since=NOW), 1, False),
        (DynamicsState(status="failed", attempts=2, tried_at=NOW, since=NOW), 2, True),
        (DynamicsState(status="synced", tried_at=NOW, since=NOW), 100, False),
    ],
)
def test_what_lost_its_worker_or_its_message_is_pushed_again(state: DynamicsState, hours: float, due: bool) -> None:
    assert due_again(state, NOW + timedelta(hours=hours)) == due
