"""`python -m tests.soak [--minutes 5] [--rate 3]`: a steady rate of news; one table; exit code 1 when anything grows.

Memory is the median of the first minute beside that of the last one (of a third of the time, when that is shorter).
Storage is not judged by it: it keeps what it is given. Every poll reads the overlap again, so it is a minute here: a
quarter of an hour would need as long to become a steady load.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.sandbox_process import SandboxProcess, running_sandbox
from tests.soak.load import Load
from tests.soak.watch import NOW, Watch, between, lags, waiting

MOST_GROWTH = 1.3
POLL_SECONDS = 10
_LONGEST = 120
"""Seconds after the last news until everything must have gone through."""
_KEEPS_ALL = "storage"
_WARM_UP = 60
"""Referrals that go through before the clock starts: a process loads its libraries with the first ones."""


def main() -> int:
    """The load, the samples, the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="how long (5)")
    parser.add_argument("--rate", type=int, default=3, help="new or changed referrals a second (3)")
    arguments = parser.parse_args()
    if arguments.minutes < 1:
        parser.error("--minutes: at least 1, so that a third of it holds two polls")
    seconds = arguments.minutes * 60
    load = Load(_WARM_UP + round(seconds * arguments.rate))
    with tempfile.TemporaryDirectory() as folder:
        zone, nothing = Path(folder) / "zone.json", Path(folder) / "referrals.json"
        zone.write_text(json.dumps(load.zone), encoding="utf-8")
        nothing.write_text("[]", encoding="utf-8")
        with running_sandbox(
            "--referrals", str(nothing), "--zone", str(zone),
            "--set", f"PARTNER_CENTER_SCHEDULE=*/{POLL_SECONDS} * * * * *",
            "--set", "PARTNER_CENTER_OVERLAP_MINUTES=1",
        ) as sandbox:  # fmt: skip
            return _soak(sandbox, load, seconds, arguments.rate)


def _soak(sandbox: SandboxProcess, load: Load, seconds: float, rate: int) -> int:
    partner_center = sandbox.url("partner-center")
    load.publish(partner_center, _WARM_UP)
    assert _wait_until_through(sandbox, load), f"the first {_WARM_UP} did not go through: {waiting(sandbox)}"
    watch = Watch(sandbox)
    began = time.monotonic()
    for second in range(round(seconds)):
        load.publish(partner_center, rate)
        watch.look(second)
        time.sleep(max(began + second + 1 - time.monotonic(), 0))
    late = time.monotonic() - began - seconds
    is_through = _wait_until_through(sandbox, load)
    drained = time.monotonic() - began - late - seconds
    window = min(60.0, seconds / 3)
    problems = [*_memory(watch, seconds, window), *_queues(watch, seconds, window, rate * POLL_SECONDS)]
    if not is_through:
        problems.append(f"not through {_LONGEST} s after the last news: {waiting(sandbox, NOW)}")
    found, unsynced = lags(sandbox, load.told_at)
    p50, p95 = statistics.median(found), statistics.quantiles(found, n=20)[-1]
    print(f"lag to synced | p50 {p50:.0f} s | p95 {p95:.0f} s | {len(found)} companies, a poll every {POLL_SECONDS} s")
    print(f"queues empty | {drained:.0f} s after the last news | {unsynced} not synced")
    if unsynced:
        problems.append(f"{unsynced} companies are not synced")
    print("; ".join(problems) or "flat")
    return 1 if problems else 0


def _wait_until_through(sandbox: SandboxProcess, load: Load) -> bool:
    """What is scheduled may stay: a check that nobody answered is asked again after a quarter of an hour."""
    end = time.monotonic() + _LONGEST
    while any(waiting(sandbox, NOW).values()) or lags(sandbox, load.told_at)[1]:
        if time.monotonic() > end:
            return False
        time.sleep(1)
    return True


def _memory(watch: Watch, seconds: float, window: float) -> Iterator[str]:
    print(f"process | first {window:.0f} s | last {window:.0f} s | ratio (at most {MOST_GROWTH})")
    for name, samples in sorted(watch.memory.items()):
        first, last = between(samples, 0, window), between(samples, seconds - window, seconds)
        print(f"{name} | {first / 1e6:.0f} MB | {last / 1e6:.0f} MB | {last / first:.2f}")
        if last > MOST_GROWTH * first and name != _KEEPS_ALL:
            yield f"{name} grew {last / first:.2f} x"


def _queues(watch: Watch, seconds: float, window: float, news: int) -> Iterator[str]:
    """A queue grows when its deepest moment at the end is more than twice that of the beginning.

    The `news` that one poll brings may stand in any queue at once.
    """
    print("queue | most in all | most first | most last")
    for name, samples in sorted(watch.depth.items()):
        first = max(depth for second, depth in samples if second <= window)
        last = max(depth for second, depth in samples if second >= seconds - window)
        print(f"{name} | {max(depth for _, depth in samples)} | {first} | {last}")
        if last > 2 * max(first, news):
            yield f"{name} grows: {first}, then {last}"


if __name__ == "__main__":
    sys.exit(main())
