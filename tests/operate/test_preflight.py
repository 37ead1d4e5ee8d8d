"""The checklist in a terminal: what is red comes with its fix, and wrong settings are listed as health lists them."""

import argparse

import pytest

from operate import preflight
from operate.__main__ import main
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
