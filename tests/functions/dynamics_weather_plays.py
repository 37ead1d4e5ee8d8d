"""How each weather of `dynamics_weather` is made: a world in, the same world after the storm out."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from functions.push import push
from sandbox.dataverse.organisation import fixed_id
from tests.functions.dynamics_fixtures import Make
from tests.functions.dynamics_world import DOMAIN, KEY, DynamicsWorld, waiting_pushes
from tests.functions.world import an_envelope

Play = Callable[[Make], DynamicsWorld]
LETTERS = "O'Neil & Söhne / İŞ <b>%41</b> 😀 ğüşiöç"
BATCH = {"path": "*$batch"}
_SECOND = "second-referral"
_LATER = "2026-11-21T08:00:00Z"


def _calm(world: DynamicsWorld) -> DynamicsWorld:
    """What the queue does once the weather is fair again: every copy that waits is delivered."""
    world.stand_in.control("DELETE", "faults")
    world.pass_time(minutes=10)
    for _ in range(3):
        for one in waiting_pushes(world):
            if one.attempt or one.data.get("waits"):
                world.deliver(one, push)
    return world


def fault(*, calm: bool = True, **fault: Any) -> Play:
    """A fault of the service while a new referral is pushed."""

    def play(make: Make) -> DynamicsWorld:
        world = make()
        world.scored()
        world.dynamics.organisation()
        world.empty_queues()
        world.stand_in.fault(**fault)
        world.push()
        return _calm(world) if calm else world

    return play


def organisation(*orders: tuple[str, dict[str, Any]], **changes: Any) -> Play:
    """An organisation that differs from a stock one."""

    def play(make: Make) -> DynamicsWorld:
        world = make()
        for door, order in orders:
            world.stand_in.control("POST", door, order)
        world.pushed(**changes)
        return world

    return play


def deed(deed: str, table: str = "lead", **wanted: Any) -> Play:
    """A seller does something to a record that is there; then the referral changes."""

    def play(make: Make) -> DynamicsWorld:
        world = make()
        world.pushed()
        world.stand_in.seller(deed, table=table, id=world.row(table)[f"{table}id"], **wanted)
        world.pushed(name="Newer", updatedDateTime=_LATER)
        return world

    return play


def merged(make: Make) -> DynamicsWorld:
    world = make()
    world.pushed()
    left = world.stand_in.seller("create", table="account", set={"name": "The one that stays"})["id"]
    ours = next(row["accountid"] for row in world.stand_in.rows("account") if row["accountid"] != left)
    world.stand_in.seller("merge", table="account", id=ours, into=left)
    for day in ("21", "22"):
        world.pushed(name=f"Newer on {day}", updatedDateTime=f"2026-11-{day}T08:00:00Z")
    return world


def duplicate_rules(make: Make) -> DynamicsWorld:
    world = make(duplicate_rules=True)
    world.pushed()
    world.pushed(id=_SECOND)
    return world


def scores_denied(make: Make) -> DynamicsWorld:
    world = make({"DYNAMICS_PREDICTIVE_SCORES": "true"}, predictive_scores=True)
    order = {"table": "msdyn_predictivescore", "verb": "create", "allowed": False}
    world.stand_in.control("POST", "privileges", order)
    world.pushed()
    return world


def key_not_active(make: Make) -> DynamicsWorld:
    world = make()
    world.scored()
    world.empty_queues()
    order = {"table": "lead", "key": "hnt_referralkey"}
    world.stand_in.control("POST", "keys", {**order, "status": "InProgress"})
    world.push()
    world.stand_in.control("POST", "keys", {**order, "status": "Active"})
    return _calm(world)


def missing_columns(make: Make) -> DynamicsWorld:
    world = make(provisioned=False)
    world.pushed()
    return world


def owner(deactivate: bool, *, then: str) -> Play:
    """An owner who is deactivated: by a setting that names him too late, or after he got his first records."""
    seller = fixed_id("person", "seller")

    def play(make: Make) -> DynamicsWorld:
        world = make({"DYNAMICS_OWNER": f"systemusers/{seller if deactivate else fixed_id('person', 'left')}"})
        world.pushed()
        if deactivate:
            world.stand_in.seller("deactivate-owner", table="lead", key={"hnt_referralid": KEY})
            world.pushed(name="Newer", updatedDateTime=_LATER)
        if then == "another":
            world.settings = replace(world.settings, dynamics_owner=f"systemusers/{seller}")
            world.push(again="sweep")
        return world

    return play


def _dies(world: DynamicsWorld, where: Any, name: str) -> None:
    """The worker is killed when it comes to this call; its message is delivered again."""
    genuine = getattr(where, name)

    def die(*_given: Any, **_more: Any) -> Any:
        setattr(where, name, genuine)
        raise KeyboardInterrupt

    setattr(where, name, die)
    with contextlib.suppress(KeyboardInterrupt):
        world.push()
    world.push(times=2)


def killed(where: str, name: str) -> Play:
    def play(make: Make) -> DynamicsWorld:
        world = make()
        world.scored()
        _dies(world, getattr(world, where), name)
        return world

    return play


def at_once(make: Make) -> DynamicsWorld:
    world = make()
    for key in (KEY, _SECOND):
        world.scored(id=key)
    world.empty_queues()
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(world.push, (KEY, _SECOND)))
    return _calm(world)


def older_after_newer(make: Make) -> DynamicsWorld:
    world = make()
    world.scored()
    older = an_envelope("push", KEY, version="1.1")
    world.pushed(name="Newer", updatedDateTime=_LATER)
    world.deliver(older, push)
    return world


def token_ends(make: Make) -> DynamicsWorld:
    world = make()
    world.scored()
    world.dynamics.organisation()
    world.stand_in.fault(match={**BATCH, "nth": 2}, answer=401, times=1)
    world.push()
    return world


def last_attempt(make: Make) -> DynamicsWorld:
    world = make()
    world.scored()
    world.stand_in.fault(match=BATCH, answer=500)
    world.push(attempt=6)
    return world


def denied(make: Make) -> DynamicsWorld:
    world = make()
    world.stand_in.control("POST", "privileges", {"table": "opportunity", "verb": "create", "allowed": False})
    world.pushed()
    return world


def consent(make: Make) -> DynamicsWorld:
    world = make()
    world.pushed(consent={"consentToContact": False})
    return world


def letters() -> dict[str, Any]:
    person = {"firstName": LETTERS, "lastName": LETTERS, "email": f"o'neil+x@{DOMAIN}", "phoneNumber": LETTERS}
    address = {"country": "TR", "city": LETTERS, "addressLine1": LETTERS, "state": LETTERS}
    profile = {"name": LETTERS, "address": address, "team": [person]}
    return {"name": LETTERS, "customerProfile": profile, "engagementId": LETTERS, "details": {"notes": LETTERS}}


def too_long() -> dict[str, Any]:
    long = "Ü😀" * 250
    person = {"firstName": long, "lastName": long, "email": f"a@{DOMAIN}", "phoneNumber": long}
    profile = {"name": long, "address": {"country": "TR", "city": long}, "team": [person]}
    return {"name": long, "customerProfile": profile, "details": {"notes": long * 20}}
