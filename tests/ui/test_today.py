"""Today: whom to answer first, in five seconds."""

import re

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit

GROUPS = {
    "within_24h": "Overdue or within 24 hours",
    "within_72h": "Within 72 hours",
    "new": "New since your last visit",
    "rest": "The rest",
}


def test_the_page_opens_on_today_with_its_groups_in_order_and_their_counts(visit: Visit, api: Api) -> None:
    page = visit("/")
    expect(page.locator("#views [aria-current=page]")).to_contain_text("Today")
    groups = [group for group in api.get("today")["groups"] if group["total"]]
    heads = page.locator("tr.group")
    expect(heads).to_have_count(len(groups))
    # "New" and "the rest" depend on the visitor; what presses does not.
    for at, group in enumerate(group for group in groups if group["code"].startswith("within")):
        expect(heads.nth(at)).to_contain_text(f"{GROUPS[group['code']]}{group['total']}")
        keys = page.locator(f"#group-{group['code']} tr[data-key]").evaluate_all(
            "rows => rows.map(row => row.dataset.key)"
        )
        assert keys == [item["id"] for item in group["items"]]


def test_each_number_of_the_sentence_leads_to_exactly_its_rows(visit: Visit, api: Api) -> None:
    page = visit("/")
    summary = api.get("today")["summary"]
    link = page.locator(".morning a").first
    expect(link).to_contain_text(f"{summary['within_24h']} must be answered today")
    link.click()
    expect(page).to_have_url(re.compile("group=within_24h"))
    expect(page.locator("tr[data-key]")).to_have_count(summary["within_24h"])
    page.locator(".morning-line .chip").click()
    expect(page.locator("tr.group").nth(1)).to_be_visible()


def test_what_did_not_reach_dynamics_is_counted_and_listed(visit: Visit, api: Api) -> None:
    today = api.get("today")
    today["summary"]["not_in_dynamics"] = 1
    page = visit("/", answers={"/api/today": today})
    page.locator(".morning a", has_text="1 did not reach Dynamics").click()
    expect(page).to_have_url(re.compile("view=leads&dynamics_status=failed,review"))


def test_nothing_waiting_is_said_with_the_time_of_the_last_check(visit: Visit) -> None:
    summary = {
        "within_24h": 0,
        "within_72h": 0,
        "new": 0,
        "rest": 0,
        "not_in_dynamics": 0,
        "total": 0,
        "last_check": "2026-11-23T09:00:00Z",
    }
    groups = [{"code": code, "total": 0, "items": []} for code in GROUPS]
    page = visit("/", answers={"/api/today": {"summary": summary, "groups": groups}})
    expect(page.locator(".notice")).to_contain_text("Nothing is waiting for an answer")
    expect(page.locator(".notice time")).to_have_attribute("datetime", "2026-11-23T09:00:00Z")


def test_a_countdown_follows_the_servers_clock_and_not_the_laptops(visit: Visit) -> None:
    page = visit("/?view=leads")
    due = page.locator("time.due").first
    expect(due).to_be_visible()
    told = due.inner_text()
    wrong = visit("/?view=leads")
    wrong.clock.install(time="2031-01-01T00:00:00Z")
    wrong.reload()
    shown = wrong.locator("time.due").first
    expect(shown).to_be_visible()
    unit = re.sub(r"\d+", "", told).split()
    assert unit[-1] in shown.inner_text()


def test_a_referral_without_a_domain_asks_for_it_and_the_road_goes_on(visit: Visit, api: Api) -> None:
    nameless = api.get("referrals", has_domain="false", status="new", limit=50)["items"]
    page = visit(
        "/",
        answers={
            "/api/referrals/" + nameless[0]["id"] + "/domain": (
                400,
                {"code": "bad_domain", "params": {"field": "domain"}, "correlation_id": "x"},
            )
        },
    )
    visit.noise.append("status of 400")
    page.locator(f"tr[data-key='{nameless[0]['id']}']").locator("[data-row-link]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(nameless[0]["company_name"])
    dialog.get_by_role("textbox").fill("nonsense")
    dialog.get_by_role("button", name="Name the domain").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not a company's domain")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page).not_to_have_url(re.compile("referral="))


def test_new_rows_wait_behind_a_line_and_values_change_in_place(visit: Visit, api: Api) -> None:
    answer = api.get("leads", limit=50)
    page = visit("/?view=leads", answers={"/api/leads": {**answer, "items": answer["items"][2:10]}})
    rows = page.locator("tr[data-key]")
    expect(rows).to_have_count(8)
    first = rows.first.get_attribute("data-key")
    newer = [{**lead, "score": 1, "version": lead["version"] + 1} for lead in answer["items"][:10]]
    page.unroute_all()
    page.route(lambda address: "/api/leads?" in address, lambda route: route.fulfill(json={**answer, "items": newer}))
    page.evaluate("dispatchEvent(new Event('hunter:changed'))")
    expect(page.locator(".news-button")).to_contain_text("2 new · Show")
    expect(rows).to_have_count(8)
    assert rows.first.get_attribute("data-key") == first
    expect(rows.first.locator(".score strong")).to_have_text("1")
    page.locator(".news-button").click()
    expect(rows).to_have_count(10)
    expect(page.locator(".news-button")).to_have_count(0)


@pytest.mark.parametrize("door", ["leads", "today"])
def test_the_first_rows_come_by_themselves_into_an_empty_view(visit: Visit, api: Api, door: str) -> None:
    full = api.get(door)
    nothing = [{**one, "total": 0, "items": []} for one in full.get("groups", [])]
    page = visit(f"/?view={door}", answers={f"/api/{door}": {**full, "total": 0, "items": [], "groups": nothing}})
    expect(page.locator("#view .notice")).to_be_visible()
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('hunter:changed'))")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    expect(page.locator("#view .notice")).to_have_count(0)


def test_today_is_looked_at_again_when_one_comes_back_to_it(visit: Visit, api: Api) -> None:
    today = api.get("today")
    group = next(group for group in today["groups"] if group["items"])
    fewer = [{**one, "items": one["items"][1:]} if one is group else one for one in today["groups"]]
    page = visit("/", answers={"/api/today": {**today, "groups": fewer}})
    rows = page.locator("tr[data-key]")
    expect(rows.first).to_be_visible()
    shown = rows.count()
    page.locator("[data-view=closed]").click()
    expect(page.locator("#page-info")).to_be_visible()
    page.unroute_all()
    page.locator("[data-view=today]").click()
    expect(rows).to_have_count(shown)
    page.locator(".news-button", has_text="new · Show").click()
    expect(page.locator(f"tr[data-key='{group['items'][0]['id']}']")).to_be_visible()


def test_a_group_that_is_too_long_leads_to_all_of_it(visit: Visit, api: Api) -> None:
    today = api.get("today")
    today["groups"][0]["total"] = 1240
    page = visit("/", answers={"/api/today": today})
    page.locator("#group-within_24h .group a", has_text="of 1,240").click()
    expect(page).to_have_url(re.compile("view=leads&referral_status=new&sort=respond_by"))
