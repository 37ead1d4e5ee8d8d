"""Views: presets with counts, one's own saved in the browser, shared as links; columns."""

import re

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit


def test_each_view_says_how_much_it_holds_and_leads_to_it(visit: Visit, api: Api) -> None:
    page = visit("/")
    for view, query in {
        "leads": {},
        "hot": {"technical_heat": "Hot", "dynamics_status": "none,pending,running,failed,review,blocked"},
        "closed": {"referral_status": "won,lost,declined,expired"},
    }.items():
        total = api.get("leads", limit=1, **query)["total"]
        expect(page.locator(f"[data-view={view}] .count")).to_have_text(str(total))
    page.goto(f"{api.front}/?view=attention")
    expect(page.locator("[data-view=closed] .count")).to_have_text(str(total))
    page.locator("[data-view=closed]").click()
    expect(page.locator("#page-info")).to_contain_text(f"of {total}")
    expect(page.locator(".chip")).to_have_count(4)


def test_an_own_view_is_saved_changed_reset_renamed_and_deleted(visit: Visit) -> None:
    page = visit("/?view=leads&segment=Migration&sort=-score")
    expect(page.locator(".changed-mark")).to_be_visible()
    page.locator(".view-menu").click()
    page.get_by_role("button", name="Save as a new view").click()
    page.get_by_role("textbox", name="Name").fill("Big fish")
    page.keyboard.press("Enter")
    own = page.locator("#views a", has_text="Big fish")
    expect(own).to_have_attribute("aria-current", "page")
    expect(page.locator(".changed-mark")).to_have_count(0)
    page.locator(".chip").click()
    expect(page.locator(".changed-mark")).to_be_visible()
    page.locator(".view-menu").click()
    page.get_by_role("button", name="Reset to the view").click()
    expect(page.locator(".chip")).to_have_text("Segment: Migration")
    page.reload()
    expect(own).to_be_visible()
    page.locator(".view-menu").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("Bigger fish")
    page.keyboard.press("Enter")
    expect(page.locator("#views a", has_text="Bigger fish")).to_be_visible()
    page.locator(".view-menu").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#views a", has_text="Bigger fish")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#views a", has_text="Bigger fish")).to_be_visible()


def test_a_link_to_an_own_view_shows_the_same_rows_to_somebody_else(visit: Visit, api: Api) -> None:
    page = visit("/?view=own-of-somebody&segment=Migration&sort=-score")
    expect(page.locator("#page-info")).to_contain_text(f"of {api.get('leads', segment='Migration', limit=1)['total']}")
    expect(page.locator("[data-view=leads]")).to_have_attribute("aria-current", "page")


def test_columns_are_chosen_ordered_and_reset_and_come_back(visit: Visit) -> None:
    page = visit("/?view=leads")
    heads = page.locator("thead th:not(.col-select)")
    expect(heads).to_have_text(["Answer by", "Company", "Referral", "Score", "Why", "Dynamics"])
    page.get_by_role("button", name="Columns").click()
    page.locator(".column-list").get_by_label("DMARC", exact=True).check()
    expect(heads).to_have_text(["Answer by", "Company", "Referral", "Score", "Why", "Dynamics", "DMARC"])
    page.get_by_role("button", name="Move DMARC to the front").click()
    expect(heads.nth(5)).to_have_text("DMARC")
    page.reload()
    expect(heads.nth(5)).to_have_text("DMARC")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Reset columns").click()
    expect(heads).to_have_count(6)
    expect(page).not_to_have_url(re.compile("columns="))


def test_the_lead_walks_through_the_list_and_read_rows_are_marked(visit: Visit) -> None:
    page = visit("/?view=leads")
    links = page.locator("[data-row-link]")
    second, third = links.nth(1).inner_text(), links.nth(2).inner_text()
    links.nth(1).click()
    expect(page.locator("#lead-title")).to_have_text(second)
    page.keyboard.press("j")
    expect(page.locator("#lead-title")).to_have_text(third)
    page.keyboard.press("Escape")
    expect(links.nth(2)).to_be_focused()
    expect(page.locator("tr.seen")).to_have_count(2)


def test_a_newer_release_is_offered_and_nothing_reloads_by_itself(visit: Visit) -> None:
    told = {"status": "ok", "version": "1.0.0", "commit": "aaa"}
    page = visit("/", answers={"/api/health": lambda route: route.fulfill(json=told)})
    page.clock.install()
    page.reload()
    page.wait_for_selector("[data-ready]", state="attached")
    page.wait_for_timeout(100)
    told["commit"] = "bbb"
    page.clock.run_for(301_000)
    expect(page.locator(".toast", has_text="new version")).to_be_visible()


