"""The runbook's life of a deployment, rehearsed on the whole sandbox: one id tells all, and lost tables come back."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.data.tables import TableServiceClient

from shared.clients.tables import TABLES
from tests.attacks.conftest import principal
from tests.sandbox_process import PROJECT, SandboxProcess, running_sandbox, wait_for

NEVER = "0 0 0 1 1 *"
RECORDS = ("account", "contact", "lead", "opportunity")
_EVENT = re.compile(r"\b([a-z_]+\.[a-z_]+) [a-z_]+=")


class Deployed:
    """A sandbox that polls only when it is asked to, and what users see of it."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox

    def ask(self, method: str, path: str, *, role: str = "admin", **options: Any) -> requests.Response:
        url = f"{self.sandbox.url('host')}/api/{path}"
        return requests.request(method, url, headers=principal(role), timeout=30, **options)

    def sync(self) -> str:
        """As the page's button does, and waits until all rests; the answer's correlation id."""
        answer = wait_for(lambda: self._started(), seconds=60)
        run = answer.json()["run_id"]
        wait_for(lambda: self.ask("GET", f"runs/{run}").json()["state"] == "succeeded", seconds=90, every=0.5)
        wait_for(self._rests, seconds=60, every=0.5)
        return str(answer.headers["X-Correlation-Id"])

    def _started(self) -> requests.Response | None:
        """None while a host is starting again."""
        try:
            answer = self.ask("POST", "referrals/sync", json={})
        except requests.RequestException:
            return None
        return answer if answer.status_code == 202 else None

    def _rests(self) -> bool:
        return not sum(one["active"] + one["locked"] for one in self.sandbox.queue_counts().values())

    def leads(self) -> dict[str, tuple[Any, ...]]:
        """What a seller looks at, by domain."""
        shown = ("score", "priority", "segment", "referral_type", "referral_count", "dynamics_status", "company_name")
        items = self.ask("GET", "leads?limit=200").json()["items"]
        return {one["domain"]: tuple(one[name] for name in shown) for one in items}

    def in_dynamics(self) -> dict[str, set[str]]:
        """The ids of each kind of record."""
        address = self.sandbox.url("dataverse")
        rows = {name: requests.get(f"{address}/_sandbox/rows/{name}", timeout=30).json() for name in RECORDS}
        return {name: {str(row[f"{name}id"]) for row in found} for name, found in rows.items()}

    def log_with(self, word: str) -> list[str]:
        """The lines that hold this word whole, as `has` finds them in a query."""
        found = re.compile(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])")
        return [line for line in self.sandbox.log().splitlines() if found.search(line)]


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Six referrals; tables and Dynamics survive a restart, queues do not."""
    folder = tmp_path_factory.mktemp("rehearsal")
    samples = json.loads((PROJECT / "sandbox/samples/referrals.json").read_text(encoding="utf-8"))
    file = folder / "referrals.json"
    file.write_text(json.dumps(samples[:6]), encoding="utf-8")
    kept = ["--keep", str(folder / "kept"), "--referrals", str(file)]
    return [*kept, "--set", f"PARTNER_CENTER_SCHEDULE={NEVER}", "--set", "SCAN_CHECKS=mx,spf,dkim,dmarc"]


@pytest.fixture(scope="module")
def deployed(arguments: list[str]) -> Iterator[Deployed]:
    with running_sandbox(*arguments) as sandbox:
        yield Deployed(sandbox)


def test_one_id_leads_from_the_button_through_the_road_into_dynamics_and_back_to_the_page(deployed: Deployed) -> None:
    asked = deployed.sync()
    told = {event for line in deployed.log_with(asked) for event in _EVENT.findall(line)}
    assert told >= {
        "sync.page", "referral.taken_in", "domain.scanned", "lead.scored", "dynamics.written", "lead.pushed",
        "run.ended",
    }  # fmt: skip
    domain = next(name for name, shown in deployed.leads().items() if shown[4] == 1)  # whose story is its own
    events = deployed.ask("GET", f"leads/{domain}/timeline").json()["items"]
    traces = {one["trace"] for one in events if one["code"] in ("referral.received", "dynamics.created")}
    assert len(events) > 3 and all(one["trace"].startswith(asked) for one in events)
    story = {event for line in deployed.log_with(traces.pop()) for event in _EVENT.findall(line)}
    assert story >= {"referral.taken_in", "domain.scanned", "lead.scored", "lead.pushed"}


def test_the_id_in_a_problem_leads_to_its_line(deployed: Deployed) -> None:
    refused = deployed.ask("GET", "leads?limit=0")
    (line,) = deployed.log_with(refused.json()["correlation_id"])
    assert "door.refused" in line and "status=400" in line


def test_the_checklist_is_green_on_a_sound_deployment(deployed: Deployed, tmp_path: Path) -> None:
    file = tmp_path / "my.json"
    file.write_text(json.dumps({"Values": dict(deployed.sandbox.settings)}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "operate", "--settings", str(file), "preflight"],
        cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    shown = deployed.ask("GET", "preflight", role="operator").json()["checks"]
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED")] == []
    assert [one["name"] for one in shown if one["state"] == "failed"] == []
    assert done.returncode == 0


def test_lost_tables_come_back_with_one_sync_and_nothing_is_doubled_in_dynamics(
    deployed: Deployed, arguments: list[str]
) -> None:
    """Last, since it ends the others' sandbox: nobody restores within the ten minutes for which queues know repeats."""
    before, records = deployed.leads(), deployed.in_dynamics()
    assert before and records["lead"]
    deployed.sandbox.stop()
    with running_sandbox(*arguments) as sandbox:
        again = Deployed(sandbox)
        assert again.leads() == before, "nothing is lost yet"
        _lose_everything(sandbox)
        sandbox.kill_host()
        again.sync()
        assert again.leads() == before
        assert again.in_dynamics() == records


def _lose_everything(sandbox: SandboxProcess) -> None:
    service = TableServiceClient.from_connection_string(sandbox.settings["Storage"])
    for name in {one.name for one in service.list_tables()} & set(TABLES):
        table = service.get_table_client(name)
        for row in list(table.list_entities(select=["PartitionKey", "RowKey"])):
            table.delete_entity(row["PartitionKey"], row["RowKey"])
