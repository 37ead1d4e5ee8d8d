"""QualifyLead, Win and Lose, Merge, duplicates, bulk actions, states (reference 4.4, 7, 9.2 to 9.5)."""

from typing import Any

import pytest

from tests.sandbox.dataverse.conftest import Serve
from tests.sandbox.dataverse.plain_client import Api

CRM = "Microsoft.Dynamics.CRM."
EVERYTHING = {"CreateAccount": True, "CreateContact": True, "CreateOpportunity": True, "Status": -1}


def a_lead(api: Api, **columns: Any) -> str:
    return api.create("leads", **{"subject": "Deal", "lastname": "B", "companyname": "Contoso", **columns})


def test_who_am_i_names_the_application_user(api: Api) -> None:
    user = api.get("WhoAmI").json()["UserId"]
    assert api.get(f"systemusers({user})?$select=fullname,applicationid").json()["applicationid"]


def test_qualifying_creates_links_and_closes_once(api: Api) -> None:
    lead = a_lead(api, hnt_referralid="r1")
    answer = api.send("POST", f"leads({lead})/{CRM}QualifyLead", EVERYTHING)
    assert answer.status_code == 200
    made = {row["@odata.type"].rpartition(".")[2]: row for row in answer.json()["value"]}
    assert set(made) == {"account", "contact", "opportunity"}
    account = api.get(f"accounts({made['account']['accountid']})").json()
    opportunity = api.get(f"opportunities({made['opportunity']['opportunityid']})").json()
    qualified = api.get(f"leads({lead})").json()
    assert account["name"] == "Contoso" and account["_originatingleadid_value"] == lead
    assert opportunity["name"] == "Deal" and opportunity["_parentaccountid_value"] == account["accountid"]
    assert opportunity["hnt_referralid"] is None, "custom columns have no mapping"
    assert (qualified["statecode"], qualified["statuscode"]) == (1, 3)
    assert qualified["_qualifyingopportunityid_value"] == opportunity["opportunityid"]
    again = api.send("POST", f"leads({lead})/{CRM}QualifyLead", EVERYTHING)
    assert (again.status_code, again.json()["error"]["code"]) == (400, "0x80040519")
    assert len(api.rows("account")) == 1


def test_qualifying_reuses_the_leads_own_account(api: Api) -> None:
    account = api.create("accounts", name="Ours")
    lead = a_lead(api, **{"parentaccountid@odata.bind": f"/accounts({account})"})
    given = {**EVERYTHING, "CreateAccount": False, "CreateContact": False}
    api.send("POST", f"leads({lead})/{CRM}QualifyLead", given)
    assert api.rows("opportunity")[0]["parentaccountid"]["id"] == account
    assert len(api.rows("account")) == 1 and api.rows("contact") == []


@pytest.mark.parametrize(("missing", "status"), [("Status", 400), ("CreateAccount", 400)])
def test_qualify_wants_all_its_parameters(api: Api, missing: str, status: int) -> None:
    given = {name: value for name, value in EVERYTHING.items() if name != missing}
    assert api.send("POST", f"leads({a_lead(api)})/{CRM}QualifyLead", given).status_code == status


@pytest.mark.parametrize("door", ["qualify", "disqualify"])
def test_a_closed_lead_is_read_only_until_it_is_reopened(api: Api, door: str) -> None:
    lead = a_lead(api)
    assert api.door(f"seller/{door}", {"id": lead}).status_code == 200
    answer = api.send("PATCH", f"leads({lead})", {"hnt_score": 5})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "0x8004022e")
    closing = api.send("PATCH", f"leads({lead})", {"statecode": 2, "statuscode": 5})
    assert closing.json()["error"]["code"] == "0x80040519"
    assert api.send("PATCH", f"leads({lead})", {"statecode": 0, "statuscode": 1}).status_code == 204
    assert api.send("PATCH", f"leads({lead})", {"hnt_score": 5}).status_code == 204


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"statecode": 2, "statuscode": 5}, (2, 5)),
        ({"statecode": 2}, (2, 4)),
        ({"statecode": 1, "statuscode": 3}, (1, 3)),
        ({"statuscode": 2}, (0, 2)),
        ({"statecode": 2, "statuscode": 3}, "0x80048408"),
        ({"statuscode": 5}, "0x80048408"),
        ({"statecode": 9}, "0x8004431A"),
    ],
)
def test_state_and_status_go_in_pairs(api: Api, given: dict[str, int], kept: Any) -> None:
    lead = a_lead(api)
    answer = api.send("PATCH", f"leads({lead})", given)
    if isinstance(kept, str):
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, kept)
    else:
        row = api.get(f"leads({lead})").json()
        assert (row["statecode"], row["statuscode"]) == kept


@pytest.mark.parametrize(("action", "status", "kept"), [("Win", 3, (1, 3)), ("Lose", 5, (2, 5)), ("Lose", -1, (2, 4))])
def test_opportunities_are_closed_by_their_own_actions_only(
    api: Api, action: str, status: int, kept: tuple[int, int]
) -> None:
    made = api.create("opportunities", name="A")
    patched = api.send("PATCH", f"opportunities({made})", {"statecode": kept[0], "statuscode": kept[1]})
    assert (patched.status_code, patched.json()["error"]["code"]) == (400, "0x80040516")
    close = {"subject": "S", "opportunityid@odata.bind": f"/opportunities({made})", "actualrevenue": 5}
    body = {"OpportunityClose": {"@odata.type": CRM + "opportunityclose", **close}, "Status": status}
    assert api.send("POST", f"{action}Opportunity", body).status_code == 204
    row = api.get(f"opportunities({made})").json()
    assert (row["statecode"], row["statuscode"], row["actualvalue"]) == (*kept, 5)
    assert api.send("POST", f"{action}Opportunity", body).json()["error"]["code"] == "0x80040515"
    assert api.send("PATCH", f"opportunities({made})", {"name": "B"}).json()["error"]["code"] == "0x8004022e"


