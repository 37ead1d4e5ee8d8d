"""What a push does to each record and column, as things stand in Dynamics."""

from typing import Any

import pytest

from shared.rules.dynamics.input import DynamicsConfig
from shared.rules.dynamics.memory import Remembered, fingerprint
from shared.rules.dynamics.plan import decide, unchanged
from shared.rules.dynamics.shapes import FoundRows, Plan
from tests.rules.dynamics.cases import DOLLAR, EURO, after, as_rows, first_push, memory_of, wanted, with_row, without

OTHER = "99999999-0000-4000-8000-000000000001"


def actions(plan: Plan) -> dict[str, str]:
    return {record.record: record.action for record in plan.records}


def field(plan: Plan, record: Any, column: str) -> tuple[str, str]:
    found = next(one for one in plan.of(record).fields if one.column == column)
    return found.action, found.why


def an_account(**told: Any) -> dict[str, Any]:
    return {"accountid": OTHER, "@odata.etag": 'W/"7"', "statecode": 0, "name": "Some Name", **told}


def test_into_an_empty_dynamics_everything_is_created_in_the_order_of_the_links() -> None:
    plan = decide(wanted(), FoundRows(), Remembered())
    assert actions(plan) == dict.fromkeys(("account", "contact", "lead", "opportunity"), "create")
    account, contact, lead = (plan.of(record).id for record in ("account", "contact", "lead"))
    assert plan.of("contact").body["parentcustomerid"] == f"accounts({account})"
    assert plan.of("lead").body["parentcontactid"] == f"contacts({contact})"
    assert plan.of("opportunity").body["originatingleadid"] == f"leads({lead})"
    assert plan.status == "synced"


@pytest.mark.parametrize("remembers", [True, False])
def test_deciding_again_over_what_was_written_changes_nothing(remembers: bool) -> None:
    found, remembered = first_push()
    plan = decide(wanted(), found, remembered if remembers else Remembered())
    assert set(actions(plan).values()) == {"match"}
    assert plan.writes == ()


def test_only_changed_columns_are_sent_with_the_time_of_the_change() -> None:
    found, remembered = first_push()
    plan = decide(wanted(company={"score": 70, "provider": "Zoho"}), found, remembered)
    assert {record.record: set(record.body) for record in plan.writes} == {
        "account": {"hnt_provider", "hnt_lastsyncedon"},
        "lead": {"hnt_provider", "hnt_score", "hnt_lastsyncedon"},
        "opportunity": {"hnt_score", "hnt_lastsyncedon"},
    }
    assert all(record.etag for record in plan.writes)


@pytest.mark.parametrize(
    ("seller", "source", "expected"),
    [
        ({"subject": "Call on Monday"}, {"referral": {"name": "New title"}}, ("skip", "seller_changed")),
        ({"subject": None}, {"referral": {"name": "New title"}}, ("skip", "seller_cleared")),
        ({}, {"referral": {"name": "New title"}}, ("update", "source_changed")),
        ({"subject": "New title"}, {"referral": {"name": "New title"}}, ("match", "equal")),
        ({"subject": "Call on Monday"}, {}, ("skip", "seller_changed")),
    ],
)
def test_a_column_that_a_seller_changed_is_theirs(
    seller: dict[str, Any], source: dict[str, Any], expected: tuple[str, str]
) -> None:
    found, remembered = first_push()
    assert field(decide(wanted(**source), with_row(found, "lead", **seller), remembered), "lead", "subject") == expected


@pytest.mark.parametrize("record", ["account", "lead", "opportunity"])
def test_our_own_columns_are_set_right_again_and_the_overruling_is_told(record: str) -> None:
    found, remembered = first_push()
    column = {"account": "hnt_provider", "lead": "hnt_score", "opportunity": "hnt_score"}[record]
    plan = decide(wanted(), with_row(found, record, **{column: 1}), remembered)
    assert field(plan, record, column) == ("update", "seller_overruled")


@pytest.mark.parametrize("column", ["leadsourcecode"])
def test_what_is_theirs_from_the_start_is_never_changed_but_filled_while_blank(column: str) -> None:
    found, _ = first_push()
    assert field(decide(wanted(), with_row(found, "lead", **{column: 9}), Remembered()), "lead", column) == (
        "skip",
        "theirs",
    )
    assert field(decide(wanted(), with_row(found, "lead", **{column: None}), Remembered()), "lead", column) == (
        "update",
        "fill_blank",
    )


