"""Companies in; a whole sandbox around them out, whose storage and DNS can fail, with looks at how it stands.

Storage runs behind a relay of ours and the name server in this process, so that both can misbehave as well.
"""

import base64
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests

from sandbox import dns
from tests.background import Background, background
from tests.chaos.companies import Companies, Wave
from tests.chaos.end_state import TABLES, EndState, end_state
from tests.chaos.storage_door import StorageDoor
from tests.sandbox_process import SandboxProcess, running_sandbox

RETRY_SCALE = "0.01"
LOCK_SECONDS = "5"
_QUIET_SECONDS = 1.5
_ADMIN = {"identityProvider": "aad", "userId": "chaos", "userDetails": "chaos", "userRoles": ["authenticated", "admin"]}


class World:
    """One run of the product. Reading goes to a function host as an administrator, past the front door."""

    def __init__(self, sandbox: SandboxProcess, door: Any, name_server: Any, zone: Mapping[str, Any]) -> None:
        self.sandbox = sandbox
        self.door = door
        self._name_server = name_server
        self._zone = zone
        principal = base64.b64encode(json.dumps(_ADMIN).encode()).decode()
        self._headers = {"x-ms-client-principal": principal}

    def small_pages(self) -> None:
        """Partner Center gives 20 records at a time, so that there is something to break."""
        url = f"{self.sandbox.url('partner-center')}/_sandbox/oddities"
        requests.post(url, json={"page_size": 20}, timeout=10).raise_for_status()

    def publish(self, wave: Wave) -> None:
        """Partner Center has news."""
        edit = {"put": wave.new, "change": wave.changes}
        answer = requests.post(f"{self.sandbox.url('partner-center')}/_sandbox/referrals", json=edit, timeout=30)
        answer.raise_for_status()
        assert not answer.json()["missing"], answer.text

    def sync(self, mode: str = "filter") -> None:
        """Somebody presses the button. On a bad day that may fail; the timer comes by every 30 s anyway."""
        self.ask("POST", "referrals/sync", {"mode": mode})

    def faults(self, service: str, method: str = "GET", body: Any = None) -> Any:
        """The faults of a stand-in: shown, armed (POST) or disarmed (DELETE)."""
        url = f"{self.sandbox.url(service)}/_sandbox/faults"
        trusted = self.sandbox.settings["REQUESTS_CA_BUNDLE"]
        answer = requests.request(method, url, json=body, timeout=10, verify=trusted)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def name_servers_fail(self, domains: set[str]) -> None:
        """Nobody answers for these domains, until called with none."""
        silent = {name: "TIMEOUT" for name in self._zone if name.removeprefix("_dmarc.") in domains}
        self._name_server.replace_zone({**self._zone, **silent})

    def ask(self, method: str, path: str, body: Any = None, *, tries: int = 60) -> Any:
        """A door's answer; a host that is down or has trouble is asked again for some time."""
        wrong = ""
        for _ in range(tries):
            try:
                url = f"{self.sandbox.url('host')}/api/{path}"
                answer = requests.request(method, url, json=body, headers=self._headers, timeout=30)
                if answer.status_code < 400:
                    return answer.json()
                wrong = f"{answer.status_code} {answer.text[:300]}"
            except requests.RequestException as error:
                wrong = type(error).__name__
            time.sleep(0.5)
        raise AssertionError(f"{method} {path}: {wrong}")

    def waiting(self) -> dict[str, int]:
        """Messages per queue that are not done with, scheduled ones too."""
        counts = self.sandbox.queue_counts()
        states = ("active", "locked", "scheduled", "dead_letter")
        return {name: sum(one[state] for state in states) for name, one in counts.items()}

    def wait_until_calm(self, *, at_most: float, arrived: int) -> float:
        """Seconds until this many referrals are there, the queues stay empty and no run is under way."""
        began = time.monotonic()
        quiet_since: float | None = None
        while True:
            now = time.monotonic()
            if now - began > at_most:
                raise AssertionError(f"not calm after {at_most:.0f} s: {self.waiting()}, {self.open_failures()}")
            if any(self.waiting().values()):
                quiet_since = None
            elif quiet_since is None:
                quiet_since = now
            elif now - quiet_since > _QUIET_SECONDS and self._has(arrived):
                return quiet_since - began
            time.sleep(0.25)

    def _has(self, arrived: int) -> bool:
        return int(self.ask("GET", "referrals?limit=1")["total"]) >= arrived

    def open_failures(self) -> Counter[str]:
        """The inbox: how many open faults of each code. Every one has a cause in words."""
        found = self._all("failures")
        assert all(one["cause"] for one in found), found
        return Counter(one["code"] for one in found if one["state"] != "closed")

    def replay(self) -> None:
        """Has everything in the inbox done again."""
        self.ask("POST", "failures/replay", {})

    def keep_logs(self) -> None:
        """What every process logged, in a folder that stays."""
        _keep_logs(self.sandbox)

    def end_state(self, *, by_subject: frozenset[str]) -> EndState:
        """Everything countable, as it stands."""
        leads = self._all("leads")
        timelines = {lead["domain"]: self._all(f"leads/{lead['domain']}/timeline") for lead in leads}
        dataverse = self.sandbox.url("dataverse")
        rows = {table: requests.get(f"{dataverse}/_sandbox/rows/{table}", timeout=30).json() for table in TABLES}
        referrals = self._all("referrals")
        return end_state(leads=leads, referrals=referrals, timelines=timelines, rows=rows, by_subject=by_subject)

    def _all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.ask("GET", f"{path}?limit=100{cursor}")
            found += page["items"]
            if not page["next_cursor"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"


@contextmanager
def world(companies: Companies, *, seed: int, referrals_file: str) -> Iterator[World]:
    """Storage, the relay before it, the name server, and everything else over them, with two function hosts."""
    with background() as loop, running_sandbox("--only", "storage") as storage:
        table = urlsplit(storage.services["storage"]["table"])
        door = loop.run(StorageDoor(str(table.hostname), int(table.port or 0), seed=seed).open())
        name_server = loop.serve(dns.serve(zone=companies.zone))
        direct = storage.settings["Storage"]
        behind = direct.replace(f":{table.port}/", f":{door.port}/")
        try:
            functions = _functions(name_server.address, direct, behind, referrals_file, seed)
            with functions as sandbox, _logs_kept_on_failure(sandbox):
                yield World(sandbox, door, _OnLoop(loop, name_server), companies.zone)
        finally:
            loop.run(door.close())


@contextmanager
def _logs_kept_on_failure(sandbox: SandboxProcess) -> Iterator[None]:
    """A sandbox takes its logs along when it ends; what went wrong stands in them."""
    try:
        yield
    except BaseException:  # a Ctrl-C too
        _keep_logs(sandbox)
        raise


def _keep_logs(sandbox: SandboxProcess) -> None:
    kept = tempfile.mkdtemp(prefix="chaos-logs-")
    shutil.copytree(sandbox.state / "logs", kept, dirs_exist_ok=True)
    print(f"logs kept in {kept}", file=sys.stderr)


class _OnLoop:
    """The name server, changed on the thread that it runs on."""

    def __init__(self, loop: Background, name_server: Any) -> None:
        self._loop = loop
        self._name_server = name_server

    def replace_zone(self, zone: Mapping[str, Any]) -> None:
        replace: Callable[[Mapping[str, Any]], None] = self._name_server.replace_zone

        async def change() -> None:
            replace(zone)

        self._loop.run(change())


def _functions(dns_server: str, direct: str, behind: str, referrals: str, seed: int) -> Any:
    return running_sandbox(
        "--without", "storage", "--without", "dns", "--without", "front", "--hosts", "2", "--seed", str(seed),
        "--lock-seconds", LOCK_SECONDS, "--referrals", referrals,
        "--set", f"RETRY_SCALE={RETRY_SCALE}", "--set", f"DNS_SERVERS={dns_server}",
        "--set", f"AzureWebJobsStorage={direct}", "--set", f"Storage={behind}",
        "--set", "SCAN_CHECKS=mx,spf,dkim,dmarc",
    )  # fmt: skip
