"""What a batch does: order, change sets, where it stops, what it answers (reference 4.2 and 4.3)."""

import json
from uuid import uuid4

import pytest

from tests.sandbox.dataverse.plain_client import API, Api, PartAnswer, change_set, multipart, part, parts_of

NONE_LIKE_IT = {"If_None_Match": "*"}


def test_a_change_set_creates_four_rows_that_point_at_each_other(api: Api) -> None:
    account, contact, lead, opportunity = (str(uuid4()) for _ in range(4))
    of_account = {"parentaccountid@odata.bind": f"/accounts({account})"}
    body = multipart(
        [
            change_set(
                part("PATCH", f"accounts({account})", {"name": "Ç 😀"}, content_id=1, **NONE_LIKE_IT),
                part(
                    "PATCH",
                    f"contacts({contact})",
                    {"lastname": "A", "parentcustomerid_account@odata.bind": f"/accounts({account})"},
                    content_id=2,
                ),
                part("PATCH", f"leads({lead})", {"subject": "A", **of_account}, content_id=3, **NONE_LIKE_IT),
                part(
                    "PATCH",
                    f"opportunities({opportunity})",
                    {"name": "A", **of_account, "originatingleadid@odata.bind": f"/leads({lead})"},
                    content_id=4,
                ),
            )
        ]
    )
    answer = api.batch(body)
    assert answer.status_code == 200
    (parts,) = parts_of(answer)
    assert isinstance(parts, list)
    assert [(one.status, one.content_id) for one in parts] == [(204, "1"), (204, "2"), (204, "3"), (204, "4")]
    assert parts[2].headers["OData-EntityId"] == f"{api.address}{API}leads({lead})"
    assert all(one.headers["REQ_ID"] for one in parts)
    assert api.rows("account")[0]["name"] == "Ç 😀"
    assert api.rows("opportunity")[0]["originatingleadid"]["id"] == lead


def test_dollar_references_name_rows_made_earlier_in_the_same_change_set(api: Api) -> None:
    bind = {"parentcustomerid_account@odata.bind": "$1"}
    body = multipart(
        [
            change_set(
                part("POST", "accounts", {"name": "Contoso"}, content_id=1),
                part("POST", "contacts", {"lastname": "A", **bind}, content_id=2),
                part("PATCH", "$1", {"websiteurl": "contoso.com"}, content_id=3),
                part("PUT", "$1/primarycontactid/$ref", {"@odata.id": "$2"}, content_id=4),
            )
        ]
    )
    assert api.batch(body).status_code == 200
    account, contact = api.rows("account")[0], api.rows("contact")[0]
    assert account["websiteurl"] == "contoso.com"
    assert account["primarycontactid"]["id"] == contact["contactid"]
    assert contact["parentcustomerid"]["id"] == account["accountid"]


@pytest.mark.parametrize("reference", ["$2", "$9"])
def test_a_reference_forward_or_to_nothing_undoes_the_change_set(api: Api, reference: str) -> None:
    bind = {"primarycontactid@odata.bind": reference}
    body = multipart(
        [
            change_set(
                part("POST", "accounts", {"name": "Contoso", **bind}, content_id=1),
                part("POST", "contacts", {"lastname": "A"}, content_id=2),
            )
        ]
    )
    answer = api.batch(body)
    assert answer.status_code == 400
    assert f"Content-ID Reference: '{reference}' does not exist in the batch context." in answer.text
    assert api.rows("account") == api.rows("contact") == []


def test_references_do_not_reach_other_change_sets(api: Api) -> None:
    bind = {"parentcustomerid_account@odata.bind": "$1"}
    body = multipart(
        [
            change_set(part("POST", "accounts", {"name": "A"}, content_id=1)),
            change_set(part("POST", "contacts", {"lastname": "A", **bind}, content_id=2)),
        ]
    )
    assert api.batch(body).status_code == 400
    assert (len(api.rows("account")), api.rows("contact")) == (1, [])


