"""What the service keeps of a value, and how it refuses one (reference 3.3 and 6)."""

from typing import Any

import pytest

from tests.sandbox.dataverse.plain_client import Api

LEAD = {"subject": "A", "lastname": "B"}


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("companyname", 'İstanbul Çelik & Söhne\'s / "Işık" <b>', 'İstanbul Çelik & Söhne\'s / "Işık" <b>'),
        ("companyname", "", None),
        ("companyname", "😀" * 50, "😀" * 50),
        ("numberofemployees", 1000000, 1000000),
        ("revenue", 12.345, 12.35),
        ("estimatedclosedate", "2026-02-28", "2026-02-28"),
        ("hnt_lastsyncedon", "2026-02-28T10:15:00.987+03:00", "2026-02-28T07:15:00Z"),
        ("leadsourcecode", 4, 4),
        ("donotemail", True, True),
        ("createdon", "2020-01-01T00:00:00Z", None),
        ("fullname", "Somebody", None),
    ],
)
def test_values_are_kept_as_the_service_keeps_them(api: Api, column: str, value: Any, kept: Any) -> None:
    row_id = api.create("leads", **{**LEAD, column: value})
    row = api.get(f"leads({row_id})?$select={column}").json()
    if column in ("createdon", "fullname"):
        assert row[column] != value, "the service keeps these itself and says nothing"
    else:
        assert row[column] == kept


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("companyname", "x" * 101, "0x80044331"),
        ("companyname", "😀" * 51, "0x80044331"),
        ("description", "x" * 2001, "0x80044331"),
        ("companyname", "bell \x07", "0x80040278"),
        ("companyname", 5, "0x80048d19"),
        ("leadsourcecode", 99, "0x8004431A"),
        ("leadsourcecode", "4", "0x80048d19"),
        ("leadsourcecode", True, "0x80048d19"),
        ("numberofemployees", 1000001, "0x80044330"),
        ("numberofemployees", 1.5, "0x80048d19"),
        ("donotemail", 1, "0x80048d19"),
        ("estimatedclosedate", "2026-02-30", "0x80048d19"),
        ("estimatedclosedate", "2026-02-28T00:00:00Z", "0x80048d19"),
        ("hnt_lastsyncedon", "2026-02-28", "0x80048d19"),
        ("hnt_lastsyncedon", "2026-02-28T10:15:00", "0x80048d19"),
        ("hnt_lastsyncedon", "0001-01-01T00:00:00Z", "0x80040239"),
        ("leadid", "{11111111-1111-4111-8111-111111111111}", "0x80048d19"),
        ("hnt_unheardof", "x", "0x80048d19"),
        ("Subject", "case counts", "0x80048d19"),
        ("parentaccountid", "11111111-1111-4111-8111-111111111111", "0x80048d19"),
        ("statuscode", 4, "0x80048408"),
    ],
)
def test_values_that_do_not_fit_are_refused_and_nothing_is_kept(api: Api, column: str, value: Any, code: str) -> None:
    answer = api.send("POST", "leads", {**LEAD, column: value})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert api.rows("lead") == []


def test_the_length_refusal_names_column_table_and_limit(api: Api) -> None:
    message = api.send("POST", "leads", {"subject": "x" * 301}).json()["error"]["message"]
    assert "'subject'" in message and "'lead'" in message and "'300'" in message


def test_amounts_take_the_organisations_currency_unless_one_is_bound(api: Api) -> None:
    currencies = {row["isocurrencycode"]: row["transactioncurrencyid"] for row in api.value("transactioncurrencies")}
    plain = api.create("opportunities", name="A", estimatedvalue=100, isrevenuesystemcalculated=False)
    bind = {"transactioncurrencyid@odata.bind": f"/transactioncurrencies({currencies['TRY']})"}
    lira = api.create("opportunities", name="B", estimatedvalue=415, isrevenuesystemcalculated=False, **bind)
    select = "?$select=estimatedvalue,estimatedvalue_base,_transactioncurrencyid_value"
    one, other = api.get(f"opportunities({plain}){select}").json(), api.get(f"opportunities({lira}){select}").json()
    assert (one["estimatedvalue_base"], one["_transactioncurrencyid_value"]) == (100, currencies["USD"])
    assert (other["estimatedvalue"], other["estimatedvalue_base"]) == (415, 10)


def test_an_estimated_value_is_lost_while_the_system_calculates_revenue(api: Api) -> None:
    row_id = api.create("opportunities", name="A", estimatedvalue=100, isrevenuesystemcalculated=True)
    assert api.get(f"opportunities({row_id})").json()["estimatedvalue"] == 0


def test_full_names_follow_their_parts(api: Api) -> None:
    row_id = api.create("contacts", firstname="Ayşe", lastname="Yılmaz")
    api.send("PATCH", f"contacts({row_id})", {"firstname": None})
    assert api.get(f"contacts({row_id})").json()["fullname"] == "Yılmaz"


def test_another_customers_lengths_and_options_rule_when_they_are_changed(api: Api) -> None:
    api.door("columns", {"table": "lead", "column": "companyname", "length": 10})
    api.door("columns", {"table": "lead", "column": "leadsourcecode", "without": [4]})
    assert api.send("POST", "leads", {**LEAD, "companyname": "x" * 11}).status_code == 400
    answer = api.send("POST", "leads", {**LEAD, "leadsourcecode": 4})
    assert answer.json()["error"]["code"] == "0x8004431A"
