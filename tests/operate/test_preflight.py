"""The checklist in a terminal: what is red comes with its fix, and wrong settings are listed as health lists them."""

import argparse
import json
import os
from pathlib import Path

import pytest

from operate import preflight
from operate.__main__ import main
from shared.connections import Connections
from tests.functions.world import World


def test_each_check_is_a_line_and_a_red_one_has_its_fix(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    checks = [
        {"name": "queues", "state": "ok", "detail": "", "fix": ""},
        {"name": "dns", "state": "failed", "detail": "No name server answered.", "fix": "Open port 53."},
        {"name": "dynamics", "state": "off", "detail": "DYNAMICS_ENABLED is false.", "fix": ""},
    ]
    monkeypatch.setattr(preflight, "preflight_checks", lambda to: checks)
    assert preflight.run(argparse.Namespace(environment={}), to=world) == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok     queues",
        "FAILED dns: No name server answered.",
        "       fix: Open port 53.",
        "off    dynamics: DYNAMICS_ENABLED is false.",
    ]


def test_wrong_settings_are_all_listed_and_nobody_is_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ServiceBus", "Storage", "ServiceBus__fullyQualifiedNamespace", "Storage__tableServiceUri"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SCAN_FRESH_HOURS", "a day")
    assert main(["preflight"]) == 2
    assert "SCAN_FRESH_HOURS" in capsys.readouterr().err
    monkeypatch.delenv("SCAN_FRESH_HOURS")
    assert main(["preflight"]) == 2
    told = capsys.readouterr().err
    assert "ServiceBus" in told and "Storage" in told


def test_a_workstation_is_not_blamed_for_what_only_the_functions_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The settings as `az functionapp config appsettings list` prints them; the platform's own are not among them."""
    listed = {
        "AZURE_FUNCTIONS_ENVIRONMENT": "Production", "AZURE_CLIENT_ID": "11111111-2222-3333-4444-555555555555",
        "ServiceBus__fullyQualifiedNamespace": "sb.example", "Storage__tableServiceUri": "https://st.example",
        "TRUST_CLIENT_PRINCIPAL": "true", "DYNAMICS_ENABLED": "true", "DYNAMICS_URL": "https://org.crm4.dynamics.com",
    }  # fmt: skip
    file = tmp_path / "my.json"
    printed = [{"name": name, "slotSetting": False, "value": value} for name, value in listed.items()]
    file.write_text(json.dumps(printed), encoding="utf-8")
    monkeypatch.setattr(os, "environ", {})
    asked: list[Connections] = []

    def checks(to: Connections) -> list[dict[str, str]]:
        asked.append(to)
        return [{"name": name, "state": "off", "detail": "", "fix": ""} for name in ("principal", "dynamics", "dns")]

    monkeypatch.setattr(preflight, "preflight_checks", checks)
    assert main(["--settings", str(file), "preflight"]) == 0
    assert capsys.readouterr().out.count("ask GET /api/preflight") == 2
    (to,) = asked
    assert not to.settings.production, "a person signs in as themselves"
    assert not to.settings.dynamics_enabled and not to.settings.trust_client_principal


@pytest.mark.parametrize(
    ("content", "said"),
    [("[null, 5]", "another shape"), ('"x"', "another shape"), ("{", "Expecting"), (None, "No such file")],
)
def test_a_file_that_holds_no_settings_is_named_with_what_it_should_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, said: str
) -> None:
    file = tmp_path / "my.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert main(["--settings", str(file), "preflight"]) == 2
    refused = capsys.readouterr().err
    assert said in refused and '{"Values": {NAME: value}}' in refused and "object is not" not in refused
