"""Numbers that agree with the list and lead to its rows; files that hold what is on screen."""

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit, problem


def test_the_strip_agrees_with_the_list_and_every_bar_leads_to_its_rows(visit: Visit, api: Api) -> None:
    page = visit("/?view=leads&referral_status=new")
    expect(page.locator("[data-figure=total]")).to_have_text(
        str(api.get("leads", referral_status="new", limit=1)["total"])
    )
    bars = page.locator(".bars a").evaluate_all(
        "bars => bars.map(bar => [bar.getAttribute('aria-label'), bar.getAttribute('href')])"
    )
    assert len(bars) + page.locator(".bars [role=img][aria-label$=': 0 leads']").count() == 20
    label, address = bars[0]
    count = int(re.search(r": (\d+) lead", label)[1])
    page.locator(f".bars a[href='{address}']").click()
    expect(page.locator("#page-info")).to_contain_text(f"of {count}")
    expect(page.locator("[data-figure=total]")).to_have_text(str(count))


def test_a_bar_of_scores_keeps_to_the_scores_that_the_list_shows(visit: Visit, api: Api) -> None:
    page = visit("/?view=leads&min_score=55&max_score=64")
    bars = page.locator(".bars a[href*=score]")
    expect(bars.first).to_be_visible()
    for label, address in bars.evaluate_all("bars => bars.map(bar => [bar.ariaLabel, bar.getAttribute('href')])"):
        wanted = dict(re.findall(r"(m\w\w_score)=(\d+)", address))
        assert 55 <= int(wanted["min_score"]) <= int(wanted["max_score"]) <= 64
        if re.match(r"\d", label):
            assert int(re.search(r": (\d+) lead", label)[1]) == api.get("leads", limit=1, **wanted)["total"]


def test_a_csv_holds_exactly_the_rows_and_columns_on_screen_in_their_order(visit: Visit, tmp_path: Path) -> None:
    page = visit("/?view=leads&referral_status=new&sort=-score&columns=company,score,country")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    domains = page.locator("tr[data-key] .second bdi").all_inner_texts()
    page.locator(".export").click()
    with page.expect_download() as download:
        page.locator("[data-format=csv]").click()
    file = tmp_path / "list.csv"
    download.value.save_as(file)
    assert re.fullmatch(r"hunter_leads_\d{4}-\d\d-\d\d_\d{4}\.csv", download.value.suggested_filename)
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Company", "Domain", "Score", "Segment", "Country"]
    assert [row[1] for row in rows[1 : len(domains) + 1]] == domains
    expect(page.locator(".toast")).to_contain_text(f"Exported {len(rows) - 1} rows: hunter_leads_")


def test_a_workbook_comes_in_turkish_too(visit: Visit) -> None:
    page = visit("/?view=leads&segment=Migration", locale="tr-TR")
    page.locator(".export").click()
    with page.expect_download() as download:
        page.locator("[data-format=xlsx]").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_too_many_rows_are_said_loudly_with_the_numbers(visit: Visit) -> None:
    visit.noise.append("status of 413")
    page = visit(
        "/?view=leads", answers={"/api/leads/export": (413, problem("export_too_large", count=25000, limit=20000))}
    )
    page.locator(".export").click()
    page.locator("[data-format=csv]").click()
    expect(page.get_by_role("dialog")).to_contain_text(
        "The list has 25,000 rows; one file holds 20,000. Nothing was written."
    )


def test_a_file_bears_the_name_of_ones_own_view(visit: Visit) -> None:
    own = {"id": "own-1", "name": "Büyük balık / 2026", "filters": {"segment": "Migration"}, "sort": "", "columns": ""}
    page = visit("/?view=own-1", storage={"views": [own]})
    page.locator(".export").click()
    with page.expect_download() as download:
        page.locator("[data-format=csv]").click()
    assert download.value.suggested_filename.startswith("hunter_buyuk-balik-2026_2")
