"""One referral reaches Dynamics once, whatever happens on the way, and the seller's own edits stay."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.push import push
from shared.errors import GateClosed, PermanentError, TransientError
from shared.rules.lead_face import face
from shared.rules.referral_face import referral_face
from tests.functions.dynamics_fixtures import Make, make, world
from tests.functions.dynamics_world import DOMAIN, KEY, DynamicsWorld, waiting_pushes
from tests.functions.world import a_referral, a_scan, an_envelope

__all__ = ["make", "world"]

ONE_OF_EACH = {"account": 1, "contact": 1, "lead": 1, "opportunity": 1}


def test_a_new_referral_becomes_one_of_each_in_two_round_trips(world: DynamicsWorld) -> None:
    world.scored()
    world.dynamics.organisation()
    assert world.calls(world.push) == 2
    assert world.stand_in.count() == ONE_OF_EACH
    state = world.standing()
    assert (state.status, state.attempts, state.error) == ("synced", 0, None)
    assert state.url and state.url.startswith(world.stand_in.address) and str(state.lead_id) in state.url
    assert world.events()[0] == "dynamics.created"


def test_a_repeat_asks_dynamics_nothing(world: DynamicsWorld) -> None:
    world.pushed()
    assert world.calls(lambda: world.push(times=3)) == 0
    assert world.events().count("dynamics.created") == 1


def test_a_new_version_that_says_the_same_asks_dynamics_nothing(world: DynamicsWorld) -> None:
    world.pushed()
    world.pass_time(minutes=30)
    world.scored(
        updatedDateTime="2026-11-21T08:00:00Z", details={"dealValue": 42000, "currency": "EUR", "requirements": {}}
    )
    assert world.calls(world.push) == 0
    assert world.standing().handled != ""


def test_a_change_takes_two_round_trips_and_sends_only_what_changed(world: DynamicsWorld) -> None:
    world.pushed()
    world.pass_time(minutes=30)
    world.scored(name="Two server rooms", updatedDateTime="2026-11-21T08:00:00Z")
    assert world.calls(world.push) == 2
    assert world.row("lead")["subject"] == "Two server rooms"
    assert world.event("dynamics.updated")["params"]["changes"] == [
        {"field": "lead.subject", "old": "Server room to cloud", "new": "Two server rooms"},
        {"field": "opportunity.name", "old": "Server room to cloud", "new": "Two server rooms"},
    ]


def test_an_older_message_after_a_newer_one_says_what_is_true_now(world: DynamicsWorld) -> None:
    world.scored()
    older = an_envelope("push", KEY, version="1.1")
    world.pass_time(minutes=30)
    world.pushed(name="Newer", updatedDateTime="2026-11-21T08:00:00Z")
    world.deliver(older, push)
    assert world.row("lead")["subject"] == "Newer"


def test_two_referrals_of_a_company_share_its_account(world: DynamicsWorld) -> None:
    world.pushed()
    world.pushed(id="second-referral", name="Another deal")
    assert world.stand_in.count() == {"account": 1, "contact": 1, "lead": 2, "opportunity": 2}


@pytest.mark.parametrize("order", [(KEY, "second-referral"), ("second-referral", KEY)])
def test_referrals_that_name_their_company_differently_do_not_rename_its_account_in_turns(
    world: DynamicsWorld, order: tuple[str, str]
) -> None:
    def profile(name: str, city: str) -> dict[str, Any]:
        return {**a_referral()["customerProfile"], "name": name, "address": {"country": "TR", "city": city}}

    world.scored(customerProfile=profile("Anadolu Makina A.Ş.", "Bursa"))
    newest = {"createdDateTime": "2026-11-21T08:00:00Z", "updatedDateTime": "2026-11-21T08:00:00Z"}
    world.scored(id="second-referral", customerProfile=profile("ANADOLU", "İzmir"), **newest)
    for key in (*order, *order):
        world.push(key, again="by hand")
    account = world.row("account")
    assert (account["name"], account["address1_city"]) == ("ANADOLU", "İzmir")
    updated = [one for one in world.leads.events(DOMAIN, limit=100)[0] if one["code"] == "dynamics.updated"]
    renamed = [field for one in updated for field in one["params"]["fields"] if field.startswith("account.")]
    assert len(renamed) <= 1
    assert {row["companyname"] for row in world.stand_in.rows("lead")} == {"Anadolu Makina A.Ş.", "ANADOLU"}
    world.pass_time(minutes=30)
    again = {"dealValue": 42000, "currency": "EUR", "requirements": {}}
    later = {"updatedDateTime": "2026-11-22T08:00:00Z", "details": again}
    world.scored(customerProfile=profile("Anadolu Makina A.Ş.", "Bursa"), **later)
    assert world.calls(world.push) == 0


def test_a_referral_without_a_domain_becomes_lead_and_contact(world: DynamicsWorld) -> None:
    person = {"firstName": "Ali", "lastName": "Demir", "email": "ali@gmail.com"}
    world.scored(customerProfile={"name": "Demir Ltd", "team": [person]})
    world.push()
    assert world.stand_in.count() == {"account": 0, "contact": 1, "lead": 1, "opportunity": 0}
    kept = world.leads.referral(KEY)
    assert kept is not None and kept.dynamics.status == "synced" and not kept.push_owed


@pytest.mark.parametrize(
    ("changes", "note"),
    [({"direction": "Outgoing"}, "outgoing"), ({"status": "Closed", "substatus": "Lost"}, "closed")],
)
def test_outgoing_and_closed_ones_stay_out_and_say_why(
    world: DynamicsWorld, changes: dict[str, Any], note: str
) -> None:
    world.pushed(**changes)
    assert sum(world.stand_in.count().values()) == 0
    assert (world.standing().status, note in str(world.standing().note)) == ("none", True)


def test_without_consent_no_contact_is_made_and_the_lead_says_so(world: DynamicsWorld) -> None:
    world.pushed(consent={"consentToContact": False})
    assert world.stand_in.count() == {**ONE_OF_EACH, "contact": 0}
    assert world.standing().status == "synced"
    assert "consent" in str(world.standing().note)


def test_consent_that_is_refused_later_takes_back_what_hunter_wrote_of_the_person(world: DynamicsWorld) -> None:
    world.pushed()
    world.stand_in.seller("edit", table="lead", key={"hnt_referralid": KEY}, set={"telephone1": "0212 000"})
    world.pushed(consent={"consentToContact": False}, updatedDateTime="2026-11-21T08:00:00Z")
    lead = world.row("lead")
    assert (lead["lastname"], lead.get("firstname"), lead.get("emailaddress1")) == ("Anadolu Makina A.Ş.", None, None)
    assert lead["telephone1"] == "0212 000"
    assert world.calls(lambda: world.push(again="by hand")) == 1
    world.pushed(consent={"consentToContact": True}, updatedDateTime="2026-11-22T08:00:00Z")
    lead = world.row("lead")
    assert (lead["lastname"], lead["firstname"], lead["emailaddress1"]) == ("Kaya", "Elif", f"elif.kaya@{DOMAIN}")
    assert world.stand_in.count() == ONE_OF_EACH


def test_what_the_referral_no_longer_says_goes_where_hunter_wrote_it_and_stays_where_a_seller_did(
    world: DynamicsWorld,
) -> None:
    world.pushed(details={"dealValue": 1000, "currency": "EUR"})
    assert world.row("opportunity")["estimatedvalue"] == world.row("lead")["estimatedamount"] == 1000
    world.stand_in.seller("edit", table="opportunity", key={"hnt_referralid": KEY}, set={"estimatedvalue": 1500.0})
    solo = {"name": "Anadolu Makina A.Ş.", "team": [{"firstName": "Solo", "email": f"solo@{DOMAIN}"}]}
    world.pushed(
        details={"dealValue": 2000, "currency": "XTS"}, customerProfile=solo, updatedDateTime="2026-11-21T08:00:00Z"
    )
    lead, opportunity = world.row("lead"), world.row("opportunity")
    assert (lead.get("estimatedamount"), opportunity["estimatedvalue"]) == (None, 1500)
    assert (lead.get("firstname"), lead["lastname"], lead["emailaddress1"]) == (None, "Solo", f"solo@{DOMAIN}")
    assert "currency XTS is not in this Dynamics" in lead["hnt_defaulted"]
    assert world.calls(lambda: world.push(again="by hand")) == 1


def test_a_source_that_falls_silent_takes_nothing_back(world: DynamicsWorld) -> None:
    world.pushed(details={"dealValue": 1000, "currency": "EUR"})
    before = world.row("lead")
    silent = {"name": "Anadolu Makina A.Ş.", "website": DOMAIN}
    world.pushed(details={"dealValue": None}, customerProfile=silent, updatedDateTime="2026-11-21T08:00:00Z")
    after = world.row("lead")
    for column in ("lastname", "firstname", "emailaddress1", "telephone1", "estimatedamount"):
        assert after.get(column) == before.get(column), column
    assert world.calls(lambda: world.push(again="by hand")) == 1


def test_a_referral_that_names_nobody_becomes_a_lead_all_the_same(world: DynamicsWorld) -> None:
    world.pushed(customerProfile=None, name=None)
    lead = world.row("lead")
    assert (lead["subject"], lead["lastname"]) == ("Microsoft referral", KEY)
    assert "the referral's id, as nothing was given" in lead["hnt_defaulted"]


def test_switched_off_nothing_is_sent_and_nothing_is_lost(make: Make) -> None:
    world = make()
    world.settings = replace(world.settings, dynamics_enabled=False)
    world.pushed()
    assert sum(world.stand_in.count().values()) == 0
    world.settings = replace(world.settings, dynamics_enabled=True)
    world.push()
    assert world.stand_in.count() == ONE_OF_EACH


def test_when_the_lead_moves_meanwhile_push_sends_itself_again(world: DynamicsWorld) -> None:
    world.scored()
    genuine = world.dynamics.write

    def slow_write(*given: Any, **more: Any) -> Any:
        world.next_scan = a_scan(provider="Yandex")
        world.pass_time(days=40)
        world.dynamics.write = genuine
        world.scored(name="Changed meanwhile", updatedDateTime="2026-11-21T08:00:00Z")
        return genuine(*given, **more)

    world.dynamics.write = slow_write
    world.empty_queues()
    world.push()
    again = [one for one in waiting_pushes(world) if one.data["cause"] == "moved"]
    assert len(again) == 1
    world.deliver(again[0], push)
    assert world.row("lead")["subject"] == "Changed meanwhile"


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


def test_a_choice_and_a_length_that_the_organisation_changed_are_respected(world: DynamicsWorld) -> None:
    world.stand_in.control("POST", "columns", {"table": "lead", "column": "leadsourcecode", "without": [4]})
    world.stand_in.control("POST", "columns", {"table": "lead", "column": "subject", "length": 10})
    world.pushed(details={"dealValue": 5, "currency": "XTS"})
    lead = world.row("lead")
    assert lead["subject"] == "Server ro…"
    assert lead.get("leadsourcecode") is None and lead.get("estimatedamount") is None
    assert all(word in lead["hnt_defaulted"] for word in ("leadsourcecode", "subject", "XTS"))


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


def test_a_fault_that_was_replayed_is_closed_by_the_push_that_works(world: DynamicsWorld) -> None:
    world.scored()
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": False})
    world.push()
    world.stand_in.control("POST", "privileges", {"table": "lead", "verb": "create", "allowed": True})
    failure = world.failures.mark_replayed(world.failures.all()[0])
    world.push(failure=failure.id)
    assert world.inbox() == []
    assert world.standing().status == "synced"


def test_no_personal_data_stands_in_events_ledger_or_log(
    world: DynamicsWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "functions")
    caplog.set_level("DEBUG", "shared")
    world.pushed()
    world.stand_in.seller("edit", table="lead", key={"hnt_referralid": KEY}, set={"lastname": "Yılmaz"})
    world.pass_time(minutes=30)
    person = {"firstName": "Zeynep", "lastName": "Kara", "email": "zeynep.kara@anadolu.com.tr"}
    world.scored(customerProfile={"name": "Anadolu", "team": [person]}, updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    told = str(world.leads.events(DOMAIN, limit=100)[0]) + str(world.ledger.page(DOMAIN)) + caplog.text
    assert not [word for word in ("Elif", "Kaya", "elif.kaya", "Zeynep", "Kara", "Yılmaz") if word in told]


@pytest.mark.parametrize(("exists", "count"), [(True, 1), (False, 0)])
def test_the_score_stands_in_the_predictive_table_where_there_is_one(make: Make, exists: bool, count: int) -> None:
    world = make({"DYNAMICS_PREDICTIVE_SCORES": "true"}, predictive_scores=exists)
    world.scored()
    world.dynamics.organisation()
    assert world.calls(world.push) == 2
    rows = world.stand_in.rows("msdyn_predictivescore")
    assert len(rows) == count
    lead = world.row("lead")
    assert [(row["msdyn_entityid"], row["msdyn_score"], row["msdyn_scoretrend"]) for row in rows] == [
        (lead["leadid"], lead["hnt_score"], 3)
    ] * count


def test_scores_that_are_switched_on_later_come_with_the_next_push_by_hand(make: Make) -> None:
    world = make(predictive_scores=True)
    world.pushed()
    assert world.stand_in.rows("msdyn_predictivescore") == []
    world.settings = replace(world.settings, dynamics_predictive_scores=True)
    world.push(again="bulk")
    row = world.row("msdyn_predictivescore")
    assert (row["msdyn_score"], row["msdyn_grade"], row["msdyn_scoretrend"]) == (world.row("lead")["hnt_score"], 0, 1)
    assert row["msdyn_scorereasons"] == world.row("lead")["hnt_scorereasons"]
    world.push(times=2, again="bulk")
    assert len(world.stand_in.rows("msdyn_predictivescore")) == 1


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
