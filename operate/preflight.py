"""`python -m operate preflight`: the settings in, the connection checklist out, each line green or red with its fix.

The same list as `GET /api/preflight`, without what only the functions themselves can judge: the platform's sign-in, and
Dynamics where it knows them by their managed identity. Wrong settings print what `/api/health` shows of them.
"""

import argparse
from dataclasses import replace
from typing import Any

from shared.connections import Connections, sound_settings
from shared.preflight import preflight_checks
from shared.setting_list import Settings

_ELSEWHERE = "Not to be judged from here: ask GET /api/preflight of the functions in Azure."
_SHOWN = {"ok": "ok    ", "failed": "FAILED", "off": "off   "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings."""


def run(args: argparse.Namespace, *, to: Connections | None = None) -> int:
    """0: nothing failed. 1: something did. Wrong settings are said by the caller, with exit code 2."""
    given = to.settings if to else sound_settings(args.environment)
    here = to or Connections(_without_the_platform(given))
    elsewhere = {
        "dynamics": given.dynamics_enabled and not here.settings.dynamics_enabled,
        "principal": given.trust_client_principal and not here.settings.trust_client_principal,
    }
    checks = preflight_checks(here)
    for check in checks:
        print(_line({**check, "detail": _ELSEWHERE} if elsewhere.get(check["name"]) else check))
    return 1 if any(check["state"] == "failed" for check in checks) else 0


def _without_the_platform(given: Settings) -> Settings:
    """Without what would be red on a workstation although nothing is wrong with the functions."""
    with_secret = bool(given.dynamics_client_secret.get_secret_value())
    return replace(
        given,
        dynamics_enabled=given.dynamics_enabled and with_secret,
        trust_client_principal=given.principal_trusted,
    )


def _line(check: dict[str, Any]) -> str:
    detail = f": {check['detail']}" if check["detail"] else ""
    fix = f"\n       fix: {check['fix']}" if check["state"] == "failed" and check["fix"] else ""
    return f"{_SHOWN.get(check['state'], check['state'])} {check['name']}{detail}{fix}"
