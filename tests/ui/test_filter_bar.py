"""The customer's line 1.4: the filter bar on every width, its drop-downs, clear all, kept across reloads."""

import re

from playwright.sync_api import Page, expect

from tests.ui.conftest import Api, Visit


def tick(page: Page, bar: str, choice: str) -> None:
    page.locator("#filters").get_by_role("button", name=bar, exact=True).click()
    page.locator(".menu:popover-open").get_by_label(choice, exact=True).check()


def test_a_choice_narrows_the_list_and_stands_as_a_chip_and_in_the_address(visit: Visit, api: Api) -> None:
    page = visit("/?view=leads")
    tick(page, "Segment", "Migration")
    expect(page).to_have_url(re.compile("segment=Migration"))
    expect(page.locator(".chip")).to_have_text("Segment: Migration")
    total = api.get("leads", segment="Migration", limit=1)["total"]
    expect(page.locator("#page-info")).to_contain_text(f"of {total}")
    expect(page.locator("tr[data-key]")).to_have_count(total)
    page.locator(".menu:popover-open").get_by_label("Cold", exact=True).check()
    expect(page).to_have_url(re.compile("segment=Migration,Cold"))
    expect(page.locator(".chip")).to_have_count(2)


def test_a_chip_removes_its_own_filter_and_clear_all_removes_every_one(visit: Visit) -> None:
    page = visit("/?view=leads&segment=Migration,Cold&min_score=5&sort=-score")
    expect(page.locator(".chip")).to_have_count(3)
    page.locator(".chip", has_text="Cold").click()
    expect(page).to_have_url(re.compile("segment=Migration&"))
    page.get_by_role("button", name="Clear all").first.click()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"view=leads$"))


def test_filters_come_back_after_a_reload_and_after_leaving_the_page(visit: Visit) -> None:
    page = visit("/?view=leads")
    tick(page, "Segment", "Migration")
    expect(page.locator(".chip")).to_have_count(1)
    page.reload()
    expect(page.locator(".chip")).to_have_text("Segment: Migration")
    page.goto(page.url.split("?")[0])
    page.locator("[data-view=leads]").click()
    expect(page.locator(".chip")).to_have_text("Segment: Migration")
    page.locator("#filters").get_by_role("button", name="Segment", exact=True).click()
    expect(page.locator(".menu:popover-open").get_by_label("Migration", exact=True)).to_be_checked()


def test_score_and_dates_narrow_the_list(visit: Visit, api: Api) -> None:
    page = visit("/?view=leads")
    page.locator("#filters").get_by_role("button", name="Score", exact=True).click()
    page.get_by_label("Score from").fill("60")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("min_score=60"))
    expect(page.locator("#page-info")).to_contain_text(f"of {api.get('leads', min_score=60, limit=1)['total']}")
    page.keyboard.press("Escape")
    more = page.locator("#filters").get_by_role("button", name="More", exact=True)
    more.click()
    expect(page.locator(".menu:popover-open")).to_contain_text("P1 · High potential")
    page.get_by_label("First seen since", exact=True).fill("2026-11-20")
    # The day begins where the reader is: in Istanbul, three hours before it does in Greenwich.
    expect(page).to_have_url(re.compile("first_seen_after=2026-11-19T21%3A00%3A00Z"))
    expect(page.locator(".chip").last).to_have_text("First seen since: 20 Nov 2026")
    page.reload()
    expect(page.get_by_label("First seen since", exact=True)).to_have_value("2026-11-20")


def test_typing_searches_in_turkish_and_keeps_the_keyboard(visit: Visit, api: Api) -> None:
    page = visit("/?view=leads")
    page.locator("#search").press_sequentially("çiçek", delay=20)
    expect(page).to_have_url(re.compile("q=%C3%A7i%C3%A7ek"))
    expect(page.locator("tr[data-key]")).to_have_count(api.get("leads", q="çiçek")["total"])
    expect(page.locator("tr[data-key]").first).to_contain_text("Çiçek Lojistik")
    expect(page.locator("#search")).to_be_focused()


def test_a_search_on_today_leads_to_all_leads(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("/")
    page.keyboard.type("terazi")
    expect(page).to_have_url(re.compile("view=leads&q=terazi"))
    expect(page.locator("tr[data-key]")).to_have_count(1)


def test_the_bar_fits_every_width(visit: Visit) -> None:
    page = visit("/?view=leads&segment=Migration,Cold,Existing")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    for width in (1920, 1024, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if width == 390:
            page.get_by_role("button", name="Filters").click()
        expect(page.locator("#filters").get_by_role("button", name="Segment", exact=True)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("#filters").get_by_role("button", name="More", exact=True).click()
        box = page.locator(".menu:popover-open").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
        page.keyboard.press("Escape")


def test_every_state_of_a_referral_has_a_badge_and_a_filter(visit: Visit, leads_of) -> None:
    page = visit("/?view=leads&columns=company,status", storage={"page-size": 200})
    expect(page.locator("tr[data-key]").first).to_be_visible()
    shown = {"new": "New", "active": "In progress", "won": "Won", "lost": "Lost", "declined": "Declined"}
    shown |= {"expired": "Expired", "unknown": "Unknown"}
    badges = page.locator("td.col-status .badge").all_inner_texts()
    assert badges == [shown[lead["referral_status"]] for lead in leads_of(limit=200)]
    tick(page, "Status", "Won")
    expect(page.locator("td.col-status .badge").first).to_have_text("Won")
    expect(page.locator("td.col-status .badge", has_text="New")).to_have_count(0)


def test_the_search_field_follows_the_back_button_even_while_it_has_the_keyboard(visit: Visit) -> None:
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.locator("#search").fill("terazi")
    expect(page).to_have_url(re.compile("q=terazi"))
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator("#search")).to_have_value("")


def test_a_date_can_be_typed_at_ease(visit: Visit) -> None:
    page = visit("/?view=leads")
    page.locator("#filters").get_by_role("button", name="More", exact=True).click()
    page.get_by_label("First seen since", exact=True).focus()
    page.keyboard.type("01012026", delay=420)
    expect(page).to_have_url(re.compile("first_seen_after=2025-12-31T21%3A00%3A00Z"))
