"""The next step that a lead is owed, once per version; and a sweep that grows patient."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.rules.lead import DynamicsState, Judgement, Lead, ReferralSummary, ScanState
from shared.rules.road import due_for_sweep, next_messages, owed, push_token
from shared.rules.today import group_of
from tests.rules.judged import signals

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DEAL = ReferralSummary("r-1", "r-1", 1, "hash", 1, NOW, "new", "co-sell")
SCANNED = ScanState(wanted=1, done=1, version=1, scanned_at=NOW, signals=signals())
JUDGED = Judgement(
    1, 1, 0, NOW, 80, "Migration", "P1", "", "Hot", "COMPETITIVE", "HIGH", "Google", 100, "1", {}, [], []
)  # fmt: skip


def _lead(**parts: Any) -> Lead:
    return replace(Lead(domain="a.example", referrals={"r-1": DEAL}), **parts)


@pytest.mark.parametrize(
    ("lead", "step", "version"),
    [
        (_lead(scan=ScanState(wanted=1)), "scan", "w1"),
        (_lead(scan=replace(SCANNED, wanted=2), judgement=JUDGED), "scan", "w2"),
        (_lead(scan=SCANNED), "score", "1.0"),
        (_lead(scan=replace(SCANNED, version=2), judgement=JUDGED), "score", "2.0"),
        (_lead(scan=SCANNED, judgement=replace(JUDGED, of_identity=-1)), "score", "1.0"),
        (_lead(scan=SCANNED, judgement=JUDGED), "push", "j1"),
        (_lead(scan=SCANNED, judgement=JUDGED, dynamics={"r-1": DynamicsState(handled="1.0")}), "push", "j1"),
    ],
)
def test_the_first_step_that_has_not_answered_is_owed(lead: Lead, step: str, version: str) -> None:
    due = owed(lead)
    assert due is not None
    assert (due.step, due.version) == (step, version)


@pytest.mark.parametrize("state", ["synced", "failed", "review", "blocked"])
def test_a_push_that_was_dealt_with_well_or_badly_is_owed_no_more(state: str) -> None:
    lead = _lead(scan=SCANNED, judgement=JUDGED)
    answered = replace(lead, dynamics={"r-1": DynamicsState(status=state, handled=push_token(lead, "r-1"))})
    assert owed(answered) is None
    assert next_messages(answered, trace="t") == []


def test_a_lead_without_a_referral_ends_at_its_score() -> None:
    assert owed(_lead(referrals={}, scan=SCANNED, judgement=JUDGED)) is None


def test_each_referral_that_waits_gets_a_push_of_its_own() -> None:
    lead = _lead(scan=SCANNED, judgement=JUDGED, referrals={"r-1": DEAL, "r-2": replace(DEAL, key="r-2", version=3)})
    messages = next_messages(lead, trace="t", run="run-1")
    assert [(one.type, one.key, one.data["version"], one.run) for one in messages] == [
        ("push", "r-1", "1.1", "run-1"),
        ("push", "r-2", "3.1", "run-1"),
    ]


def test_what_is_sent_for_another_cause_has_another_id() -> None:
    lead = _lead(scan=ScanState(wanted=1))
    [first], [again] = next_messages(lead, trace="t"), next_messages(lead, trace="t", cause="sweep-1")
    assert first.message_id != again.message_id


def test_a_sweep_sends_again_at_growing_ages_and_once_at_each() -> None:
    assert _swept(timedelta(minutes=5), timedelta(days=15)) == [
        timedelta(minutes=minutes) for minutes in (5, 20, 60, 240, 720, 1440, 2880, 10080, 20160)
    ]


@pytest.mark.parametrize(
    ("every", "times"),
    [(timedelta(seconds=30), 9), (timedelta(minutes=7), 9), (timedelta(hours=1), 7), (timedelta(days=1), 4)],
)
def test_a_sweep_of_any_schedule_passes_over_no_debt(every: timedelta, times: int) -> None:
    sent = _swept(every, timedelta(days=15), first=timedelta(seconds=1))
    assert (sent[0] <= max(timedelta(minutes=5), every) + every, len(sent)) == (True, times)


def test_a_sweep_after_a_long_outage_sends_at_once() -> None:
    assert due_for_sweep(owed_since=NOW, before=NOW - timedelta(hours=1), now=NOW + timedelta(days=30))
    assert not due_for_sweep(owed_since=NOW, before=NOW + timedelta(days=30), now=NOW + timedelta(days=30, minutes=5))


def _swept(every: timedelta, until: timedelta, *, first: timedelta = timedelta(0)) -> list[timedelta]:
    """The ages at which sweeps of this schedule send again what is owed since now."""
    ticks = [NOW + first + every * number for number in range(until // every + 1)]
    due = (due_for_sweep(owed_since=NOW, before=last, now=tick) for last, tick in pairwise([NOW - every, *ticks]))
    return [tick - NOW for tick, is_due in zip(ticks, due, strict=True) if is_due]


@pytest.mark.parametrize(
    ("row", "group"),
    [
        ({"respond_by": "2026-11-20T00:00:00Z"}, "within_24h"),
        ({"respond_by": "2026-11-24T12:00:00Z"}, "within_24h"),
        ({"respond_by": "2026-11-24T12:00:01Z"}, "within_72h"),
        ({"respond_by": "2026-11-26T12:00:00Z"}, "within_72h"),
        ({"respond_by": "2026-11-26T12:00:01Z", "first_seen_at": "2026-11-22T12:00:00Z"}, "new"),
        ({"respond_by": None, "first_seen_at": "2026-11-22T11:59:59Z"}, "rest"),
        ({"respond_by": None, "first_seen_at": None, "created_at": None}, "rest"),
    ],
)
def test_urgency_comes_before_news_and_news_before_the_rest(row: dict[str, Any], group: str) -> None:
    assert group_of(row, now=NOW, since=NOW - timedelta(days=1)) == group
