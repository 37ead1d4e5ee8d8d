"""Doubts about a company's account, settled by a person, once."""

from typing import Any

import pytest

from functions.push import push
from functions.reviews import decide_review, list_reviews
from shared.doors.problems import Problem
from shared.errors import TransientError
from shared.runs.dynamics_sweep import sweep_dynamics
from tests.functions.dynamics_fixtures import call, holds_to, make, world
from tests.functions.dynamics_world import DOMAIN, DynamicsWorld, waiting_pushes

__all__ = ["make", "world"]

ALIKE = {"name": "Anadolu Makina A.Ş.", "address1_country": "Turkey"}


@pytest.mark.parametrize("decision", ["link", "separate"])
def test_a_doubt_is_settled_by_a_person_and_the_push_goes_on(world: DynamicsWorld, decision: str) -> None:
    account = world.stand_in.seller("create", table="account", set=ALIKE)["id"]
    world.pushed()
    content = call(world, list_reviews).content
    holds_to("ReviewList", content)
    (item,) = content["items"]
    assert (item["id"], item["candidates"][0]["name"], item["reasons"]) == (
        DOMAIN,
        ALIKE["name"],
        ["same_name_and_country"],
    )
    chosen = {"decision": decision, **({"account_id": account.upper()} if decision == "link" else {})}
    call(world, decide_review, path={"id": DOMAIN}, body=("DecisionBody", chosen))
    for one in waiting_pushes(world):
        world.deliver(one, push)
    assert world.standing().status == "synced"
    assert world.stand_in.count()["account"] == (1 if decision == "link" else 2)
    assert world.row("opportunity")["parentaccountid"]["id"] == world.row("lead")["parentaccountid"]["id"]
    assert call(world, list_reviews).content["items"] == []
    assert "dynamics.decided" in world.events()


def _decide(world: DynamicsWorld, decision: str = "separate", **more: str) -> Any:
    return call(world, decide_review, path={"id": DOMAIN}, body=("DecisionBody", {"decision": decision, **more}))


def test_a_decision_whose_messages_got_lost_may_be_said_again_and_the_sweep_makes_it_good(
    world: DynamicsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.stand_in.seller("create", table="account", set=ALIKE)
    world.pushed()
    world.empty_queues()
    world.pass_time(hours=2)
    assert sweep_dynamics(world) == 0
    with monkeypatch.context() as broken, pytest.raises(TransientError):
        broken.setattr(world.queues, "send_all", _no_bus)
        _decide(world)
    assert (waiting_pushes(world), _decide(world).status, len(waiting_pushes(world))) == ([], 202, 1)
    world.empty_queues()
    assert sweep_dynamics(world) == 1
    world.deliver(waiting_pushes(world)[0], push)
    world.pass_time(hours=2)
    assert (world.standing().status, sweep_dynamics(world)) == ("synced", 0)
    assert world.events().count("dynamics.decided") == 1


def test_of_two_who_decide_otherwise_at_the_same_moment_one_decides(
    world: DynamicsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.stand_in.seller("create", table="account", set=ALIKE)["id"]
    world.pushed()
    save = world.ledger.save

    def after_another(page: Any, change: Any) -> Any:
        monkeypatch.setattr(world.ledger, "save", save)
        _decide(world, "link", account_id=account)
        return save(page, change)

    monkeypatch.setattr(world.ledger, "save", after_another)
    with pytest.raises(Problem) as refused:
        _decide(world)
    assert (refused.value.status, world.events().count("dynamics.decided")) == (404, 1)
    for one in waiting_pushes(world):
        world.deliver(one, push)
    assert (world.standing().status, world.stand_in.count()["account"]) == ("synced", 1)


def _no_bus(_: Any) -> None:
    raise TransientError("bus_unavailable", "Service Bus did not answer.")


def test_only_a_candidate_can_be_linked(world: DynamicsWorld) -> None:
    world.stand_in.seller("create", table="account", set=ALIKE)
    world.pushed()
    other = {"decision": "link", "account_id": "99999999-0000-4000-8000-000000000001"}
    with pytest.raises(Problem) as refused:
        call(world, decide_review, path={"id": DOMAIN}, body=("DecisionBody", other))
    assert refused.value.status == 400
