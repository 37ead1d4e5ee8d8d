"""One referral reaches Dynamics once, whatever happens on the way, and the seller's own edits stay."""

from dataclasses import replace
from typing import Any

import pytest

from functions.push import push
from tests.functions.dynamics_fixtures import Make, make, world
from tests.functions.dynamics_world import DOMAIN, KEY, ONE_OF_EACH, DynamicsWorld, waiting_pushes
from tests.functions.world import a_referral, a_scan, an_envelope

__all__ = ["make", "world"]


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


def test_a_choice_and_a_length_that_the_organisation_changed_are_respected(world: DynamicsWorld) -> None:
    world.stand_in.control("POST", "columns", {"table": "lead", "column": "leadsourcecode", "without": [4]})
    world.stand_in.control("POST", "columns", {"table": "lead", "column": "subject", "length": 10})
    world.pushed(details={"dealValue": 5, "currency": "XTS"})
    lead = world.row("lead")
    assert lead["subject"] == "Server ro…"
    assert lead.get("leadsourcecode") is None and lead.get("estimatedamount") is None
    assert all(word in lead["hnt_defaulted"] for word in ("leadsourcecode", "subject", "XTS"))


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


def _deny_scores(world: DynamicsWorld, verb: str, *, allowed: bool = False) -> None:
    order = {"table": "msdyn_predictivescore", "verb": verb, "allowed": allowed}
    world.stand_in.control("POST", "privileges", order)


@pytest.mark.parametrize("verb", ["create", "write"])
def test_without_the_right_to_the_predictive_table_the_lead_is_pushed_and_a_note_names_the_right(
    make: Make, verb: str
) -> None:
    world = make({"DYNAMICS_PREDICTIVE_SCORES": "true"}, predictive_scores=True)
    world.scored()
    world.scored(id="second")
    world.dynamics.organisation()
    if verb == "write":
        world.push(again="by hand")
        world.push("second", again="by hand")
    _deny_scores(world, verb)
    rows = len(world.stand_in.rows("msdyn_predictivescore"))
    assert world.calls(lambda: world.push(again="by hand")) == (3 if verb == "create" else 2)
    assert world.calls(lambda: world.push("second", again="by hand")) == (2 if verb == "create" else 1)
    for key in (KEY, "second"):
        state = world.standing(key)
        assert (state.status, state.error, world.inbox()) == ("synced", None, [])
        assert state.note_params == {
            "why": "score_no_right", "record": "lead", "privilege": f"prv{verb.capitalize()}msdyn_predictivescore"
        }  # fmt: skip
        assert state.note and state.note_params["privilege"] in state.note
    assert (world.stand_in.count()["lead"], len(world.stand_in.rows("msdyn_predictivescore"))) == (2, rows)
    world.pass_time(minutes=30)
    world.scored(name="Renamed", updatedDateTime="2026-11-21T08:00:00Z")
    world.push()
    assert world.standing().note_params["why"] == "score_no_right"
    _deny_scores(world, verb, allowed=True)
    world.pass_time(minutes=61)
    world.push(again="by hand")
    assert (world.standing().note, world.standing().note_params) == (None, {})
    assert len(world.stand_in.rows("msdyn_predictivescore")) == max(rows, 1)


def test_a_predictive_table_that_goes_away_keeps_no_lead_from_dynamics(make: Make) -> None:
    world = make({"DYNAMICS_PREDICTIVE_SCORES": "true"}, predictive_scores=True)
    world.scored()
    world.dynamics.organisation()
    world.stand_in.control("POST", "predictive-scores", {"on": False})
    world.push()
    assert (world.standing().status, world.standing().note_params["why"]) == ("synced", "score_refused")
    assert (world.stand_in.count(), world.inbox()) == (ONE_OF_EACH, [])
