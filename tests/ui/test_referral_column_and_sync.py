"""The customer's line 2.5: the Referral column, the sync button, its progress and its toast."""

import re

from playwright.sync_api import Page, expect

from tests.sandbox_process import SandboxProcess
from tests.ui.conftest import Api, Visit, problem, recording

SHOWN = {"co-sell": "Co-sell", "marketplace": "Marketplace", "solution-provider": "SP", "unclassified": "-", None: "-"}


def test_the_referral_column_shows_the_type_as_a_badge_or_a_dash(visit: Visit, leads_of) -> None:
    page = visit("/?view=leads", storage={"page-size": 200})
    expect(page.locator("tr[data-key]").first).to_be_visible()
    cells = page.locator("td.col-referral").evaluate_all(
        "cells => cells.map(cell => cell.firstElementChild.textContent)"
    )
    leads = leads_of(limit=200)
    assert cells == [SHOWN[lead["referral_type"]] for lead in leads]
    assert {"co-sell", "marketplace", "solution-provider"} <= {lead["referral_type"] for lead in leads}
    expect(page.locator("td.col-referral .badge", has_text="Co-sell").first).to_have_attribute("data-tone", "blue")


def test_several_referrals_of_one_company_are_counted_and_named(visit: Visit, leads_of) -> None:
    several = next(lead for lead in leads_of(limit=200) if lead["referral_count"] > 1)
    page = visit(f"/?view=leads&q={several['domain']}")
    expect(page.locator(".times").first).to_have_text(f"×{several['referral_count']}")
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead .deal")).to_have_count(several["referral_count"])


def start_sync(page: Page) -> None:
    page.get_by_role("button", name="Sync now").first.click()


def test_a_sync_shows_that_it_runs_then_its_result_and_the_time_from_the_server(visit: Visit, api: Api) -> None:
    page = visit("/")
    start_sync(page)
    expect(page.locator("#sync-now")).to_be_disabled()
    expect(page.locator("#sync-now")).to_contain_text("Syncing")
    expect(page.locator(".toast").first).to_be_visible(timeout=40_000)
    expect(page.locator(".toast").last).to_contain_text("Sync finished", timeout=40_000)
    expect(page.locator("#sync-now")).to_be_enabled()
    expect(page.locator("#head-line")).to_contain_text("Partner Center: last check")
    assert api.get("runs", kind="referrals", limit=1)["items"][0]["state"] in ("succeeded", "finishing")


def test_a_second_sync_of_the_same_referrals_ends_too(visit: Visit) -> None:
    """The same records twice within the duplicate window: a message that the bus drops would leave the run open."""
    page = visit("/")
    for _ in range(2):
        start_sync(page)
        expect(page.locator(".toast", has_text="Sync finished")).to_be_visible(timeout=40_000)
        for toast in page.locator(".toast").all():
            toast.get_by_role("button", name="Dismiss").click()
        expect(page.locator(".toast")).to_have_count(0)


def test_a_sync_that_is_switched_off_says_so_in_a_toast_that_stays(visit: Visit) -> None:
    visit.noise.append("status of 400")
    refused = (400, problem("feature_disabled", flag="PARTNER_CENTER_ENABLED"))
    page = visit("/", answers={"/api/referrals/sync": refused})
    start_sync(page)
    toast = page.locator(".toast[data-tone=error]")
    expect(toast).to_contain_text("switched off")
    expect(toast).to_contain_text("PARTNER_CENTER_ENABLED")
    page.wait_for_timeout(4300)
    expect(toast).to_be_visible()
    expect(page.locator("#sync-now")).to_be_enabled()


def test_a_failed_run_ends_in_a_toast_that_says_where_to_look(visit: Visit) -> None:
    run = {**recording("run"), "state": "failed", "pending": 0, "ended_at": "2026-11-23T12:00:01Z"}
    started = (202, {"run_id": "r1", "status_url": "/api/runs/r1", "joined": False})
    page = visit("/", answers={"/api/referrals/sync": started, "/api/runs/r1": run})
    start_sync(page)
    expect(page.locator(".toast[data-tone=error]")).to_contain_text("Needs attention")


def test_what_a_check_left_for_a_person_leads_to_it(visit: Visit) -> None:
    ended = "2026-11-23T12:00:01Z"
    run = {**recording("run"), "state": "partial", "pending": 0, "quarantined": 1, "ended_at": ended}
    page = visit("/", answers={"/api/runs": {"items": [run], "next_cursor": None}})
    expect(page.locator("#head-line .state-dot")).to_have_attribute("data-tone", "orange")
    page.locator("#head-line").get_by_role("link", name="1 needs attention").click()
    expect(page).to_have_url(re.compile("view=attention"))


def test_progress_is_told_in_numbers_while_it_runs(visit: Visit) -> None:
    run = recording("run")
    page = visit(
        "/",
        answers={
            "/api/runs": {"items": [run], "next_cursor": None},
            f"/api/runs/{run['id']}": run,
        },
    )
    expect(page.locator("#head-line")).to_contain_text("120 read, 47 done, 7 new")
    assert page.locator("#head-line progress").evaluate("bar => [bar.value, bar.max]") == [47, 120]


def test_a_reader_sees_the_state_but_no_button(visit: Visit, sandbox: SandboxProcess) -> None:
    page = visit("/", role="reader")
    expect(page.locator("#head-line")).to_have_text(re.compile("last check|read"))
    expect(page.locator("#sync-now")).to_be_hidden()
    expect(page.locator(".row-sync")).to_have_count(0)


def test_polls_come_by_themselves_and_their_counts_add_up(api: Api) -> None:
    polls = [run for run in api.get("runs", kind="referrals", limit=20)["items"] if run["who"] == "timer"]
    assert polls
    for run in polls:
        assert run["fetched"] == run["enqueued"] + run["skipped"]
        ended = sum(run[name] for name in ("new", "changed", "unchanged", "stale", "quarantined", "failed", "pending"))
        assert run["enqueued"] == ended
