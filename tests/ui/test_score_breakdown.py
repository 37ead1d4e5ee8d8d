"""The customer's line 1.2: the breakdown adds up, in order, with tips that sit right and a spinner."""

from playwright.sync_api import expect

from tests.ui.conftest import Api, Held, Visit

ORDER = ["provider", "spf", "no_spf", "dkim", "no_dkim", "dmarc_reject", "dmarc_quarantine", "dmarc_none", "no_dmarc",
         "spf_multiple_includes", "hosting_mx_weak", "no_mx", "tenant", "limit", "co_sell"]  # fmt: skip


def test_the_lines_stand_in_order_and_add_up_to_the_score_of_the_list(visit: Visit, api: Api, leads_of) -> None:
    page = visit("/?view=leads&sort=-score")
    for at, lead in enumerate(leads_of(sort="-score")[:4]):
        if at == 0:
            page.locator("[data-row-link]").first.click()
        else:
            page.get_by_role("button", name="Next lead").click()
        expect(page.locator("#lead .lead-domain")).to_contain_text(lead["display_domain"])
        expect(page.locator("#lead .breakdown tfoot .points")).to_have_text(str(lead["score"]))
        rules = page.locator("#lead .breakdown tbody tr").evaluate_all("rows => rows.map(row => row.dataset.rule)")
        assert [ORDER.index(rule) for rule in rules if rule != "limit"] == sorted(
            ORDER.index(rule) for rule in rules if rule != "limit"
        )
        told = page.locator("#lead .breakdown tbody .points").all_inner_texts()
        assert sum(int(one.replace("−", "-")) for one in told if one != "not checked") == lead["score"]


def test_a_line_shows_the_raw_records_behind_it(visit: Visit) -> None:
    page = visit("/?view=leads&provider=Google&sort=-score")
    page.locator("[data-row-link]").first.click()
    line = page.locator("#lead tr[data-rule=spf]")
    line.locator("summary").click()
    expect(line.locator(".records code").first).to_contain_text("v=spf1")


def test_what_could_not_be_checked_is_said_and_counts_nothing(visit: Visit, leads_of) -> None:
    unsure = next(lead for lead in leads_of(limit=200) if 0 < lead["completeness"] < 100)
    page = visit(f"/?view=leads&lead={unsure['domain']}")
    expect(page.locator("#lead-score .callout")).to_contain_text(f"{unsure['completeness']} %")
    expect(page.locator("#lead .breakdown tr[data-sign=unknown] .points").first).to_have_text("not checked")


def test_a_tip_sits_beside_its_word_inside_the_window_and_escape_hides_only_the_tip(visit: Visit) -> None:
    page = visit("/?view=leads&provider=Google&sort=-score")
    page.locator("[data-row-link]").first.click()
    word = page.locator("#lead .rule-name").nth(1)
    word.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    tip = page.locator("#tip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("SPF")
    place, owner = tip.bounding_box(), word.bounding_box()
    assert place and owner
    assert place["x"] >= 0 and place["x"] + place["width"] <= 1360
    assert abs(place["y"] + place["height"] - owner["y"]) < 12 or abs(place["y"] - owner["y"] - owner["height"]) < 12
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(page.locator("dialog#lead")).to_be_visible()


def test_a_spinner_turns_while_the_breakdown_loads(visit: Visit) -> None:
    page = visit("/?view=leads")
    held = Held()
    page.route("**/score-breakdown", held)
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead-score .spinner")).to_be_visible()
    held.release()
    expect(page.locator("#lead .breakdown")).to_be_visible()
    expect(page.locator("#lead-score .spinner")).to_have_count(0)


def test_a_breakdown_that_fails_says_so_in_its_place_and_can_be_tried_again(visit: Visit) -> None:
    visit.noise.append("status of 500")
    page = visit("/?view=leads")
    page.route("**/score-breakdown", lambda route: route.fulfill(status=500, body="{}"), times=1)
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#lead-score .notice")).to_contain_text("cannot answer")
    expect(page.locator("#lead-deals .deal").first).to_be_visible()
    page.locator("#lead-score .notice button").click()
    expect(page.locator("#lead .breakdown")).to_be_visible()


def test_the_judgement_of_a_new_company_appears_by_itself_while_one_looks(visit: Visit, api: Api, leads_of) -> None:
    domain = next(lead["domain"] for lead in leads_of() if lead["segment"] == "Migration")
    whole, judged = api.get(f"leads/{domain}"), api.get(f"leads/{domain}/score-breakdown")
    unjudged = {"score": None, "segment": None, "priority": None, "scanned_at": None}
    page = visit(
        f"/?view=leads&lead={domain}",
        answers={
            f"/api/leads/{domain}": {**whole, **unjudged},
            f"/api/leads/{domain}/score-breakdown": {**judged, "score": None, "scanned_at": None, "lines": []},
        },
    )
    part = page.locator("#lead-score")
    expect(part).to_contain_text("Not scanned yet")
    part.get_by_role("button", name="Scan again").focus()
    page.unroute_all()
    expect(part.locator(".big-score")).to_contain_text(str(judged["score"]))
    expect(part.locator(".badge").first).to_have_text("Migration")
    expect(part.get_by_role("button", name="Scan again")).to_be_focused()
