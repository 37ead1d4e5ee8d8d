"""What a push wrote is told once, whoever died between the write and the telling."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.errors import TransientError
from tests.functions.dynamics_fixtures import make, world
from tests.functions.dynamics_world import DOMAIN, DynamicsWorld

__all__ = ["make", "world"]


class LostAnswers:
    """Of the next write the answer is lost after the commit; `meanwhile` happens before the pusher knows."""

    def __init__(self, world: DynamicsWorld, meanwhile: Callable[[], None]) -> None:
        self._world, self._meanwhile = world, meanwhile
        self._genuine = world.dynamics.write
        world.dynamics.write = self

    def __call__(self, *given: Any, **more: Any) -> Any:
        self._genuine(*given, **more)
        self._world.dynamics.write = self._genuine
        self._meanwhile()
        raise TransientError("dyn_unavailable", "The answer was lost.", sent=True)


def _die_after_the_write(world: DynamicsWorld) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    LostAnswers(world, die)
    with pytest.raises(KeyboardInterrupt):
        world.push()


def _told_created(world: DynamicsWorld) -> list[str]:
    events = [one for one in world.leads.events(DOMAIN, limit=100)[0] if one["code"] == "dynamics.created"]
    return sorted(record for one in events for record in one["params"]["records"])


ONCE = ["account", "contact", "lead", "lead", "opportunity", "opportunity"]

SECOND = "second-referral"


@pytest.fixture
def two(world: DynamicsWorld) -> DynamicsWorld:
    """Two referrals of one company, neither pushed."""
    world.scored()
    world.scored(id=SECOND)
    return world


def test_the_other_referral_tells_of_the_account_whose_answer_was_lost(two: DynamicsWorld) -> None:
    LostAnswers(two, lambda: two.push(SECOND))
    two.push()
    assert _told_created(two) == ONCE


def test_the_first_referral_tells_before_the_other_one_that_found_its_account(two: DynamicsWorld) -> None:
    _die_after_the_write(two)
    LostAnswers(two, two.push)
    two.push(SECOND)
    assert _told_created(two) == ONCE
    two.push(times=2, again="by hand")
    two.push(SECOND, times=2, again="by hand")
    assert _told_created(two) == ONCE


def test_the_other_one_tells_also_when_the_first_comes_back_after_it(two: DynamicsWorld) -> None:
    _die_after_the_write(two)
    two.push(SECOND)
    two.push()
    two.push(times=2, again="by hand")
    assert _told_created(two) == ONCE


def test_a_death_between_dynamics_and_the_store_is_made_good_also_after_a_failure(two: DynamicsWorld) -> None:
    genuine = two.leads.change

    def dies(*_: Any) -> Any:
        two.leads.change = genuine
        raise KeyboardInterrupt

    two.leads.change = dies
    with pytest.raises(KeyboardInterrupt):
        two.push()
    two.pass_time(seconds=61)
    two.stand_in.fault(match={"path": "*$batch"}, answer=500, times=5)
    two.push(SECOND)
    two.push(again="by hand")
    two.stand_in.control("DELETE", "faults")
    two.push(SECOND)
    two.push(times=2, again="by hand")
    assert _told_created(two) == ONCE
