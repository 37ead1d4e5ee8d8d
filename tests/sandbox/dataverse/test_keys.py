"""Alternate keys: who may be addressed by them, what they refuse, how they come to be usable (reference 3.2)."""

import time

import pytest

from tests.sandbox.dataverse.conftest import Serve
from tests.sandbox.dataverse.plain_client import Api


def test_an_upsert_by_key_creates_then_changes_and_answers_with_the_key(api: Api) -> None:
    url = "leads(hnt_referralid='abc-1')"
    made = api.send("PATCH", url, {"subject": "A"})
    assert made.status_code == 204
    assert made.headers["OData-EntityId"] == f"{api.address}/api/data/v9.2/{url}"
    again = api.send("PATCH", url + "?$select=leadid", {"subject": "B"}, Prefer="return=representation")
    assert again.status_code == 200
    assert [(row["leadid"], row["subject"], row["hnt_referralid"]) for row in api.rows("lead")] == [
        (again.json()["leadid"], "B", "abc-1")
    ]


def test_key_columns_in_the_body_win_when_creating_and_are_ignored_when_changing(api: Api) -> None:
    api.send("PATCH", "leads(hnt_referralid='url')", {"subject": "A", "hnt_referralid": "body"})
    assert api.rows("lead")[0]["hnt_referralid"] == "body"
    api.send("PATCH", "leads(hnt_referralid='body')", {"subject": "B", "hnt_referralid": "other"})
    assert (api.rows("lead")[0]["hnt_referralid"], api.rows("lead")[0]["subject"]) == ("body", "B")


@pytest.mark.parametrize("second", ["contoso.com", "CONTOSO.COM", "contoso.com "])
def test_a_taken_key_is_412_whatever_the_case(api: Api, second: str) -> None:
    api.create("accounts", name="A", hnt_domain="contoso.com")
    answer = api.send("POST", "accounts", {"name": "B", "hnt_domain": second})
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "0x80060892")
    other = api.create("accounts", name="B")
    assert api.send("PATCH", f"accounts({other})", {"hnt_domain": second}).status_code == 412


def test_rows_without_a_key_value_do_not_collide(api: Api) -> None:
    api.create("accounts", name="A")
    api.create("accounts", name="B")
    api.create("accounts", name="C", hnt_domain="")
    assert len(api.rows("account")) == 3


def test_no_row_with_that_key_is_404_of_its_own_kind(api: Api) -> None:
    answer = api.get("leads(hnt_referralid='nothing')")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "0x80060891")
    guarded = api.send("PATCH", "leads(hnt_referralid='nothing')", {"subject": "A"}, If_Match="*")
    assert (guarded.status_code, guarded.json()["error"]["code"]) == (404, "0x80060891")


@pytest.mark.parametrize("character", list("/<>*%&:\\?+"))
def test_values_with_unusable_characters_cannot_be_addressed_but_stay_unique(api: Api, character: str) -> None:
    value = f"a{character}b"
    api.create("leads", subject="A", hnt_referralid=value)
    quoted = "".join(f"%{byte:02X}" for byte in value.encode())
    assert api.get(f"leads(hnt_referralid='{quoted}')").status_code == 400
    assert api.send("POST", "leads", {"subject": "B", "hnt_referralid": value}).status_code == 412


def test_an_apostrophe_is_doubled(api: Api) -> None:
    made = api.create("leads", subject="A", hnt_referralid="O'Brien")
    assert api.get("leads(hnt_referralid='O%27%27Brien')").json()["leadid"] == made


@pytest.mark.parametrize("key", ["subject='A'", "hnt_referralid='a',subject='A'", "hnt_referralid", "'a'"])
def test_columns_that_are_no_key_are_400(api: Api, key: str) -> None:
    assert api.get(f"leads({key})").status_code == 400


def test_a_key_of_two_columns_needs_both(served: Serve) -> None:
    api = served(predictive_scores=True)
    url = "msdyn_predictivescores(msdyn_entityid='1',msdyn_entitytype='lead')"
    assert api.send("PATCH", url, {"msdyn_score": 90, "msdyn_grade": 0}).status_code == 204
    assert api.get(url + "?$select=msdyn_score").json()["msdyn_score"] == 90
    assert api.get("msdyn_predictivescores(msdyn_entityid='1')").status_code == 400


def test_the_predictive_score_table_is_there_only_when_switched_on(api: Api) -> None:
    for on, status in ((False, 404), (True, 200), (False, 404)):
        api.door("predictive-scores", {"on": on})
        assert api.get("msdyn_predictivescores").status_code == status
    assert api.get("msdyn_predictivescores").json()["error"]["code"] == "0x8006088a"


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Failed"])
def test_a_key_that_is_not_active_neither_addresses_nor_guards(api: Api, status: str) -> None:
    api.door("keys", {"table": "account", "key": "hnt_domainkey", "status": status})
    api.create("accounts", name="A", hnt_domain="contoso.com")
    api.create("accounts", name="B", hnt_domain="contoso.com")
    assert api.get("accounts(hnt_domain='contoso.com')").status_code == 400
    keys = api.value("EntityDefinitions(LogicalName='account')/Keys?$select=EntityKeyIndexStatus")
    assert keys[0]["EntityKeyIndexStatus"] == status


def test_a_new_key_goes_from_pending_to_active(served: Serve) -> None:
    api = served(key_delay=0.3)
    keys = "EntityDefinitions(LogicalName='lead')/Keys"
    body = {"SchemaName": "hnt_TenantKey", "KeyAttributes": ["hnt_tenantid"]}
    assert api.send("POST", keys, body).status_code == 204
    seen, end = [], time.monotonic() + 5
    while (not seen or seen[-1] != "Active") and time.monotonic() < end:
        found = {key["LogicalName"]: key["EntityKeyIndexStatus"] for key in api.value(keys)}
        seen += [] if seen and seen[-1] == found["hnt_tenantkey"] else [found["hnt_tenantkey"]]
    assert seen == ["Pending", "InProgress", "Active"]


def test_a_key_over_rows_that_contradict_it_fails_and_can_be_reactivated(served: Serve) -> None:
    api = served(key_delay=0)
    first = api.create("leads", subject="A", hnt_tenantid="t")
    api.create("leads", subject="B", hnt_tenantid="T")
    keys = "EntityDefinitions(LogicalName='lead')/Keys"
    api.send("POST", keys, {"SchemaName": "hnt_TenantKey", "KeyAttributes": ["hnt_tenantid"]})
    names = {"EntityLogicalName": "lead", "EntityKeyLogicalName": "hnt_tenantkey"}

    def status() -> str:
        return {key["LogicalName"]: key["EntityKeyIndexStatus"] for key in api.value(keys)}["hnt_tenantkey"]

    assert status() == "Failed"
    api.send("DELETE", f"leads({first})")
    assert api.send("POST", "ReactivateEntityKey", names).status_code == 204
    assert status() == "Active"
    refused = api.send("POST", "ReactivateEntityKey", names)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "0x80060897")


def test_a_key_over_900_bytes_is_refused(api: Api) -> None:
    body = {"SchemaName": "hnt_LongKey", "KeyAttributes": ["hnt_domain", "hnt_registrar"]}
    answer = api.send("POST", "EntityDefinitions(LogicalName='lead')/Keys", body)
    assert answer.status_code == 400 and "900" in answer.json()["error"]["message"]
