"""The whole road through a sandbox with answers as slow as real ones: as shipped, one at a time, and many.

Tables are the in-memory double, since a thousand referrals are more rows than Azurite can keep quick (design section
9). Many go through two host processes: in Azure every step has instances of its own, and here are two cores.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from tests.bench import Row
from tests.bench.name_server import name_server
from tests.functions.world import a_referral
from tests.sandbox_process import SandboxProcess, running_sandbox
from tests.table_double.process import running_table_double

FEW, MANY = 200, 1_000
DNS_MS, DYNAMICS_MS, PARTNER_CENTER_MS = 20, 60, 100
_ONE_AT_A_TIME = (
    "--set", "AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls=1",
    "--set", "PYTHON_THREADPOOL_THREAD_COUNT=1",
)  # fmt: skip
_TWO_PROCESSES = ("--hosts", "2")
_LONGEST = 300


def rows() -> Iterator[Row]:
    """Four runs, each over a sandbox of its own."""
    shipped, slow = _seconds(FEW), _seconds(FEW, *_ONE_AT_A_TIME)
    ratio = slow / shipped
    note = f"{shipped:.0f} s beside {slow:.0f} s"
    yield Row(
        f"whole road, {FEW} referrals, one at a time / as shipped", f"{ratio:.2f} x", "at least 3 x", ratio >= 3, note
    )
    few, many = _seconds(FEW, *_TWO_PROCESSES), _seconds(MANY, *_TWO_PROCESSES)
    name = f"whole road, {MANY:,} referrals, two processes"
    yield Row(name, f"{many:.0f} s", "about 60 s on 2 cores", many <= 75)
    ratio = many / (few * MANY / FEW)
    note = f"{many:.0f} s beside {few:.0f} s"
    yield Row(f"{MANY:,} referrals / five times {FEW}", f"{ratio:.2f} x", "at most 1.5 x", ratio <= 1.5, note)


def _seconds(count: int, *options: str) -> float:
    """From the poll to the moment when Dynamics has the last of them."""
    zone = {f"company{number}.example": _ZONE for number in range(count)}
    zone["spf.protection.outlook.com"] = {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"]}
    with (
        tempfile.TemporaryDirectory() as folder,
        name_server(zone, latency_ms=DNS_MS) as dns,
        running_table_double() as double,
    ):
        referrals = Path(folder) / "referrals.json"
        referrals.write_text(json.dumps([_referral(number) for number in range(count)]), encoding="utf-8")
        with running_sandbox(
            "--referrals", str(referrals), "--without", "dns", "--set", f"DNS_SERVERS={dns}",
            "--without", "storage", "--set", f"Storage={double.connection_string()}",
            "--set", "PARTNER_CENTER_SCHEDULE=0 0 0 1 1 *", *options,
        ) as sandbox:  # fmt: skip
            sandbox.fault("partner-center", match={"path": "/v1.0/*"}, delay_ms=PARTNER_CENTER_MS)
            sandbox.fault("dataverse", match={"path": "/api/*"}, delay_ms=DYNAMICS_MS)
            began = time.monotonic()
            sandbox.run_function("sync_timer")
            while not _through(sandbox, count):
                assert time.monotonic() < began + _LONGEST, f"not through after {_LONGEST} s: {sandbox.queue_counts()}"
                time.sleep(0.25)
            return time.monotonic() - began


_ZONE = {"MX": ["10 mail.protection.outlook.com."], "TXT": ["v=spf1 include:spf.protection.outlook.com -all"]}


def _referral(number: int) -> dict[str, Any]:
    team = [{"firstName": "Ada", "lastName": f"Number {number}", "email": f"ada@company{number}.example"}]
    profile = {"name": f"Company {number}", "address": {"country": "TR"}, "team": team}
    reference = f"22222222-0000-4000-8000-{number:012}"
    return a_referral(id=reference, engagementId=f"eng-{number}", name=f"Deal {number}", customerProfile=profile)


def _through(sandbox: SandboxProcess, count: int) -> bool:
    """The queues are asked first: the list would cost the host time that is being measured."""
    states = ("active", "locked")
    if any(one[state] for one in sandbox.queue_counts().values() for state in states):
        return False
    question = "limit=1&dynamics_status=synced"
    answer = requests.get(f"{sandbox.url('front')}/api/leads?{question}", timeout=30)
    return answer.ok and int(answer.json()["total"]) >= count
