"""Hostile texts in every field of a referral: kept, shown as data, harmless in exports, never a fault of ours."""

import csv
import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.attacks.conftest import Attacked
from tests.attacks.hostile import PAYLOADS, domain_of

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_hostile_record_becomes_a_scored_lead(attacked: Attacked, name: str) -> None:
    found = attacked.ask("GET", f"leads/{domain_of(name)}")
    assert found.status_code == 200, found.text
    lead = found.json()
    assert lead["score"] is not None and lead["referral_count"] == 1
    assert "\x00" not in found.text and "\\u0000" not in found.text
    for part in ("score-breakdown", "timeline"):
        assert attacked.ask("GET", f"leads/{domain_of(name)}/{part}").status_code == 200


def test_nothing_of_it_is_a_bug(attacked: Attacked) -> None:
    found = attacked.ask("GET", "failures").json()["items"]
    assert [(one["code"], one["key"]) for one in found if one["code"] in ("bug", "dead_letter", "gave_up")] == []


def test_answers_are_json_that_no_browser_takes_for_a_page(attacked: Attacked) -> None:
    answer = attacked.ask("GET", f"leads/{domain_of('html')}")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_no_cell_of_the_csv_begins_a_formula(attacked: Attacked) -> None:
    text = attacked.ask("GET", "leads/export?format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    bad = [cell[:30] for row in rows for cell in row if cell.startswith(_STARTS_A_FORMULA) and not _is_number(cell)]
    assert bad == []
    assert len({len(row) for row in rows[-len(PAYLOADS) :]}) == 1
    assert "\x00" not in text


def test_the_workbook_opens_and_holds_texts_only(attacked: Attacked) -> None:
    content = attacked.ask("GET", "leads/export?format=xlsx").content
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds and sheet.max_row > len(PAYLOADS)
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name.lower()]
    sheets = b"".join(parts.read(name) for name in parts.namelist() if "sheet" in name).lower()
    assert b"<hyperlink" not in sheets and b"<f>" not in sheets


@pytest.mark.parametrize("name", ["formula", "html", "bidi", "odata", "emoji"])
def test_a_search_for_the_text_finds_its_company_or_nothing(attacked: Attacked, name: str) -> None:
    found = attacked.ask("GET", "leads", params={"q": PAYLOADS[name]})
    assert found.status_code == 200
    assert {one["domain"] for one in found.json()["items"]} <= {domain_of(name)}


def test_dynamics_got_one_lead_for_each(attacked: Attacked) -> None:
    shown = {lead["domain"]: lead["dynamics_status"] for lead in attacked.leads()}
    stuck: dict[str, Any] = {domain: status for domain, status in shown.items() if status != "synced"}
    assert stuck == {}


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
