"""Two accounts become one: shown first, done on request."""

from typing import Any

import pytest

from functions.merge import merge
from shared.doors.problems import Problem
from tests.functions.dynamics_fixtures import call, holds_to, make, world
from tests.functions.dynamics_world import DynamicsWorld

__all__ = ["make", "world"]


def test_a_merge_is_shown_first_and_done_on_request(world: DynamicsWorld) -> None:
    target = world.stand_in.seller("create", table="account", set={"name": "Keep"})["id"]
    other = world.stand_in.seller("create", table="account", set={"name": "Go", "address1_city": "İzmir"})["id"]
    pair = {"target": target, "subordinate": other}
    shown = call(world, merge, body=("MergeBody", pair)).content
    holds_to("MergeAnswer", shown)
    city = next(field for field in shown["fields"] if field["column"] == "address1_city")
    assert (shown["done"], city["after"]) == (False, "İzmir")
    assert call(world, merge, body=("MergeBody", {**pair, "dry_run": False})).content["done"]
    rows = {row["accountid"]: row for row in world.stand_in.rows("account")}
    assert (rows[target]["address1_city"], rows[other]["merged"]) == ("İzmir", True)
    with pytest.raises(Problem) as again:
        call(world, merge, body=("MergeBody", pair))
    assert again.value.status == 409


def test_a_merge_that_dynamics_no_longer_takes_is_a_conflict_and_no_bug(world: DynamicsWorld) -> None:
    target = world.stand_in.seller("create", table="account", set={"name": "Target"})["id"]
    other = world.stand_in.seller("create", table="account", set={"name": "Other"})["id"]
    genuine = world.dynamics.post

    def post_too_late(*given: Any, **more: Any) -> Any:
        world.stand_in.seller("delete", table="account", id=other)
        return genuine(*given, **more)

    world.dynamics.post = post_too_late
    with pytest.raises(Problem) as refusal:
        call(world, merge, body=("MergeBody", {"target": target, "subordinate": other, "dry_run": False}))
    assert (refusal.value.status, refusal.value.code) == (409, "conflict")
