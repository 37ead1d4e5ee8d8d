"""Promises of the Partner Center client, kept against the stand-in over real sockets."""

import json
from datetime import UTC, datetime

import pytest

from shared.clients.http_session import HttpSession
from shared.clients.partner_center import FilterRefused, StaleLink
from shared.errors import PermanentError
from shared.rules.ticks import ticks
from tests.clients.partner_center_world import EVERYONE, a_referral, paged, world
from tests.clients.signed import Signed

__all__ = ["paged", "world"]


SINCE = ticks("2026-01-01T00:00:00Z")


@pytest.mark.parametrize("mode", ["filter", "full"])
def test_every_page_is_read_in_update_order(paged, mode):
    assert paged.ids(mode) == EVERYONE


def test_scan_reads_the_newest_first(paged):
    assert paged.ids("scan") == EVERYONE[::-1]


def test_filter_reads_from_the_mark_on_with_all_seven_digits(paged):
    since = ticks(a_referral(13)["updatedDateTime"])
    assert paged.ids("filter", since) == EVERYONE[12:]
    assert paged.ids("filter", since + 1) == EVERYONE[13:]


@pytest.mark.parametrize("link", ["documented", "plain"])
def test_both_kinds_of_next_link_lead_on(paged, link):
    paged.post("oddities", {"link": link})
    assert paged.ids("filter", SINCE) == EVERYONE


def test_a_page_can_be_gone_on_from_by_another_process(paged):
    first = paged.client.page("filter", since_ticks=SINCE)
    other = paged.client_with(Signed())
    rest = [one["id"] for page in other.pages("filter", SINCE, first.next_skiptoken) for one in page.records]
    assert rest == EVERYONE[10:]


def test_the_servers_clock_is_told(world):
    world.post("oddities", {"clock_offset": -600})
    told = world.client.page("full").server_date
    assert abs((datetime.now(UTC) - told).total_seconds() - 600) < 60


def test_quoted_dates_are_tried_when_the_service_wants_them_and_remembered(paged):
    paged.post("oddities", {"quoted_dates_only": True})
    assert paged.ids("filter", SINCE) == EVERYONE
    paged.post("faults", {"match": {"path": "*ge 2026*"}, "answer": 500})
    assert paged.ids("filter", SINCE) == EVERYONE and paged.hits() == [0]


def test_a_refused_filter_is_told_apart(paged):
    paged.post("oddities", {"refuse_date_filters": True})
    with pytest.raises(FilterRefused):
        paged.client.page("filter", since_ticks=SINCE)
    assert paged.ids("scan", SINCE) == EVERYONE[::-1]


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_stale_link_is_told_apart(paged, status):
    first = paged.client.page("filter", since_ticks=SINCE)
    paged.fault(answer=status)
    with pytest.raises(StaleLink):
        paged.client.page("filter", since_ticks=SINCE, skiptoken=first.next_skiptoken)


def test_an_expired_skip_token_is_a_stale_link(paged):
    first = paged.client.page("filter", since_ticks=SINCE)
    paged.post("oddities", {"skiptoken_life": 1e-6})
    with pytest.raises(StaleLink):
        paged.client.page("filter", since_ticks=SINCE, skiptoken=first.next_skiptoken)


@pytest.mark.parametrize("link", ["foreign", "userinfo"])
def test_a_link_to_elsewhere_is_refused(paged, link):
    paged.post("oddities", {"link": link})
    with pytest.raises(PermanentError) as caught:
        paged.client.page("full")
    assert caught.value.code == "pc_link_refused" and "evil" not in str(caught.value)


def test_links_that_run_in_a_circle_end_the_reading(paged):
    paged.post("oddities", {"link": "loop"})
    with pytest.raises(PermanentError) as caught:
        paged.ids()
    assert caught.value.code == "pc_bad_answer" and "circle" in caught.value.cause


def test_an_empty_page_with_a_link_is_not_the_end(paged):
    paged.post("oddities", {"empty_page": 2})
    assert paged.ids() == EVERYONE


def test_the_same_id_on_two_pages_comes_twice_for_the_reader_to_see(paged):
    paged.post("oddities", {"repeat_last": True})
    assert sorted(set(paged.ids())) == EVERYONE and len(paged.ids()) == 27


def test_a_record_updated_while_we_page_is_seen_again_at_the_end(paged):
    pages = paged.client.pages("filter", SINCE)
    ids = [one["id"] for one in next(pages).records]
    paged.post("referrals", {"change": [{"id": "r-0003", "name": "new"}, {"id": "r-0015"}], "delete": ["r-0020"]})
    ids += [one["id"] for page in pages for one in page.records]
    assert ids[-2:] == ["r-0003", "r-0015"] and "r-0020" not in ids
    assert set(ids) == set(EVERYONE) - {"r-0020"}


def test_records_come_as_they_stand(world):
    odd = [{"name": "no id"}, "a text", None, {"id": 7}, {"id": "nul", "updatedDateTime": None, "notes": "x" * 300_000}]
    world.post("referrals", {"put": odd})
    records = world.client.page("full").records
    assert all(one in records for one in odd)


def test_the_service_sees_the_documented_headers_and_a_new_request_id_each_time(world, monkeypatch):
    sent: list[dict[str, str]] = []
    original = HttpSession.request

    def spy(self, method, url, *, headers=None, **more):
        sent.append(dict(headers))
        return original(self, method, url, headers=headers, **more)

    monkeypatch.setattr(HttpSession, "request", spy)
    world.ids()
    world.ids()
    assert all(one["Accept"] == one["Content-Type"] == "application/json" for one in sent)
    assert len({one["client-request-id"] for one in sent}) == len(sent) == 2
    assert json.dumps(sent).count("Bearer") == 2
