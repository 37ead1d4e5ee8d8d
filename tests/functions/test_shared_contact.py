"""Referrals that name the same person share its Contact, and none rewrites what another one says of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.push import push
from tests.functions.dynamics_fixtures import make, world
from tests.functions.dynamics_world import DOMAIN, DynamicsWorld, waiting_pushes
from tests.functions.world import a_referral

__all__ = ["make", "world"]

PHONES = {"first": "+90 1", "second": "+90 2", "third": None}
TITLES = {"first": "CTO", "second": None, "third": "CEO"}
AGES = {"first": 1, "second": 2, "third": 3}
_COLUMNS = ("firstname", "lastname", "emailaddress1", "telephone1", "jobtitle")


def _scored(world: DynamicsWorld, key: str, *, updated: int = 0, **person: Any) -> None:
    """A referral of this name comes in; `updated`: the copy of so many hours later."""
    created = f"2026-11-{10 + AGES[key]}T08:00:00Z"
    elif_ = {
        "firstName": "Elif",
        "lastName": "Kaya",
        "email": "elif.kaya@anadolu.com.tr",
        "phoneNumber": PHONES[key],
        "title": TITLES[key],
        **person,
    }
    profile = {**a_referral()["customerProfile"], "team": [elif_]}
    stamp = f"2026-11-{10 + AGES[key]}T{8 + updated:02}:00:00Z"
    world.scored(id=key, customerProfile=profile, createdDateTime=created, updatedDateTime=stamp)


def _contact(world: DynamicsWorld) -> tuple[Any, ...]:
    row = world.row("contact")
    return tuple(row.get(column) for column in _COLUMNS)


def _updates(world: DynamicsWorld) -> int:
    """How often the Contact was changed once it was there."""
    told = [one for one in world.leads.events(DOMAIN, limit=100)[0] if one["code"] == "dynamics.updated"]
    return sum(any(name.startswith("contact.") for name in one["params"]["fields"]) for one in told)


TOGETHER = ("Elif", "Kaya", "elif.kaya@anadolu.com.tr", "+90 2", "CEO")


@pytest.mark.parametrize("order", [("first", "second", "third"), ("third", "first", "second")])
def test_in_whatever_order_they_are_pushed_the_contact_ends_the_same_and_a_second_round_asks_nothing(
    world: DynamicsWorld, order: tuple[str, ...]
) -> None:
    for key in AGES:
        _scored(world, key)
    for key in order:
        world.push(key)
    assert _contact(world) == TOGETHER
    assert {row.get("telephone1") for row in world.stand_in.rows("lead")} == set(PHONES.values())
    told = _updates(world)
    world.pass_time(minutes=30)
    for key in AGES:
        _scored(world, key, updated=1)
    assert world.calls(lambda: [world.push(key) for key in order]) == 0
    for key in order:
        world.push(key, again="by hand")
    assert (_contact(world), _updates(world)) == (TOGETHER, told)


def test_hosts_that_push_them_at_the_same_moment_end_the_same(world: DynamicsWorld) -> None:
    for key in AGES:
        _scored(world, key)
    with ThreadPoolExecutor(3) as hosts:
        list(hosts.map(world.push, AGES))
    for one in waiting_pushes(world):
        world.deliver(one, push)
    assert world.stand_in.count()["contact"] == 1
    assert _contact(world) == TOGETHER
    assert world.inbox() == []


def test_a_new_word_of_the_newest_counts_and_one_of_an_older_does_not(world: DynamicsWorld) -> None:
    for key in ("first", "second"):
        _scored(world, key)
        world.push(key)
    world.pass_time(minutes=30)
    _scored(world, "first", updated=1, phoneNumber="+90 11")
    assert world.calls(lambda: world.push("first")) == 2
    assert _contact(world)[3] == "+90 2"
    _scored(world, "second", updated=2, phoneNumber="+90 22")
    world.push("second")
    assert _contact(world)[3] == "+90 22"
    assert world.calls(lambda: world.push("first")) == 0


def test_a_person_under_a_new_address_is_not_put_back_by_an_older_referral(world: DynamicsWorld) -> None:
    for key in ("first", "second"):
        _scored(world, key)
        world.push(key)
    world.pass_time(minutes=30)
    _scored(world, "second", updated=1, email="ekaya@anadolu.com.tr")
    for key in ("second", "first", "second", "first"):
        world.push(key, again="by hand")
    assert _contact(world)[2:4] == ("ekaya@anadolu.com.tr", "+90 2")


@pytest.mark.parametrize("why", ["names another", "refuses consent"])
def test_who_speaks_for_somebody_else_by_now_speaks_no_more_for_this_one(world: DynamicsWorld, why: str) -> None:
    for key in ("first", "second"):
        _scored(world, key)
        world.push(key)
    world.pass_time(minutes=30)
    if why == "names another":
        _scored(world, "second", updated=1, firstName="Ada", email="ada@anadolu.com.tr", phoneNumber="+90 9")
    else:
        stamp = {"createdDateTime": "2026-11-12T08:00:00Z", "updatedDateTime": "2026-11-12T09:00:00Z"}
        world.scored(id="second", consent={"consentToContact": False}, **stamp)
    world.push("second")
    world.push("first", again="by hand")
    elif_ = next(row for row in world.stand_in.rows("contact") if row["firstname"] == "Elif")
    assert elif_["telephone1"] == "+90 1"


def test_what_a_seller_wrote_into_the_shared_contact_stays(world: DynamicsWorld) -> None:
    for key in ("first", "second"):
        _scored(world, key)
        world.push(key)
    world.stand_in.seller("edit", table="contact", id=world.row("contact")["contactid"], set={"telephone1": "+90 77"})
    for key in ("first", "second", "first"):
        world.push(key, again="by hand")
    assert _contact(world)[3] == "+90 77"


def _homeless(world: DynamicsWorld, key: str, *, hour: int = 8, **person: Any) -> None:
    """A referral of somebody with a free mailbox comes in: it has no company."""
    elif_ = {"firstName": "Elif", "lastName": "Kaya", "email": "elif.kaya@gmail.com", "phoneNumber": PHONES[key]}
    profile = {"name": f"Company of {key}", "team": [{**elif_, "title": TITLES[key], **person}]}
    stamps = {
        "createdDateTime": f"2026-11-{10 + AGES[key]}T08:00:00Z",
        "updatedDateTime": f"2026-11-{10 + AGES[key]}T{hour:02}:00:00Z",
    }
    world.scored(id=key, customerProfile=profile, **stamps)


@pytest.mark.parametrize("order", [("first", "second", "third"), ("third", "second", "first")])
def test_referrals_without_a_company_share_their_contact_likewise(world: DynamicsWorld, order: tuple[str, ...]) -> None:
    for key in AGES:
        _homeless(world, key)
    for key in (*order, *order):
        world.push(key, again="by hand")
    assert _contact(world) == ("Elif", "Kaya", "elif.kaya@gmail.com", "+90 2", "CEO")
    codes = [one["code"] for key in AGES for one in world.leads.events(f"ref.{key}", limit=50)[0]]
    assert "dynamics.conflict" not in codes
    world.pass_time(minutes=30)
    for key in AGES:
        _homeless(world, key, hour=9)
    assert world.calls(lambda: [world.push(key) for key in order]) == 0


def test_a_referral_without_a_company_whose_person_changes_takes_its_records_along(world: DynamicsWorld) -> None:
    for key in ("first", "second"):
        _homeless(world, key)
        world.push(key)
    _homeless(world, "second", hour=9, firstName="Ada", email="ada@gmail.com", title="CIO")
    world.push("second")
    _homeless(world, "first", hour=9, phoneNumber="+90 11")
    world.push("first")
    people = {row["firstname"]: (row["telephone1"], row["jobtitle"]) for row in world.stand_in.rows("contact")}
    assert people == {"Elif": ("+90 11", "CTO"), "Ada": ("+90 2", "CIO")}
    assert world.stand_in.count() == {"account": 0, "contact": 2, "lead": 2, "opportunity": 0}
