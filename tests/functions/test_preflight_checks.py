"""The checklist: every connection is a line of its own, red ones say what to do, and one never hides the next."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from shared.causes import explain
from shared.codes import FAILURES
from shared.preflight import preflight_checks
from tests.functions.world import FakeCheck, World, a_scan


def _lines(world: World) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in preflight_checks(world)}


def _answering(world: World, **signals: str) -> None:
    world.next_scan = a_scan(**signals)
    world.next_scan.checks["registration"] = FakeCheck("present", {})


def test_every_connection_has_a_line(world: World) -> None:
    _answering(world)
    states = {name: line["state"] for name, line in _lines(world).items()}
    assert states.keys() >= {
        "storage tables",
        "clock",
        "queues",
        "principal",
        "vault",
        "partner center",
        "mfa",
        "dynamics",
        "dns",
        "rdap",
    }
    assert (states["storage tables"], states["queues"], states["principal"]) == ("ok", "ok", "ok")
    assert (states["dynamics"], states["dns"], states["rdap"]) == ("off", "ok", "ok")


def test_a_closed_way_out_is_red_and_hides_nothing(world: World) -> None:
    world.next_scan = a_scan(mx="unknown")
    world.next_scan.checks["registration"] = FakeCheck("unknown", {})
    lines = _lines(world)
    for name in ("dns", "rdap"):
        assert lines[name]["state"] == "failed" and lines[name]["detail"] and lines[name]["fix"]


def test_whatever_is_not_green_says_why_by_a_code(world: World) -> None:
    """The page has the reader's language; the English detail is for a terminal."""
    world.next_scan = a_scan(mx="unknown")
    world.next_scan.checks["registration"] = FakeCheck("unknown", {})
    world.pass_time(days=40)
    world.settings = replace(world.settings, trust_client_principal=True, website_auth_enabled=False)
    lines = [one for one in _lines(world).values() if one["state"] != "ok"]
    assert {one["name"] for one in lines} >= {"clock", "principal", "vault", "dynamics", "dns", "rdap"}
    for line in lines:
        assert explain(line["params"]["why"], line["params"])["text"] in line["detail"]
        assert (line["code"] in FAILURES) == (line["state"] == "failed")


def test_a_clock_that_differs_from_storage_is_red(world: World) -> None:
    _answering(world)
    world.pass_time(days=40)
    assert _lines(world)["clock"]["state"] == "failed"


@pytest.mark.parametrize(
    ("trust", "platform", "state"), [("true", "true", "ok"), ("true", "false", "failed"), ("false", "true", "off")]
)
def test_the_trust_setting_is_held_against_what_the_platform_says(
    world: World, trust: str, platform: str, state: str
) -> None:
    changed = {"trust_client_principal": trust == "true", "website_auth_enabled": platform == "true"}
    world.settings = replace(world.settings, **changed)
    _answering(world)
    assert _lines(world)["principal"]["state"] == state


@pytest.mark.parametrize(("compliant", "state"), [(True, "ok"), (False, "failed"), (None, "off")])
def test_a_sign_in_without_a_second_factor_is_red(world: World, compliant: bool | None, state: str) -> None:
    _answering(world)
    world.__dict__["partner_center"] = SimpleNamespace(
        mfa_compliant=compliant, page=lambda *_, **__: SimpleNamespace(records=[])
    )
    line = _lines(world)["mfa"]
    assert line["state"] == state and bool(line["fix"]) == (state == "failed")
    assert (line["code"] == "signin_no_mfa") == (state == "failed")


def test_a_vault_that_refuses_is_red_and_says_which_role_it_wants(world: World) -> None:
    _answering(world)
    world.settings = replace(world.settings, key_vault_url="https://kv.example")

    def refuse() -> dict[str, datetime]:
        raise HttpResponseError("Caller is not authorized: secret-detail")

    world.__dict__["token_cache"] = SimpleNamespace(ends=refuse, load=lambda: None)
    line = _lines(world)["vault"]
    assert line["state"] == "failed" and "Key Vault Secrets Officer" in line["fix"]
    assert "secret-detail" not in str(line)
    world.__dict__["token_cache"] = SimpleNamespace(ends=lambda: {"a": datetime(2027, 1, 2)}, load=lambda: None)
    line = _lines(world)["vault"]
    assert (line["state"], line["detail"]) == ("ok", "The first secret ends on 2027-01-02.")


@pytest.mark.parametrize("content", [None, b"no MaxMind file"])
def test_a_network_file_that_cannot_be_used_is_red(world: World, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "asn.mmdb"
    if content:
        file.write_bytes(content)
    assert "maxmind" not in _lines(world), "no line where nobody asked for one"
    world.settings = replace(world.settings, maxmind_path=str(file))
    line = _lines(world)["maxmind"]
    assert (line["state"], line["code"]) == ("failed", "settings_invalid") and "MAXMIND_PATH" in line["detail"]