def test_the_walk_from_lead_to_lead_goes_on_on_the_next_page(visit: Visit, leads_of) -> None:
    leads = leads_of(limit=50)
    page = visit("/?view=leads", storage={"page-size": 25})
    page.locator("[data-row-link]").nth(24).click()
    expect(page.locator("#lead-title")).to_have_text(leads[24]["company_name"])
    page.keyboard.press("j")
    expect(page.locator("#lead-title")).to_have_text(leads[25]["company_name"])
    expect(page.locator("#page-info")).to_contain_text("26–")
    page.get_by_role("button", name="Previous lead").click()
    expect(page.locator("#lead-title")).to_have_text(leads[24]["company_name"])
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("lead="))
    expect(page.locator("[data-row-link]").nth(24)).to_be_focused()


def test_every_column_at_once_leaves_the_page_its_width(visit: Visit) -> None:
    every = (
        "answer_by,company,referral,score,why,dynamics,status,priority,provider,spf,dkim,dmarc,country,tenant_size,"
        "registration,contact,updated"
    )
    page = visit(f"/?view=leads&columns={every}")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    for width in (1440, 1024, 768, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1024, "height": 800})
    expect(page.locator("#list-region")).to_have_attribute("data-wide", "")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Reset columns").click()
    for width in (1024, 768):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("#list-region:not([data-wide])")).to_be_visible()


RUBBISH = [5, "abc", {}, [None]]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_what_an_older_page_left_in_the_browser_harms_nothing(visit: Visit, rubbish: object) -> None:
    names = ("views", "filters", "seen", "page-size", "visit", "theme", "language", "insight")
    page = visit("/", storage=dict.fromkeys(names, rubbish))
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.locator("[data-view=leads]").click()
    expect(page.locator("#page-info")).to_be_visible()
    expect(page.locator("#views a")).to_have_count(5)


def test_a_browser_that_forbids_storage_shows_the_page_all_the_same(visit: Visit) -> None:
    page = visit("/?view=leads", ready=False)
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } })")
    page.reload()
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead-timeline li").first).to_be_visible()


def test_a_view_that_loses_its_last_filter_becomes_all_leads(visit: Visit) -> None:
    page = visit("/?view=closed")
    chips = page.locator(".chip[data-filter]")
    for left in (3, 2, 1):
        chips.first.click()
        expect(chips).to_have_count(left)
        expect(chips.first).to_be_focused()
    chips.first.click()
    expect(chips).to_have_count(0)
    expect(page.locator("[data-view=leads]")).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile(r"\?view=leads$"))


def test_a_link_to_a_view_works_with_what_a_mail_program_hangs_on_it(visit: Visit) -> None:
    page = visit("/?view=closed&utm_source=mail")
    expect(page.locator(".chip[data-filter]")).to_have_count(4)


def test_an_own_view_of_columns_alone_opens_with_them_and_can_be_reset(visit: Visit) -> None:
    own = {"id": "own-1", "name": "Mail", "filters": {}, "sort": "", "columns": "company,spf"}
    page = visit("/?view=own-1", storage={"views": [own]})
    heads = page.locator("thead th:not(.col-select)")
    expect(heads).to_have_text(["Company", "SPF"])
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Reset columns").click()
    expect(heads).to_have_count(6)


def test_a_view_cannot_be_saved_under_a_name_of_spaces(visit: Visit) -> None:
    page = visit("/?view=leads&segment=Migration")
    page.locator(".view-menu").click()
    page.get_by_role("button", name="Save as a new view").click()
    page.get_by_role("textbox", name="Name").fill("   ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#views a")).to_have_count(5)
    page.keyboard.press("Escape")
    expect(page.locator(".view-menu")).to_be_focused()


def test_closed_leads_show_how_they_ended_latest_first(visit: Visit, leads_of) -> None:
    page = visit("/?view=closed")
    heads = page.locator("thead th:not(.col-select)")
    expect(heads).to_have_text(["Company", "Referral status", "Referral", "Score", "Dynamics", "Updated"])
    expect(page.locator("thead .col-updated")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Clear all").click()
    expect(heads.first).to_have_text("Answer by")


def test_a_view_saved_in_one_tab_stands_in_the_other(visit: Visit, api: Api) -> None:
    page = visit("/?view=leads")
    other = page.context.new_page()
    other.goto(f"{api.front}/?view=leads&segment=Migration")
    other.locator(".view-menu").click()
    other.get_by_role("button", name="Save as a new view").click()
    other.get_by_role("textbox", name="Name").fill("Shared")
    other.keyboard.press("Enter")
    expect(page.locator("#views a", has_text="Shared")).to_be_visible()
