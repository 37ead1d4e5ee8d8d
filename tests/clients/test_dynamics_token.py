"""Promises of the sign-in to Dynamics, kept with the genuine azure-identity against the Entra stand-in."""

from typing import Any

import pytest
import requests

from sandbox.entra import App, TokenAuthority, serve
from shared.clients.dynamics_token import _PATIENT, DynamicsToken
from shared.errors import PermanentError, TransientError

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def entra(certificates, loop, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    served = serve(tls=certificates.server_context(), authority=TokenAuthority(b"x"), apps=[App(CLIENT, "right")])
    return loop.serve(served).address


def token_of(entra: str, **given: Any) -> DynamicsToken:
    known: dict[str, Any] = {
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "client_secret": "right",
        "authority": entra,
        **given,
    }
    return DynamicsToken("https://org.example/.default", identity_client_id="", **known)


def fault(entra: str, **wanted: object) -> None:
    assert requests.post(f"{entra}/_sandbox/faults", json=wanted, timeout=5).ok


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """azure-core waits some seconds between its own attempts."""
    monkeypatch.setattr("azure.core.pipeline.policies.RetryPolicy.sleep", lambda *_, **__: None)


ON_SENDING = {"method": "POST"}


@pytest.mark.parametrize(
    "weather",
    [
        {"drop": True},
        {"match": ON_SENDING, "drop": True},
        {"match": ON_SENDING, "answer": 503},
        {"match": ON_SENDING, "answer": 500, "body": {}},
        {"match": ON_SENDING, "answer": 429, "retry_after": 1},
        {"match": ON_SENDING, "answer": 200, "body": "<html>"},
        {"match": ON_SENDING, "truncate": 20},
    ],
)
def test_an_entra_that_is_away_is_tried_again_later(entra, weather):
    fault(entra, **weather)
    with pytest.raises(TransientError) as failed:
        token_of(entra)()
    assert failed.value.code == "dyn_unavailable"


def test_an_entra_that_never_answers_does_not_hold_the_pushes(entra, monkeypatch):
    monkeypatch.setitem(_PATIENT, "read_timeout", 0.05)
    fault(entra, match=ON_SENDING, delay_ms=400)
    with pytest.raises(TransientError):
        token_of(entra)()


def test_an_entra_that_is_away_is_asked_once_for_all_who_wait_and_again_after_a_rest(entra):
    moments = [0.0]
    token = token_of(entra, clock=lambda: moments[0])
    fault(entra, match=ON_SENDING, drop=True, times=3)
    for _ in range(4):
        with pytest.raises(TransientError) as failed:
            token()
        assert failed.value.params["why"] == "entra_away"
    report = requests.get(f"{entra}/_sandbox/faults", timeout=5).json()
    assert report["faults"][0]["seen"] == 3, "one asking with its two quick retries"
    moments[0] = 6.0
    assert token()


@pytest.mark.parametrize(
    "wrong", [{"client_secret": "wrong"}, {"client_id": CLIENT.replace("1", "2")}, {"tenant_id": "no-such-tenant"}]
)
def test_a_refusal_waits_for_a_person(entra, wrong):
    with pytest.raises(PermanentError) as failed:
        token_of(entra, **wrong)()
    assert failed.value.code == "dyn_signin"
