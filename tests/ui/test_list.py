"""The list: several-column sort, paging, columns, selection over pages, own views, news that waits."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.ui.conftest import Api, Visit


def names(page):
    return page.locator("tr[data-key] [data-row-link]").all_inner_texts()


def test_the_name_of_a_row_is_one_box_to_press_and_to_outline(visit: Visit) -> None:
    link = visit("/?view=leads").locator("[data-row-link]").first
    box = link.evaluate("link => [...link.getClientRects()].map(({ width, height }) => width > 24 && height > 12)")
    assert box == [True]


@pytest.fixture
def long_list(api: Api) -> Callable[[int], Callable[[Route], None]]:
    """Answers for a list of so many leads, 200 on a page; a cursor is the number of its first row."""
    answer = api.get("leads", limit=1)

    def of(total: int) -> Callable[[Route], None]:
        items = [{**answer["items"][0], "domain": f"d{at}.example", "company_name": f"C{at}"} for at in range(total)]

        def page_of(route: Route) -> None:
            start = int(parse_qs(urlsplit(route.request.url).query).get("cursor", ["0"])[0])
            route.fulfill(
                json={
                    **answer,
                    "items": items[start : start + 200],
                    "first": start + 1,
                    "total": total,
                    "limit": 200,
                    "prev_cursor": str(start - 200) if start else None,
                    "next_cursor": str(start + 200) if start + 200 < total else None,
                }
            )

        return page_of

    return of


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


def test_a_long_page_is_drawn_to_its_end_and_can_be_selected_whole(visit: Visit, long_list) -> None:
    page = visit("/?view=leads", answers={"/api/leads": long_list(200)})
    expect(page.locator("tr[data-key]")).to_have_count(200)
    assert names(page) == [f"C{at}" for at in range(200)]
    page.get_by_label("Select all rows of this page").check()
    expect(page.locator(".selection-bar")).to_contain_text("200 selected")


def test_the_keyboard_stays_on_its_row_when_a_long_page_is_drawn_anew(visit: Visit, long_list) -> None:
    page = visit("/?view=leads", answers={"/api/leads": long_list(200)})
    page.locator("tr[data-key='d150.example'] [data-row-link]").focus()
    page.evaluate("document.querySelector('table').id = 'before'; dispatchEvent(new Event('hunter:reload'))")
    expect(page.locator("#before")).to_have_count(0)
    expect(page.locator("tr[data-key]")).to_have_count(200)
    expect(page.locator("tr[data-key='d150.example'] [data-row-link]")).to_be_focused()


def test_the_lead_before_the_first_of_a_page_is_the_last_of_the_page_before(visit: Visit, long_list) -> None:
    visit.noise.append("status of 404")
    page = visit("/?view=leads&cursor=200", answers={"/api/leads": long_list(400)})
    page.locator("tr[data-key='d200.example'] [data-row-link]").click()
    page.get_by_role("button", name="Previous lead").click()
    expect(page).to_have_url(re.compile(r"lead=d199\.example"))


def test_a_row_that_changes_stays_chosen_keeps_the_keyboard_and_the_strip_follows(visit: Visit, api: Api) -> None:
    page = visit("/?view=leads")
    row = page.locator("tr[data-key]").first
    row.get_by_role("checkbox").check()
    row.locator(".row-sync").focus()
    answer = api.get("leads", limit=50)
    newer = [{**lead, "score": 1, "version": lead["version"] + 1} for lead in answer["items"]]
    page.route(lambda address: "/api/leads?" in address, lambda route: route.fulfill(json={**answer, "items": newer}))
    dashboard = {**api.get("dashboard"), "avg_score": 1}
    page.route("**/api/dashboard*", lambda route: route.fulfill(json=dashboard))
    page.evaluate("dispatchEvent(new Event('hunter:changed'))")
    expect(row.locator(".score strong")).to_have_text("1")
    expect(page.locator("[data-figure=avg_score]")).to_have_text("1")
    expect(row).to_have_attribute("data-chosen", "")
    expect(row.locator(".row-sync")).to_be_focused()


def test_a_reader_is_not_asked_to_choose_rows_for_what_only_operators_do(visit: Visit) -> None:
    page = visit("/?view=leads", role="reader")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    expect(page.locator(".col-select")).to_have_count(0)
