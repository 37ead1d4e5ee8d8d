"""Needs attention: the failure inbox, weak matches, referrals without a domain, health."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit, problem, recording


def failure(number: int, code: str, **more: Any) -> dict[str, Any]:
    """An open failure of this cause."""
    return {**recording("failure"), "id": f"f{number}", "code": code, **more}


def page_of(items: list[Any]) -> dict[str, Any]:
    return {"items": items, "total": len(items), "next_cursor": None, "as_of": "2026-11-23T12:00:00Z"}


def inbox(items: list[dict[str, Any]], *, total: int | None = None) -> dict[str, Any]:
    """A page of the inbox. `total`: how many there are of each cause, if more than these."""
    causes = {one["code"]: one for one in items}
    groups = [
        {name: one[name] for name in ("code", "who", "text", "action")}
        | {"total": total or len([same for same in items if same["code"] == code])}
        for code, one in causes.items()
    ]
    return {**page_of(items), "groups": groups}


def test_failures_are_grouped_by_cause_in_plain_words_with_who_can_mend_them(visit: Visit) -> None:
    failures = [failure(1, "dyn_validation"), failure(2, "dyn_validation"), failure(3, "signin_needed", who="ops")]
    page = visit("/?view=attention", answers={"/api/failures": inbox(failures)})
    groups = page.locator(".failure-group")
    expect(groups).to_have_count(2)
    expect(groups.nth(0)).to_contain_text("Dynamics cannot take a value.")
    expect(groups.nth(0)).to_contain_text("Can mend it: an operator")
    expect(groups.nth(0)).to_contain_text("Field: telephone1")
    expect(groups.nth(1)).to_contain_text("Run `python -m operate sign-in`.")
    expect(groups.nth(1)).to_contain_text("Can mend it: operations")


def test_one_failure_or_all_of_a_cause_are_tried_again(visit: Visit) -> None:
    replayed: list[str] = []

    def replay(route: Any) -> None:
        replayed.append(route.request.url.split("/")[-2])
        route.fulfill(status=202, json={})

    failures = [failure(1, "dyn_validation"), failure(2, "dyn_validation")]
    page = visit("/?view=attention", answers={"/api/failures": inbox(failures), "/api/failures/*": replay})
    page.locator("[data-failure=f2]").get_by_role("button", name="Try again").click()
    expect(page.locator(".toast")).to_contain_text("On its way again")
    page.get_by_role("button", name="Try all 2 again").click()
    expect(page.locator(".toast").last).to_contain_text("2 are on their way again")
    assert replayed == ["f2", "f1", "f2"]


def test_all_of_a_cause_are_tried_again_beyond_the_first_page_each_once(visit: Visit) -> None:
    """One went through meanwhile, one cannot be read by this release; neither keeps the others."""
    replayed: list[str] = []
    visit.noise.append("status of 409")
    kept = [failure(number, "dyn_unavailable") for number in range(5)]

    def page_at(route: Any) -> None:
        at = 2 if "cursor=f1" in route.request.url else 0
        more = "f1" if at == 0 else None
        route.fulfill(json={**inbox(kept[at : at + (2 if more else 3)], total=5), "next_cursor": more})

    def replay(route: Any) -> None:
        which = route.request.url.split("/")[-2]
        replayed.append(which)
        if which == "f1":
            route.fulfill(status=409, json=problem("conflict"))
        else:
            route.fulfill(status=202, json={"state": "open" if which == "f2" else "replayed"})

    page = visit("/?view=attention", answers={"/api/failures": page_at, "/api/failures/*": replay})
    group = page.locator("[data-code=dyn_unavailable]")
    expect(group.locator(".group-count")).to_have_text("5")
    group.locator("summary").click()
    group.get_by_role("button", name="Show more of this cause").click()
    expect(group.locator("li")).to_have_count(5)
    group.get_by_role("button", name="Try all 5 again").click()
    expect(page.locator(".toast", has_text="1 message cannot be read")).to_be_visible()
    expect(page.locator(".toast", has_text="3 are on their way again")).to_be_visible()
    assert replayed == ["f0", "f1", "f2", "f3", "f4"]


def test_the_samples_malformed_referral_waits_in_the_inbox(visit: Visit) -> None:
    page = visit("/?view=attention")
    expect(page.locator("[data-code=referral_malformed]")).to_contain_text("id: it is missing")


def test_a_weak_match_is_linked_or_kept_apart_by_a_person(visit: Visit) -> None:
    decided: list[Any] = []

    def decide(route: Any) -> None:
        decided.append(route.request.post_data_json)
        route.fulfill(status=202, json={})

    review = recording("review")
    page = visit(
        "/?view=attention", answers={"/api/dynamics/reviews": page_of([review]), "/api/dynamics/reviews/*": decide}
    )
    item = page.locator("[data-review]")
    expect(item).to_contain_text("same name and country")
    item.get_by_role("button", name="Yes, link them").click()
    expect(page.locator(".toast")).to_contain_text("Linked")
    page.locator("[data-review]").get_by_role("button", name="No, another company").click()
    expect(page.locator(".toast").last).to_contain_text("Kept apart")
    assert decided == [{"decision": "link", "account_id": "a1"}, {"decision": "separate"}]


def test_health_names_each_dependency_and_what_to_do_when_the_sign_in_has_ended(visit: Visit) -> None:
    parts = [
        {"name": "storage", "state": "ok"},
        {"name": "partner-center", "state": "signin_needed", "reason": "ended"},
        {"name": "dynamics", "state": "off"},
    ]
    page = visit(
        "/", answers={"/api/health/ready": {"status": "degraded", "parts": parts, "as_of": "2026-11-23T12:00:00Z"}}
    )
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Connections and health").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-part=storage]")).to_contain_text("fine")
    expect(dialog.locator("[data-part=partner-center]")).to_contain_text(
        re.compile("in trouble.*Hunter's sign-in to Partner Center has ended.*operate sign-in")
    )
    expect(dialog.locator("[data-part=dynamics]")).to_contain_text("switched off")


def test_referrals_without_a_domain_go_on_beyond_the_first_page(visit: Visit, api: Api) -> None:
    one = api.get("referrals", has_domain=False, limit=1)["items"][0]
    first, rest = ({**one, "id": f"r{at}"} for at in range(2))

    def page_at(route: Any) -> None:
        begun = "cursor=c1" in route.request.url
        content = {**page_of([rest if begun else first]), "total": 2, "next_cursor": None if begun else "c1"}
        route.fulfill(json=content)

    page = visit("/?view=attention", answers={"/api/referrals": page_at})
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".nameless li")).to_have_count(2)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_a_named_domain_leads_to_the_new_lead(visit: Visit) -> None:
    page = visit(
        "/?view=attention",
        answers={
            "/api/referrals/*": lambda route: (
                route.fulfill(status=202, json={"domain": "terazi.av.tr", "status_url": "", "known": True})
                if route.request.method == "POST"
                else route.fallback()
            )
        },
    )
    page.locator(".nameless li").first.get_by_role("link", name="Name the domain").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("https://www.terazi.av.tr")
    dialog.get_by_role("button", name="Name the domain").click()
    expect(page.locator("#lead-title")).to_have_text("Terazi Hukuk Bürosu")
