"""Creating, reading, changing, upserting, deleting rows, and the conditions that guard it (reference 2 and 3.1)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.sandbox.dataverse.plain_client import Api

ABSENT = "11111111-1111-4111-8111-111111111111"


def test_a_created_row_is_named_in_the_answer_and_can_be_read(api: Api) -> None:
    answer = api.send("POST", "accounts", {"name": "Contoso"})
    assert (answer.status_code, answer.content) == (204, b"")
    row = api.session.get(answer.headers["OData-EntityId"] + "?$select=name").json()
    assert row["name"] == "Contoso"
    assert set(row) == {"@odata.context", "@odata.etag", "name", "accountid"}


def test_a_representation_is_201_when_created_and_200_when_changed_and_has_no_entity_id_header(api: Api) -> None:
    wish = {"Prefer": "return=representation"}
    made = api.send("POST", "accounts?$select=name", {"name": "Contoso"}, **wish)
    assert (made.status_code, made.json()["name"]) == (201, "Contoso")
    assert "OData-EntityId" not in made.headers
    assert made.headers["Preference-Applied"] == "return=representation"
    changed = api.send("PATCH", f"accounts({made.json()['accountid']})?$select=name", {"name": "Fabrikam"}, **wish)
    assert (changed.status_code, changed.json()["name"]) == (200, "Fabrikam")


def test_our_own_id_is_kept_and_cannot_be_used_twice(api: Api) -> None:
    mine = str(uuid4())
    assert api.create("accounts", accountid=mine, name="Contoso") == mine
    again = api.send("POST", "accounts", {"accountid": mine, "name": "Contoso"})
    assert (again.status_code, again.json()["error"]["code"]) == (412, "0x80040237")


def test_only_given_columns_change(api: Api) -> None:
    made = api.create("leads", subject="A", lastname="B", companyname="C")
    api.send("PATCH", f"leads({made})", {"companyname": None, "subject": "D"})
    row = api.get(f"leads({made})?$select=subject,lastname,companyname").json()
    assert (row["subject"], row["lastname"], row["companyname"]) == ("D", "B", None)


def test_patch_without_conditions_is_an_upsert(api: Api) -> None:
    mine = str(uuid4())
    assert api.send("PATCH", f"accounts({mine})", {"name": "Contoso"}).status_code == 204
    assert api.send("PATCH", f"accounts({mine})", {"name": "Fabrikam"}).status_code == 204
    assert [row["name"] for row in api.rows("account")] == ["Fabrikam"]


@pytest.mark.parametrize(
    ("exists", "headers", "status", "code"),
    [
        (True, {"If-None-Match": "*"}, 412, ""),
        (False, {"If-None-Match": "*"}, 204, None),
        (True, {"If-Match": "*"}, 204, None),
        (False, {"If-Match": "*"}, 404, "0x80040217"),
        (True, {"If-Match": 'W/"1"'}, 412, "0x80060882"),
        (False, {"If-Match": 'W/"1"'}, 404, "0x80040217"),
        (True, {"If-None-Match": "null"}, 204, None),
    ],
)
def test_conditions_of_a_patch(api: Api, exists: bool, headers: dict[str, str], status: int, code: str | None) -> None:
    row_id = api.create("accounts", name="Contoso") if exists else ABSENT
    answer = api.send("PATCH", f"accounts({row_id})", {"name": "Fabrikam"}, **headers)
    assert answer.status_code == status
    if code is not None:
        assert answer.json()["error"]["code"] == code
        assert [row["name"] for row in api.rows("account")] == (["Contoso"] if exists else [])


def test_the_present_etag_lets_a_patch_through_once(api: Api) -> None:
    row_id = api.create("accounts", name="Contoso")
    etag = api.get(f"accounts({row_id})?$select=name").json()["@odata.etag"]
    assert etag.startswith('W/"')
    assert api.send("PATCH", f"accounts({row_id})", {"name": "A"}, If_Match=etag).status_code == 204
    assert api.send("PATCH", f"accounts({row_id})", {"name": "B"}, If_Match=etag).status_code == 412
    assert api.send("DELETE", f"accounts({row_id})", If_Match=etag).status_code == 412


def test_a_get_with_the_present_etag_is_304(api: Api) -> None:
    row_id = api.create("accounts", name="Contoso")
    etag = api.get(f"accounts({row_id})?$select=name").json()["@odata.etag"]
    assert api.get(f"accounts({row_id})?$select=name", If_None_Match=etag).status_code == 304


def test_a_deleted_row_is_gone_and_lookups_to_it_are_empty(api: Api) -> None:
    account = api.create("accounts", name="Contoso")
    contact = api.create("contacts", lastname="A", **{"parentcustomerid_account@odata.bind": f"/accounts({account})"})
    assert api.send("DELETE", f"accounts({account})").status_code == 204
    gone = api.get(f"accounts({account})")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "0x80040217")
    assert api.send("DELETE", f"accounts({account})").status_code == 404
    assert api.get(f"contacts({contact})").json()["_parentcustomerid_value"] is None


def test_single_properties_can_be_read_written_and_cleared(api: Api) -> None:
    row_id = api.create("accounts", name="Contoso", websiteurl="contoso.com")
    assert api.get(f"accounts({row_id})/websiteurl").json()["value"] == "contoso.com"
    assert api.send("PUT", f"accounts({row_id})/websiteurl", {"value": "c.com"}).status_code == 204
    assert api.get(f"accounts({row_id})/websiteurl").json()["value"] == "c.com"
    assert api.send("DELETE", f"accounts({row_id})/websiteurl").status_code == 204
    assert api.get(f"accounts({row_id})/websiteurl").status_code == 204


def test_the_service_stamps_who_and_when_and_a_seller_is_somebody_else(api: Api) -> None:
    me = api.get("WhoAmI").json()["UserId"]
    row_id = api.create("leads", subject="A", lastname="B")
    mine = api.get(f"leads({row_id})").json()
    assert {mine["_createdby_value"], mine["_modifiedby_value"], mine["_ownerid_value"]} == {me}
    assert mine["createdon"].endswith("Z") and mine["modifiedon"] >= mine["createdon"]
    assert api.door("seller", {"table": "lead", "id": row_id, "set": {"subject": "Seller"}}).status_code == 200
    theirs = api.get(f"leads({row_id})").json()
    assert theirs["_modifiedby_value"] != me
    assert theirs["versionnumber"] > mine["versionnumber"]
    assert theirs["@odata.etag"] != mine["@odata.etag"]


def test_a_nested_object_is_created_with_its_parent_or_not_at_all(api: Api) -> None:
    made = api.send("POST", "accounts", {"name": "Contoso", "primarycontactid": {"lastname": "A"}})
    assert made.status_code == 204
    assert api.rows("account")[0]["primarycontactid"]["id"] == api.rows("contact")[0]["contactid"]
    body = {"name": "x" * 161, "primarycontactid": {"lastname": "B"}}
    assert api.send("POST", "accounts", body).status_code == 400
    assert len(api.rows("contact")) == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("Leads", 404, "0x8006088a"), ("lead", 404, "0x8006088a"), ("leads/nonsense", 404, "0x8006088a")],
)
def test_entity_set_names_are_exact(api: Api, path: str, status: int, code: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 400), (b"", 400)])
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: Any, status: int) -> None:
    url = api.address + "/api/data/v9.2/accounts"
    answer = api.session.post(url, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, "0x80048d19")
    assert api.session.post(url, data=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