def merge_body(table: str, target: str, subordinate: str, **more: Any) -> dict[str, Any]:
    def named(row_id: str) -> dict[str, str]:
        return {"@odata.type": CRM + table, f"{table}id": row_id}

    parts = {"Target": named(target), "Subordinate": named(subordinate), "PerformParentingChecks": False}
    return {**parts, **more}


def test_merge_moves_children_and_leaves_an_inactive_signpost(api: Api) -> None:
    kept, merged = api.create("accounts", name="A"), api.create("accounts", name="B")
    contact = api.create("contacts", lastname="A", **{"parentcustomerid_account@odata.bind": f"/accounts({merged})"})
    content = {"UpdateContent": {"@odata.type": CRM + "account", "websiteurl": "b.com"}}
    assert api.send("POST", "Merge", merge_body("account", kept, merged, **content)).status_code == 204
    left, gone = api.get(f"accounts({kept})").json(), api.get(f"accounts({merged})").json()
    assert (left["websiteurl"], left["statecode"], left["merged"]) == ("b.com", 0, False)
    assert (gone["statecode"], gone["merged"], gone["_masterid_value"]) == (1, True, kept)
    assert api.get(f"contacts({contact})").json()["_parentcustomerid_value"] == kept
    again = api.send("POST", "Merge", merge_body("account", kept, merged))
    assert again.json()["error"]["code"] == "0x80045304"


def test_merge_refuses_the_same_row_and_differing_parents(api: Api) -> None:
    one, other, parent = (api.create("accounts", name=name) for name in "ABC")
    assert api.send("POST", "Merge", merge_body("account", one, one)).json()["error"]["code"] == "0x80045305"
    api.send("PATCH", f"accounts({one})", {"parentaccountid@odata.bind": f"/accounts({parent})"})
    checked = merge_body("account", one, other, PerformParentingChecks=True)
    assert api.send("POST", "Merge", checked).json()["error"]["code"] == "0x80045316"
    api.send("PATCH", f"accounts({one})", {"parentaccountid@odata.bind": f"/accounts({other})"})
    assert api.send("POST", "Merge", merge_body("account", one, other)).json()["error"]["code"] == "0x80045300"


def test_duplicate_rules_speak_only_when_published_and_asked(api: Api) -> None:
    api.create("leads", subject="A", emailaddress1="a@contoso.com")
    twin, check = {"subject": "B", "emailaddress1": "A@contoso.com"}, {"MSCRM.SuppressDuplicateDetection": "false"}
    assert api.send("POST", "leads", twin, **check).status_code == 204, "no rule is published"
    api.door("duplicate-rules", {"on": True})
    assert api.send("POST", "leads", twin).status_code == 204, "detection is off by default"
    refused = api.send("POST", "leads", twin, **check)
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "0x80040333")
    assert api.send("POST", "leads", {"subject": "C"}, **check).status_code == 204, "blanks do not match"
    published = api.value("duplicaterules?$select=name&$filter=baseentityname eq 'lead' and statecode eq 1")
    assert len(published) == 1


def test_a_row_is_no_duplicate_of_itself(served: Serve) -> None:
    api = served(duplicate_rules=True)
    made = api.create("accounts", name="Contoso")
    check = {"MSCRM.SuppressDuplicateDetection": "false"}
    assert api.send("PATCH", f"accounts({made})", {"name": "CONTOSO"}, **check).status_code == 204


def test_retrieve_duplicates_names_matching_rows(served: Serve) -> None:
    api = served(duplicate_rules=True)
    made = api.create("accounts", name="Contoso")
    entity = "{'@odata.type':'Microsoft.Dynamics.CRM.account','name':'contoso'}"
    query = f"@p1={entity}&@p2='account'&@p3={{'PageNumber':1,'Count':50}}"
    path = "RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)?"
    assert [row["accountid"] for row in api.value(path + query)] == [made]
    assert api.value(path + query.replace("contoso", "fabrikam")) == []


def test_bulk_actions_do_all_or_nothing(api: Api) -> None:
    kind = {"@odata.type": CRM + "lead"}
    two = {"Targets": [{**kind, "subject": "A"}, {**kind, "subject": "B"}]}
    ids = api.send("POST", f"leads/{CRM}CreateMultiple", two).json()["Ids"]
    assert [api.get(f"leads({one})").json()["subject"] for one in ids] == ["A", "B"]
    bad = {"Targets": [{**kind, "leadid": ids[0], "subject": "C"}, {**kind, "leadid": ids[1], "subject": "x" * 301}]}
    assert api.send("POST", f"leads/{CRM}UpdateMultiple", bad).status_code == 400
    assert api.get(f"leads({ids[0]})").json()["subject"] == "A"
    assert api.send("POST", f"leads/{CRM}CreateMultiple", {"Targets": [{"subject": "A"}]}).status_code == 400


def test_support_for_bulk_actions_can_be_probed(api: Api) -> None:
    probe = (
        "sdkmessagefilters?$select=sdkmessagefilterid&$filter=sdkmessageid/name eq @m and primaryobjecttypecode eq @t"
    )
    assert len(api.value(probe + "&@m='CreateMultiple'&@t='lead'")) == 1
    assert api.value(probe + "&@m='CreateMultiple'&@t='nothing'") == []