def test_an_empty_source_never_blanks_a_field() -> None:
    found, remembered = first_push()
    nothing = {"notes": None, "deal_amount": None, "contact": None, "country": None, "engagement_id": None}
    plan = decide(wanted(referral=nothing, company={"registrar": None, "country": None}), found, remembered)
    sent = {(record.record, column, value) for record in plan.writes for column, value in record.body.items()}
    assert not {one for one in sent if one[2] is None}


def test_a_note_of_defaulted_values_goes_when_nothing_is_defaulted_any_more() -> None:
    found, remembered = first_push(referral={"name": None})
    assert found.of("lead")[0]["hnt_defaulted"]
    plan = decide(wanted(), found, remembered)
    assert plan.of("lead").body["hnt_defaulted"] is None
    assert not unchanged(wanted(), remembered)


def test_the_owner_is_set_on_creation_and_never_after() -> None:
    owner = DynamicsConfig(owner="teams/22222222-0000-0000-0000-000000000000")
    created = decide(wanted(config=owner), FoundRows(), Remembered())
    assert created.of("lead").body["ownerid"] == "teams(22222222-0000-0000-0000-000000000000)"
    found, remembered = first_push()
    assert decide(wanted(config=owner), found, remembered).writes == ()


@pytest.mark.parametrize("record", ["account", "contact", "lead", "opportunity"])
def test_a_deleted_record_is_never_created_again(record: str) -> None:
    found, remembered = first_push()
    plan = decide(wanted(company={"score": 90}), without(found, record), remembered)
    assert actions(plan)[record] == "blocked"
    assert plan.status == "blocked"
    assert record not in {one.record for one in plan.writes}
    if record == "lead":
        assert plan.writes == ()


def test_after_the_account_was_deleted_no_opportunity_without_a_company_is_made() -> None:
    found, remembered = first_push(company={"score": 20})
    plan = decide(wanted(company={"score": 90}), without(found, "account"), remembered)
    assert (plan.of("opportunity").action, plan.of("opportunity").why) == ("skip", "account_deleted")


@pytest.mark.parametrize(
    ("record", "seller", "why"),
    [
        ("lead", {"statecode": 1, "statuscode": 3}, "qualified"),
        ("lead", {"statecode": 2, "statuscode": 5}, "disqualified"),
        ("lead", {"merged": True, "statecode": 2, "_masterid_value": OTHER}, "merged"),
        ("opportunity", {"statecode": 1}, "won"),
        ("opportunity", {"statecode": 2}, "lost"),
        ("account", {"statecode": 1}, "inactive"),
        ("contact", {"statecode": 1}, "inactive"),
    ],
)
def test_closed_records_are_left_alone(record: str, seller: dict[str, Any], why: str) -> None:
    found, remembered = first_push()
    plan = decide(wanted(company={"score": 90, "provider": "Zoho"}), with_row(found, record, **seller), remembered)
    assert (plan.of(record).action, plan.of(record).why) == ("skip", why)
    assert plan.status == "synced"


@pytest.mark.parametrize("state", [1, 2])
def test_a_closed_lead_gets_no_opportunity_beside_the_sellers(state: int) -> None:
    found, remembered = first_push(company={"score": 20})
    plan = decide(wanted(company={"score": 90}), with_row(found, "lead", statecode=state), remembered)
    assert plan.of("opportunity").why in ("lead_qualified", "lead_disqualified")


def test_an_opportunity_stays_and_follows_when_the_score_falls() -> None:
    found, remembered = first_push()
    plan = decide(wanted(company={"score": 10}), found, remembered)
    assert plan.of("opportunity").body["hnt_score"] == 10


