"""A vault that misbehaves ends in an error that its caller knows, in bounded time."""

import pytest
import requests
from azure.core.exceptions import AzureError

from sandbox.entra import TokenAuthority, serve
from shared.clients.secrets import _PATIENT, VaultSecret


def test_a_vault_that_never_answers_does_not_hold_the_poll(certificates, loop, monkeypatch):
    """Any server over TLS will do: the client asks before it shows a token."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    monkeypatch.setitem(_PATIENT, "read_timeout", 0.05)
    monkeypatch.setitem(_PATIENT, "retry_backoff_factor", 0)
    tls = certificates.server_context()
    address = loop.serve(serve(tls=tls, authority=TokenAuthority(b"x"), apps=[])).address
    requests.post(f"{address}/_sandbox/faults", json={"delay_ms": 400}, timeout=5)
    with pytest.raises(AzureError):
        VaultSecret(address, credential=object()).load()
    report = requests.get(f"{address}/_sandbox/faults", timeout=5).json()
    assert report["faults"][0]["seen"] == 3, "asked, and twice again"
