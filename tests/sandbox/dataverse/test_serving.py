"""Signing in, privileges, faults, doors, pages, and rows that survive."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from sandbox.entra.tokens import TokenAuthority
from tests.background import Background
from tests.sandbox.dataverse.conftest import Serve
from tests.sandbox.dataverse.plain_client import Api, PartAnswer, change_set, multipart, part, parts_of

CLAIMS = {
    "good": {"appid": "aaaaaaaa-0000-4000-8000-000000000002"},
    "other": {"appid": "bbbbbbbb-0000-4000-8000-000000000002"},
}


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer bad", "Basic good"])
def test_without_a_good_token_everything_is_401(served: Serve, header: str | None) -> None:
    api = served(verify_token=CLAIMS.get)
    answer = api.get("WhoAmI", **({} if header is None else {"Authorization": header}))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert api.batch(multipart([part("GET", "WhoAmI")])).status_code == 401


def test_each_application_is_a_user_of_its_own(served: Serve) -> None:
    api = served(verify_token=CLAIMS.get)
    users = {name: api.get("WhoAmI", Authorization=f"Bearer {name}").json()["UserId"] for name in CLAIMS}
    assert len(set(users.values())) == 2


def test_a_disabled_application_user_is_403(served: Serve) -> None:
    api = served()
    user = api.get("WhoAmI").json()["UserId"]
    lead = api.create("leads", subject="A")
    api.door("seller/deactivate-owner", {"table": "lead", "id": lead})
    answer = api.get(f"leads({lead})")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "0x80040225")
    assert user


def test_the_sandboxs_own_tokens_are_good_for_this_address_only(served: Serve) -> None:
    authority = TokenAuthority(b"a key for tests")
    api = served(authority=authority)
    app = {"app_id": "aaaaaaaa-0000-4000-8000-000000000002", "tenant_id": "t"}
    good, elsewhere = (authority.issue(audience=audience, **app) for audience in (api.address, "https://other.example"))
    assert api.get("WhoAmI", Authorization=f"Bearer {good}").status_code == 200
    assert api.get("WhoAmI", Authorization=f"Bearer {elsewhere}").status_code == 401


@pytest.mark.parametrize(("verb", "privilege"), [("create", "prvCreateOpportunity"), ("read", "prvReadOpportunity")])
def test_a_missing_privilege_is_403_and_named(api: Api, verb: str, privilege: str) -> None:
    api.door("privileges", {"table": "opportunity", "verb": verb, "allowed": False})
    answer = api.send("POST", "opportunities", {"name": "A"}) if verb == "create" else api.get("opportunities")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "0x80040220")
    assert privilege in answer.json()["error"]["message"]
    api.door("privileges", {"table": "opportunity", "verb": verb, "allowed": True})
    assert api.send("POST", "opportunities", {"name": "A"}).status_code == 204


@pytest.mark.parametrize(
    ("verb", "change"), [("write", {"name": "B"}), ("append", {"primarycontactid@odata.bind": "$"})]
)
def test_changing_and_linking_need_their_privileges(api: Api, verb: str, change: dict[str, str]) -> None:
    contact, account = api.create("contacts", lastname="A"), api.create("accounts", name="A")
    body = {name: value.replace("$", f"/contacts({contact})") for name, value in change.items()}
    api.door("privileges", {"table": "account", "verb": verb})
    assert api.send("PATCH", f"accounts({account})", body).status_code == 403
    api.door("privileges", {"table": "account", "verb": "delete"})
    assert api.send("DELETE", f"accounts({account})").status_code == 403


def test_support_headers_come_with_every_answer(api: Api) -> None:
    for answer in (api.get("WhoAmI"), api.get("nothing")):
        assert answer.headers["x-ms-service-request-id"]
        assert answer.headers["x-ms-dop-hint"].isdigit()
        assert answer.headers["OData-Version"] == "4.0"
        assert "ARRAffinity" in answer.headers["Set-Cookie"]


def test_a_fault_after_commit_loses_the_answer_but_not_the_row(api: Api) -> None:
    fault = {"match": {"path": "*/accounts"}, "after_commit": True, "drop": True, "times": 1}
    assert api.door("faults", fault).status_code == 201
    with pytest.raises(requests.ConnectionError):
        api.send("POST", "accounts", {"name": "A"})
    assert [row["name"] for row in api.rows("account")] == ["A"]


def test_a_fault_on_the_batch_is_in_dataverses_own_words(api: Api) -> None:
    api.door("faults", {"match": {"path": "*/$batch"}, "answer": 429, "retry_after": 3, "times": 1})
    body = multipart([change_set(part("POST", "leads", {"subject": "A"}, content_id=1))])
    answer = api.batch(body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.json()["error"]["code"] == "0x80072322"
    assert api.batch(body).status_code == 200


def test_a_fault_can_hit_a_part_and_undoes_its_change_set(api: Api) -> None:
    fault = {"match": {"method": "POST", "path": "*/opportunities"}, "answer": 429, "retry_after": 2, "times": 1}
    api.door("faults", fault)
    body = multipart(
        [
            change_set(
                part("POST", "leads", {"subject": "A"}, content_id=1),
                part("POST", "opportunities", {"name": "A"}, content_id=2),
            )
        ]
    )
    answer = api.batch(body)
    (only,) = parts_of(answer)
    assert answer.status_code == 429 and isinstance(only, PartAnswer)
    assert (only.status, only.code, only.headers["Retry-After"]) == (429, "0x80072322", "2")
    assert api.rows("lead") == []
    assert api.batch(body).status_code == 200


def test_a_fault_for_every_path_is_about_the_batch_and_not_about_its_parts(api: Api) -> None:
    api.door("faults", {"match": {"path": "*", "nth": 2}, "answer": 503})
    body = multipart([part("GET", "WhoAmI"), part("GET", "WhoAmI")])
    assert api.batch(body).status_code == 200
    assert api.batch(body).status_code == 503


def test_sellers_work_on_rows_by_id_or_by_key(api: Api) -> None:
    lead = api.create("leads", subject="A", hnt_referralid="r1")
    by_key = {"table": "lead", "key": {"hnt_referralid": "R1"}}
    assert api.door("seller", {**by_key, "set": {"subject": "S"}}).json() == {"id": lead}
    assert api.door("seller", {"id": lead, "set": {"subject": "x" * 301}}).status_code == 400
    made = api.door("seller/create", {"table": "account", "set": {"name": "By hand"}}).json()["id"]
    other = api.create("accounts", name="Ours")
    assert api.door("seller/merge", {"table": "account", "id": other, "into": made}).status_code == 200
    assert api.get(f"accounts({other})").json()["_masterid_value"] == made
    deal = api.create("opportunities", name="A")
    assert api.door("seller/lose", {"table": "opportunity", "id": deal, "statuscode": 5}).status_code == 200
    assert api.get(f"opportunities({deal})").json()["statuscode"] == 5
    assert api.door("seller/delete", by_key).json() == {"id": lead}
    assert api.door("seller/delete", by_key).status_code == 404


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("seller", {"table": "nothing", "id": "1"}),
        ("seller", {"table": "lead"}),
        ("seller", {"tabel": "lead"}),
        ("limits", {"requests": "many"}),
        ("privileges", {"table": "lead", "verb": "sing"}),
        ("privileges", {"table": "nothing", "verb": "read"}),
        ("columns", {"table": "lead", "column": "nothing"}),
        ("keys", {"table": "lead", "key": "nothing", "status": "Active"}),
        ("duplicate-rules", []),
    ],
)
def test_control_doors_explain_what_they_do_not_take(api: Api, door: str, body: object) -> None:
    answer = api.session.post(f"{api.address}/_sandbox/{door}", json=body)
    assert answer.status_code == 400 and answer.json()


def test_control_doors_refuse_web_pages(api: Api) -> None:
    answer = api.session.post(f"{api.address}/_sandbox/reset", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_reset_leaves_people_and_currencies(api: Api) -> None:
    api.create("leads", subject="A")
    api.door("privileges", {"table": "lead", "verb": "read"})
    assert api.door("reset").status_code == 200
    assert api.value("leads") == []
    assert {row["isocurrencycode"] for row in api.value("transactioncurrencies")} == {"USD", "EUR", "TRY"}


def test_pages_show_rows_and_never_their_markup(api: Api) -> None:
    evil = "<script>alert(1)</script>"
    account = api.create("accounts", name=evil)
    lead = api.create(
        "leads",
        subject=evil,
        lastname=evil,
        leadsourcecode=4,
        **{"parentaccountid@odata.bind": f"/accounts({account})"},
    )
    for path in (
        "/",
        "/main.aspx?etn=lead&pagetype=entitylist",
        f"/main.aspx?etn=lead&id={lead}&pagetype=entityrecord",
    ):
        page = api.session.get(api.address + path)
        assert page.status_code == 200 and "<script>" not in page.text
    assert "&lt;script&gt;" in page.text and "Partner" in page.text and account in page.text
    braces = api.session.get(f"{api.address}/main.aspx?etn=lead&id={quote('{' + lead.upper() + '}')}")
    assert braces.status_code == 200
    for path in (f"?etn=lead&id={account}", f"?etn={quote(evil)}&id=1"):
        missing = api.session.get(api.address + "/main.aspx" + path)
        assert missing.status_code == 404 and "<script>" not in missing.text


@pytest.mark.parametrize("place", ["", "folder", "file.json"])
def test_rows_columns_and_versions_survive_where_they_are_kept(served: Serve, tmp_path: Path, place: str) -> None:
    first = served(provisioned=False, keep=tmp_path / place, key_delay=0)
    lead = "EntityDefinitions(LogicalName='lead')"
    body = {"@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": "hnt_New", "MaxLength": 9}
    first.send("POST", lead + "/Attributes", body)
    first.send("POST", lead + "/Keys", {"SchemaName": "hnt_NewKey", "KeyAttributes": ["hnt_new"]})
    account = first.create("accounts", name="Ç")
    first.value(lead + "/Keys")
    made = first.create("leads", subject="A", hnt_new="x", **{"parentaccountid@odata.bind": f"/accounts({account})"})
    before = first.get(f"leads({made})").json()
    first.close()
    second = served(provisioned=False, keep=tmp_path / place)
    after = second.get("leads(hnt_new='X')").json()
    assert {k: v for k, v in after.items() if k[0] != "@"} == {k: v for k, v in before.items() if k[0] != "@"}
    second.create("leads", subject="B")
    versions = [row["versionnumber"] for row in second.rows("lead")]
    assert versions[1] > versions[0]


def test_new_ids_after_a_restart_are_not_those_from_before(served: Serve, tmp_path: Path) -> None:
    for _ in range(3):
        api = served(keep=tmp_path, seed=7)
        api.create("accounts", name="A")
        api.close()
    assert len(served(keep=tmp_path, seed=7).rows("account")) == 3


def test_two_stand_ins_in_one_process_share_nothing(served: Serve) -> None:
    one, other = served(), served()
    one.create("leads", subject="A")
    assert other.value("leads") == []


def test_the_same_seed_gives_the_same_ids(served: Serve) -> None:
    one, other = (served(seed=7).create("leads", subject="A") for _ in range(2))
    assert one == other


def test_the_clock_can_be_wrong(served: Serve, loop: Background) -> None:
    api = served(now=lambda: 1_000_000_000.0)
    assert api.get(f"leads({api.create('leads', subject='A')})").json()["createdon"] == "2001-09-09T01:46:40Z"


@pytest.mark.parametrize(
    ("door", "body", "field", "fix"),
    [
        ("seller/create", {"table": "account", "values": {}}, "values", "known here: table, id, key, set"),
        ("seller", {"table": 5}, "table", "give a logical name such as lead"),
        ("limits", {"requests": -1}, "requests", "give requests in a window"),
    ],
)
def test_a_control_door_says_what_it_takes(api: Api, door: str, body: dict[str, Any], field: str, fix: str) -> None:
    answer = api.door(door, body)
    [wrong] = answer.json()["errors"]
    assert answer.status_code == 400 and wrong["field"] == field and wrong["fix"].startswith(fix)
