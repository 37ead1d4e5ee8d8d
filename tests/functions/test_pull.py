"""What sellers change in Dynamics comes back, once, without an echo; what failed is tried again at growing pauses."""

from typing import Any

import pytest

from functions.push import push
from sandbox.dataverse.organisation import fixed_id
from shared.rules.dynamics.reads import Read
from shared.rules.lead_face import face
from shared.runs.dynamics_sweep import sweep_dynamics
from shared.runs.pull import pull, take_back
from tests.functions.dynamics_fixtures import make, world
from tests.functions.dynamics_world import DOMAIN, KEY, DynamicsWorld, waiting_pushes

__all__ = ["make", "world"]

SELLER = fixed_id("person", "seller")


def _pull(world: DynamicsWorld) -> Any:
    made = world.runs.create(kind="pull", who="timer", trace="trace-pull", request={})
    return pull(made, world)


def _edit(world: DynamicsWorld, table: str = "lead", **columns: Any) -> None:
    world.stand_in.seller("edit", table=table, id=world.row(table)[f"{table}id"], set=columns)


def _say_more(world: DynamicsWorld, *, day: int = 21) -> None:
    """The referral's notes change, and a push brings them to Dynamics."""
    details = {"dealValue": 42000, "currency": "EUR", "notes": f"Told on {day}"}
    world.scored(details=details, updatedDateTime=f"2026-11-{day}T08:00:00Z")
    world.push()


def _ours(world: DynamicsWorld) -> str:
    """The id of the account that Hunter made."""
    return str(next(row["accountid"] for row in world.stand_in.rows("account") if row.get("hnt_domain") == DOMAIN))


def test_our_own_writes_are_no_news(world: DynamicsWorld) -> None:
    world.pushed()
    done = _pull(world)
    assert (done.state, done.notes) == ("succeeded", [{"code": "news", "count": 0}])
    assert "dynamics.pulled" not in world.events()


def test_a_sellers_edit_comes_back_once_with_both_values(world: DynamicsWorld) -> None:
    world.pushed()
    _edit(world, subject="Call on Monday", lastname="Yılmaz")
    for _ in range(3):
        _pull(world)
        world.pass_time(minutes=10)
    changes = world.event("dynamics.pulled")["params"]["changes"]
    assert {
        "field": "lead.subject",
        "ours": "Server room to cloud",
        "theirs": "Call on Monday",
        "kept": "theirs",
    } in changes
    assert {"field": "lead.lastname", "ours": "…", "theirs": "…", "kept": "theirs"} in changes
    assert world.events().count("dynamics.pulled") == 1


def test_a_column_of_ours_is_told_as_ours(world: DynamicsWorld) -> None:
    world.pushed()
    _edit(world, hnt_score=1)
    _pull(world)
    assert [one["kept"] for one in world.event("dynamics.pulled")["params"]["changes"]] == ["ours"]


@pytest.mark.parametrize(("deed", "stage"), [("win", "won"), ("lose", "lost")])
def test_winning_and_losing_show_on_the_lead(world: DynamicsWorld, deed: str, stage: str) -> None:
    world.pushed()
    world.stand_in.seller(deed, table="opportunity", id=world.row("opportunity")["opportunityid"])
    _pull(world)
    lead = world.leads.lead(DOMAIN)
    assert lead is not None and face(lead)["stage"] == stage
    assert world.event("dynamics.pulled")["params"]["state"] == ["open", stage]


@pytest.mark.parametrize(
    ("table", "deed", "change", "stage"),
    [
        ("opportunity", "win", ["open", "won"], "won"),
        ("opportunity", "lose", ["open", "lost"], "lost"),
        ("lead", "disqualify", ["open", "disqualified"], "lost"),
    ],
)
def test_a_push_that_sees_the_closing_first_does_not_swallow_it(
    world: DynamicsWorld, table: str, deed: str, change: list[str], stage: str
) -> None:
    world.pushed()
    world.stand_in.seller(deed, table=table, id=world.row(table)[f"{table}id"])
    _say_more(world)
    _pull(world)
    lead = world.leads.lead(DOMAIN)
    assert lead is not None and face(lead)["stage"] == stage
    assert world.event("dynamics.pulled")["params"]["state"] == change


def test_a_push_that_sees_the_new_owner_first_does_not_swallow_it(world: DynamicsWorld) -> None:
    world.pushed()
    _edit(world, **{"ownerid@odata.bind": f"/systemusers({SELLER})"})
    _say_more(world)
    _pull(world)
    assert world.event("dynamics.pulled")["params"]["owner"][1] == SELLER
    assert world.standing().owner == SELLER


def test_a_sellers_edit_that_a_push_saw_first_is_told_once(world: DynamicsWorld) -> None:
    world.pushed()
    _edit(world, companyname="Anadolu Group", subject="Call on Monday")
    for day in (21, 22):
        _say_more(world, day=day)
        _pull(world)
        world.pass_time(minutes=10)
    told = [one["params"] for one in world.leads.events(DOMAIN, limit=100)[0]]
    fields = [field for one in told for field in one.get("fields", ()) if "changes" in one and one.get("record")]
    assert sorted(fields) == ["lead.companyname", "lead.subject"]
    assert "dynamics.conflict" not in world.events()


