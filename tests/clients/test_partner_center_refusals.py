"""What Partner Center refuses: which fault the client makes of it, and who must act."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from shared.errors import PermanentError, TransientError
from tests.clients.partner_center_world import EVERYONE, paged, world
from tests.clients.signed import Signed

__all__ = ["paged", "world"]


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


def test_nothing_secret_is_logged(world, caplog):
    caplog.set_level("DEBUG", logger="shared")
    world.fault(answer=401, times=1)
    world.fault(answer=500, times=1)
    world.ids()
    assert "partner_center.again" in caplog.text and "partner_center.unauthorized" in caplog.text
    assert "Bearer" not in caplog.text and "r-0001" not in caplog.text and "hunter-partner" not in caplog.text
