"""A push meets what people did in Dynamics: their edits stay, and what they ended is left alone."""

import threading
from typing import Any

import pytest

from functions.push import push
from tests.functions.dynamics_fixtures import make, world
from tests.functions.dynamics_world import DOMAIN, KEY, DynamicsWorld, waiting_pushes

__all__ = ["make", "world"]


def test_a_sellers_edit_stays_and_the_conflict_is_told_once_with_both_values(world: DynamicsWorld) -> None:
    world.pushed()
    world.stand_in.seller("edit", table="lead", key={"hnt_referralid": KEY}, set={"subject": "Call on Monday"})
    for day, name in ((21, "Second title"), (22, "Second title"), (23, "Third title")):
        world.pass_time(minutes=30)
        world.scored(name=name, details={"notes": f"n{day}"}, updatedDateTime=f"2026-11-{day}T08:00:00Z")
        world.push()
    assert world.row("lead")["subject"] == "Call on Monday"
    assert world.event("dynamics.conflict")["params"]["theirs"] == "Call on Monday"
    assert world.events().count("dynamics.conflict") == 2


def test_a_push_that_another_overtook_decides_by_what_that_one_noted(world: DynamicsWorld) -> None:
    """The second worker reads, decides and notes while the first is between its reading and its writing."""
    world.pushed()
    world.scored(name="Second title", updatedDateTime="2026-11-21T08:00:00Z")
    genuine = world.dynamics.write

    def write_after_another(*given: Any, **more: Any) -> Any:
        world.dynamics.write = genuine
        world.scored(name="Third title", updatedDateTime="2026-11-22T08:00:00Z")
        world.push()
        return genuine(*given, **more)

    world.dynamics.write = write_after_another
    world.push()
    assert (world.row("lead")["subject"], world.row("opportunity")["name"]) == ("Third title", "Third title")
    assert "dynamics.conflict" not in world.events()
    world.pushed(name="Fourth title", updatedDateTime="2026-11-23T08:00:00Z")
    assert world.row("lead")["subject"] == "Fourth title"


@pytest.mark.parametrize("changes", [{"name": "Third title"}, {"status": "Active", "name": "Third title"}])
def test_what_another_worker_has_written_but_not_noted_is_no_sellers_edit(
    world: DynamicsWorld, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    """The first worker stands between Dynamics and the store; the second looks, waits, and looks again."""
    world.pushed()
    world.scored(name="Second title", updatedDateTime="2026-11-21T08:00:00Z")
    genuine, written, noticed = world.leads.change, threading.Event(), threading.Event()

    def save_when_noticed(*given: Any, **more: Any) -> Any:
        world.leads.change = genuine
        written.set()
        assert noticed.wait(20)
        return genuine(*given, **more)

    def until_it_is_noted(_seconds: float) -> None:
        noticed.set()
        first.join(20)

    world.leads.change = save_when_noticed
    monkeypatch.setattr("functions.push.sleep", until_it_is_noted)
    first = threading.Thread(target=world.push)
    first.start()
    assert written.wait(20)
    world.scored(**{"updatedDateTime": "2026-11-22T08:00:00Z", **changes})
    world.push()
    assert noticed.is_set()
    assert (world.row("lead")["subject"], world.row("opportunity")["name"]) == ("Third title", "Third title")
    assert "dynamics.conflict" not in world.events()


@pytest.mark.parametrize("table", ["account", "contact", "lead", "opportunity"])
def test_a_deleted_record_is_never_created_again(world: DynamicsWorld, table: str) -> None:
    world.pushed()
    world.stand_in.seller("delete", table=table, id=world.row(table)[f"{table}id"])
    world.pass_time(minutes=30)
    world.scored(name="Newer", updatedDateTime="2026-11-21T08:00:00Z")
    world.push(times=2)
    assert world.stand_in.count()[table] == 0
    assert (world.standing().status, world.standing().error_code) == ("blocked", "dyn_deleted")
    assert world.events().count("dynamics.blocked") == 1


@pytest.mark.parametrize("deed", ["qualify", "disqualify"])
def test_a_closed_lead_is_left_alone(world: DynamicsWorld, deed: str) -> None:
    world.pushed()
    lead = world.row("lead")
    made = {"create_account": False, "create_contact": False, "create_opportunity": False} if deed == "qualify" else {}
    world.stand_in.seller(deed, table="lead", id=lead["leadid"], **made)
    world.pass_time(minutes=30)
    world.scored(name="Newer", updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    assert world.row("lead")["subject"] == lead["subject"]
    assert world.row("opportunity")["name"] == "Newer"
    assert world.standing().status == "synced" and deed in str(world.standing().note).replace("ied", "y")


def test_a_merged_account_is_followed(world: DynamicsWorld) -> None:
    world.pushed()
    account = world.row("account")["accountid"]
    master = world.stand_in.seller("create", table="account", set={"name": "Anadolu Group"})["id"]
    world.stand_in.seller("merge", table="account", id=account, into=master)
    world.pass_time(minutes=30)
    world.scored(id="second-referral")
    world.push("second-referral")
    accounts = {row["accountid"]: row for row in world.stand_in.rows("account")}
    assert len(accounts) == 2
    assert {row["parentaccountid"]["id"] for row in world.stand_in.rows("lead")} == {master}
    world.pushed(name="After the merge", updatedDateTime="2026-11-21T08:00:00Z")
    world.push(again="by hand")
    assert (world.standing().status, world.inbox()) == ("synced", [])


def test_an_account_that_a_seller_made_is_linked_by_its_website(world: DynamicsWorld) -> None:
    account = {"name": "Anadolu (key account)", "websiteurl": f"http://www.{DOMAIN}/tr"}
    made = world.stand_in.seller("create", table="account", set=account)["id"]
    world.pushed()
    row = world.row("account")
    assert (row["accountid"], row["name"], row["hnt_domain"]) == (made, account["name"], DOMAIN)
    assert world.event("dynamics.linked")["params"]["by"] == "website"


def test_the_same_name_and_country_waits_for_a_person(world: DynamicsWorld) -> None:
    world.stand_in.seller("create", table="account", set={"name": "Anadolu Makina A.Ş.", "address1_country": "Turkey"})
    world.pushed()
    assert world.standing().status == "review"
    assert world.stand_in.count() == {"account": 1, "contact": 1, "lead": 1, "opportunity": 0}
    assert [domain for domain, _ in world.ledger.open_reviews()] == [DOMAIN]


def test_two_workers_on_two_referrals_of_one_company_end_with_one_account(world: DynamicsWorld) -> None:
    from concurrent.futures import ThreadPoolExecutor

    keys = [f"referral-{number}" for number in range(6)]
    for key in keys:
        world.scored(id=key)
    with ThreadPoolExecutor(6) as workers:
        list(workers.map(world.push, keys))
    for one in waiting_pushes(world):
        if one.attempt:
            world.deliver(one, push)
    assert world.stand_in.count() == {"account": 1, "contact": 1, "lead": 6, "opportunity": 6}
    assert world.inbox() == []