def test_a_push_between_the_row_and_the_ledger_is_no_sellers_edit(world: DynamicsWorld) -> None:
    world.pushed()
    _edit(world, jobtitle="Chief")
    row = world.dynamics.read([Read("lead", "statecode eq 0")]).of("lead")[0]
    world.scored(name="Newer", updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    assert not take_back("lead", row, trace="t", to=world)
    assert "dynamics.pulled" not in world.events()


def test_what_a_push_notes_while_a_pull_saves_is_kept(world: DynamicsWorld) -> None:
    world.pushed()
    _edit(world, companyname="Anadolu Group")
    genuine = world.leads.change

    def change_after_a_push(decide: Any, found: Any) -> Any:
        world.leads.change = genuine
        world.scored(name="Newer", updatedDateTime="2026-11-21T08:00:00Z")
        world.push()
        return genuine(decide, found)

    world.leads.change = change_after_a_push
    _pull(world)
    assert world.events().count("dynamics.pulled") == 1
    world.scored(name="Newest", updatedDateTime="2026-11-22T08:00:00Z")
    world.push()
    assert world.row("lead")["subject"] == "Newest"
    assert "dynamics.conflict" not in world.events()


def test_an_account_that_was_merged_away_tells_nothing_about_the_one_that_is_left(world: DynamicsWorld) -> None:
    world.pushed()
    left = world.stand_in.seller("create", table="account", set={"name": "The one that stays"})["id"]
    world.stand_in.seller("merge", table="account", id=_ours(world), into=left)
    _say_more(world)
    before = world.ledger.page(DOMAIN).account
    _pull(world)
    assert before is not None and before.id == left
    assert world.ledger.page(DOMAIN).account == before


def test_a_link_that_a_seller_changed_is_told_by_its_id(world: DynamicsWorld) -> None:
    world.pushed()
    account = _ours(world)
    other = world.stand_in.seller("create", table="account", set={"name": "Another"})["id"]
    _edit(world, **{"parentaccountid@odata.bind": f"/accounts({other})"})
    _pull(world)
    changes = world.event("dynamics.pulled")["params"]["changes"]
    assert changes == [{"field": "lead.parentaccountid", "ours": account, "theirs": other, "kept": "theirs"}]


def test_a_pull_causes_no_push(world: DynamicsWorld) -> None:
    world.pushed()
    _edit(world, subject="Mine")
    world.empty_queues()
    _pull(world)
    assert waiting_pushes(world) == []
    assert world.calls(world.push) == 0


def test_an_echo_that_the_ledger_has_not_heard_of_is_no_news(world: DynamicsWorld) -> None:
    world.pushed()
    genuine, world.ledger.save = world.ledger.save, lambda page, change: page
    world.scored(name="Newer", updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    world.ledger.save = genuine
    _pull(world)
    assert "dynamics.pulled" not in world.events()


def test_a_failed_push_is_tried_again_after_its_pause_and_its_fault_closed(world: DynamicsWorld) -> None:
    world.scored()
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": False})
    world.push()
    world.empty_queues()
    assert sweep_dynamics(world) == 0
    world.pass_time(minutes=61)
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": True})
    assert sweep_dynamics(world) == 1
    world.deliver(waiting_pushes(world)[0], push)
    assert world.standing().status == "synced"
    assert world.inbox() == []


@pytest.mark.parametrize("hidden", ["killed", "waits", "failed"])
@pytest.mark.parametrize("worst", ["review", "blocked"])
def test_a_push_that_came_to_no_end_is_sent_again_although_a_worse_referral_hides_it(
    world: DynamicsWorld, worst: str, hidden: str
) -> None:
    if worst == "review":
        world.stand_in.seller("create", table="account", set={"name": "Anadolu Makina A.Ş.", "address1_country": "TR"})
    world.pushed()
    if worst == "blocked":
        world.stand_in.seller("delete", table="lead", id=world.row("lead")["leadid"])
        world.push(again="by hand")
    world.scored(id="second", name="Another deal")
    wave = {"waits": {"answer": 429, "retry_after": 60}, "failed": {"answer": 403}}.get(hidden)
    if wave:
        world.stand_in.fault(match={"path": "*$batch"}, times=1, **wave)
        world.push("second")
    else:
        world.dynamics.write = _dies
        with pytest.raises(KeyboardInterrupt):
            world.push("second", again="by hand")
        del world.dynamics.write
    world.empty_queues()
    lead = world.leads.lead(DOMAIN)
    assert lead is not None and face(lead)["dynamics_status"] == ("failed" if hidden == "failed" else worst)
    world.pass_time(hours=13)
    assert sweep_dynamics(world) == 1
    world.deliver(waiting_pushes(world)[0], push)
    assert (world.standing().status, world.standing("second").status in ("synced", "review")) == (worst, True)


def test_a_doubt_that_another_referrals_push_found_settled_holds_nobody_up(world: DynamicsWorld) -> None:
    alike = {"name": "Anadolu Makina A.Ş.", "address1_country": "TR"}
    account = world.stand_in.seller("create", table="account", set=alike)["id"]
    world.pushed()
    world.pushed(id="second", name="Another deal")
    world.stand_in.seller("edit", table="account", id=account, set={"websiteurl": f"https://{DOMAIN}"})
    world.push(again="by hand")
    world.empty_queues()
    assert (world.standing().status, world.standing("second").status) == ("synced", "review")
    world.pass_time(hours=2)
    assert sweep_dynamics(world) == 1
    world.deliver(waiting_pushes(world)[0], push)
    assert (world.standing("second").status, world.stand_in.count()["account"]) == ("synced", 1)


def _dies(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def test_a_referral_that_got_a_domain_later_takes_its_records_along(world: DynamicsWorld) -> None:
    world.scored(
        customerProfile={
            "name": "Demir Ltd",
            "team": [{"firstName": "Ali", "lastName": "Demir", "email": "ali@gmail.com"}],
        }
    )
    world.push()
    before = world.row("lead")["leadid"]
    profile = {"name": "Demir A.Ş.", "team": [{"firstName": "Ali", "lastName": "Demir", "email": f"ali@{DOMAIN}"}]}
    world.scored(customerProfile=profile, updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    lead = world.row("lead")
    assert (lead["leadid"], lead["companyname"], lead["hnt_domain"]) == (before, "Demir A.Ş.", DOMAIN)
    assert lead["parentaccountid"]["id"] == world.row("account")["accountid"]
    assert world.row("contact")["emailaddress1"] == f"ali@{DOMAIN}"
    assert world.standing(KEY).home == DOMAIN


def test_a_referral_that_moved_to_another_company_is_linked_to_that_companys_account(world: DynamicsWorld) -> None:
    world.pushed()
    world.pass_time(minutes=30)
    person = {"firstName": "Elif", "lastName": "Kaya", "email": "elif.kaya@fabrikam.example"}
    world.scored(customerProfile={"name": "Fabrikam", "team": [person]}, updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    accounts = {row["hnt_domain"]: row["accountid"] for row in world.stand_in.rows("account")}
    lead = world.row("lead")
    assert set(accounts) == {DOMAIN, "fabrikam.example"}
    assert (lead["hnt_domain"], lead["parentaccountid"]["id"]) == ("fabrikam.example", accounts["fabrikam.example"])
    assert world.row("opportunity")["parentaccountid"]["id"] == accounts["fabrikam.example"]
    assert world.standing(KEY, "fabrikam.example").home == "fabrikam.example"


@pytest.mark.parametrize("before", [DOMAIN, None], ids=["from another company", "from no company"])
def test_what_a_seller_did_before_a_move_reached_dynamics_is_told(world: DynamicsWorld, before: str | None) -> None:
    def profile(domain: str) -> dict[str, Any]:
        return {"name": "Demir", "team": [{"firstName": "Ali", "lastName": "Demir", "email": f"ali@{domain}"}]}

    world.pushed(customerProfile=profile(before or "gmail.com"))
    _pull(world)
    world.pass_time(minutes=30)
    world.scored(customerProfile=profile("fabrikam.example"), updatedDateTime="2026-11-21T08:00:00Z")
    world.stand_in.seller("disqualify", id=world.row("lead")["leadid"])
    _pull(world)
    lead = world.leads.lead("fabrikam.example")
    assert lead is not None and face(lead)["stage"] == "lost"
    world.push()
    _pull(world)
    assert world.events("fabrikam.example").count("dynamics.pulled") == 1


def test_a_referral_that_comes_back_to_its_company_is_not_taken_for_a_sellers(world: DynamicsWorld) -> None:
    world.pushed()
    for day, name, domain in (("21", "Newer", "fabrikam.example"), ("22", "Newest", DOMAIN)):
        world.pass_time(minutes=30)
        person = {"firstName": "Elif", "lastName": "Kaya", "email": f"elif.kaya@{domain}"}
        profile = {"name": "Anadolu", "team": [person]}
        world.scored(name=name, customerProfile=profile, updatedDateTime=f"2026-11-{day}T08:00:00Z")
        world.push()
        assert (world.row("lead")["subject"], world.row("lead")["hnt_domain"]) == (name, domain)
    assert "dynamics.conflict" not in world.events()


def test_a_referral_without_a_domain_is_tried_again_too(world: DynamicsWorld) -> None:
    world.scored(customerProfile={"name": "Demir Ltd", "team": [{"firstName": "Ali", "email": "ali@gmail.com"}]})
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": False})
    world.push()
    world.empty_queues()
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": True})
    world.pass_time(minutes=61)
    assert sweep_dynamics(world) == 1
    world.deliver(waiting_pushes(world)[0], push)
    kept = world.leads.referral(KEY)
    assert kept is not None and kept.dynamics.status == "synced"
    assert world.inbox() == []
