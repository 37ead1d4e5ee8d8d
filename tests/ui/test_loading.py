"""The customer's line 1.3: spinner over the table, filters at rest while fetching, busy exports, fades."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.ui.conftest import Held, Visit


def test_the_filters_rest_and_a_spinner_lies_over_the_faded_rows_while_fetching(visit: Visit) -> None:
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    held = Held()
    page.route("**/api/leads?*", held)
    page.locator(".col-score .sorter").click()
    expect(page.locator("#filters .filter").first).to_be_disabled()
    expect(page.locator("#list-region .spinner")).to_be_visible()
    expect(page.locator("#list-region")).to_have_attribute("aria-busy", "true")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    held.release()
    expect(page.locator("#filters .filter").first).to_be_enabled()
    expect(page.locator("#list-region .spinner")).to_have_count(0)


def test_a_quick_answer_shows_no_spinner_and_a_very_slow_one_gets_words(visit: Visit) -> None:
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    held = Held()
    page.route("**/api/leads?*", held)
    page.locator(".col-score .sorter").click()
    page.clock.run_for(200)
    expect(page.locator("#list-region .spinner")).to_have_count(0)
    page.clock.run_for(3000)
    expect(page.locator("#list-region .veil-words")).to_contain_text("Waking the service up")
    held.release()
    expect(page.locator("#list-region .spinner")).to_have_count(0)


def test_a_slow_answer_never_overwrites_a_newer_one(visit: Visit, leads_of) -> None:
    newest = leads_of(sort="company_name")[0]["domain"]
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    held = Held()
    page.route(lambda address: "sort=-score" in address and "/api/leads?" in address, held)
    page.locator(".col-score .sorter").click()
    expect(page.locator("#filters .filter").first).to_be_disabled()
    page.locator(".col-company .sorter").first.click()
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", newest)
    held.release()
    page.wait_for_timeout(300)
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", newest)


def test_the_export_button_shows_that_it_works_and_can_be_cancelled(visit: Visit) -> None:
    page = visit("/?view=leads")
    page.route("**/api/leads/export*", Held())
    page.locator(".export").click()
    page.locator("[data-format=csv]").click()
    expect(page.locator(".export")).to_be_disabled()
    expect(page.locator(".export")).to_contain_text("Exporting")
    expect(page.locator(".export .spinner")).to_be_visible()
    page.locator(".export-cancel").click()
    expect(page.locator(".toast")).to_contain_text("cancelled")
    expect(page.locator(".export")).to_be_enabled()


def test_what_appears_fades_in_150_ms(visit: Visit) -> None:
    page = visit("/?view=leads", reduced_motion="no-preference")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    assert page.locator("table.rows").evaluate("table => getComputedStyle(table).animationDuration") == "0.15s"
    assert page.locator("#filters").evaluate("bar => getComputedStyle(bar).transitionDuration") == "0.15s"
    page.locator("[data-row-link]").first.click()
    assert "0.15s" in page.locator("dialog#lead").evaluate("dialog => getComputedStyle(dialog).transitionDuration")


def test_a_lead_that_is_passed_over_leaves_no_spinner_behind(visit: Visit) -> None:
    page = visit("/?view=leads")
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead-timeline li").first).to_be_visible()
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    title = page.locator("#lead-title")
    before = title.inner_text()
    page.evaluate("for (const key of 'jj') document.dispatchEvent(new KeyboardEvent('keydown', { key }))")
    expect(title).not_to_have_text(before)
    expect(page.locator("#lead [aria-busy=true]")).to_have_count(0)
    page.clock.run_for(4000)
    expect(page.locator("#lead .veil")).to_have_count(0)


def test_who_one_is_may_take_a_while_and_the_page_says_that_it_waits(visit: Visit) -> None:
    held = Held()
    page = visit("/", answers={"/.auth/me": held}, ready=False)
    expect(page.locator("#view .spinner")).to_be_visible()
    held.release()
    expect(page.locator("tr[data-key]").first).to_be_visible()
    expect(page.locator("#view > .veil")).to_have_count(0)
