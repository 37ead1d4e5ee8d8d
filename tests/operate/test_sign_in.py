"""Promises of `python -m operate sign-in`, kept with the genuine MSAL against the stand-ins."""

import argparse
import html
import json
import re
import threading
import webbrowser

import pytest
import requests

from operate.__main__ import main
from operate.sign_in import run
from sandbox import entra, partner_center
from sandbox.entra import App, SignInState, TokenAuthority
from tests.background import background

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "aaaaaaaa-0000-4000-8000-000000000001"
TOKENS = TokenAuthority(b"a key for tests")


class World:
    """Addresses and the cache's file."""

    def __init__(self, entra_address: str, api_address: str, file) -> None:
        self.entra, self.api, self.file = entra_address, api_address, file

    def state(self, **state) -> None:
        assert requests.post(f"{self.entra}/_sandbox/sign-in-state", json=state, timeout=5).ok


@pytest.fixture
def world(tmp_path, certificates, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    with background() as loop:
        tls = certificates.server_context()
        signing = loop.serve(entra.serve(tls=tls, authority=TOKENS, apps=[App(CLIENT)]))
        api = loop.serve(partner_center.serve(authority=TOKENS, referrals=[{"id": "a"}]))
        file = tmp_path / "kept" / "cache.json"
        for name, value in {
            "PARTNER_CENTER_TENANT_ID": TENANT,
            "PARTNER_CENTER_CLIENT_ID": CLIENT,
            "PARTNER_CENTER_USERNAME": SignInState().username,
            "PARTNER_CENTER_URL": api.address,
            "AZURE_AUTHORITY_HOST": signing.address,
            "TOKEN_CACHE_PATH": str(file),
            "KEY_VAULT_URL": "",
            "ALLOW_LOOPBACK": "true",
        }.items():
            monkeypatch.setenv(name, value)
        yield World(signing.address, api.address, file)


def test_a_device_code_signs_in_stores_the_cache_for_its_owner_only_and_checks_the_role(world, capsys):
    assert main(["sign-in"]) == 0
    told = capsys.readouterr().out
    assert "enter the code" in told and f"tenant {TENANT}" in told and "1 referrals" in told
    assert SignInState().username not in told
    cache = json.loads(world.file.read_text())
    refresh = next(iter(cache["RefreshToken"].values()))["secret"]
    assert refresh not in told and world.file.stat().st_mode & 0o077 == 0


def test_the_browser_signs_in_too(world, capsys, monkeypatch):
    def browse(address: str) -> bool:
        def visit() -> None:
            page = requests.get(address, timeout=5).text
            target = html.unescape(re.search(r'action="([^"]*)"', page)[1])
            fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
            requests.post(target, data=fields, timeout=5)

        threading.Thread(target=visit).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    assert main(["sign-in", "--browser", "--no-check"]) == 0
    assert "Signed in" in capsys.readouterr().out and world.file.exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"outcome": "mfa_required"}, "Multi-factor"),
        ({"outcome": "interaction_required"}, "interaction_required"),
        ({"username": "somebody.else@hunter-partner.example"}, "Somebody else"),
    ],
)
def test_a_refused_sign_in_says_why_and_stores_nothing(world, capsys, state, words):
    world.state(**state)
    assert main(["sign-in"]) == 1
    assert words in capsys.readouterr().err and not world.file.exists()


def test_a_missing_role_is_told_at_once(world, capsys):
    world.state(roles=[])
    assert main(["sign-in"]) == 1
    assert "Referrals Admin" in capsys.readouterr().err


def test_a_missing_mfa_is_told_at_once(world, capsys):
    world.state(mfa=False)
    assert main(["sign-in"]) == 1
    assert "multi-factor" in capsys.readouterr().err


def test_entra_being_away_is_told(world, capsys):
    requests.post(f"{world.entra}/_sandbox/faults", json={"match": {"path": "*devicecode"}, "drop": True}, timeout=5)
    assert main(["sign-in"]) == 1
    assert "Entra did not answer" in capsys.readouterr().err


def test_a_store_that_refuses_is_told(world, capsys, monkeypatch):
    monkeypatch.setenv("TOKEN_CACHE_PATH", "/proc/no/such/place")
    assert main(["sign-in"]) == 1
    assert "could not be stored" in capsys.readouterr().err


def test_missing_settings_are_named_all_at_once(world, capsys, monkeypatch):
    for name in ("PARTNER_CENTER_TENANT_ID", "PARTNER_CENTER_CLIENT_ID", "TOKEN_CACHE_PATH"):
        monkeypatch.delenv(name)
    assert main(["sign-in"]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in ("PARTNER_CENTER_TENANT_ID", "PARTNER_CENTER_CLIENT_ID", "KEY_VAULT_URL"))


def test_settings_can_come_from_the_functions_own_file(world, monkeypatch, tmp_path):
    monkeypatch.delenv("PARTNER_CENTER_CLIENT_ID")
    file = tmp_path / "local.settings.json"
    file.write_text(json.dumps({"IsEncrypted": False, "Values": {"PARTNER_CENTER_CLIENT_ID": CLIENT}}))
    assert main(["--settings", str(file), "sign-in"]) == 0


@pytest.mark.parametrize("content", [None, "torn", "[1]"])
def test_a_settings_file_that_cannot_be_read_is_named(world, tmp_path, capsys, content):
    file = tmp_path / "settings.json"
    if content:
        file.write_text(content)
    assert main(["--settings", str(file), "sign-in"]) == 2
    assert "settings.json" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["dance"], ["sign-in", "--loudly"]])
def test_wrong_words_end_with_2(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2 and "usage" in capsys.readouterr().err


def test_a_token_is_not_sent_to_an_unsafe_address(capsys: pytest.CaptureFixture[str]) -> None:
    environment = {
        "PARTNER_CENTER_TENANT_ID": "contoso.onmicrosoft.com", "PARTNER_CENTER_CLIENT_ID": "an-app",
        "KEY_VAULT_URL": "https://kv.example", "PARTNER_CENTER_URL": "http://10.0.0.1",
    }  # fmt: skip
    args = argparse.Namespace(environment=environment, browser=False, no_check=False)
    assert run(args) == 2
    assert "PARTNER_CENTER_URL" in capsys.readouterr().err
