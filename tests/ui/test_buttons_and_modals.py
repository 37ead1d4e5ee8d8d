"""The customer's line 1.1: buttons that answer to the hand, modals that close as people expect."""

import re

from playwright.sync_api import Page, expect

from tests.ui.conftest import Visit


def opened(page: Page) -> Page:
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead .breakdown")).to_be_visible()
    return page


def test_hover_changes_colour_and_scale_smoothly_and_not_at_all_under_reduced_motion(visit: Visit) -> None:
    look = """button => {
      const style = getComputedStyle(button);
      return [style.backgroundColor, style.transform, style.transitionDuration];
    }"""
    moving = visit("/?view=leads", reduced_motion="no-preference")
    moving.wait_for_load_state()  # all styles, not only those of what is shown first
    button = moving.locator("#filters .button").first
    rest = button.evaluate(look)
    assert "0.12s" in rest[2]
    button.hover()
    expect(button).to_have_css("transform", re.compile(r"matrix\(1\.02, "))
    expect(button).not_to_have_css("background-color", rest[0])

    slow = "!getComputedStyle(one).transitionDuration.includes('0.12s')"
    still = f"all => all.filter(one => {slow}).map(one => one.outerHTML)"
    assert moving.locator(".button:visible, .sorter:visible, .row-sync:visible, .views a").evaluate_all(still) == []

    calm = visit("/?view=leads")
    assert calm.locator("#filters .button").first.evaluate(look)[2] in ("0s", "0s, 0s, 0s, 0s")


def test_a_modal_closes_on_the_backdrop_and_not_on_its_content(visit: Visit) -> None:
    page = opened(visit("/?view=leads"))
    dialog = page.locator("dialog#lead")
    page.locator("#lead-title").click()
    page.locator("#lead-score h3").click()
    expect(dialog).to_be_visible()
    page.mouse.click(20, 450)
    expect(dialog).to_be_hidden()
    expect(page).not_to_have_url("lead=")


def test_a_drag_that_begins_inside_does_not_close_the_modal(visit: Visit) -> None:
    page = opened(visit("/?view=leads"))
    box = page.locator("#lead-title").bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(20, 450)
    page.mouse.up()
    expect(page.locator("dialog#lead")).to_be_visible()


def test_escape_closes_the_modal_and_the_row_has_the_keyboard_again(visit: Visit) -> None:
    page = opened(visit("/?view=leads"))
    page.keyboard.press("Escape")
    expect(page.locator("dialog#lead")).to_be_hidden()
    expect(page.locator("[data-row-link]").first).to_be_focused()


def test_long_content_scrolls_inside_eighty_percent_of_the_height(visit: Visit) -> None:
    page = opened(visit("/?view=leads"))
    height = page.locator("dialog#lead").evaluate("dialog => dialog.getBoundingClientRect().height")
    assert height <= 0.8 * 900 + 1
    assert (
        page.locator("#lead .sheet-body").evaluate(
            "body => body.scrollHeight > body.clientHeight && getComputedStyle(body).overflowY"
        )
        == "auto"
    )
    page.locator("#lead-timeline").scroll_into_view_if_needed()
    assert page.evaluate("scrollY") == 0


def test_focus_stays_inside_an_open_modal(visit: Visit) -> None:
    page = opened(visit("/?view=leads"))
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog#lead') !== null"
        )


def test_back_closes_the_lead_and_forward_opens_it_again(visit: Visit) -> None:
    page = opened(visit("/?view=leads"))
    page.go_back()
    expect(page.locator("dialog#lead")).to_be_hidden()
    page.go_forward()
    expect(page.locator("dialog#lead")).to_be_visible()
