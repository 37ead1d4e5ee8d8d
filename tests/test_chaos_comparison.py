"""The fault matrix can only be believed when its comparison sees what is missing, doubled or otherwise."""

from copy import deepcopy
from typing import Any

import pytest

from tests.chaos.companies import companies
from tests.chaos.end_state import TABLES, Comparison, EndState, compare, end_state

WORLD: dict[str, Any] = {
    "leads": [{"domain": "a.example", "referral_count": 1, "score": 10, "updated_at": "1"}],
    "referrals": [{"id": "r1", "domain": "a.example", "name": "Deal"}],
    "timelines": {
        "a.example": [
            {"code": "referral.received", "params": {"id": "r1"}},
            {"code": "score.judged", "params": {"score": 10}},
            {"code": "dynamics.created", "params": {"records": ["account", "lead"], "request_ids": ["x"]}},
        ]
    },
    "rows": {
        "account": [{"accountid": "1", "hnt_domain": "a.example", "createdon": "1"}],
        "contact": [{"contactid": "2"}],
        "lead": [{"leadid": "3", "hnt_domain": "a.example", "parentcontactid": {"table": "contact", "id": "2"}}],
        "opportunity": [],
    },
}


def _state(world: dict[str, Any]) -> EndState:
    return end_state(**world)


def _after(change: Any) -> Comparison:
    other = deepcopy(WORLD)
    change(other)
    return compare(_state(WORLD), _state(other))


def test_two_equal_days_do_not_differ_and_times_do_not_count() -> None:
    def later(world: dict[str, Any]) -> None:
        world["leads"][0]["updated_at"] = world["rows"]["account"][0]["createdon"] = "2"

    assert not _after(later).any


@pytest.mark.parametrize("table", [table for table in TABLES if WORLD["rows"][table]])
def test_a_record_too_many_in_dynamics_is_doubled(table: str) -> None:
    found = _after(lambda world: world["rows"][table].append({**world["rows"][table][0]}))
    assert (found.doubled.total(), found.lost.total()) == (1, 0)


@pytest.mark.parametrize("event", range(3))
def test_an_event_that_is_missing_is_lost_and_one_too_many_is_doubled(event: int) -> None:
    told = WORLD["timelines"]["a.example"]
    assert _after(lambda world: world["timelines"]["a.example"].pop(event)).lost.total() >= 1
    assert _after(lambda world: world["timelines"]["a.example"].append(told[event])).doubled.total() >= 1


def test_another_score_is_a_difference_of_its_company() -> None:
    found = _after(lambda world: world["leads"][0].update(score=11))
    assert found.of({"a.example"}).different and not found.of({"b.example"}).different


def test_every_referral_belongs_to_one_wave_and_a_seed_makes_the_same_companies() -> None:
    made = companies(["x", "y"], referrals=200, seed=3)
    waves = (made.before, *made.waves)
    named = [reference for wave in waves for reference in wave.referrals]
    assert len(named) == len(set(named)) == made.count
    assert made.waves[0].new == companies(["x", "y"], referrals=200, seed=3).waves[0].new
