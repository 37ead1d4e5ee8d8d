"""The whole page without a mouse."""

import re

from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit

FOCUSED = """() => {
  const $it = document.activeElement;
  return [$it.outerHTML.slice(0, 80), getComputedStyle($it).outlineStyle];
}"""


def test_from_the_list_to_a_lead_and_back_by_keys_alone(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("view=leads"))
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    links = page.locator("[data-row-link]")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog#lead")).to_be_visible()
    page.keyboard.press("Escape")
    expect(links.nth(1)).to_be_focused()


def test_rows_are_selected_one_by_one_and_as_a_range(visit: Visit) -> None:
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".selection-bar")).to_contain_text("1 selected")
    for _ in range(4):
        page.keyboard.press("j")
    page.keyboard.press("X")
    expect(page.locator(".selection-bar")).to_contain_text("5 selected")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".selection-bar")).to_contain_text("6 selected")


def test_the_help_sheet_lists_the_keys_and_typing_is_never_a_shortcut(visit: Visit) -> None:
    page = visit("/?view=leads")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Next row")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("j2?x")
    expect(page.locator("#search")).to_have_value("j2?x")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_every_control_shows_its_focus_and_the_skip_link_leads_to_the_rows(visit: Visit) -> None:
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    unseen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found[1] == "none" and not found[0].startswith("<body"):
            unseen.append(found[0])
    assert not unseen


def test_a_menu_opens_and_closes_by_key_and_the_filter_keeps_the_keyboard(visit: Visit) -> None:
    page = visit("/?view=leads")
    button = page.locator("#filters").get_by_role("button", name="Segment", exact=True)
    expect(button).to_be_enabled()  # filters rest while the list is fetched
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".chip")).to_have_text("Segment: Migration")
    expect(page.locator(".menu:popover-open").get_by_label("Migration", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".menu:popover-open")).to_have_count(0)


def test_a_new_page_and_a_search_give_the_keyboard_a_row(visit: Visit) -> None:
    page = visit("/?view=leads", storage={"page-size": 25})
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("#page-info")).to_contain_text("26–")
    expect(page.locator("[data-row-link]").first).to_be_focused()
    page.get_by_role("button", name="Previous", exact=True).click()
    expect(page.locator("#page-info")).to_contain_text("1–25")
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("terazi")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-key]")).to_have_count(1)
    expect(page.locator("[data-row-link]").first).to_be_focused()


def test_what_renews_itself_leaves_the_keyboard_where_it_is(visit: Visit, api: Api) -> None:
    page = visit("/")
    link = page.locator(".morning a").first
    link.focus()
    today = api.get("today")
    today["summary"]["within_24h"] += 1
    page.route("**/api/today*", lambda route: route.fulfill(json=today))
    page.evaluate("dispatchEvent(new Event('hunter:changed'))")
    expect(link).to_contain_text(f"{today['summary']['within_24h']} must be answered")
    expect(link).to_be_focused()
    page.locator("[data-view=closed]").press("Enter")
    expect(page.locator("#page-info")).to_be_visible()
    expect(page.locator("[data-view=closed]")).to_be_focused()


def test_the_keyboard_goes_on_in_the_view_when_what_had_it_is_gone(visit: Visit) -> None:
    page = visit("/?view=closed&lead=egeseramik.example")
    expect(page.locator("#lead-timeline li").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#view")).to_be_focused()
    page.get_by_role("button", name="Clear all").press("Enter")
    expect(page.locator("#view")).to_be_focused()
    page.get_by_label("Select all rows of this page").check()
    page.get_by_role("button", name="Clear selection").press("Enter")
    expect(page.locator("#select-page")).to_be_focused()
