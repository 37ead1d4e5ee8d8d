"""The timeline of a lead hands over the id by which ops find the whole story."""

from playwright.sync_api import expect

from tests.ui.conftest import Api, Visit


def test_each_event_has_its_trace_to_copy(visit: Visit, api: Api) -> None:
    domain = api.get("leads?limit=1")["items"][0]["domain"]
    traces = [one["trace"] for one in api.get(f"leads/{domain}/timeline")["items"] if one["trace"]]
    page = visit(f"/?view=leads&lead={domain}")
    expect(page.locator("#lead-timeline .timeline li").first).to_be_visible()
    assert traces
    expect(page.locator(f'#lead-timeline button[aria-label="Copy {traces[0]}"]').first).to_be_visible()