def test_a_merged_account_is_followed_to_the_one_that_is_left() -> None:
    found, remembered = first_push()
    merged = with_row(found, "account", merged=True, statecode=1, _masterid_value=OTHER)
    master = an_account(websiteurl="https://other.example")
    found = FoundRows({**merged.rows, "account": (*merged.of("account"), master)})
    plan = decide(wanted(), found, remembered)
    assert (plan.of("account").id, plan.of("account").matched_by) == (OTHER, "our_id")
    # The merged one is deactivated, not deleted: it still holds the key.
    assert not {"name", "hnt_domain"} & set(plan.of("account").body)
    assert plan.of("lead").body["parentaccountid"] == f"accounts({OTHER})"
    # The next push knows the one that is left by its id; the key is still taken.
    again = decide(wanted(company={"provider": "Zoho"}), as_rows(plan, found), after(plan, remembered))
    assert (again.of("account").id, again.of("account").body["hnt_provider"]) == (OTHER, "Zoho")
    assert "hnt_domain" not in again.of("account").body


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"hnt_domain": "contoso.com"}, "our_key"),
        ({"websiteurl": "contoso.com"}, "website"),
        ({"websiteurl": "http://www.CONTOSO.com/about?x=1"}, "website"),
        ({"websiteurl": "https://contoso.com:8443/"}, "website"),
        ({"hnt_tenantid": "aaaaaaaa-0000-0000-0000-000000000000"}, "tenant_id"),
    ],
)
def test_a_certain_match_is_linked_and_its_blanks_are_filled(told: dict[str, Any], why: str) -> None:
    tenant = {"tenant_id": "aaaaaaaa-0000-0000-0000-000000000000"}
    plan = decide(wanted(company=tenant), FoundRows({"account": (an_account(**told),)}), Remembered())
    account = plan.of("account")
    assert account is not None
    assert (account.action, account.id, account.matched_by) == ("update", OTHER, why)
    assert "name" not in account.body
    assert account.body.get("hnt_domain", told.get("hnt_domain")) == "contoso.com"
    assert plan.of("lead").body["parentaccountid"] == f"accounts({OTHER})"


@pytest.mark.parametrize(
    "told",
    [
        {"websiteurl": "https://contoso.com.evil.example"},
        {"websiteurl": "https://mycontoso.com"},
        {"websiteurl": "contoso.com@evil.example"},
        {"websiteurl": "https://contoso.com", "hnt_domain": "fabrikam.com"},
        {"hnt_tenantid": "aaaaaaaa-0000-0000-0000-000000000000", "hnt_domain": "fabrikam.com"},
        {"websiteurl": "https://contoso.com", "statecode": 1},
        {"name": "Contoso A.Ş.", "address1_country": "DE"},
        {"name": "Contoso A.Ş."},
        {"websiteurl": "http://["},
    ],
)
def test_other_companies_are_not_matched(told: dict[str, Any]) -> None:
    tenant = {"tenant_id": "aaaaaaaa-0000-0000-0000-000000000000"}
    plan = decide(wanted(company=tenant), FoundRows({"account": (an_account(**told),)}), Remembered())
    assert plan.of("account").action == "create"


@pytest.mark.parametrize("country", ["TR", "Turkey", "Türkiye", "tur"])
def test_the_same_name_and_country_waits_for_a_person_while_lead_and_contact_go(country: str) -> None:
    alike = an_account(name="CONTOSO A.Ş.".replace("İ", "I"), address1_country=country)
    plan = decide(wanted(), FoundRows({"account": (alike,)}), Remembered())
    assert plan.status == "review"
    assert [one.id for one in plan.of("account").candidates] == [OTHER]
    assert actions(plan) == {"account": "review", "contact": "create", "lead": "create", "opportunity": "skip"}
    assert "parentaccountid" not in plan.of("lead").body


def test_two_accounts_with_the_same_website_wait_for_a_person() -> None:
    twins = (an_account(websiteurl="contoso.com"), an_account(accountid=OTHER[:-1] + "2", websiteurl="www.contoso.com"))
    plan = decide(wanted(), FoundRows({"account": twins}), Remembered())
    assert (plan.of("account").action, plan.of("account").why) == ("review", "several")


@pytest.mark.parametrize(("decision", "action", "id_"), [("separate", "create", None), (OTHER, "update", OTHER)])
def test_a_persons_decision_is_carried_out(decision: str, action: str, id_: str | None) -> None:
    alike = an_account(name="Contoso A.Ş.", address1_country="TR")
    plan = decide(wanted(), FoundRows({"account": (alike,)}), Remembered(account_decision=decision))
    assert plan.of("account").action == action
    assert id_ is None or plan.of("account").id == id_
    assert plan.status == "synced"


