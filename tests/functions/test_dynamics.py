"""The doors to Dynamics: sync, dry run, status, bulk, reviews, merge."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.dynamics import bulk_sync, dynamics_status, sync_lead
from functions.ingest import ingest
from functions.leads import add_lead
from functions.merge import merge
from functions.push import push
from functions.reviews import decide_review
from functions.run import run
from functions.runs import run_face, show_run
from shared.doors.problems import Problem
from shared.messages import Envelope
from shared.readiness import readiness
from tests.functions.dynamics_fixtures import call, holds_to, make, world
from tests.functions.dynamics_world import DOMAIN, KEY, DynamicsWorld, waiting_pushes
from tests.functions.world import a_referral

__all__ = ["make", "world"]


def _sync(world: DynamicsWorld, *, dry_run: bool = False) -> Any:
    world.empty_queues()
    query = ("PushQuery", {"dry_run": "true"} if dry_run else {})
    return call(world, sync_lead, path={"domain": DOMAIN}, query=query).content


def _bulk(world: DynamicsWorld, body: dict[str, Any]) -> Any:
    world.empty_queues()
    return call(world, bulk_sync, body=("BulkBody", body)).content


def _work_off(world: DynamicsWorld, run_id: str) -> Any:
    """Does what the host would do until the run has ended."""
    for _ in range(20):
        found = world.runs.get(run_id)
        assert found is not None
        if found.is_over:
            return found
        for message in world.waiting("runs"):
            world.deliver(Envelope.of(message["content"]), run)
        for one in waiting_pushes(world):
            world.deliver(one, push)
        world.empty_queues()
        world.deliver(Envelope(type="run", trace="t", run=run_id, data={"key": run_id}), run)
    raise AssertionError("the run did not end")


def _planned(content: Any) -> dict[str, dict[str, Any]]:
    """New value per record and written column of a dry run."""
    return {
        one["record"]: {
            field["column"]: field["new"] for field in one["fields"] if field["action"] in ("create", "update")
        }
        for one in content["referrals"][0]["records"]
    }


def test_sync_pushes_every_referral_of_the_lead_and_reports_each(world: DynamicsWorld) -> None:
    world.scored()
    world.scored(id="second-referral")
    started = _sync(world)
    done = _work_off(world, started["run_id"])
    assert (done.state, done.outcomes) == ("succeeded", {"new": 2})
    assert world.stand_in.count() == {"account": 1, "contact": 1, "lead": 2, "opportunity": 2}
    assert {item["domain"] for item in world.run_items.page(done.id)[0]} == {DOMAIN}


def test_a_dry_run_writes_nothing_and_equals_the_run_that_follows(world: DynamicsWorld) -> None:
    world.scored()
    planned = _planned(_sync(world, dry_run=True))
    assert sum(world.stand_in.count().values()) == 0
    assert world.standing().status == "none"
    world.push()
    for record in ("account", "contact", "lead", "opportunity"):
        row = world.row(record)
        for column, value in planned[record].items():
            stored = row[column]["id"] if isinstance(row.get(column), dict) else row.get(column)
            assert stored == value or str(stored) in str(value), column


def test_a_dry_run_over_a_sellers_edit_tells_match_update_and_skip_with_reasons(world: DynamicsWorld) -> None:
    world.pushed()
    world.stand_in.seller("edit", table="lead", key={"hnt_referralid": KEY}, set={"subject": "Mine"})
    world.scored(name="New name", details={"dealValue": 7, "currency": "EUR"}, updatedDateTime="2026-11-21T08:00:00Z")
    content = _sync(world, dry_run=True)
    holds_to("DynamicsPlan", content)
    lead = next(one for one in content["referrals"][0]["records"] if one["record"] == "lead")
    fields = {field["column"]: (field["action"], field["old"], field["new"], field["why"]) for field in lead["fields"]}
    assert fields["subject"] == ("skip", "Mine", "New name", "seller_changed")
    assert fields["estimatedamount"] == ("update", 42000.0, 7.0, "source_changed")
    assert fields["companyname"][0] == "match"


def test_a_dry_run_shows_a_referral_that_cannot_be_told_beside_one_that_can(world: DynamicsWorld) -> None:
    world.scored()
    world.scored(id="second-referral", details={"dealValue": 2e12, "currency": "EUR"})
    content = _sync(world, dry_run=True)
    holds_to("DynamicsPlan", content)
    sound, refused = sorted(content["referrals"], key=lambda one: one["referral_id"] == "second-referral")
    assert (sound["status"], sound["error_code"]) == ("synced", None)
    assert (refused["status"], refused["error_code"], refused["error_params"]["field"], refused["records"]) == (
        "failed",
        "dyn_validation",
        "dealValue",
        [],
    )
    done = _work_off(world, _sync(world)["run_id"])
    assert (done.state, done.outcomes) == ("partial", {"new": 1, "failed": 1})


def test_the_status_tells_ids_links_and_history(world: DynamicsWorld) -> None:
    world.pushed()
    world.scored(name="New name", updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    content = call(world, dynamics_status, path={"domain": DOMAIN}).content
    holds_to("DynamicsStatusAnswer", content)
    one = content["referrals"][0]
    assert content["dynamics_status"] == one["dynamics_status"] == "synced"
    assert set(one["ids"]) == set(one["links"]) == {"account", "contact", "lead", "opportunity"}
    assert [line["code"] for line in one["history"]] == ["dynamics.updated", "dynamics.created"]
    assert all(line["params"]["request_ids"] and line["text"] for line in one["history"])


def test_switched_off_the_doors_name_the_flag(world: DynamicsWorld) -> None:
    world.scored()
    world.settings = replace(world.settings, dynamics_enabled=False)
    doors: list[Callable[[], Any]] = [
        lambda: _sync(world),
        lambda: _sync(world, dry_run=True),
        lambda: _bulk(world, {"filter": {}}),
        lambda: call(world, decide_review, path={"id": DOMAIN}, body=("DecisionBody", {"decision": "separate"})),
        lambda: call(world, merge, body=("MergeBody", {"target": KEY, "subordinate": KEY})),
    ]
    for door in doors:
        with pytest.raises(Problem) as refused:
            door()
        named = (refused.value.status, refused.value.code, refused.value.params["flag"])
        assert named == (400, "feature_disabled", "DYNAMICS_ENABLED")


def test_a_run_that_began_before_dynamics_was_switched_off_comes_to_its_end(world: DynamicsWorld) -> None:
    world.scored()
    started = _bulk(world, {"filter": {}})
    world.settings = replace(world.settings, dynamics_enabled=False)
    done = _work_off(world, started["run_id"])
    assert (done.is_over, done.outcomes) == (True, {"skipped": 1})
    told = run_face(done)
    assert (told["enqueued"], told["unchanged"]) == (1, 1)


def test_health_calls_dynamics_fine_once_a_lead_is_there(world: DynamicsWorld) -> None:
    """The first pull may be ten minutes away."""
    assert [one["state"] for one in readiness(world) if one["name"] == "dynamics"] == ["unknown"]
    world.pushed()
    assert [one["state"] for one in readiness(world) if one["name"] == "dynamics"] == ["ok"]


def test_an_unknown_lead_is_a_404(world: DynamicsWorld) -> None:
    with pytest.raises(Problem) as missing:
        _sync(world)
    assert missing.value.status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"domains": [DOMAIN, DOMAIN.upper()]},
        {"filter": {}},
        {"filter": {"min_score": 1}, "except": ["other.example"], "expected": 1},
    ],
)
def test_a_bulk_run_takes_a_list_or_a_filter(world: DynamicsWorld, body: dict[str, Any]) -> None:
    world.scored()
    done = _work_off(world, _bulk(world, body)["run_id"])
    assert (done.state, done.fetched, done.outcomes) == ("succeeded", 1, {"new": 1})
    assert done.notes[0]["code"] == "estimate"


def test_a_bulk_result_names_the_company_and_the_deal_where_it_has_several(world: DynamicsWorld) -> None:
    world.scored()
    done = _work_off(world, _bulk(world, {"filter": {}})["run_id"])
    assert [one["deal"] for one in _results(world, done.id)] == [None]
    world.arrive(a_referral(id="22222222-0000-4000-8000-000000000002", name="Telephones"), ingest)
    done = _work_off(world, _bulk(world, {"filter": {}})["run_id"])
    named = _results(world, done.id)
    assert sorted(one["deal"] for one in named) == ["Server room to cloud", "Telephones"]
    assert {one["company_name"] for one in named} == {"Anadolu Makina A.Ş."}


def _results(world: DynamicsWorld, run_id: str) -> Any:
    return call(world, show_run, path={"id": run_id}, query=("RunItemsQuery", {})).content["items"]


@pytest.mark.parametrize("what", [{"filter": {}}, {"domains": [DOMAIN]}])
def test_an_excepted_lead_stays_out_in_whatever_spelling(world: DynamicsWorld, what: dict[str, Any]) -> None:
    world.scored()
    with pytest.raises(Problem) as refused:
        _bulk(world, {**what, "except": [f" {DOMAIN.upper()}."]})
    assert (refused.value.status, refused.value.params["field"]) == (400, "domains")


def test_a_bulk_run_is_refused_when_the_filter_finds_something_else(world: DynamicsWorld) -> None:
    world.scored()
    with pytest.raises(Problem) as moved:
        _bulk(world, {"filter": {}, "expected": 5})
    assert (moved.value.status, moved.value.params) == (409, {"found": 1, "expected": 5})


@pytest.mark.parametrize(
    "body", [{}, {"domains": []}, {"domains": ["a.com"], "filter": {}}, {"filter": {"min_score": 101}}]
)
def test_a_bulk_question_that_means_nothing_is_refused(world: DynamicsWorld, body: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        _bulk(world, body)
    assert refused.value.status == 400


def test_a_bad_lead_fails_alone_and_the_others_succeed(world: DynamicsWorld) -> None:
    world.scored()
    bad = {"name": "Bad", "team": [{"firstName": "A", "lastName": "B", "email": "a@fabrikam.example"}]}
    world.scored(id="bad-one", customerProfile=bad, details={"dealValue": 10**14, "currency": "EUR"})
    done = _work_off(world, _bulk(world, {"filter": {}})["run_id"])
    assert (done.state, done.outcomes) == ("partial", {"new": 1, "failed": 1})
    assert world.standing("bad-one", "fabrikam.example").error_code == "dyn_validation"


def test_a_cancelled_bulk_run_goes_on_where_it_stopped(world: DynamicsWorld) -> None:
    world.scored()
    started = _bulk(world, {"filter": {}})
    world.turns.ask_to_cancel(started["run_id"])
    assert _work_off(world, started["run_id"]).state == "cancelled"
    world.turns.withdraw_cancel(started["run_id"])
    found = world.runs.get(started["run_id"])
    assert found is not None
    world.runs.save(replace(found, state="queued", ended_at=None))
    assert _work_off(world, started["run_id"]).outcomes == {"new": 1}


def test_a_company_without_a_referral_is_pushed_by_hand_only(world: DynamicsWorld) -> None:
    call(world, add_lead, body=("NewLeadBody", {"domain": DOMAIN, "company_name": "Anadolu"}))
    world.work_off()
    assert sum(world.stand_in.count().values()) == 0
    done = _work_off(world, _sync(world)["run_id"])
    assert done.outcomes == {"new": 1}
    assert world.stand_in.count() == {"account": 1, "contact": 0, "lead": 1, "opportunity": 1}
    assert world.row("lead")["subject"] == "Anadolu"
    (one,) = call(world, dynamics_status, path={"domain": DOMAIN}).content["referrals"]
    assert (one["referral_id"], one["dynamics_status"]) == (None, "synced")
    assert _work_off(world, _sync(world)["run_id"]).outcomes == {"unchanged": 1}