def test_a_failing_part_undoes_its_change_set_and_is_answered_by_one_part(api: Api) -> None:
    taken = api.create("accounts", name="Old", hnt_domain="contoso.com")
    before = api.get(f"accounts({taken})").json()
    body = multipart(
        [
            change_set(
                part("PATCH", f"accounts({taken})", {"name": "New"}, content_id=1),
                part("POST", "leads", {"subject": "A"}, content_id=2),
                part("POST", "accounts", {"name": "B", "hnt_domain": "contoso.com"}, content_id=3),
            )
        ]
    )
    answer = api.batch(body)
    assert answer.status_code == 412
    (only,) = parts_of(answer)
    assert isinstance(only, PartAnswer)
    assert (only.status, only.code, only.content_id) == (412, "0x80060892", None)
    assert api.get(f"accounts({taken})").json() == before, "even the version is as it was"
    assert api.rows("lead") == []
    assert len(api.value("accounts?$filter=hnt_domain eq 'contoso.com'")) == 1


def test_a_deletion_in_a_failing_change_set_is_undone(api: Api) -> None:
    account = api.create("accounts", name="A")
    api.create("leads", subject="A", **{"parentaccountid@odata.bind": f"/accounts({account})"})
    body = multipart(
        [
            change_set(
                part("DELETE", f"accounts({account})", content_id=1),
                part("POST", "leads", {"subject": "x" * 301}, content_id=2),
            )
        ]
    )
    assert api.batch(body).status_code == 400
    assert api.rows("lead")[0]["parentaccountid"]["id"] == account


def test_without_continue_on_error_the_first_failure_ends_the_batch_and_what_was_done_stays(api: Api) -> None:
    body = multipart(
        [
            part("POST", "accounts", {"name": "A"}),
            part("GET", "accounts(11111111-1111-4111-8111-111111111111)"),
            part("POST", "accounts", {"name": "B"}),
        ]
    )
    answer = api.batch(body)
    assert answer.status_code == 404
    parts = parts_of(answer)
    assert [one.status for one in parts if isinstance(one, PartAnswer)] == [204, 404]
    assert [row["name"] for row in api.rows("account")] == ["A"]


def test_with_continue_on_error_every_part_has_an_answer_and_the_outer_status_is_200(api: Api) -> None:
    body = multipart(
        [
            part("POST", "accounts", {"name": "x" * 161}),
            change_set(part("POST", "accounts", {"nme": "A"}, content_id=1)),
            part("GET", "accounts?$select=name"),
        ]
    )
    answer = api.batch(body, Prefer="odata.continue-on-error")
    assert answer.status_code == 200
    parts = [one for one in parts_of(answer) if isinstance(one, PartAnswer)]
    assert [one.status for one in parts] == [400, 400, 200]
    assert [parts[0].code, parts[1].code] == ["0x80044331", "0x80048d19"]
    assert json.loads(parts[2].text)["value"] == []


def test_reads_see_what_earlier_parts_wrote(api: Api) -> None:
    body = multipart([part("POST", "accounts", {"name": "A"}), part("GET", "accounts?$filter=name eq 'a'")])
    parts = [one for one in parts_of(api.batch(body)) if isinstance(one, PartAnswer)]
    assert json.loads(parts[1].text)["value"][0]["name"] == "A"


def test_conditions_and_preferences_belong_to_the_part_not_to_the_batch(api: Api) -> None:
    body = multipart(
        [
            part("POST", "accounts?$select=name", {"name": "A"}, Prefer="return=representation"),
            part("POST", "accounts?$select=name", {"name": "B"}),
        ]
    )
    answer = api.batch(body, Prefer="return=representation", If_None_Match="null")
    assert [one.status for one in parts_of(answer) if isinstance(one, PartAnswer)] == [201, 204]


def test_an_action_may_be_a_part_and_is_undone_with_its_change_set(api: Api) -> None:
    lead = api.create("leads", subject="A", lastname="B", companyname="C")
    every = {"CreateAccount": True, "CreateContact": True, "CreateOpportunity": True, "Status": -1}
    body = multipart(
        [
            change_set(
                part("POST", f"leads({lead})/Microsoft.Dynamics.CRM.QualifyLead", every, content_id=1),
                part("POST", "leads", {"subject": "x" * 301}, content_id=2),
            )
        ]
    )
    assert api.batch(body).status_code == 400
    assert api.get(f"leads({lead})").json()["statecode"] == 0
    assert api.rows("account") == []


def test_the_boundary_of_the_answer_is_quoted_now_and_then(api: Api) -> None:
    body = multipart([part("GET", "WhoAmI")])
    types = {'"' in api.batch(body).headers["Content-Type"] for _ in range(20)}
    assert types == {True, False}
