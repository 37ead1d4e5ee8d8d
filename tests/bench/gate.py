"""Two processes that call one service, over the genuine Azurite: how many calls leave after somebody heard a 429."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from shared.clients.gates import Gate
from shared.clients.tables import Tables
from shared.errors import GateClosed
from tests.bench import Row
from tests.storage import running_storage

_ROOT = Path(__file__).parent.parent.parent
SECONDS = 6.0
_CLOSES_AFTER = 2.0


def rows() -> list[Row]:
    """One process hears the 429 and closes; both go on wanting to call."""
    with running_storage() as storage:
        account = storage.fresh_account()
        _gate(account).close(1)  # makes the table
        time.sleep(1.1)
        begins = time.time() + 2
        callers = [_caller(account, begins, closes=closes) for closes in (True, False)]
        calls = [[float(line) for line in caller.communicate(timeout=30)[0].split()] for caller in callers]
    closed = max(0.0, begins + _CLOSES_AFTER)
    before = sum(at < closed for one in calls for at in one)
    meanwhile = sum(closed <= at < closed + 1 for one in calls for at in one)
    late = sum(at >= closed + 1 for one in calls for at in one)
    note = f"{before} calls before it, {meanwhile} in the first second"
    return [Row("calls from 1 s after the first 429, two processes", str(late), "0", late == 0 and before > 0, note)]


def _caller(account: str, begins: float, *, closes: bool) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.bench.gate", account, str(begins), "closes" if closes else ""]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)


def _gate(account: str) -> Gate:
    return Gate("bench", tables=Tables(connection_string=account), code="dyn_throttled", now=lambda: datetime.now(UTC))


def _call_on(account: str, begins: float, *, closes: bool) -> None:
    """Prints when each call would leave."""
    gate = _gate(account)
    time.sleep(max(begins - time.time(), 0))
    while (now := time.time()) < begins + SECONDS:
        try:
            gate.check()
            print(now)
        except GateClosed:
            pass
        if closes and now >= begins + _CLOSES_AFTER:
            gate.close(60)
            closes = False
        time.sleep(0.02)


if __name__ == "__main__":
    _call_on(sys.argv[1], float(sys.argv[2]), closes=sys.argv[3] == "closes")
