"""`python -m operate preflight`: the settings in, the connection checklist out, each line green or red with its fix.

The same list as `GET /api/preflight`; wrong settings print what `/api/health` shows of them.
"""

import argparse
from typing import Any

from shared.connections import Connections, sound_settings
from shared.preflight import preflight_checks

_SHOWN = {"ok": "ok    ", "failed": "FAILED", "off": "off   "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings."""


def run(args: argparse.Namespace, *, to: Connections | None = None) -> int:
    """0: nothing failed. 1: something did. Wrong settings are said by the caller, with exit code 2."""
    to = to or Connections(sound_settings(args.environment))
    checks = preflight_checks(to)
    print(*(_line(check) for check in checks), sep="\n")
    return 1 if any(check["state"] == "failed" for check in checks) else 0


def _line(check: dict[str, Any]) -> str:
    detail = f": {check['detail']}" if check["detail"] else ""
    fix = f"\n       fix: {check['fix']}" if check["state"] == "failed" and check["fix"] else ""
    return f"{_SHOWN.get(check['state'], check['state'])} {check['name']}{detail}{fix}"
