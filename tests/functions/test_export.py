"""An export is exactly the list's rows, safe to open in a spreadsheet, and leaves an event."""

import csv
import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from shared.doors.questions import ExportQuery
from shared.export.columns import COLUMNS
from shared.export.file import export_file
from shared.rules.lead_face import LEAD_FIELDS
from shared.rules.list_card import pack_card, split_card
from shared.rules.list_columns import LEAD_COLUMNS
from tests.functions.doors import Answer, Doors
from tests.functions.world import World


def _rows(answer: Answer, separator: str = ",") -> list[list[str]]:
    assert answer.status == 200, answer.body
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""), delimiter=separator))


@pytest.mark.parametrize(
    "query", ["", "sort=-score", "provider=Google&sort=company_name", "q=yapi", "dynamics_status=synced"]
)
def test_the_file_holds_the_rows_of_the_list_in_their_order(doors: Doors, query: str) -> None:
    listed = [lead["domain"] for lead in doors.get(f"leads?limit=200&{query}").json["items"]]
    answer = doors.get(f"leads/export?format=csv&columns=domain,score&{query}")
    assert [row[0] for row in _rows(answer)[1:]] == listed
    assert answer.headers["X-Row-Count"] == str(len(listed))


def test_a_csv_begins_with_a_bom_and_ends_its_lines_as_rfc_4180_says(doors: Doors) -> None:
    answer = doors.get("leads/export?format=csv&columns=company_name,domain")
    assert answer.body.startswith(b"\xef\xbb\xbfCompany,Domain (ASCII)\r\n")
    assert answer.body.endswith(b"\r\n")
    assert "İstanbul Yapı A.Ş.,istanbul-yapi.com.tr\r\n" in answer.body.decode("utf-8-sig")
    assert '"Gül, ""Saray""; Mobilya",gsm.com.tr\r\n' in answer.body.decode("utf-8-sig")


def test_the_turkish_file_has_turkish_heads_and_semicolons(doors: Doors) -> None:
    answer = doors.get("leads/export?format=csv&lang=tr&separator=;&columns=company_name,score,respond_by")
    rows = _rows(answer, ";")
    assert rows[0] == ["Şirket", "Puan", "Son yanıt (UTC)"]
    assert 'Gül, "Saray"; Mobilya' in [row[0] for row in rows]


def test_no_cell_of_a_csv_is_a_formula(doors: Doors) -> None:
    rows = _rows(doors.get("leads/export?format=csv&columns=company_name"))
    assert "'=1+1 Contoso" in [row[0] for row in rows]
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("\0=1", "'=1"), ("\x1f=1", "'=1"), ("\x1e=1", "'=1"), ("\x1ea", "a"), ("a\x1f=b", "a=b"),
        ("\ud800x", "x"), ("a=b", "a=b"), (" =1", " =1"), ("a\nb", "a\nb"), ("a\u202eb", "a\u202eb"),
        ("", ""), ("\0", ""),
    ],
)  # fmt: skip
def test_what_a_cell_may_begin_with_or_hold(name: str, cell: str) -> None:
    packed = split_card(
        pack_card(LEAD_COLUMNS, dict.fromkeys(LEAD_FIELDS) | {"company_name": name, "domain": "a.example"})
    ).face
    asked = ExportQuery(format="csv", columns="domain,company_name,country")
    made = export_file(asked, [packed], now=datetime(2026, 11, 23), who="me")
    assert list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"), newline="")))[1] == ["a.example", cell, ""]
    xlsx = export_file(asked.model_copy(update={"format": "xlsx"}), [packed], now=datetime(2026, 11, 23), who="me")
    shown = openpyxl.load_workbook(io.BytesIO(xlsx.content))["Leads"]["B2"]
    assert (shown.value or "").replace("_x000D_", "\r") == cell.removeprefix("'")
    assert shown.data_type != "f"


