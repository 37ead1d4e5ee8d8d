"""The customer's line 3.6: Dynamics per lead and in bulk: button, state, history with time, errors, result."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Api, Held, Visit, recording

SHOWN = {
    "none": "Not there",
    "pending": "Waiting",
    "running": "Running",
    "synced": "Synced",
    "failed": "Failed",
    "review": "Decide",
    "blocked": "Blocked",
}


def test_each_row_shows_its_state_and_when_it_was_synced(visit: Visit, leads_of) -> None:
    page = visit("/?view=leads")
    states = [SHOWN[lead["dynamics_status"]] for lead in leads_of()]
    expect(page.locator("td.col-dynamics .state")).to_have_text(states)
    expect(page.locator("td.col-dynamics", has_text="Synced").first.locator("time")).to_be_visible()


def failing(lead: dict[str, Any]) -> dict[str, Any]:
    return {
        **lead,
        "dynamics_status": "failed",
        "dynamics_error": "telephone1: longer than 50 letters. Shorten it in Partner Center.",
        "dynamics_synced_at": None,
    }


def test_an_error_stands_in_the_row_with_what_to_do_and_a_button_that_tries_again(visit: Visit, api: Api) -> None:
    answer = api.get("leads", limit=5)
    page = visit(
        "/?view=leads", answers={"/api/leads": {**answer, "items": [failing(lead) for lead in answer["items"]]}}
    )
    cell = page.locator("td.col-dynamics").first
    expect(cell).to_contain_text("Failed")
    expect(cell).to_contain_text("Shorten it in Partner Center")
    expect(cell.get_by_role("button")).to_be_visible()


def test_one_lead_is_synced_from_its_row(visit: Visit, leads_of) -> None:
    lead = next(one for one in leads_of(limit=200) if one["dynamics_status"] == "synced")
    page = visit(f"/?view=leads&q={lead['domain']}")
    button = page.get_by_role("button", name=f"Sync {lead['company_name']} to Dynamics")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(page.locator(".toast")).to_contain_text(f"{lead['company_name']} is in Dynamics", timeout=30_000)
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_the_lead_shows_state_links_history_and_the_plan_of_a_sync(visit: Visit, leads_of) -> None:
    lead = next(one for one in leads_of(limit=200) if one["dynamics_status"] == "synced" and one["referral_count"] == 1)
    page = visit(f"/?view=leads&lead={lead['domain']}")
    part = page.locator("#lead-dynamics")
    expect(part.locator(".state")).to_have_text("Synced")
    expect(part.get_by_role("link", name="Open Lead in Dynamics")).to_have_attribute("href", lead["dynamics_url"])
    part.locator("summary", has_text="History").click()
    expect(part.locator(".timeline li").last).to_contain_text("Created in Dynamics")
    part.get_by_role("button", name="What would it do?").click()
    expect(part.locator(".plan")).to_contain_text("Nothing has been written")
    expect(part.locator(".plan h4")).to_be_in_viewport()
    expect(part.locator(".plan [data-record=account]")).to_contain_text("is as it should be")


def test_a_plan_shows_old_and_new_per_column_and_why(visit: Visit, api: Api) -> None:
    domain = api.get("leads", limit=1)["items"][0]["domain"]
    fields = [
        {"column": "hnt_score", "action": "update", "old": 60, "new": 75, "why": "ours"},
        {"column": "telephone1", "action": "skip", "old": "1", "new": "2", "why": "seller_changed"},
    ]
    record = {"record": "lead", "action": "update", "why": "changed", "fields": fields}
    params = {"column": "lead.lastname", "stand_in": "company"}
    mark = {"code": "filled", "params": params, "text": "lead.lastname: filled in"}
    plan = {
        "domain": domain,
        "referrals": [
            {"name": "First deal", "skip": None, "defaulted": [mark], "records": [record]},
            {"name": "Second deal", "skip": "outgoing", "defaulted": [], "records": []},
        ],
    }
    page = visit(f"/?view=leads&lead={domain}", answers={f"/api/dynamics/sync/{domain}": plan})
    page.get_by_role("button", name="What would it do?").click()
    rows = page.locator("#lead .plan .plain tbody tr")
    expect(rows.nth(0)).to_contain_text("hnt_score6075")
    expect(rows.nth(1)).to_contain_text("a seller changed it")
    expect(page.locator("#lead .plan")).to_contain_text("1 value was filled in, cut or left out")
    expect(page.locator("#lead .plan h5")).to_have_text(["First deal", "Second deal"])
    expect(page.locator("#lead .plan .planned").last).to_contain_text("an outgoing referral")


def test_chosen_leads_are_synced_in_bulk_with_progress_and_a_result_each(visit: Visit) -> None:
    page = visit("/?view=leads&dynamics_status=synced")
    for at in range(3):
        page.locator("tr[data-key] .col-select input").nth(at).check()
    bar = page.locator(".selection-bar")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Sync to Dynamics").click()
    ask = page.get_by_role("dialog")
    expect(ask).to_contain_text("Sync 3 leads to Dynamics?")
    ask.get_by_role("button", name="Sync 3 leads").click()
    expect(page.get_by_role("dialog")).to_contain_text("Done:", timeout=40_000)
    expect(page.locator("dialog .results tbody tr").nth(2)).to_be_visible()
    expect(page.get_by_role("heading", name="Sync of 3 leads")).to_be_visible()
    page.get_by_role("dialog").locator(".sheet-foot").get_by_role("button", name="Close").click()
    expect(bar).to_be_hidden()


def test_everything_that_matches_is_chosen_over_pages_except_what_is_taken_out(visit: Visit, api: Api) -> None:
    sent: list[dict[str, Any]] = []
    page = visit("/?view=leads&referral_status=new", storage={"page-size": 25})
    total = api.get("leads", referral_status="new", limit=1)["total"]
    page.route(
        "**/api/dynamics/bulk-sync", lambda route: (sent.append(route.request.post_data_json), Held()(route))[-1]
    )
    page.get_by_label("Select all rows of this page").check()
    page.get_by_role("button", name=f"Select all {total} that match").click()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#page-info")).to_contain_text("26–")
    expect(page.locator("tr[data-key] .col-select input").first).to_be_checked()
    left_out = page.locator("tr[data-key]").first.get_attribute("data-key")
    page.locator("tr[data-key] .col-select input").first.uncheck()
    expect(page.locator(".selection-bar")).to_contain_text(f"{total - 1} selected")
    page.locator(".selection-bar").get_by_role("button", name="Sync to Dynamics").click()
    page.get_by_role("dialog").get_by_role("button", name=f"Sync {total - 1} leads").click()
    page.wait_for_timeout(200)
    assert sent == [{"filter": {"referral_status": "new"}, "except": [left_out], "expected": total - 1}]


def test_a_bulk_run_that_has_sent_everything_says_that_the_rest_goes_on_alone(visit: Visit) -> None:
    run = {**recording("run"), "id": "b1", "kind": "bulk-push", "state": "finishing", "enqueued": 9, "pending": 4}
    started = (202, {"run_id": "b1", "status_url": "/api/runs/b1", "joined": False})
    page = visit("/?view=leads", answers={"/api/dynamics/bulk-sync": started, "/api/runs/b1": run})
    page.locator("tr[data-key] .col-select input").first.check()
    page.locator(".selection-bar").get_by_role("button", name="Sync to Dynamics").click()
    page.get_by_role("dialog").get_by_role("button", name="Sync 1 lead").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 of 9 done")
    expect(dialog).to_contain_text("tried again by itself")
    expect(dialog.get_by_role("button", name="Stop")).to_be_hidden()


def test_a_sync_of_one_lead_that_takes_long_is_left_to_itself_and_says_why(visit: Visit, api: Api) -> None:
    domain = api.get("leads", limit=1)["items"][0]["domain"]
    run = {**recording("run"), "id": "b1", "kind": "bulk-push", "state": "finishing", "enqueued": 1, "pending": 1}
    status = api.get(f"dynamics/status/{domain}")
    status["referrals"][0] |= {"dynamics_status": "pending", "error": "x", "error_code": "dyn_unavailable"}
    answers = {
        f"/api/dynamics/sync/{domain}": (202, {"run_id": "b1", "status_url": "/api/runs/b1", "joined": False}),
        "/api/runs/b1": run,
        f"/api/dynamics/status/{domain}": status,
    }
    page = visit("/?view=leads", answers=answers)
    button = page.locator(f"tr[data-key='{domain}'] .row-sync")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    page.clock.install()
    page.clock.fast_forward(20_000)
    expect(page.locator(".toast")).to_contain_text("is not there yet. Dynamics did not answer.")


@pytest.mark.parametrize(
    ("outcome", "words"), [("review", "Decide under"), ("blocked", "left alone"), ("new", "is in")]
)
def test_a_sync_of_one_lead_says_what_came_of_it(visit: Visit, api: Api, outcome: str, words: str) -> None:
    domain = api.get("leads", limit=1)["items"][0]["domain"]
    run = {**recording("run"), "id": "b1", "kind": "bulk-push", "state": "succeeded", "outcomes": {outcome: 1}}
    started = (202, {"run_id": "b1", "status_url": "/api/runs/b1", "joined": False})
    page = visit("/?view=leads", answers={f"/api/dynamics/sync/{domain}": started, "/api/runs/b1": run})
    page.locator(f"tr[data-key='{domain}'] .row-sync").click()
    expect(page.locator(".toast")).to_contain_text(words)


def test_a_bulk_run_can_be_stopped_and_goes_on_where_it_stopped(visit: Visit) -> None:
    run = {**recording("run"), "id": "b1", "kind": "bulk-push", "fetched": 50, "enqueued": 50, "pending": 40}
    state = {"run": run}
    started = (202, {"run_id": "b1", "status_url": "/api/runs/b1", "joined": False})

    def cancelled(route: Any) -> None:
        state["run"] = {**run, "state": "cancelled", "pending": 35, "outcomes": {"new": 9, "changed": 6}}
        route.fulfill(status=202, json={})

    def resumed(route: Any) -> None:
        state["run"] = {**run, "state": "succeeded", "pending": 0, "outcomes": {"new": 40, "changed": 10}}
        route.fulfill(status=202, json={})

    answers = {
        "/api/dynamics/bulk-sync": started,
        "/api/runs/b1/cancel": cancelled,
        "/api/runs/b1/resume": resumed,
        "/api/runs/b1": lambda route: route.fulfill(json=state["run"]),
    }
    page = visit("/?view=leads", answers=answers)
    page.get_by_label("Select all rows of this page").check()
    page.locator(".selection-bar").get_by_role("button", name="Sync to Dynamics").click()
    page.get_by_role("dialog").get_by_role("button", name="Sync", exact=False).last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("10 of 50 done")
    expect(dialog).to_contain_text("about 4 minutes left")
    dialog.get_by_role("button", name="Stop").click()
    expect(dialog).to_contain_text("Stopped: 15 in Dynamics.", timeout=10_000)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_contain_text("Done: 50 in Dynamics.", timeout=10_000)
    expect(dialog.get_by_role("button", name="Go on")).to_have_count(0)
