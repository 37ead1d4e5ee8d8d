"""Promises of the sign-in to Dynamics, kept with the genuine azure-identity against the Entra stand-in."""

import pytest
import requests

from sandbox.entra import App, TokenAuthority, serve
from shared.clients.dynamics_token import DynamicsToken
from shared.errors import PermanentError, TransientError

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def entra(certificates, loop, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    served = serve(tls=certificates.server_context(), authority=TokenAuthority(b"x"), apps=[App(CLIENT, "right")])
    return loop.serve(served).address


def token_of(entra: str, **given: str) -> DynamicsToken:
    known = {"tenant_id": TENANT, "client_id": CLIENT, "client_secret": "right", "authority": entra, **given}
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


def test_after_the_outage_the_same_client_signs_in(entra):
    token = token_of(entra)
    fault(entra, match=ON_SENDING, drop=True, times=4)
    with pytest.raises(TransientError):
        token()
    assert token()


@pytest.mark.parametrize(
    "wrong", [{"client_secret": "wrong"}, {"client_id": CLIENT.replace("1", "2")}, {"tenant_id": "no-such-tenant"}]
)
def test_a_refusal_waits_for_a_person(entra, wrong):
    with pytest.raises(PermanentError) as failed:
        token_of(entra, **wrong)()
    assert failed.value.code == "dyn_signin"
