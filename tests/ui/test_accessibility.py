"""axe over every view in light English; contrast, names and language in dark and in Turkish; forced colours."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import PHONE, Api, Visit

AXE = (Path(__file__).parent.parent / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHORT = {"page-size": 25}
PLACES = {
    "today": "/",
    "list": "/?view=leads&segment=Migration,Cold&sort=-score,company_name"
    "&columns=answer_by,company,referral,score,why,dynamics,dmarc,priority",
    "attention": "/?view=attention",
    "empty": "/?view=leads&q=nobodyiscalledlikethis",
}


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe finds: the rule and the element."""
    page.evaluate(AXE)
    options: dict[str, Any] = {
        "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
    }
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]
    ]


def settled(page: Page) -> Page:
    expect(page.locator("tr[data-key], .nameless li, .notice").first).to_be_visible()
    page.wait_for_timeout(200)
    return page


@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_in_any_view(visit: Visit, place: str) -> None:
    assert violations(settled(visit(PLACES[place], storage=SHORT))) == []


def test_axe_finds_nothing_in_open_dialogs_and_menus(visit: Visit, api: Api) -> None:
    page = settled(visit("/?view=leads", storage=SHORT))
    page.get_by_role("button", name="Columns").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_label("Select all rows of this page").check()
    page.locator(".selection-bar").get_by_role("button", name="Sync to Dynamics").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead .breakdown")).to_be_visible()
    expect(page.locator("#lead-timeline .timeline li").first).to_be_visible()
    page.locator("#lead .breakdown summary").first.click()
    page.wait_for_timeout(300)
    assert violations(page) == []


@pytest.mark.parametrize(
    "look",
    [{"color_scheme": "dark"}, {"locale": "tr-TR"}, {"color_scheme": "dark", "viewport": PHONE}],
    ids=["dark", "Turkish", "dark phone"],
)
def test_contrast_names_and_language_hold_in_dark_and_in_turkish(visit: Visit, look: dict[str, Any]) -> None:
    rules = [
        "color-contrast",
        "button-name",
        "link-name",
        "label",
        "html-has-lang",
        "html-lang-valid",
        "aria-command-name",
    ]
    for place in ("list", "attention"):
        page = settled(visit(PLACES[place], storage=SHORT, **look))
        assert page.locator("html").get_attribute("lang") == ("tr" if look.get("locale") else "en")
        assert violations(page, rules) == []
    page.goto(page.url.split("?")[0] + "?view=leads")
    settled(page).locator("[data-row-link]").first.click()
    expect(page.locator("#lead .breakdown")).to_be_visible()
    page.wait_for_timeout(300)
    assert violations(page, rules) == []


def test_in_forced_colours_states_keep_their_words_and_bars_their_shape(visit: Visit) -> None:
    page = settled(visit("/?view=leads", forced_colors="active"))
    assert page.locator("td.col-dynamics .state").first.inner_text()
    assert page.locator(".badge").first.evaluate("badge => getComputedStyle(badge).borderTopStyle") == "solid"
    assert page.locator(".score-bar").first.evaluate("bar => getComputedStyle(bar).borderTopStyle") == "solid"


def test_the_theme_and_the_language_are_chosen_and_remembered(visit: Visit) -> None:
    page = settled(visit("/"))
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_label("Türkçe").click()
    expect(page.locator("html")).to_have_attribute("lang", "tr")
    expect(page.locator("#views [aria-current]")).to_contain_text("Bugün")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#views [aria-current]")).to_contain_text("Bugün")
