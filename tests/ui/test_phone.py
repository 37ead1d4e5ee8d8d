"""390 px, and 400 % zoom of a laptop, which is 320 px: cards, a dialog that fills the screen, nothing sideways."""

import re

from playwright.sync_api import expect

from tests.ui.conftest import PHONE, Visit

TOO_SMALL = """all => all.filter((one) => {
  const { width, height } = one.getBoundingClientRect();
  return one.offsetParent && Math.min(width, height) < 24;
}).map((one) => one.outerHTML)"""
ZOOMED = {"width": 320, "height": 256}


def test_nothing_scrolls_sideways(visit: Visit) -> None:
    page = visit("/", viewport=PHONE, locale="tr-TR")
    for view in ("today", "leads", "attention"):
        page.locator(f"[data-view={view}]").click()
        expect(page.locator("tr[data-key], .nameless li").first).to_be_visible()
        for viewport in (ZOOMED, PHONE):
            page.set_viewport_size(viewport)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], view


def test_rows_are_cards_that_still_are_a_table_and_sort_by_a_list(visit: Visit, leads_of) -> None:
    page = visit("/?view=leads", viewport=PHONE)
    expect(page.get_by_role("table")).to_be_visible()
    card = page.locator("tr[data-key]").first.bounding_box()
    assert card and card["width"] > 340 and card["height"] > 100
    broken = (
        "all => all.filter(one => one.getClientRects().length > 1 || one.offsetHeight > 30).map(one => one.textContent)"
    )
    assert page.locator(".score strong, .badge, .state").evaluate_all(broken) == []
    page.get_by_label("Sort by").select_option(label="Score")
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", leads_of(sort="-score")[0]["domain"])


def test_the_lead_fills_the_screen_and_every_target_is_large_enough(visit: Visit) -> None:
    page = visit("/?view=leads", viewport=PHONE, has_touch=True)
    page.locator("[data-row-link]").first.tap()
    box = page.locator("dialog#lead").bounding_box()
    assert box and (box["width"], box["height"]) == (390, 844)
    expect(page.locator("#lead .breakdown")).to_be_visible()
    small = page.locator("dialog#lead button, dialog#lead summary").evaluate_all(TOO_SMALL)
    assert not small


def test_a_name_has_the_whole_width_of_its_card_where_no_deadline_stands_beside_it(visit: Visit) -> None:
    page = visit("/?view=closed", viewport=PHONE)
    card, name = page.locator("tr[data-key]").first, page.locator("tr[data-key] .col-company").first
    expect(page.locator(".col-answer_by")).to_have_count(0)
    outer, inner = card.bounding_box(), name.bounding_box()
    assert outer and inner and inner["x"] + inner["width"] > outer["x"] + outer["width"] - 16


def test_the_order_that_a_list_has_is_named_and_changed_without_losing_the_keyboard(visit: Visit) -> None:
    page = visit("/?view=leads&sort=-updated_at", viewport=PHONE)
    order = page.get_by_label("Sort by")
    expect(order).to_have_value("updated")
    order.focus()
    order.select_option("score")
    expect(page).to_have_url(re.compile("sort=-score"))
    expect(page.locator("#list-region")).not_to_have_attribute("aria-busy", "true")
    expect(order).to_be_focused()


def test_letters_of_twice_the_size_bring_their_pictures_along_and_hide_nothing(visit: Visit) -> None:
    page = visit("/?view=leads", viewport=PHONE)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    row = page.locator("tr[data-key]").first
    assert row.locator(".icon").first.bounding_box()["width"] >= 24
    assert row.locator(".row-link").bounding_box()["width"] >= 130
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