def test_every_column_can_be_chosen_and_holds_what_the_lead_shows(doors: Doors) -> None:
    lead = next(one for one in doors.get("leads?q=istanbul").json["items"])
    head, row = _rows(doors.get(f"leads/export?format=csv&q=istanbul&columns={','.join(COLUMNS)}"))
    cells = dict(zip(COLUMNS, row, strict=True))
    assert len(set(head)) == len(head)
    for name in set(COLUMNS) - {"headline", "deal_value", "deal_currency", "referral_types"}:
        shown = lead[name]
        moment = isinstance(shown, str) and shown.endswith("Z") and "T" in shown
        assert cells[name] == ("" if shown is None else f"{shown[:10]} {shown[11:19]}" if moment else str(shown)), name
    assert cells["headline"] == lead["headline"]["text"]
    assert cells["deal_value"] == "42000" == f"{lead['deal_value']['amount']:.0f}"
    assert cells["deal_currency"] == lead["deal_value"]["currency"]
    assert cells["referral_types"] == ", ".join(lead["referral_types"])


def test_the_default_columns_are_those_of_the_page(doors: Doors) -> None:
    assert _rows(doors.get("leads/export?format=csv"))[0][:3] == ["Answer by (UTC)", "Company", "Domain"]


def test_an_xlsx_holds_numbers_dates_and_text_as_such(doors: Doors) -> None:
    answer = doors.get(
        "leads/export?format=xlsx&columns=company_name,score,first_seen_at,deal_value,deal_currency&sort=company_name"
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    sheet = book["Leads"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert sheet.freeze_panes == "A2"
    assert rows["=1+1 Contoso"][0].data_type == "s"
    lead = rows["İstanbul Yapı A.Ş."]
    assert (lead[1].data_type, lead[2].value, lead[3].value, lead[4].value) == (
        "n",
        datetime(2026, 11, 23, 12, 0),
        42000,
        "EUR",
    )
    assert rows["Slow Ltd"][1].value is None


def test_the_second_sheet_says_what_the_file_is(doors: Doors) -> None:
    answer = doors.get("leads/export?format=xlsx&provider=Google&q=yapi&sort=-score", role="operator")
    about = {row[0].value: row[1].value for row in openpyxl.load_workbook(io.BytesIO(answer.body))["About"].iter_rows()}
    assert about["Rows"] == 1
    assert about["Made at (UTC)"] == datetime(2026, 11, 23, 12, 0)
    assert about["By"] == "someone@hunter-partner.example"
    assert "provider=Google" in about["Filter"] and "q=yapi" in about["Filter"] and "sort=-score" in about["Filter"]


@pytest.mark.parametrize(
    ("kind", "media"),
    [("csv", "text/csv"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")],
)
def test_the_file_name_tells_view_and_time(doors: Doors, kind: str, media: str) -> None:
    answer = doors.get(f"leads/export?format={kind}&view=today")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="hunter_today_2026-11-23_1200.{kind}"'


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "bad_request"),
        ("format=pdf", "bad_request"),
        ("format=csv&columns=salary", "bad_request"),
        ("format=csv&columns=score,score", "bad_request"),
        ("format=csv&separator=|", "bad_request"),
        ("format=csv&lang=de", "bad_request"),
        ("format=csv&view=../../x", "bad_request"),
        ("format=csv&limit=5", "unknown_parameter"),
    ],
)
def test_a_wrong_wish_is_refused(doors: Doors, query: str, code: str) -> None:
    answer = doors.get(f"leads/export?{query}")
    assert (answer.status, answer.code) == (400, code)


def test_too_many_rows_are_refused_with_their_number(filled: World) -> None:
    small = World.like(filled, replace(filled.settings, export_max_rows=3))
    answer = Doors(small).get("leads/export?format=csv")
    assert (answer.status, answer.code, answer.json["params"]["count"]) == (413, "export_too_large", 8)
    assert Doors(small).get("leads/export?format=csv&provider=Local").status == 200


def test_each_export_is_an_event_without_names(filled: World) -> None:
    Doors(filled).get("leads/export?format=csv&view=events")
    event = next(one for one in filled.leads.events("exports", limit=50)[0] if one["params"]["view"] == "events")
    assert (event["code"], event["who"], event["params"]["rows"]) == ("export.made", "user-1", 8)


def test_an_empty_list_is_a_file_with_a_head(own_doors: Doors) -> None:
    assert _rows(own_doors.get("leads/export?format=csv&columns=domain")) == [["Domain (ASCII)"]]
    assert own_doors.get("leads/export?format=xlsx").status == 200
