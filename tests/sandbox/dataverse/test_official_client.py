"""Microsoft's own Python client, over TLS, finds what it expects: rows, queries, keys, batches, errors, metadata."""

from collections.abc import Iterator
from time import time

import pytest
from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from sandbox.certificates import Certificates
from sandbox.entra.tokens import TokenAuthority
from tests.sandbox.dataverse.conftest import Serve
from tests.sandbox.dataverse.plain_client import Api

ABSENT = "11111111-1111-4111-8111-111111111111"
AUTHORITY = TokenAuthority(b"a key for tests")


class Credential:
    """Signs in as an application, for whatever address the client asks."""

    def get_token(self, *scopes: str, **_options: object) -> AccessToken:
        audience = scopes[0].removesuffix("/.default")
        token = AUTHORITY.issue(audience=audience, app_id="aaaaaaaa-0000-4000-8000-000000000002", tenant_id="t")
        return AccessToken(token, int(time()) + 3600)


@pytest.fixture
def organisation(served: Serve, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    return served(tls=certificates.server_context(), authority=AUTHORITY, key_delay=0)


@pytest.fixture
def client(organisation: Api) -> Iterator[DataverseClient]:
    with DataverseClient(organisation.address, Credential()) as one:
        yield one


def test_it_creates_reads_changes_and_deletes(client: DataverseClient) -> None:
    made = client.records.create("account", {"name": "Çelik & O'Brien 😀", "industrycode": "Consulting"})
    row = client.records.retrieve("account", made, select=["name", "industrycode"])
    assert (row["name"], row["industrycode"]) == ("Çelik & O'Brien 😀", 7)
    client.records.update("account", made, {"name": "Fabrikam"})
    assert client.records.retrieve("account", made, select=["name"])["name"] == "Fabrikam"
    client.records.delete("account", made)
    assert client.records.retrieve("account", made) is None


def test_it_pages_through_a_filtered_list(client: DataverseClient) -> None:
    client.records.create("lead", [{"subject": f"{number:02}", "lastname": "O'Brien"} for number in range(7)])
    found = client.records.list(
        "lead", filter="lastname eq 'o''brien'", select=["subject"], orderby=["subject desc"], page_size=3
    )
    assert [row["subject"] for row in found] == [f"{number:02}" for number in reversed(range(7))]


def test_it_changes_many_and_upserts_by_key(client: DataverseClient) -> None:
    ids = client.records.create("account", [{"name": "A"}, {"name": "B"}])
    client.records.update("account", ids, {"websiteurl": "a.com"})
    assert len(list(client.records.list("account", filter="websiteurl eq 'a.com'"))) == 2
    for name in ("C", "D"):
        client.records.upsert("account", [UpsertItem(alternate_key={"hnt_domain": "c.com"}, record={"name": name})])
    many = [UpsertItem(alternate_key={"hnt_domain": f"{name}.com"}, record={"name": name}) for name in ("c", "e")]
    client.records.upsert("account", many)
    found = client.records.list("account", filter="hnt_domain ne null", select=["name"], orderby=["hnt_domain"])
    assert [row["name"] for row in found] == ["c", "e"]


def test_its_change_sets_are_all_or_nothing(client: DataverseClient, organisation: Api) -> None:
    batch = client.batch.new()
    with batch.changeset() as together:
        lead = together.records.create("lead", {"subject": "A", "lastname": "B"})
        bind = {"originatingleadid@odata.bind": lead}
        deal = together.records.create("opportunity", {"name": "A", **bind})
        together.records.update("opportunity", deal, {"stepname": "1-Qualify"})
    result = batch.execute()
    assert not result.has_errors and [one.content_id for one in result.succeeded] == ["1", "2", "3"]
    (row,) = client.records.list("opportunity", select=["_originatingleadid_value", "stepname"])
    assert (row["_originatingleadid_value"], row["stepname"]) == (result.entity_ids[0], "1-Qualify")

    batch = client.batch.new()
    with batch.changeset() as together:
        together.records.create("lead", {"subject": "lost"})
        together.records.create("lead", {"subject": "x" * 301})
    result = batch.execute()
    assert [(one.status_code, one.error_code) for one in result.responses] == [(400, "0x80044331")]
    assert len(list(client.records.list("lead"))) == 1


def test_its_batches_mix_reads_and_writes_and_go_on_after_errors(client: DataverseClient) -> None:
    made = client.records.create("account", {"name": "A"})
    batch = client.batch.new()
    batch.records.retrieve("account", made, select=["name"])
    batch.records.update("account", ABSENT, {"name": "B"})
    batch.records.create("contact", {"lastname": "Yılmaz"})
    batch.records.delete("account", made)
    result = batch.execute(continue_on_error=True)
    assert [one.status_code for one in result.responses] == [200, 404, 204, 204]
    assert result.responses[0].data is not None and result.responses[0].data["name"] == "A"


def test_it_understands_our_refusals(client: DataverseClient, organisation: Api) -> None:
    client.records.create("account", {"name": "A", "hnt_domain": "a.com"})
    with pytest.raises(HttpError) as taken:
        client.records.create("account", {"name": "B", "hnt_domain": "a.com"})
    assert (taken.value.status_code, taken.value.details["service_error_code"]) == (412, "0x80060892")
    organisation.door("limits", {"requests": 0})
    with pytest.raises(HttpError) as throttled:
        client.records.create("account", {"name": "C"})
    assert throttled.value.is_transient and throttled.value.details["retry_after"] >= 1


def test_it_reads_metadata_and_adds_a_column_and_a_key(client: DataverseClient) -> None:
    info = client.tables.get("lead")
    assert info is not None and info["entity_set_name"] == "leads"
    assert client.tables.get("hnt_Nothing") is None
    client.tables.add_columns("lead", {"hnt_Note": "string", "hnt_Hot": "bool", "hnt_Size": "int"})
    names = {column["LogicalName"] for column in client.tables.list_columns("lead", select=["LogicalName"])}
    assert {"hnt_note", "hnt_hot", "hnt_size"} <= names
    client.tables.create_alternate_key("lead", "hnt_NoteKey", ["hnt_note"])
    keys = {key.schema_name: key.status for key in client.tables.get_alternate_keys("lead")}
    assert keys["hnt_NoteKey"] == "Active"
    client.records.upsert("lead", [UpsertItem(alternate_key={"hnt_note": "n"}, record={"subject": "A"})])
    assert len(list(client.records.list("lead", filter="hnt_note eq 'N'"))) == 1
    key_id = next(
        key.metadata_id for key in client.tables.get_alternate_keys("lead") if key.schema_name == "hnt_NoteKey"
    )
    client.tables.delete_alternate_key("lead", key_id)
    client.tables.remove_columns("lead", ["hnt_Note"])
    assert client.tables.list_columns("lead", filter="LogicalName eq 'hnt_note'") == []
