"""Promises of the silent sign-in, kept with the genuine MSAL against the Entra stand-in."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests

from sandbox.entra import App, SignInState, TokenAuthority, serve, signed_in_cache
from shared.clients.partner_center_token import PartnerCenterToken
from shared.clients.secrets import FileSecret
from shared.errors import PermanentError, TransientError
from tests.background import background

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "aaaaaaaa-0000-4000-8000-000000000001"
USER = SignInState().username
TOKENS = TokenAuthority(b"a key for tests")


class Kept:
    """A secret in memory that counts how often it was read and written."""

    def __init__(self, text: str | None) -> None:
        self.text, self.loads, self.saves = text, 0, 0

    def load(self) -> str | None:
        self.loads += 1
        return self.text

    def save(self, text: str) -> None:
        self.saves += 1
        self.text = text


@pytest.fixture
def entra(certificates, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    with background() as loop:
        tls = certificates.server_context()
        yield loop.serve(serve(tls=tls, authority=TOKENS, apps=[App(CLIENT)])).address


def signed_in(entra: str) -> Kept:
    return Kept(signed_in_cache(authority=TOKENS, address=entra, tenant_id=TENANT, client_id=CLIENT))


def token_of(entra: str, secret, *, username: str = USER, **more) -> PartnerCenterToken:
    return PartnerCenterToken(
        tenant_id=TENANT, client_id=CLIENT, username=username, authority=entra, secret=secret, **more
    )


def post(entra: str, door: str, **body) -> None:
    assert requests.post(f"{entra}/_sandbox/{door}", json=body, timeout=5).ok


@pytest.mark.parametrize("username", [USER, ""])
def test_a_stored_sign_in_gives_tokens_for_partner_center(entra, username):
    token = token_of(entra, signed_in(entra), username=username)
    assert TOKENS.verify(token(), audience="https://api.partner.microsoft.com").user == USER


def test_a_good_token_is_used_again_without_asking_anybody(entra):
    secret = signed_in(entra)
    token = token_of(entra, secret)
    assert token() == token() and (secret.loads, secret.saves) == (1, 1)


def test_the_cache_is_written_back_only_when_it_changed(entra):
    secret = signed_in(entra)
    token_of(entra, secret)()
    assert secret.saves == 1
    token_of(entra, secret)()
    assert (secret.loads, secret.saves) == (2, 1)


def test_a_refused_token_is_renewed_although_it_looks_good(entra):
    secret = signed_in(entra)
    token = token_of(entra, secret)
    first = token()
    assert token(force_refresh=True) != first and secret.saves == 2


def test_the_cache_is_asked_again_five_minutes_before_a_token_ends(entra):
    clock, secret = [datetime.now(UTC).timestamp()], signed_in(entra)
    token = token_of(entra, secret, clock=lambda: clock[0])
    token()
    clock[0] += 3600 - 301
    token()
    assert secret.loads == 1
    clock[0] += 2
    token()
    assert secret.loads == 2


def test_somebody_elses_renewal_is_seen(entra):
    secret = signed_in(entra)
    post(entra, "sign-in-state", outcome="invalid_grant")
    token = token_of(entra, secret)
    with pytest.raises(PermanentError):
        token()
    post(entra, "sign-in-state", outcome="ok")
    secret.text = signed_in(entra).text
    assert token()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "never"),
        ("", "never"),
        ("{torn", "corrupt"),
        ("[]", "corrupt"),
        ('"text"', "corrupt"),
        ("{}", "no_account"),
    ],
)
def test_a_missing_or_broken_cache_asks_for_a_sign_in(entra, text, reason):
    secret = Kept(text)
    with pytest.raises(PermanentError) as caught:
        token_of(entra, secret)()
    assert (caught.value.code, caught.value.params["reason"]) == ("signin_needed", reason)
    assert "python -m operate sign-in" in caught.value.cause and secret.saves == 0


def test_another_users_sign_in_is_not_used(entra):
    with pytest.raises(PermanentError) as caught:
        token_of(entra, signed_in(entra), username="somebody.else@hunter-partner.example")()
    assert caught.value.params["reason"] == "no_account"


@pytest.mark.parametrize(
    ("outcome", "number", "words"),
    [
        ("invalid_grant", 700082, "90 days"),
        ("invalid_grant", 50173, "password"),
        ("mfa_required", 50076, "Multi-factor"),
        ("interaction_required", 50158, "interaction_required"),
        ("invalid_grant", 12345, "invalid_grant"),
    ],
)
def test_a_dead_sign_in_says_why_and_what_to_do_and_names_nobody(entra, caplog, outcome, number, words):
    caplog.set_level("DEBUG")
    post(entra, "sign-in-state", outcome=outcome, error_code=number)
    secret = signed_in(entra)
    with pytest.raises(PermanentError) as caught:
        token_of(entra, secret)()
    assert caught.value.code == "signin_needed" and words in caught.value.cause
    assert caught.value.params["numbers"] == [number] and "operate sign-in" in caught.value.cause
    told = str(caught.value) + str(caught.value.params) + caplog.text
    assert USER not in told and "AADSTS" not in str(caught.value)
    refresh = next(iter(json.loads(signed_in(entra).text)["RefreshToken"].values()))["secret"]
    assert refresh[:20] not in told


def test_a_dead_sign_in_is_asked_for_once_not_in_a_loop(entra):
    post(entra, "sign-in-state", outcome="invalid_grant")
    post(entra, "faults", match={"path": "*/token"}, delay_ms=1)
    with pytest.raises(PermanentError):
        token_of(entra, signed_in(entra))()
    report = requests.get(f"{entra}/_sandbox/faults", timeout=5).json()
    assert report["faults"][0]["hits"] == 1


@pytest.mark.parametrize("fault", [{"answer": 503}, {"answer": 500}, {"drop": True}], ids=str)
@pytest.mark.parametrize("path", ["*/token", "*/openid-configuration"])
def test_entra_being_away_is_no_reason_to_sign_in_again(entra, fault, path):
    post(entra, "faults", match={"path": path}, **fault)
    with pytest.raises(TransientError) as caught:
        token_of(entra, signed_in(entra))()
    assert caught.value.code == "pc_unavailable"


def test_a_sign_in_that_cannot_be_stored_leaves_no_half_behind(tmp_path):
    taken = tmp_path / "cache.json"
    taken.mkdir()
    with pytest.raises(OSError):
        FileSecret(str(taken)).save("a sign-in")
    assert list(tmp_path.iterdir()) == [taken]


def test_an_entra_that_never_answers_does_not_hold_the_poll(entra, monkeypatch):
    monkeypatch.setattr("shared.clients.partner_center_token.PATIENCE", 0.1)
    post(entra, "faults", match={"path": "*/token"}, delay_ms=400)
    with pytest.raises(TransientError) as caught:
        token_of(entra, signed_in(entra))()
    assert caught.value.params["why"] == "entra_away"


def test_a_wrong_client_id_is_named(entra):
    cache = signed_in_cache(authority=TOKENS, address=entra, tenant_id=TENANT, client_id="unknown")
    token = PartnerCenterToken(tenant_id=TENANT, client_id="unknown", username="", authority=entra, secret=Kept(cache))
    with pytest.raises(PermanentError) as caught:
        token()
    assert "PARTNER_CENTER_CLIENT_ID" in caught.value.cause


def test_a_cache_that_cannot_be_stored_does_not_stop_the_work(entra, caplog):
    class ReadOnly(Kept):
        def save(self, text: str) -> None:
            raise PermissionError("the vault refuses")

    assert token_of(entra, ReadOnly(signed_in(entra).text))()
    assert "sign_in_not_stored" in caplog.text


def test_a_cache_that_cannot_be_fetched_is_tried_later(entra):
    class Away(Kept):
        def load(self) -> str | None:
            raise ConnectionError("the vault is away")

    with pytest.raises(TransientError):
        token_of(entra, Away(None))()


def test_many_threads_renew_once(entra):
    secret = signed_in(entra)
    token = token_of(entra, secret)
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(token())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8 and len(set(got)) == 1 and secret.saves == 1


def test_the_age_of_the_sign_in_is_told(entra, tmp_path):
    secret = FileSecret(str(tmp_path / "cache.json"))
    assert token_of(entra, secret).sign_in() is None
    secret.save(signed_in(entra).text)
    told = token_of(entra, secret).sign_in()
    assert abs(told.renewed_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert told.ends_at - told.renewed_at == timedelta(days=90)
    secret.save("torn")
    assert token_of(entra, secret).sign_in() is None
