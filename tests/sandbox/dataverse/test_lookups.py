"""Binding rows to rows by navigation property (reference 3.3)."""

import pytest

from sandbox.dataverse.organisation import fixed_id
from tests.sandbox.dataverse.plain_client import Api

ABSENT = "11111111-1111-4111-8111-111111111111"
BIND = "@odata.bind"


@pytest.mark.parametrize(
    "form", ["accounts({0})", "/accounts({0})", "{1}accounts({0})", "/accounts(hnt_domain='c.com')"]
)
def test_a_lookup_takes_every_form_of_address(api: Api, form: str) -> None:
    account = api.create("accounts", name="Contoso", hnt_domain="c.com")
    url = form.format(account, api.address + "/api/data/v9.2/")
    lead = api.create("leads", subject="A", lastname="B", **{"parentaccountid" + BIND: url})
    assert api.get(f"leads({lead})?$select=_parentaccountid_value").json()["_parentaccountid_value"] == account


@pytest.mark.parametrize(
    ("entity_set", "name", "target"),
    [
        ("contacts", "parentcustomerid_account", "accounts"),
        ("accounts", "primarycontactid", "contacts"),
        ("accounts", "originatingleadid", "leads"),
        ("leads", "parentcontactid", "contacts"),
        ("opportunities", "customerid_contact", "contacts"),
        ("opportunities", "originatingleadid", "leads"),
    ],
)
def test_navigation_names_of_the_sales_tables(api: Api, entity_set: str, name: str, target: str) -> None:
    pointed = api.create(target)
    made = api.create(entity_set, **{name + BIND: f"/{target}({pointed})"})
    expanded = api.get(f"{entity_set}({made})?$expand={name}").json()[name]
    assert pointed in expanded.values()


@pytest.mark.parametrize("name", ["parentcustomerid", "ParentAccountId", "hnt_unheardof"])
def test_an_unknown_navigation_name_is_an_undeclared_property(api: Api, name: str) -> None:
    account = api.create("accounts", name="Contoso")
    answer = api.send("POST", "contacts", {"lastname": "A", name + BIND: f"/accounts({account})"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "0x80048d19")
    assert "undeclared property" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        (f"/accounts({ABSENT})", 404, "0x80040217"),
        ("/accounts(hnt_domain='nowhere.example')", 404, "0x80060891"),
        ("/contacts({contact})", 400, "0x80048d19"),
        ("/nonsense(1)", 404, "0x8006088a"),
    ],
)
def test_a_lookup_to_nothing_is_refused(api: Api, url: str, status: int, code: str) -> None:
    url = url.replace("{contact}", api.create("contacts", lastname="A"))
    answer = api.send("POST", "leads", {"subject": "A", "parentaccountid" + BIND: url})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("how", ["bind null", "navigation null", "ref"])
def test_lookups_can_be_cleared_in_three_ways(api: Api, how: str) -> None:
    account = api.create("accounts", name="Contoso")
    lead = api.create("leads", subject="A", **{"parentaccountid" + BIND: f"/accounts({account})"})
    if how == "ref":
        assert api.send("DELETE", f"leads({lead})/parentaccountid/$ref").status_code == 204
    else:
        name = "parentaccountid" + (BIND if how == "bind null" else "")
        assert api.send("PATCH", f"leads({lead})", {name: None}).status_code == 204
    assert api.get(f"leads({lead})").json()["_parentaccountid_value"] is None


def test_a_reference_can_be_put(api: Api) -> None:
    account, lead = api.create("accounts", name="Contoso"), api.create("leads", subject="A")
    body = {"@odata.id": f"{api.address}/api/data/v9.2/accounts({account})"}
    assert api.send("PUT", f"leads({lead})/parentaccountid/$ref", body).status_code == 204
    assert api.get(f"leads({lead})/parentaccountid").json()["name"] == "Contoso"


def test_the_source_lead_of_an_opportunity_is_read_only_after_creation(api: Api) -> None:
    lead = api.create("leads", subject="A", lastname="B")
    body = {"originatingleadid" + BIND: f"/leads({lead})"}
    made = api.create("opportunities", name="A", **body)
    assert api.send("PATCH", f"opportunities({made})", body).status_code == 400


def test_the_customer_of_an_opportunity_follows_its_account(api: Api) -> None:
    account = api.create("accounts", name="Contoso")
    made = api.create("opportunities", name="A", **{"parentaccountid" + BIND: f"/accounts({account})"})
    assert api.get(f"opportunities({made})").json()["_customerid_value"] == account


@pytest.mark.parametrize(
    ("person", "status", "code"), [("left", 400, "0x80040225"), ("no-role", 403, "0x80040299"), ("seller", 204, None)]
)
def test_an_owner_must_be_able_to_own(api: Api, person: str, status: int, code: str | None) -> None:
    body = {"subject": "A", "ownerid" + BIND: f"/systemusers({fixed_id('person', person)})"}
    answer = api.send("POST", "leads", body)
    assert answer.status_code == status
    if code is not None:
        assert answer.json()["error"]["code"] == code


def test_a_team_can_own_a_row(api: Api) -> None:
    team = api.value("teams")[0]["teamid"]
    lead = api.create("leads", subject="A", **{"ownerid" + BIND: f"/teams({team})"})
    row = api.get(f"leads({lead})").json()
    assert (row["_ownerid_value"], row["_owningteam_value"], row["_owninguser_value"]) == (team, team, None)


def test_an_owner_who_leaves_can_own_nothing_new(api: Api) -> None:
    seller = fixed_id("person", "seller")
    bind = {"ownerid" + BIND: f"/systemusers({seller})"}
    lead = api.create("leads", subject="A", **bind)
    assert api.door("seller/deactivate-owner", {"table": "lead", "id": lead}).status_code == 200
    assert api.send("POST", "leads", {"subject": "B", **bind}).json()["error"]["code"] == "0x80040225"
    assert api.send("PATCH", f"leads({lead})", {"subject": "C"}).status_code == 204
