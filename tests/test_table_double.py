"""One contract for Azurite and for the table double of the benches, spoken through the genuine SDK."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.data.tables import TableClient, TableTransactionError

from shared.clients.lead_rows import feed_from
from shared.clients.lead_store import LeadStore
from shared.clients.list_rows import ListRows
from shared.clients.tables import Tables
from shared.rules.change import Change
from shared.rules.lead import Identity, Lead
from tests.storage import running_storage
from tests.table_double.process import running_table_double

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module", params=["Azurite", "double"])
def account(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Makes fresh accounts of one or the other."""
    if request.param == "Azurite":
        with running_storage() as storage:
            yield storage.fresh_account
    else:
        numbers = count()
        with running_table_double() as double:
            yield lambda: double.connection_string(f"test{next(numbers)}")


@pytest.fixture
def tables(account: Any) -> Tables:
    """An account that nobody has used."""
    return Tables(connection_string=account())


@pytest.fixture
def table(tables: Tables) -> TableClient:
    """An empty table."""
    return tables.table("state")


def _row(name: str, **properties: Any) -> dict[str, Any]:
    return {"PartitionKey": "p", "RowKey": name, **properties}


def _names(table: TableClient, condition: str, **options: Any) -> list[str]:
    return [row["RowKey"] for row in table.query_entities(condition, **options)]


def test_every_type_comes_back_as_it_went(table: TableClient) -> None:
    given = {"text": "Ş'\"<\u202e", "whole": 7, "yes": True, "part": 1.5, "bytes": b"\x00\xff", "empty": ""}
    table.create_entity(_row("a", **given))
    found = table.get_entity("p", "a")
    assert {name: found[name] for name in given} == given
    assert found.metadata["etag"] and found.metadata["timestamp"]


def test_keys_with_quotes_spaces_and_foreign_letters_are_found(table: TableClient) -> None:
    for name in ("o'neil", "a b", "xn--ş", "event:a.example:0001", "50%"):
        table.create_entity(_row(name))
        assert table.get_entity("p", name)["RowKey"] == name


def test_a_row_is_created_once(table: TableClient) -> None:
    table.create_entity(_row("a"))
    with pytest.raises(ResourceExistsError, match="EntityAlreadyExists"):
        table.create_entity(_row("a"))


def test_a_missing_row_is_not_found(table: TableClient) -> None:
    with pytest.raises(ResourceNotFoundError):
        table.get_entity("p", "a")
    with pytest.raises(ResourceNotFoundError):
        table.update_entity(_row("a"), mode="replace")
    table.delete_entity("p", "a")


def test_an_old_etag_changes_nothing(table: TableClient) -> None:
    table.create_entity(_row("a", n=1))
    old = table.get_entity("p", "a").metadata["etag"]
    table.upsert_entity(_row("a", n=2), mode="replace")
    with pytest.raises(HttpResponseError) as refused:
        table.update_entity(_row("a", n=3), mode="replace", etag=old, match_condition=MatchConditions.IfNotModified)
    assert (refused.value.status_code, table.get_entity("p", "a")["n"]) == (412, 2)


def test_a_change_answers_with_the_new_etag(table: TableClient) -> None:
    table.create_entity(_row("a", n=1))
    known = table.get_entity("p", "a").metadata["etag"]
    answer = table.update_entity(
        _row("a", n=2), mode="replace", etag=known, match_condition=MatchConditions.IfNotModified
    )
    assert answer["etag"] == table.get_entity("p", "a").metadata["etag"] != known


def test_merging_keeps_and_replacing_drops_what_is_not_named(table: TableClient) -> None:
    table.create_entity(_row("a", n=1, m=1))
    table.upsert_entity(_row("a", n=2), mode="merge")
    assert (table.get_entity("p", "a")["n"], table.get_entity("p", "a")["m"]) == (2, 1)
    table.upsert_entity(_row("a", n=3), mode="replace")
    assert "m" not in table.get_entity("p", "a")


def test_a_deleted_row_is_gone(table: TableClient) -> None:
    table.create_entity(_row("a"))
    table.delete_entity("p", "a")
    assert _names(table, "PartitionKey eq 'p'") == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("PartitionKey eq 'p'", ["a", "b", "c", "d"]),
        ("PartitionKey eq 'q'", []),
        ("PartitionKey eq 'p' and RowKey ge 'b' and RowKey lt 'd'", ["b", "c"]),
        ("PartitionKey eq 'p' and RowKey gt 'b'", ["c", "d"]),
        ("PartitionKey eq 'p' and RowKey le 'b'", ["a", "b"]),
        ("PartitionKey eq 'p' and owed ne ''", ["b", "c"]),
        ("PartitionKey eq 'p' and n ge 2", ["c", "d"]),
        ("PartitionKey eq 'p' and yes eq true", ["d"]),
        ("PartitionKey eq 'p' and (RowKey eq 'a' or RowKey eq 'd')", ["a", "d"]),
        ("PartitionKey eq 'p' and not (RowKey eq 'a')", ["b", "c", "d"]),
        ("PartitionKey eq 'p' and owed eq 'it''s'", ["c"]),
    ],
)
def test_a_query_finds_what_fits_in_the_order_of_the_keys(
    table: TableClient, condition: str, expected: list[str]
) -> None:
    table.create_entity(_row("c", owed="it's", n=2))
    table.create_entity(_row("a", owed=""))
    table.create_entity(_row("d", n=3, yes=True))
    table.create_entity(_row("b", owed="scan", n=1))
    assert _names(table, condition) == expected


