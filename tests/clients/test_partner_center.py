"""Promises of the Partner Center client, kept against the stand-in over real sockets."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests

from sandbox.partner_center import serve
from shared.clients.http_session import HttpSession
from shared.clients.partner_center import FilterRefused, PartnerCenter, StaleLink
from shared.errors import PermanentError, TransientError
from shared.rules.ticks import ticks, ticks_of, ticks_text
from tests.background import Background, background
from tests.clients.signed import TOKENS, Signed

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
SINCE = ticks("2026-01-01T00:00:00Z")


def a_referral(number: int, **changes: Any) -> dict[str, Any]:
    """Referral number n, updated n minutes after midnight."""
    stamp = ticks_text(ticks_of(datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=number)) + number)
    return {
        "id": f"r-{number:04}",
        "eTag": f'"{number}"',
        "createdDateTime": stamp,
        "updatedDateTime": stamp,
        "status": "New",
        "substatus": "Pending",
        "direction": "Incoming",
        "externalReferenceId": None,
        **changes,
    }


class World:
    """The stand-in, a client of it, and what tests do to them."""

    def __init__(self, loop: Background, count: int) -> None:
        running = loop.serve(serve(authority=TOKENS, referrals=[a_referral(n) for n in range(1, count + 1)]))
        self.address = running.address
        self.signed = Signed()
        self.pauses: list[float] = []
        self.client = self.client_with(self.signed)

    def client_with(self, token: Any, *, url: str | None = None) -> PartnerCenter:
        url = url or self.address
        session = HttpSession(url, failure="pc_bad_answer")
        return PartnerCenter(url, session=session, token=token, now=lambda: NOW, pause=self.pauses.append)

    def post(self, door: str, body: Any) -> Any:
        answer = requests.post(f"{self.address}/_sandbox/{door}", json=body, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def fault(self, **fault: Any) -> None:
        self.post("faults", fault)

    def hits(self) -> list[int]:
        report = requests.get(f"{self.address}/_sandbox/faults", timeout=5).json()
        return [fault["hits"] for fault in report["faults"]]

    def ids(self, mode: str = "full", since: int | None = None) -> list[str]:
        return [record["id"] for page in self.client.pages(mode, since) for record in page.records]


@pytest.fixture
def world() -> Iterator[World]:
    with background() as loop:
        yield World(loop, 25)


@pytest.fixture
def paged(world: World) -> World:
    world.post("oddities", {"page_size": 10})
    return world


EVERYONE = [f"r-{number:04}" for number in range(1, 26)]


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


@pytest.mark.parametrize(
    "fault",
    [
        {"answer": 500},
        {"answer": 502},
        {"answer": 504},
        {"drop": True},
        {"drop": "reset"},
        {"truncate": 300},
        {"answer": 200, "body": "<html>Sign in to your account</html>"},
        {"answer": 200, "body": '{"value": [{"id": "r-0001"'},
        {"answer": 200, "body": ""},
    ],
    ids=str,
)
def test_a_stumble_is_answered_by_asking_again_and_a_lasting_one_by_a_transient_error(world, fault):
    world.fault(**fault, times=2)
    assert world.ids() == EVERYONE and world.hits() == [2] and len(world.pauses) == 2
    world.fault(**fault)
    with pytest.raises(TransientError) as caught:
        world.client.page("full")
    assert caught.value.code == "pc_bad_answer" and world.hits() == [2, 3]


@pytest.mark.parametrize("body", [[], {"value": None}, {}, "7", {"error": {}}], ids=str)
def test_json_that_is_no_list_is_a_bad_answer(world, body):
    world.fault(answer=200, body=body)
    with pytest.raises(TransientError) as caught:
        world.client.page("full")
    assert caught.value.code == "pc_bad_answer"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        (3, 3),
        (3600, 3600),
        (None, None),
        ("soon", None),
        ("in an hour", 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)
def test_throttling_is_told_with_its_wait_and_nothing_is_sent_meanwhile(world, status, retry_after, expected):
    if retry_after == "in an hour":
        retry_after = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    world.fault(answer=status, retry_after=retry_after)
    with pytest.raises(TransientError) as caught:
        world.client.page("full")
    assert caught.value.code == "pc_throttled" and world.hits() == [1]
    assert caught.value.retry_after == pytest.approx(expected, abs=30) if expected else not caught.value.retry_after


def test_a_token_that_ends_while_we_page_is_renewed_once(paged):
    pages = paged.client.pages("full")
    next(pages)
    paged.fault(answer=401, times=1)
    assert [one["id"] for page in pages for one in page.records] == EVERYONE[10:]
    assert paged.signed.renewed == 1


@pytest.mark.parametrize("claims", [{"life": 0}, {"kind": "refresh"}], ids=str)
def test_a_token_that_stays_refused_means_that_a_person_must_sign_in(world, claims):
    signed = Signed(**claims)
    with pytest.raises(PermanentError) as caught:
        world.client_with(signed).page("full")
    assert caught.value.code == "signin_needed" and signed.renewed == 1
    assert "operate sign-in" in caught.value.cause


def test_a_token_without_mfa_means_that_a_person_must_sign_in(world):
    client = world.client_with(Signed(mfa=False))
    client.page("full")
    assert client.mfa_compliant is False
    world.post("oddities", {"require_mfa": True})
    with pytest.raises(PermanentError) as caught:
        client.page("full")
    assert caught.value.code == "signin_needed" and "MFA" in caught.value.cause


@pytest.mark.parametrize("claims", [{"roles": ()}, {"roles": ("Sales Agent",)}, {"user": None}], ids=str)
def test_a_missing_role_is_named(world, claims):
    signed = Signed(**claims)
    with pytest.raises(PermanentError) as caught:
        world.client_with(signed).page("full")
    assert (caught.value.code, caught.value.params["role"]) == ("pc_forbidden", "Referrals Admin")
    assert caught.value.params["service_code"] == "accessDenied" and caught.value.params["request_id"]
    assert signed.renewed == 0


def test_conditional_access_sends_a_person_to_sign_in(world):
    world.fault(answer=403, body={"error": {"code": "insufficient_claims", "message": "secret"}})
    with pytest.raises(PermanentError) as caught:
        world.client.page("full")
    assert caught.value.code == "signin_needed" and "secret" not in str(caught.value.params)


def test_a_redirect_is_not_followed(world):
    world.fault(answer=302)
    with pytest.raises(PermanentError) as caught:
        world.client.page("full")
    assert caught.value.code == "pc_link_refused" and world.hits() == [1]


@pytest.mark.parametrize("status", [405, 409, 413, 415, 422, 501, 507])
def test_what_no_repetition_mends_is_permanent(world, status):
    world.fault(answer=status)
    with pytest.raises(PermanentError) as caught:
        world.client.page("full")
    assert caught.value.code == "pc_bad_answer" and world.hits() == [1]


def test_a_wrong_address_is_a_wrong_setting(world):
    with pytest.raises(PermanentError) as caught:
        world.client_with(Signed(), url=f"{world.address}/elsewhere").page("full")
    assert caught.value.code == "settings_invalid" and "PARTNER_CENTER_URL" in caught.value.cause


def test_one_referral_is_read_by_its_id(world):
    assert world.client.get("r-0007")["eTag"] == '"7"'
    assert world.client.get("r-9999") is None
    assert world.client.get("../x?y") is None


def stored(world: World, id_: str) -> Any:
    return world.client.get(id_)["externalReferenceId"]


def test_our_id_is_written_with_the_etag_as_it_came(world):
    assert world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert stored(world, "r-0007") == "lead-1"


@pytest.mark.parametrize("etag", [None, '"old"'])
def test_a_referral_that_changed_meanwhile_is_read_and_written_again(world, etag):
    assert world.client.write_external_reference("r-0007", etag, "lead-1")
    assert stored(world, "r-0007") == "lead-1"


def test_somebody_elses_id_stays(world):
    world.post("referrals", {"change": [{"id": "r-0007", "externalReferenceId": "theirs"}]})
    assert not world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert stored(world, "r-0007") == "theirs"


def test_our_own_id_is_not_written_twice(world):
    world.fault(match={"method": "PATCH"}, drop=True, after_commit=True, times=1)
    with pytest.raises(TransientError):
        world.client.write_external_reference("r-0007", '"7"', "lead-1")
    version = world.client.get("r-0007")["eTag"]
    assert world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert world.client.get("r-0007")["eTag"] == version


def test_a_referral_that_keeps_changing_is_tried_later(world):
    world.fault(match={"method": "PATCH"}, answer=412)
    with pytest.raises(TransientError):
        world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert world.hits() == [2]


def test_a_vanished_referral_is_not_written_to(world):
    assert not world.client.write_external_reference("r-9999", None, "lead-1")


def test_nothing_secret_is_logged(world, caplog):
    caplog.set_level("DEBUG", logger="shared")
    world.fault(answer=401, times=1)
    world.fault(answer=500, times=1)
    world.ids()
    assert "partner_center.again" in caplog.text and "partner_center.unauthorized" in caplog.text
    assert "Bearer" not in caplog.text and "r-0001" not in caplog.text and "hunter-partner" not in caplog.text


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
