"""What a push and a pull tell: states, events, history; never a person's data."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.rules.dynamics_created import ids_offered, mark, told_on, with_marks
from shared.rules.dynamics_match import host_of
from shared.rules.dynamics_memory import Remembered, fingerprint, same
from shared.rules.dynamics_merge import plan_merge
from shared.rules.dynamics_plan import decide
from shared.rules.dynamics_pulled import read_back
from shared.rules.dynamics_reads import reads_for, selected
from shared.rules.dynamics_score_row import score_row
from shared.rules.dynamics_shapes import Found, Plan
from shared.rules.dynamics_told import Done, events_of, history_line, note_of, shown, state_after, state_failed
from shared.rules.lead import DynamicsState
from tests.rules.dynamics_cases import NOW, after, first_push, given, memory_of, wanted, with_row, without

BEFORE = DynamicsState()


def _plan(found: Found | None = None, remembered: Remembered | None = None, **changes: Any) -> Plan:
    return decide(wanted(**changes), found or Found(), remembered or Remembered())


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


@pytest.mark.parametrize(
    ("record", "changes", "status", "code"),
    [("lead", {}, "blocked", "dyn_deleted"), ("account", {}, "blocked", "dyn_deleted")],
)
def test_a_deleted_record_shows_as_blocked(record: str, changes: dict[str, Any], status: str, code: str) -> None:
    found, remembered = first_push()
    done = Done(_plan(without(found, record), remembered), NOW)
    state = state_after(BEFORE, done, token="2.1", home="contoso.com", url=None)
    assert (state.status, state.error_code, state.handled) == (status, code, "2.1")
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


def test_reading_back_what_hunter_wrote_is_no_news() -> None:
    found, remembered = first_push()
    for record in ("lead", "opportunity", "account"):
        assert (
            read_back(record, found.of(record)[0], memory_of(remembered, record), wanted().records[record].values)
            is None
        )


@pytest.mark.parametrize(
    ("record", "changes", "outcome"),
    [
        ("opportunity", {"statecode": 1}, "won"),
        ("opportunity", {"statecode": 2}, "lost"),
        ("lead", {"statecode": 2}, "lost"),
        ("lead", {"statecode": 1}, None),
    ],
)
def test_closing_tells_the_outcome(record: Any, changes: dict[str, Any], outcome: str | None) -> None:
    found, remembered = first_push()
    row = {**found.of(record)[0], **changes}
    pulled = read_back(record, row, memory_of(remembered, record), {})
    assert pulled is not None and pulled.outcome == outcome and pulled.state is not None
    assert read_back(record, row, pulled.memory, {}) is None


def test_an_owner_is_told_when_it_changes_not_when_it_is_first_seen() -> None:
    found, remembered = first_push()
    memory = memory_of(remembered, "lead")
    first = read_back("lead", {**found.of("lead")[0], "_ownerid_value": "a"}, memory, {})
    assert first is not None and not first.is_news
    second = read_back("lead", {**found.of("lead")[0], "_ownerid_value": "b"}, first.memory, {})
    assert second is not None and second.owner == ("a", "b")


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a", "a ", True),
        ("", None, True),
        ("a\r\nb", "a\nb", True),
        (12000.5, 12000.50, True),
        (12000.0, 12000, True),
        ("accounts(11111111-0000-0000-0000-0000000000AA)", "11111111-0000-0000-0000-0000000000aa", True),
        ("a", "A", False),
        (0, None, False),
        (False, None, False),
    ],
)
def test_values_are_compared_by_what_they_say(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) == equal
    assert (fingerprint(one) == fingerprint(other)) == equal


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.Contoso.com/a", "contoso.com"),
        ("contoso.com:80", "contoso.com"),
        ("http://münchen.example", "xn--mnchen-3ya.example"),
        ("http://user@contoso.com", "contoso.com"),
        ("contoso.com@evil.example", "evil.example"),
        ("http://[", None),
        ("", None),
        (None, None),
        ("call me", None),
    ],
)
def test_the_host_of_a_website_is_read_as_a_browser_would(website: Any, host: str | None) -> None:
    assert host_of(website) == host


def test_reads_are_filters_only_and_the_lead_comes_last() -> None:
    reads = reads_for(wanted(company={"company_name": "O'Neil & Söhne"}), Remembered())
    assert [read.record for read in reads][-1] == "lead"
    assert all(read.filter for read in reads)
    assert any("name eq 'O''Neil & Söhne'" in read.filter for read in reads)
    assert all("masterid" in " ".join(selected(record)) for record in ("account", "contact", "lead"))


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