def test_a_query_gives_only_the_properties_that_are_asked_for(table: TableClient) -> None:
    table.create_entity(_row("a", n=1, m=2))
    (row,) = table.query_entities("PartitionKey eq 'p'", select=["RowKey", "n"])
    assert dict(row) == {"RowKey": "a", "n": 1}


def test_pages_join_without_a_gap(table: TableClient) -> None:
    names = [f"{number:05}" for number in range(1100)]
    for start in range(0, len(names), 100):
        table.submit_transaction([("create", _row(name)) for name in names[start : start + 100]])
    pages = [[row["RowKey"] for row in page] for page in table.query_entities("PartitionKey eq 'p'").by_page()]
    assert [len(page) for page in pages] == [1000, 100]
    assert [name for page in pages for name in page] == names
    small = table.query_entities("PartitionKey eq 'p'", results_per_page=400).by_page()
    assert [len(list(page)) for page in small] == [400, 400, 300]


def test_many_rows_are_read_as_plain_json_a_thousand_to_a_request(tables: Tables, table: TableClient) -> None:
    content = {"text": "Ş'\"<\u202e", "whole": 7, "bytes": b"\x00\xff", "none": b""}
    for start in range(0, 1_100, 100):
        table.submit_transaction([("create", _row(f"r{start + n:04}", **content)) for n in range(100)])
    condition = "PartitionKey eq 'p' and RowKey ge 'r0001' and RowKey lt 'r1099'"
    rows = list(tables.rows("state", condition, ("RowKey", "text", "whole", "bytes", "none")))
    assert [row.pop("RowKey") for row in rows] == [f"r{number:04}" for number in range(1, 1_099)]
    assert rows[0] == rows[-1] == {**content, "bytes": "AP8=", "none": ""}
    assert list(tables.rows("state", "PartitionKey eq 'q'", ("RowKey",))) == []


def test_a_transaction_is_all_or_nothing(table: TableClient) -> None:
    table.create_entity(_row("b"))
    with pytest.raises(TableTransactionError) as refused:
        table.submit_transaction([("upsert", _row("a")), ("create", _row("b")), ("create", _row("c"))])
    assert refused.value.error_code == "EntityAlreadyExists"
    assert _names(table, "PartitionKey eq 'p'") == ["b"]


def test_a_transaction_with_an_old_etag_does_nothing(table: TableClient) -> None:
    table.create_entity(_row("a", n=1))
    old = table.get_entity("p", "a").metadata["etag"]
    table.upsert_entity(_row("a", n=2), mode="replace")
    guarded = {"mode": "replace", "etag": old, "match_condition": MatchConditions.IfNotModified}
    with pytest.raises(TableTransactionError) as refused:
        table.submit_transaction([("upsert", _row("b")), ("update", _row("a", n=3), guarded)])
    assert refused.value.error_code == "UpdateConditionNotSatisfied"
    assert [(row["RowKey"], row["n"]) for row in table.query_entities("PartitionKey eq 'p'")] == [("a", 2)]


def test_a_transaction_takes_a_hundred_operations_of_every_kind(table: TableClient) -> None:
    table.submit_transaction([("create", _row(f"{number:03}")) for number in range(100)])
    table.submit_transaction(
        [("delete", _row("000")), ("upsert", _row("001", n=1), {"mode": "merge"}), ("create", _row("y'z ş"))]
    )
    assert len(_names(table, "PartitionKey eq 'p'")) == 100


def test_hunters_own_store_works_on_both(tables: Tables) -> None:
    leads, rows = LeadStore(tables, now=lambda: NOW), ListRows(tables)

    def add(domain: str) -> None:
        lead = Lead(domain=domain, version=0, identity=Identity(first_seen_at=NOW), updated_at=NOW)
        assert leads.change(lambda found: Change(lead=lead) if found.lead is None else None, leads.find(domain=domain))

    add("b.example")
    add("a.example")
    assert [row.key for row in rows.cards("lead")] == ["a.example", "b.example"]
    assert sorted(row.key for _, row in rows.feed("lead", NOW)) == ["a.example", "b.example"]
    assert rows.forget_feed("lead", NOW) == 0 and feed_from("lead", NOW)
    assert (known := leads.lead("a.example")) and known.version == 1
    leads.keep_big_text("raw", "a.example", "1", "x" * 200_000)
    assert leads.big_text("raw", "a.example", "1") == "x" * 200_000
