"""The customer's line 1.5: row hover, paging with page info, a helpful empty state, toasts that come and go well."""

import re

from playwright.sync_api import expect

from tests.ui.conftest import PHONE, Api, Held, Visit


def test_a_row_answers_to_the_pointer(visit: Visit) -> None:
    page = visit("/?view=leads")
    row = page.locator("tr[data-key]").nth(2)
    before = row.evaluate("row => getComputedStyle(row).backgroundColor")
    row.hover()
    assert row.evaluate("row => getComputedStyle(row).backgroundColor") != before
    row.locator(".col-why").click()
    expect(page.locator("dialog#lead")).to_be_visible()


def test_pages_say_where_one_is_and_the_address_brings_one_back(visit: Visit, api: Api) -> None:
    total = api.get("leads", limit=1)["total"]
    page = visit("/?view=leads", storage={"page-size": 25})
    expect(page.locator("#page-info")).to_have_text(re.compile(rf"1–25 of {total}.*page 1 of {-(-total // 25)}"))
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#page-info")).to_have_text(re.compile(rf"26–{min(50, total)} of {total}.*page 2"))
    expect(page).to_have_url(re.compile("cursor="))
    first = page.locator("tr[data-key]").first.get_attribute("data-key")
    page.reload()
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", str(first))
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#page-info")).to_contain_text("1–25")


def test_a_page_mark_that_belongs_to_no_list_leads_to_the_first_page(visit: Visit) -> None:
    visit.noise.append("status of 400")
    page = visit("/?view=leads&cursor=nonsense")
    expect(page.locator("#page-info")).to_contain_text("1–")
    expect(page).not_to_have_url(re.compile("cursor"))


def test_an_empty_result_says_why_and_offers_the_way_out(visit: Visit) -> None:
    page = visit("/?view=leads&q=nobodyiscalledlikethis")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("No lead fits these filters")
    expect(page.locator(".insight")).to_be_hidden()
    notice.get_by_role("button", name="Clear all").click()
    expect(page.locator("tr[data-key]").first).to_be_visible()
    expect(page.locator(".insight")).to_be_visible()


def test_an_empty_list_offers_a_sync_and_a_company_by_hand(visit: Visit) -> None:
    empty = {
        "items": [],
        "total": 0,
        "first": 0,
        "limit": 50,
        "next_cursor": None,
        "prev_cursor": None,
        "as_of": "2026-11-23T12:00:00Z",
    }
    page = visit("/?view=leads", answers={"/api/leads": empty})
    notice = page.locator(".notice")
    expect(notice).to_contain_text("No leads yet")
    expect(notice.get_by_role("button", name="Sync now")).to_be_visible()
    notice.get_by_role("button", name="Add a company").click()
    expect(page.get_by_role("dialog")).to_contain_text("Domain")


def test_a_success_leaves_by_itself_and_waits_while_it_is_looked_at(visit: Visit) -> None:
    page = visit("/?view=leads", permissions=["clipboard-read", "clipboard-write"])
    page.clock.install()
    page.locator(".view-menu").click()
    page.get_by_role("button", name="Copy link").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Link copied")
    box = toast.bounding_box()
    assert box and box["x"] + box["width"] > 1300 and box["y"] < 60
    assert toast.get_attribute("role") == "status"
    toast.hover()
    page.clock.run_for(6000)
    expect(toast).to_be_visible()
    page.mouse.move(10, 500)
    page.clock.run_for(4500)
    expect(toast).to_have_count(0)


def test_an_error_stays_until_it_is_dismissed_and_never_more_than_three_stand(visit: Visit) -> None:
    visit.noise.append("status of 500")
    page = visit(
        "/?view=leads",
        answers={"/api/dynamics/sync/*": (500, {"code": "internal", "correlation_id": "abc"})},
        viewport=PHONE,
    )
    for at in range(4):
        page.locator(".row-sync").nth(at).click()
        expect(page.locator(".toast")).to_have_count(min(3, at + 1))
    assert page.locator(".toast").first.get_attribute("role") == "alert"
    box = page.locator(".toasts").bounding_box()
    assert box and box["y"] + box["height"] > 800
    page.wait_for_timeout(4500)
    expect(page.locator(".toast")).to_have_count(3)
    page.locator(".toast").first.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(2)


def test_going_back_shows_the_place_as_it_was_left(visit: Visit) -> None:
    page = visit("/?view=leads", storage={"page-size": 25})
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.evaluate("scrollTo(0, 700)")
    page.locator("[data-view=closed]").evaluate("link => link.click()")
    expect(page.locator(".chip").first).to_be_visible()
    expect(page.locator("#page-info")).to_contain_text("1–")
    page.go_back()
    expect(page.locator("#page-info")).to_contain_text("1–25")
    page.wait_for_function("scrollY === 700")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#page-info")).to_contain_text("26–")
    assert page.evaluate("scrollY") < 300


def test_who_turns_the_page_before_all_is_there_again_has_left_that_place(visit: Visit) -> None:
    page = visit("/?view=leads", storage={"page-size": 25})
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.evaluate("scrollTo(0, 700)")
    page.locator("[data-view=closed]").evaluate("link => link.click()")
    expect(page.locator(".chip").first).to_be_visible()
    page.route("**/api/dashboard*", Held())
    page.go_back()
    expect(page.locator("#page-info")).to_contain_text("1–25")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#page-info")).to_contain_text("26–")
    assert page.evaluate("scrollY") < 300


def test_a_link_that_nobody_could_have_made_still_shows_the_page(visit: Visit) -> None:
    visit.noise.append("status of 4")
    page = visit("/?view=leads&first_seen_after=nonsense")
    expect(page.locator(".chip")).to_have_text("First seen since: nonsense")
    page.locator(".notice").get_by_role("button", name="Clear all").click()
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.goto(page.url.split("?")[0] + "?group=nonsense")
    expect(page.locator("tr.group").nth(1)).to_be_visible()


def test_a_new_release_is_offered_until_somebody_answers_and_the_keyboard_comes_back(visit: Visit) -> None:
    page = visit("/?view=leads")
    page.clock.install()
    page.reload()
    expect(page.locator("[data-view=closed] .count")).to_be_visible()
    page.route("**/api/health", lambda route: route.fulfill(json={"status": "ok", "version": "9.9", "commit": "new"}))
    page.clock.fast_forward("05:10")
    offer = page.locator(".toast", has_text="A new version of Hunter is ready")
    expect(offer.get_by_role("button", name="Load it")).to_be_visible()
    page.clock.fast_forward("10:00")
    expect(offer).to_be_visible()
    page.locator("#search").focus()
    offer.get_by_role("button", name="Dismiss").press("Enter")
    page.clock.run_for(400)
    expect(offer).to_have_count(0)
    expect(page.locator("#search")).to_be_focused()


def test_paper_shows_the_open_lead_in_full_and_always_in_light(visit: Visit) -> None:
    page = visit("/?view=leads", color_scheme="dark")
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead-timeline li").first).to_be_visible()
    page.emulate_media(media="print")
    lead = page.locator("dialog#lead")
    assert lead.evaluate("lead => lead.scrollHeight <= lead.clientHeight && lead.clientHeight > innerHeight")
    assert lead.evaluate("lead => getComputedStyle(lead).color") == "rgb(23, 27, 34)"
    for control in ("#views", "main", "dialog#lead .icon-button >> nth=0"):
        expect(page.locator(control)).to_be_hidden()
