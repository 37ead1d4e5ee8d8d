"""A push that fails: what is undone, what is tried again and when, and what the lead says of it."""

import contextlib
from typing import Any

import pytest

from shared.errors import GateClosed, PermanentError, TransientError
from shared.rules.lead_face import face
from shared.rules.referral_face import referral_face
from tests.functions.dynamics_fixtures import make, world
from tests.functions.dynamics_world import DOMAIN, KEY, ONE_OF_EACH, DynamicsWorld, waiting_pushes

__all__ = ["make", "world"]


def test_a_failing_part_undoes_the_whole_set_and_names_the_column(world: DynamicsWorld) -> None:
    world.scored()
    body = {
        "error": {
            "code": "0x80044331",
            "message": "The length of the 'name' attribute of the 'opportunity' entity exceeded the maximum of '5'.",
        }
    }
    world.stand_in.fault(match={"method": "PATCH", "path": "*/opportunities*"}, answer=400, body=body, times=1)
    world.push()
    assert sum(world.stand_in.count().values()) == 0
    assert world.inbox() == ["dyn_validation"]
    assert (world.standing().status, world.standing().error_code) == ("failed", "dyn_validation")
    assert world.failures.all()[0].params["field"] == "opportunity.name"
    world.push(again="by hand")
    assert world.stand_in.count() == ONE_OF_EACH


@pytest.mark.parametrize("path", ["*$batch", "*/leads*"])
def test_throttling_closes_the_gate_and_costs_no_attempt(world: DynamicsWorld, path: str) -> None:
    world.scored()
    world.dynamics.organisation()
    world.empty_queues()
    world.stand_in.fault(match={"path": path}, answer=429, retry_after=7, times=1)
    world.push()
    assert world.calls(lambda: world.push(times=3)) == 0
    assert {one.attempt for one in waiting_pushes(world)} == {0}
    assert world.standing().attempts == 0
    world.pass_time(seconds=8)
    world.push()
    assert world.stand_in.count() == ONE_OF_EACH


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_broken_service_is_tried_again_later(world: DynamicsWorld, status: int) -> None:
    world.scored()
    world.empty_queues()
    world.stand_in.fault(match={"path": "*$batch"}, answer=status, times=5)
    world.push()
    assert [one.attempt for one in waiting_pushes(world)] == [1]
    assert (world.standing().status, world.standing().attempts) == ("pending", 1)
    world.stand_in.control("DELETE", "faults")
    world.push(attempt=1)
    assert world.stand_in.count() == ONE_OF_EACH
    assert world.standing().attempts == 0


def test_after_the_last_attempt_the_lead_says_failed(world: DynamicsWorld) -> None:
    world.scored()
    world.stand_in.fault(match={"path": "*$batch"}, answer=500, times=9)
    world.push(attempt=6)
    assert world.inbox() == ["gave_up"]
    assert (world.standing().status, world.standing().error_code) == ("failed", "gave_up")


def test_a_token_that_ends_in_the_middle_is_renewed_once(world: DynamicsWorld) -> None:
    world.scored()
    asked: list[bool] = []

    def token(force_refresh: bool = False) -> str:
        asked.append(force_refresh)
        return "token"

    world.__dict__["dynamics"] = world.stand_in.client(token=token)
    world.dynamics.organisation()
    world.stand_in.fault(match={"path": "*$batch", "nth": 2}, answer=401, times=1)
    world.push()
    assert world.stand_in.count() == ONE_OF_EACH
    assert asked.count(True) == 1


def test_a_missing_privilege_is_named(world: DynamicsWorld) -> None:
    world.scored()
    world.stand_in.control("POST", "privileges", {"table": "opportunity", "verb": "create", "allowed": False})
    world.push()
    assert world.inbox() == ["dyn_forbidden"]
    assert world.failures.all()[0].params["privilege"] == "prvCreateOpportunity"
    assert sum(world.stand_in.count().values()) == 0


def test_a_key_that_is_not_active_yet_is_waited_for(world: DynamicsWorld) -> None:
    world.scored()
    world.empty_queues()
    world.stand_in.control("POST", "keys", {"table": "lead", "key": "hnt_referralkey", "status": "InProgress"})
    world.push()
    assert world.standing().error_code == "dyn_key_inactive"
    assert [one.attempt for one in waiting_pushes(world)] == [1]
    world.stand_in.control("POST", "keys", {"table": "lead", "key": "hnt_referralkey", "status": "Active"})
    world.pass_time(minutes=2)
    world.push(attempt=1)
    assert world.stand_in.count() == ONE_OF_EACH


def test_a_fault_that_was_replayed_is_closed_by_the_push_that_works(world: DynamicsWorld) -> None:
    world.scored()
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": False})
    world.push()
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": True})
    failure = world.failures.mark_replayed(world.failures.all()[0])
    world.push(failure=failure.id)
    assert world.inbox() == []
    assert world.standing().status == "synced"


def _shown(world: DynamicsWorld) -> tuple[str, str]:
    """What the lists show of the lead and of its referral."""
    lead, kept = world.leads.lead(DOMAIN), world.leads.referral(KEY)
    assert lead is not None and kept is not None
    return face(lead)["dynamics_status"], referral_face(kept)["dynamics_status"]


@pytest.mark.parametrize("end", ["done", "refused", "throttled", "broken", "bug", "killed"])
def test_a_push_that_a_person_asked_for_shows_as_running_while_it_works(world: DynamicsWorld, end: str) -> None:
    world.pushed()
    world.scored(name="Another name", updatedDateTime="2026-11-21T08:00:00Z")
    genuine, seen = world.dynamics.write, []

    def write(*given: Any, **more: Any) -> Any:
        seen.append(_shown(world))
        world.dynamics.write = genuine
        faults: dict[str, BaseException] = {
            "refused": PermanentError("dyn_plugin_refused", "No."),
            "throttled": GateClosed("dyn_throttled", "Wait.", retry_after=60),
            "broken": TransientError("dyn_unavailable", "HTTP 500"),
            "bug": ZeroDivisionError(),
            "killed": KeyboardInterrupt(),
        }
        if end in faults:
            raise faults[end]
        return genuine(*given, **more)

    world.dynamics.write = write
    with contextlib.suppress(KeyboardInterrupt, ZeroDivisionError):
        world.push(again="bulk")
    assert seen == [("running", "running")]
    expected = {"done": "synced", "bug": "synced", "refused": "failed", "killed": "running"}.get(end, "pending")
    assert _shown(world) == (expected, expected)
    world.push(again="bulk")
    assert _shown(world) == ("synced", "synced")
    assert world.row("lead")["subject"] == "Another name"


def test_a_push_of_the_road_that_waits_for_its_turn_shows_as_pending(world: DynamicsWorld) -> None:
    world.scored()
    world.dynamics.organisation()
    world.stand_in.fault(match={"path": "*$batch"}, answer=429, retry_after=60)
    world.push()
    assert _shown(world) == ("pending", "pending")
    version = world.leads.lead(DOMAIN)
    world.push(times=3)
    assert world.leads.lead(DOMAIN) == version


def test_a_retry_that_fails_the_same_way_is_told_once(world: DynamicsWorld) -> None:
    world.scored()
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": False})
    world.push()
    world.push(times=3, again="sweep")
    assert world.events().count("dynamics.failed") == 1
