"""The checklist: every connection is a line of its own, red ones say what to do, and one never hides the next."""

from dataclasses import replace
from typing import Any

import pytest

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
        "partner center",
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
