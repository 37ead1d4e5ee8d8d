"""Signed out, no right, offline, trouble: four different states, each with its way out."""

import re
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Route, expect

from tests.sandbox_process import SandboxProcess
from tests.ui.conftest import Visit, problem

NETWORK = ["Failed to load resource", "ERR_", "status of"]


def test_a_session_that_ended_leads_to_sign_in_and_back_to_the_same_place(
    visit: Visit, sandbox: SandboxProcess
) -> None:
    visit.noise += NETWORK
    page = visit("/?view=leads&segment=Migration")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.context.request.get(f"{sandbox.url('front')}/.auth/logout", max_redirects=0)
    page.locator(".col-score .sorter").click()
    notice = page.locator("#list-region .notice")
    expect(notice).to_contain_text("You are signed out")
    notice.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=re.compile("Operator")).click()
    expect(page).to_have_url(re.compile(r"view=leads&segment=Migration&sort=-score"))
    expect(page.locator("tr[data-key]").first).to_be_visible()


def test_somebody_without_a_role_is_told_which_one_is_missing(visit: Visit) -> None:
    visit.noise += NETWORK
    page = visit("/?view=leads", role="none")
    expect(page.locator("#list-region .notice")).to_contain_text("Your role does not allow this")
    expect(page.locator("#list-region .notice p").first).to_have_text(
        "Ask an administrator for the right role. Needed: Reader."
    )


def test_offline_is_said_and_what_was_shown_comes_back(visit: Visit) -> None:
    visit.noise += NETWORK
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.context.set_offline(True)
    page.locator(".col-score .sorter").click()
    expect(page.locator("#list-region .notice")).to_contain_text("You are offline")
    page.context.set_offline(False)
    expect(page.locator("tr[data-key]").first).to_be_visible()


@pytest.mark.parametrize("door", ["leads", "today"])
def test_rows_come_by_themselves_once_trouble_is_over(visit: Visit, door: str) -> None:
    visit.noise += NETWORK
    page = visit(f"/?view={door}", answers={f"/api/{door}": (500, problem("internal"))})
    expect(page.locator("#view .notice")).to_contain_text("Something went wrong on our side")
    page.unroute_all()
    page.context.set_offline(True)
    page.context.set_offline(False)
    expect(page.locator("tr[data-key]").first).to_be_visible()
    expect(page.locator("#view .notice")).to_have_count(0)


def test_trouble_shows_a_reference_and_never_an_empty_list(visit: Visit) -> None:
    visit.noise += NETWORK
    page = visit("/?view=leads", answers={"/api/leads": (500, problem("internal", support="it@contoso.example"))})
    notice = page.locator("#list-region .notice")
    expect(notice).to_contain_text("Something went wrong on our side")
    expect(notice).to_contain_text("Help: it@contoso.example")
    expect(notice).to_contain_text("0af7651916cd43dd")
    expect(page.locator("#page-info")).to_have_count(0)
    page.unroute_all()
    notice.get_by_role("button", name="Try again").click()
    expect(page.locator("tr[data-key]").first).to_be_visible()


def test_an_unknown_lead_and_a_lead_of_a_broken_link_say_so(visit: Visit) -> None:
    visit.noise += NETWORK
    page = visit("/?view=leads&lead=nobody-knows.example")
    expect(page.locator("#lead-deals .notice")).to_contain_text("no such thing")
    expect(page.locator("#lead .notice:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("dialog#lead")).to_be_hidden()
    expect(page.locator("tr[data-key]").first).to_be_visible()


def test_a_lead_without_a_network_says_so_once_and_fills_when_it_is_back(visit: Visit) -> None:
    visit.noise += NETWORK
    page = visit("/?view=leads")
    expect(page.locator("tr[data-key]").first).to_be_visible()
    page.context.set_offline(True)
    page.locator("[data-row-link]").first.click()
    notice = page.locator("#lead .notice:visible")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("You are offline")
    page.context.set_offline(False)
    expect(page.locator("#lead-timeline li").first).to_be_visible()
    expect(notice).to_have_count(0)


def test_the_sign_in_link_never_leaves_this_site(visit: Visit, sandbox: SandboxProcess) -> None:
    answer = requests.get(
        f"{sandbox.url('front')}/.auth/login/aad?post_login_redirect_uri={quote('//evil.example')}", timeout=10
    )
    assert "evil.example" not in answer.text


def test_a_session_that_ends_unnoticed_offers_the_sign_in_and_the_selection_outlives_it(
    visit: Visit, sandbox: SandboxProcess
) -> None:
    visit.noise += NETWORK
    page = visit("/?view=leads&segment=Migration")
    page.locator("tr[data-key] input").nth(1).check()
    page.context.request.get(f"{sandbox.url('front')}/.auth/logout", max_redirects=0)
    page.locator(".row-sync").first.click()
    expect(page.locator(".toast")).to_contain_text("Sign in again")
    page.locator(".toast").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=re.compile("Operator")).click()
    expect(page.locator(".selection-bar")).to_contain_text("1 selected")
    expect(page.locator("tr[data-key] input").nth(1)).to_be_checked()
    page.locator(".chip").first.click()
    expect(page.locator(".selection-bar")).to_be_hidden()


def test_an_answer_that_breaks_off_is_trouble_and_no_mistake_of_the_page(visit: Visit) -> None:
    visit.noise += NETWORK

    def cut(route: Route) -> None:
        route.fulfill(content_type="application/json", body='{"items": [{"dom')

    page = visit("/?view=leads", answers={"/api/leads": cut})
    expect(page.locator("#list-region .notice")).to_contain_text("The service did not answer")
