"""Text from referrals is shown as text, whatever it pretends to be: markup, script, formulas, turned letters."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\u202eevil\u202c {name} {{7*7}} =SUM(A1)"

FREE_TEXT = frozenset(
    [
        "company_name",
        "name",
        "notes",
        "contact_name",
        "dynamics_error",
        "dynamics_note",
        "display_domain",
        "registrar",
        "text",
        "title",
        "email",
        "phone",
        "cause",
        "gateway",
        "local_provider",
        "country",
        "currency",
        "no_domain_reason",
    ]
)


def soiled(value: Any) -> Any:
    """The same shape with every free text made hostile."""
    if isinstance(value, list):
        return [soiled(one) for one in value]
    if isinstance(value, dict):
        return {
            name: "javascript:alert(3)" if name.endswith("_url") else HOSTILE if name in FREE_TEXT else soiled(one)
            for name, one in value.items()
        }
    return value


def test_html_bidi_and_formula_text_in_every_field_stays_text(visit: Visit, api: Api) -> None:
    leads = api.get("leads", limit=10)
    domain = leads["items"][0]["domain"]
    answers = {
        "/api/leads": soiled(leads),
        f"/api/leads/{domain}": soiled(api.get(f"leads/{domain}")),
        f"/api/leads/{domain}/timeline": soiled(api.get(f"leads/{domain}/timeline")),
        f"/api/dynamics/status/{domain}": soiled(api.get(f"dynamics/status/{domain}")),
        "/api/failures": soiled(api.get("failures", state="open")),
        "/api/referrals": soiled(api.get("referrals", has_domain="false")),
        "/api/today": soiled(api.get("today")),
    }
    dialogs: list[str] = []
    columns = "answer_by,company,referral,score,why,dynamics,provider,country,registration,contact"
    page = visit(f"/?view=leads&lead={domain}&columns={columns}", answers=answers)
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    expect(page.locator("#lead-title")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#lead-timeline .timeline li").first).to_be_visible()
    expect(page.locator("tr[data-key]").first).to_contain_text("<script>alert(2)</script>")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("tr[data-key]").first).to_contain_text("<img")
    page.keyboard.press("4")
    expect(page.locator(".nameless li").first).to_contain_text("<img")
    assert page.locator("main img, main script, dialog img, dialog script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not dialogs


def test_names_of_other_scripts_and_very_long_ones_stay_in_their_place(visit: Visit, api: Api) -> None:
    answer = api.get("leads", limit=6)
    names = ["شركة الاختبار المحدودة", "株式会社テスト", "X" * 160, "Ελληνική Εταιρεία", "e\u0301" * 40, ""]
    for lead, name in zip(answer["items"], names, strict=True):
        lead["company_name"] = name or None
    page = visit("/?view=leads", answers={"/api/leads": answer}, viewport={"width": 390, "height": 844})
    expect(page.locator("[data-row-link]").first).to_have_text(names[0])
    expect(page.locator("[data-row-link]").last).to_have_text(answer["items"][5]["display_domain"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_lead_of_thirty_deals_and_an_endless_name_stays_readable(visit: Visit, leads_of, api: Api) -> None:
    lead = next(one for one in leads_of() if one["referral_count"])
    whole = api.get(f"leads/{lead['domain']}")
    won = {**whole["referrals"][0], "status": "won", "respond_by": None}
    closed = [{**won, "id": f"c{at}", "name": f"C{at}"} for at in range(20)]
    open_ones = [{**closed[0], "id": f"o{at}", "name": f"O{at}", "status": "active"} for at in range(9)]
    due = {**closed[0], "id": "due", "name": "Due", "status": "new", "respond_by": "2026-11-28T12:00:00Z"}
    whole |= {"referrals": [*closed, *open_ones, due], "company_name": "Donaudampfschifffahrts" * 12}
    items = [{**one, "company_name": "Gesellschaft" * 40} for one in leads_of()]
    page = visit(
        f"/?view=leads&lead={lead['domain']}",
        answers={
            f"/api/leads/{lead['domain']}": whole,
            "/api/leads": {**api.get("leads", limit=50), "items": items},
        },
    )
    deals = page.locator("#lead-deals .deal h4")
    expect(deals).to_have_count(30)
    expect(deals.nth(0)).to_have_text("Due")
    expect(deals.nth(1)).to_have_text("O0")
    expect(page.locator("#lead-deals .deal:visible")).to_have_count(4)
    page.get_by_text("26 more referrals").click()
    expect(deals.last).to_be_visible()
    assert page.locator("tr[data-key]").first.bounding_box()["height"] < 120
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_may_spell_a_domain_as_people_write_it(visit: Visit) -> None:
    page = visit("/?view=leads&q=lojistik&lead=ÇİÇEK-lojistik.com.tr")
    expect(page.locator("#lead-title")).to_contain_text("Çiçek Lojistik")
    expect(page.locator("#lead-score .badge").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"lead=xn--"))
    page.keyboard.press("Escape")
    expect(page.locator("[data-row-link]").first).to_be_focused()
