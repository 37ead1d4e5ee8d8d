"""Reading definitions, and adding columns and keys to them (reference 9.1 and 11)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.dataverse.stock import hunter_columns
from tests.sandbox.dataverse.conftest import Serve
from tests.sandbox.dataverse.plain_client import Api

CRM = "Microsoft.Dynamics.CRM."
LEAD = "EntityDefinitions(LogicalName='lead')"


def text_column(schema_name: str, **more: Any) -> dict[str, Any]:
    label = {"LocalizedLabels": [{"Label": "A label", "LanguageCode": 1033}]}
    return {
        "@odata.type": CRM + "StringAttributeMetadata",
        "SchemaName": schema_name,
        "MaxLength": 100,
        "DisplayName": label,
        **more,
    }


@pytest.mark.parametrize(
    ("table", "column", "length"),
    [("lead", "subject", 300), ("lead", "companyname", 100), ("lead", "mobilephone", 20), ("account", "name", 160)]
    + [("contact", "lastname", 50), ("opportunity", "name", 300), ("opportunity", "stepname", 200)],
)
def test_lengths_are_those_of_the_stock_tables(api: Api, table: str, column: str, length: int) -> None:
    texts = f"EntityDefinitions(LogicalName='{table}')/Attributes/{CRM}StringAttributeMetadata"
    path = f"{texts}?$select=LogicalName,MaxLength"
    lengths = {one["LogicalName"]: one["MaxLength"] for one in api.value(path)}
    assert lengths[column] == length


def test_length_is_a_property_of_text_columns_only(api: Api) -> None:
    assert api.get(f"{LEAD}/Attributes?$select=LogicalName,MaxLength").status_code == 400
    memo = api.value(f"{LEAD}/Attributes/{CRM}MemoAttributeMetadata?$select=LogicalName,MaxLength")
    assert {"description": 2000}.items() <= {one["LogicalName"]: one["MaxLength"] for one in memo}.items()


def test_option_sets_are_expanded_on_request(api: Api) -> None:
    path = f"{LEAD}/Attributes(LogicalName='leadsourcecode')/{CRM}PicklistAttributeMetadata"
    assert "OptionSet" not in api.get(path).json()
    found = api.get(path + "?$select=LogicalName&$expand=OptionSet($select=Options)").json()
    options = {one["Value"]: one["Label"]["UserLocalizedLabel"]["Label"] for one in found["OptionSet"]["Options"]}
    assert options[4] == "Partner" and len(options) == 10


def test_status_options_name_their_state(api: Api) -> None:
    found = api.value(f"{LEAD}/Attributes/{CRM}StatusAttributeMetadata?$select=LogicalName&$expand=OptionSet")
    states = {one["Value"]: one["State"] for one in found[0]["OptionSet"]["Options"]}
    assert states == {1: 0, 2: 0, 3: 1, 4: 2, 5: 2, 6: 2, 7: 2}


def test_tables_can_be_filtered_and_their_columns_and_keys_expanded(api: Api) -> None:
    query = "EntityDefinitions?$select=LogicalName,EntitySetName&$filter=LogicalName eq 'opportunity'"
    (found,) = api.value(
        query + "&$expand=Keys($select=SchemaName,EntityKeyIndexStatus),Attributes($select=LogicalName)"
    )
    assert found["EntitySetName"] == "opportunities"
    assert found["Keys"][0]["EntityKeyIndexStatus"] == "Active"
    assert "hnt_score" in {one["LogicalName"] for one in found["Attributes"]}


@pytest.mark.parametrize(
    "path", ["EntityDefinitions(LogicalName='nothing')", f"{LEAD}/Attributes(LogicalName='nothing')", f"{LEAD}/Nothing"]
)
def test_unknown_definitions_are_404(api: Api, path: str) -> None:
    assert api.get(path).status_code == 404


def test_the_list_of_our_columns_is_what_a_provisioned_organisation_has(api: Api) -> None:
    for table, columns in hunter_columns()["columns"].items():
        path = (
            f"EntityDefinitions(LogicalName='{table}')/Attributes?$select=SchemaName&$filter=IsCustomAttribute eq true"
        )
        assert {one["SchemaName"] for one in api.value(path)} == set(columns)
        keys = {one["SchemaName"]: one["KeyAttributes"] for one in api.value(path.split("/")[0] + "/Keys")}
        assert keys == hunter_columns()["keys"][table]


def test_a_fresh_organisation_can_be_provisioned_step_by_step(served: Serve) -> None:
    api = served(provisioned=False, key_delay=0)
    assert api.send("POST", "leads", {"hnt_referralid": "a"}).status_code == 400
    publisher = api.create("publishers", uniquename="hunter", friendlyname="Hunter", customizationprefix="hnt")
    bind = {"publisherid@odata.bind": f"/publishers({publisher})"}
    api.create("solutions", uniquename="HunterReferrals", friendlyname="H", version="1.0.0.0", **bind)
    header = {"MSCRM.SolutionUniqueName": "HunterReferrals"}
    made = api.send("POST", f"{LEAD}/Attributes", text_column("hnt_ReferralId"), **header)
    assert made.status_code == 204 and "/Attributes(" in made.headers["OData-EntityId"]
    key = {"SchemaName": "hnt_ReferralKey", "KeyAttributes": ["hnt_referralid"]}
    assert api.send("POST", f"{LEAD}/Keys", key, **header).status_code == 204
    assert api.send("POST", "PublishXml", {"ParameterXml": "<importexportxml/>"}).status_code == 204
    assert api.value(f"{LEAD}/Keys")[0]["EntityKeyIndexStatus"] == "Active"
    assert api.send("PATCH", "leads(hnt_referralid='a')", {"subject": "A"}).status_code == 204
    column = api.get(f"{LEAD}/Attributes(LogicalName='hnt_referralid')").json()
    assert (column["SchemaName"], column["DisplayName"]["UserLocalizedLabel"]["Label"]) == ("hnt_ReferralId", "A label")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (text_column("hnt_ReferralId"), {}),
        (text_column("NoPrefix"), {}),
        (text_column("hnt_New", MaxLength=4001), {}),
        (text_column("hnt_New", **{"@odata.type": CRM + "NonsenseAttributeMetadata"}), {}),
        (text_column("hnt_New"), {"MSCRM.SolutionUniqueName": "Unheardof"}),
    ],
)
def test_columns_that_cannot_be_made_are_refused(api: Api, body: dict[str, Any], headers: dict[str, str]) -> None:
    assert api.send("POST", f"{LEAD}/Attributes", body, **headers).status_code == 400


@pytest.mark.parametrize(
    ("kind", "more", "value", "bad"),
    [
        ("Integer", {"MinValue": 0, "MaxValue": 10}, 10, 11),
        ("Decimal", {"MinValue": 0, "MaxValue": 10, "Precision": 1}, 9.9, "x"),
        ("Boolean", {}, True, 1),
        ("Memo", {"MaxLength": 5}, "abcde", "abcdef"),
        ("DateTime", {"DateTimeBehavior": {"Value": "DateOnly"}}, "2026-01-01", "2026-01-01T00:00:00Z"),
        ("DateTime", {"Format": "DateOnly"}, "2026-01-01T00:00:00Z", "2026-01-01"),
        ("Picklist", {"OptionSet": {"Options": [{"Value": 7, "Label": {}}]}}, 7, 8),
        ("Money", {"PrecisionSource": 2}, 5.25, "5"),
    ],
)
def test_every_kind_of_new_column_takes_its_values_and_no_others(
    api: Api, kind: str, more: dict[str, Any], value: Any, bad: Any
) -> None:
    body = {"@odata.type": f"{CRM}{kind}AttributeMetadata", "SchemaName": "hnt_New", **more}
    assert api.send("POST", f"{LEAD}/Attributes", body).status_code == 204
    made = api.create("leads", subject="A", hnt_new=value)
    assert api.get(f"leads({made})?$select=hnt_new").json()["hnt_new"] == value
    assert api.send("PATCH", f"leads({made})", {"hnt_new": bad}).status_code == 400


def test_a_new_column_is_seen_late_without_strong_consistency(served: Serve) -> None:
    api = served(stale=60)
    api.send("POST", f"{LEAD}/Attributes", text_column("hnt_New"))
    path = f"{LEAD}/Attributes(LogicalName='hnt_new')"
    assert api.get(path).status_code == 404
    assert api.get(path, Consistency="Strong").status_code == 200


def test_only_one_metadata_change_runs_at_a_time(served: Serve) -> None:
    api = served(metadata_delay=0.5)

    def make(name: str) -> tuple[int, str]:
        answer = Api(api.address).send("POST", f"{LEAD}/Attributes", text_column(name))
        return answer.status_code, "" if answer.status_code == 204 else answer.json()["error"]["code"]

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(make, ["hnt_A", "hnt_B"])) == [(204, ""), (400, "0x80090412")]


def test_columns_and_keys_can_be_removed_in_that_order_of_need(api: Api) -> None:
    column = api.get(f"{LEAD}/Attributes(LogicalName='hnt_referralid')?$select=LogicalName").json()["MetadataId"]
    assert api.send("DELETE", f"{LEAD}/Attributes({column})").status_code == 405
    key = api.value(f"{LEAD}/Keys")[0]["MetadataId"]
    assert api.send("DELETE", f"{LEAD}/Keys({key})").status_code == 204
    assert api.send("DELETE", f"{LEAD}/Attributes({column})").status_code == 204
    assert api.send("POST", "leads", {"hnt_referralid": "a"}).status_code == 400
    assert api.send("DELETE", f"{LEAD}/Attributes(LogicalName='subject')").status_code == 405


@pytest.mark.parametrize("path", ["EntityDefinitions", "RelationshipDefinitions", "$metadata"])
def test_what_the_sandbox_lacks_says_so(api: Api, path: str) -> None:
    assert api.send("POST", path, {}).status_code == 501
