"""The list: several-column sort, paging, columns, selection over pages, own views, news that waits."""

import re

from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit


def names(page):
    return page.locator("tr[data-key] [data-row-link]").all_inner_texts()


def test_the_list_shows_exactly_what_the_door_answers_in_its_order(visit: Visit, api: Api, leads_of) -> None:
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]")).to_have_count(min(50, api.get("leads", limit=1)["total"]))
    assert page.locator("tr[data-key]").evaluate_all("rows => rows.map(row => row.dataset.key)") == [
        lead["domain"] for lead in leads_of()
    ]


def test_a_click_on_a_head_sorts_and_shift_adds_a_second_column(visit: Visit, leads_of) -> None:
    page = visit("/?view=leads")
    page.get_by_role("button", name="Score").and_(page.locator(".sorter")).click()
    expect(page.locator("thead .col-score")).to_have_attribute("aria-sort", "descending")
    page.locator(".col-company .sorter").click(modifiers=["Shift"])
    expect(page.locator("thead .col-company")).to_have_attribute("aria-sort", "ascending")
    expect(page).to_have_url(re.compile(r"sort=-score,company_name"))
    expected = [lead["domain"] for lead in leads_of(sort="-score,company_name")]
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", expected[0])
    assert page.locator("tr[data-key]").evaluate_all("rows => rows.map(row => row.dataset.key)") == expected


def test_a_long_page_is_drawn_to_its_end_and_can_be_selected_whole(visit: Visit, api: Api) -> None:
    answer = api.get("leads", limit=1)
    items = [{**answer["items"][0], "domain": f"d{at}.example", "company_name": f"C{at}"} for at in range(200)]
    page = visit("/?view=leads", answers={"/api/leads": {**answer, "items": items, "total": 200, "limit": 200}})
    expect(page.locator("tr[data-key]")).to_have_count(200)
    assert names(page) == [lead["company_name"] for lead in items]
    page.get_by_label("Select all rows of this page").check()
    expect(page.locator(".selection-bar")).to_contain_text("200 selected")
