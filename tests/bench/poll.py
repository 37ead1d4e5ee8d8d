"""How much memory a poll takes at its worst moment: the same for 10,000 referrals as for 1,000.

The poll runs in a process of its own, over a table double, the sandbox's bus and its Partner Center.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.bus.server import serve as serve_bus
from sandbox.partner_center import serve
from shared.clients.http_session import HttpSession
from shared.clients.partner_center import PartnerCenter
from shared.clients.queues import Queues
from shared.messages import QUEUES
from shared.runs.poll import poll
from shared.runs.starting import start_run
from tests.background import background
from tests.bench import Row
from tests.clients.signed import TOKENS, Signed
from tests.functions.world import World, a_referral
from tests.table_double.process import running_table_double

FEW, MANY = 1_000, 10_000
_MOST = 1.1
_ROOT = Path(__file__).parent.parent.parent


def rows() -> Iterator[Row]:
    """The most memory that the process ever had, beside that for a tenth."""
    few, many = _polled(FEW), _polled(MANY)
    ratio = many["peak"] / few["peak"]
    added = [(one["peak"] - one["before"]) / 1e6 for one in (many, few)]
    note = (
        f"the process at its peak: {many['peak'] / 1e6:.1f} beside {few['peak'] / 1e6:.1f} MB; "
        f"the poll added {added[0]:.1f} beside {added[1]:.1f} MB"
    )
    name = f"memory of a poll, {MANY:,} referrals / {FEW:,}"
    yield Row(name, f"{ratio:.2f} x", f"at most {_MOST} x", ratio <= _MOST, note)


def _polled(count: int) -> dict[str, int]:
    """Polls so many referrals in a fresh process; bytes at the peak."""
    records = [_referral(number) for number in range(count)]
    with running_table_double() as double, background() as loop:
        bus: Any = loop.serve(serve_bus(queues=QUEUES))
        source = loop.serve(serve(authority=TOKENS, referrals=records)).address
        command = [sys.executable, "-m", "tests.bench.poll", double.connection_string(), bus.connection_string, source]
        done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True, text=True, timeout=600)
    told: dict[str, int] = json.loads(done.stdout)
    assert told.pop("enqueued") == count, told
    return told


def _referral(number: int) -> dict[str, Any]:
    stamp = f"2026-11-{number // 1440 + 1:02}T{number // 60 % 24:02}:{number % 60:02}:00.{number % 10_000_000:07}Z"
    team = [{"firstName": "Ada", "lastName": f"Nr {number}", "email": f"ada@company{number}.example"}]
    profile = {"name": f"Company {number}", "address": {"country": "TR"}, "team": team}
    more = {"customerProfile": profile, "createdDateTime": stamp, "updatedDateTime": stamp}
    return a_referral(id=f"11111111-0000-4000-8000-{number:012}", **more)


def _poll(storage: str, bus: str, source: str) -> None:
    """Prints what it took. A first page before the measurement opens every connection and loads every module."""
    world = World(storage, Queues(connection_string=bus), "", ALLOW_LOOPBACK="true")
    session = HttpSession(source, failure="pc_unavailable")
    world.__dict__["partner_center"] = PartnerCenter(source, session=session, token=Signed(), now=world.now)
    world.partner_center.page("full")
    run, _ = start_run("referrals", who="bench", trace="b" * 32, request={"mode": "full"}, to=world)
    before = _peak()
    while run.state != "finishing":
        taken = world.turns.take(run, by="bench")
        assert taken is not None
        run = poll(taken, world)
    print(json.dumps({"before": before, "peak": _peak(), "enqueued": run.enqueued}), flush=True)
    os._exit(0)  # the bus's links would linger


def _peak() -> int:
    """Bytes. `ru_maxrss` would count what the parent held when it forked, so Linux is asked for this program's own."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    _poll(*sys.argv[1:4])
