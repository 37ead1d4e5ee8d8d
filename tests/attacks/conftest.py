"""One sandbox over hostile records for all attacks, and callers of every role."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.attacks.hostile import hostile_referrals
from tests.sandbox_process import SandboxProcess, running_sandbox, wait_for

ROLES = (None, "reader", "operator", "admin")


@dataclass(frozen=True, slots=True)
class Attacked:
    """The product under attack."""

    sandbox: SandboxProcess

    def ask(self, method: str, path: str, *, role: str | None = "admin", **options: Any) -> requests.Response:
        """One request straight to a host, as whoever has this role; `path` begins behind `/api/`."""
        headers = {**principal(role), **options.pop("headers", {})}
        url = f"{self.sandbox.url('host')}/api/{path}"
        return requests.request(method, url, headers=headers, timeout=30, allow_redirects=False, **options)

    def leads(self) -> list[dict[str, Any]]:
        """Every lead on the list."""
        items: list[dict[str, Any]] = self.ask("GET", "leads?limit=200").json()["items"]
        return items


def principal(role: str | None) -> dict[str, str]:
    """What the platform sends for a signed-in user with this role; nothing for nobody."""
    if role is None:
        return {}
    who = {
        "identityProvider": "aad",
        "userId": f"id-of-{role}",
        "userDetails": "x",
        "userRoles": ["authenticated", role],
    }
    return {"x-ms-client-principal": base64.b64encode(json.dumps(who).encode()).decode()}


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Everything has been taken in, scanned, scored and pushed, or stands in the inbox."""
    file = tmp_path_factory.mktemp("attacks") / "referrals.json"
    records = hostile_referrals()
    file.write_text(json.dumps(records), encoding="utf-8")
    with running_sandbox("--referrals", str(file), "--set", "SCAN_CHECKS=mx,spf,dkim,dmarc") as sandbox:
        started = Attacked(sandbox)
        started.ask("POST", "referrals/sync", json={"mode": "full"})

        def settled() -> bool:
            waiting = sum(one["active"] + one["locked"] for one in sandbox.queue_counts().values())
            arrived = int(started.ask("GET", "referrals?limit=1").json()["total"])
            return not waiting and arrived + started.ask("GET", "failures").json()["total"] >= len(records)

        wait_for(settled, seconds=60, every=0.5)
        yield started