@pytest.mark.parametrize(
    ("told", "action"),
    [
        ({"emailaddress1": "ELIF@contoso.com"}, "update"),
        ({"emailaddress1": "elif@contoso.com", "_parentcustomerid_value": OTHER}, "create"),
        ({"emailaddress1": "elif@contoso.com", "statecode": 1}, "create"),
        ({"emailaddress1": "elif@fabrikam.com"}, "create"),
    ],
)
def test_a_contact_is_matched_by_mail_at_the_same_company_or_at_none(told: dict[str, Any], action: str) -> None:
    contact = {"contactid": OTHER, "statecode": 0, "lastname": "Sahin", **told}
    assert decide(wanted(), FoundRows({"contact": (contact,)}), Remembered()).of("contact").action == action


def test_a_record_found_by_its_key_under_another_id_is_ours() -> None:
    lead = {"leadid": OTHER, "statecode": 0, "hnt_referralid": wanted().key}
    plan = decide(wanted(), FoundRows({"lead": (lead,)}), Remembered())
    assert (plan.of("lead").id, plan.of("lead").matched_by) == (OTHER, "our_key")


@pytest.mark.parametrize(
    ("seller", "referral", "amount", "currency"),
    [
        ({"_transactioncurrencyid_value": DOLLAR, "estimatedamount": 5}, {"deal_amount": None}, None, None),
        (
            {"_transactioncurrencyid_value": DOLLAR, "estimatedamount": 5.0},
            {},
            ("skip", "seller_changed"),
            ("skip", "seller_changed"),
        ),
        (
            {"_transactioncurrencyid_value": DOLLAR},
            {"deal_amount": 7},
            ("skip", "other_currency"),
            ("skip", "seller_changed"),
        ),
        ({"estimatedamount": 5}, {"deal_currency": "USD"}, ("skip", "seller_changed"), ("skip", "goes_with_amount")),
        ({}, {"deal_currency": "USD"}, ("match", "equal"), ("update", "source_changed")),
        ({}, {"deal_amount": 7, "deal_currency": "USD"}, ("update", "source_changed"), ("update", "source_changed")),
    ],
)
def test_no_amount_ever_changes_its_currency(
    seller: dict[str, Any], referral: dict[str, Any], amount: tuple[str, str] | None, currency: tuple[str, str] | None
) -> None:
    from decimal import Decimal

    told = {**referral, **({"deal_amount": Decimal(referral["deal_amount"])} if referral.get("deal_amount") else {})}
    found, remembered = first_push()
    plan = decide(wanted(referral=told), with_row(found, "lead", **seller), remembered)
    if amount is None:
        assert not {"estimatedamount", "transactioncurrencyid"} & set(plan.of("lead").body)
    else:
        assert field(plan, "lead", "estimatedamount") == amount
        assert field(plan, "lead", "transactioncurrencyid") == currency


def test_a_currency_that_dynamics_chose_itself_gives_way_to_the_first_amount() -> None:
    found, remembered = first_push(referral={"deal_amount": None})
    plan = decide(wanted(), with_row(found, "lead", _transactioncurrencyid_value=DOLLAR), remembered)
    assert plan.of("lead").body["transactioncurrencyid"] == f"transactioncurrencies({EURO})"
    assert plan.of("lead").body["estimatedamount"] == 12000.5


def test_nothing_new_to_tell_is_known_without_asking() -> None:
    _, remembered = first_push()
    assert unchanged(wanted(), remembered)
    assert not unchanged(wanted(company={"score": 66}), remembered)
    assert not unchanged(wanted(), Remembered())
    _, below = first_push(company={"score": 10})
    assert unchanged(wanted(company={"score": 10}), below)
    assert not unchanged(wanted(company={"score": 50}), below)


def test_memory_keeps_what_hunter_wrote_and_no_values() -> None:
    found, remembered = first_push()
    plan = decide(wanted(referral={"name": "New"}), with_row(found, "lead", subject="Seller's"), remembered)
    later = after(plan, remembered)
    assert memory_of(later, "lead").written["subject"] == fingerprint("Move mail to Microsoft 365")
    assert not any("Contoso" in text for memory in later.records.values() for text in memory.written.values())
    assert set(as_rows(plan, found).rows) == {"account", "contact", "lead", "opportunity"}


def test_an_outgoing_referral_is_planned_as_skipped() -> None:
    plan = decide(wanted(referral={"direction": "Outgoing"}), FoundRows(), Remembered())
    assert (plan.skip, plan.status, plan.writes) == ("outgoing", "none", ())
