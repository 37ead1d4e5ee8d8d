"""One poll in a whole sandbox whose function host dies of SIGKILL at chosen places; how everything stands at the end.

`python -m tests.chaos --kills 24` compares it with an undisturbed poll over the same referrals.
"""

import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.chaos.companies import companies
from tests.chaos.end_state import Comparison, EndState, compare
from tests.chaos.mortal import APP, PLAN, PROJECT, SEEN
from tests.chaos.report import differences
from tests.chaos.world import World
from tests.machine import machine
from tests.sandbox_process import running_sandbox

REFERRALS = 7
_PAGE = 3
_LOCK_SECONDS = "3"
_MOST_DEATHS = 8
"""In one poll: a message that was delivered ten times is set aside by Service Bus."""
_RECORD = (
    "state", "fetched", "enqueued", "skipped", "new", "changed", "unchanged", "stale", "quarantined", "failed",
    "pending",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """What must not depend on who died. `places`: every place the poll came to, in that order."""

    state: EndState
    runs: list[dict[str, Any]]
    again: dict[str, Any]
    """A full sync afterwards: everything must be unchanged."""
    inbox: list[str]
    places: list[str]
    deaths: list[str]
    """The places at which a process really died."""
    seconds: float

    @property
    def record(self) -> dict[str, Any]:
        """What of the poll's run record must be the same on every day."""
        return {name: self.runs[-1][name] for name in _RECORD}


def poll_with_deaths(deaths: Collection[int], *, seed: int = 1, wait: float = 400) -> Ending:
    """A poll from the button to the calm, dying at the places with these numbers."""
    everything = companies(["poll"], referrals=REFERRALS, seed=seed)
    records = [record for wave in (everything.before, *everything.waves) for record in wave.new][:REFERRALS]
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        (folder / "function_app.py").write_text(APP, encoding="utf-8")
        shutil.copy(PROJECT / "host.json", folder)
        (folder / PLAN).write_text(" ".join(map(str, sorted(deaths))), encoding="utf-8")
        for name, content in (("referrals", records), ("zone", everything.zone)):
            (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        with running_sandbox(
            "--app", text, "--without", "front", "--lock-seconds", _LOCK_SECONDS,
            "--referrals", str(folder / "referrals.json"), "--zone", str(folder / "zone.json"),
            "--set", "PARTNER_CENTER_SCHEDULE=0 0 0 1 1 *", "--set", "SCAN_CHECKS=mx,spf,dkim,dmarc",
        ) as sandbox:  # fmt: skip
            world = World(sandbox, None, None, {})
            oddities = {"page_size": _PAGE}
            requests.post(f"{sandbox.url('partner-center')}/_sandbox/oddities", json=oddities, timeout=10)
            began = time.monotonic()
            world.sync()
            world.wait_until_calm(at_most=wait, arrived=len(records))
            seconds = time.monotonic() - began
            runs = world.ask("GET", "runs?kind=referrals")["items"]
            world.sync("full")
            world.wait_until_calm(at_most=60, arrived=len(records))
            again = world.ask("GET", "runs?kind=referrals")["items"][0]
            inbox = sorted(world.open_failures())
            places = (folder / SEEN).read_text(encoding="utf-8").splitlines()
            died = [places[number - 1] for number in sorted(deaths) if number <= len(places)]
            return Ending(world.end_state(by_subject=frozenset()), runs, again, inbox, places, died, seconds)


def main(deaths: int, *, seed: int) -> int:
    """An undisturbed poll, as many others as the deaths need, and the table; 1 when one of them ends otherwise."""
    calm = poll_with_deaths((), seed=seed)
    places = range(1, len(calm.places) + 1)
    chosen = random.Random(seed).sample(places, min(deaths, len(places)))
    killed, wrong = [], False
    for start in range(0, len(chosen), _MOST_DEATHS):
        plan = sorted(chosen[start : start + _MOST_DEATHS])
        ending = poll_with_deaths(plan, seed=seed)
        found = compare(calm.state, ending.state)
        print(differences(found), file=sys.stderr)
        wrong = wrong or found.any or ending.record != calm.record or bool(ending.inbox)
        killed.append((ending, found))
    print(table(calm, killed, seed=seed))
    return 1 if wrong else 0


def table(calm: Ending, killed: list[tuple[Ending, Comparison]], *, seed: int) -> str:
    """One row per death, then one per poll."""
    deaths = [f"| {number} | {place} |" for number, (one, _) in enumerate(killed, 1) for place in one.deaths]
    ends = [_row("undisturbed", calm, None), *(_row(str(number), *one) for number, one in enumerate(killed, 1))]
    return "\n".join(
        [
            f"Seed {seed}, {REFERRALS} referrals, {len(deaths)} deaths, {len(calm.places)} places, {machine()}.",
            "", "| poll | SIGKILL |", "| ---: | --- |", *deaths, "",
            "| poll | deaths | the run's record | unchanged afterwards | inbox | lost | doubled | different | took |",
            "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |", *ends,
        ]
    )  # fmt: skip


def _row(name: str, ending: Ending, found: Comparison | None) -> str:
    record = ", ".join(f"{what} {count}" for what, count in ending.record.items() if count)
    compared = (found.lost.total(), found.doubled.total(), len(found.different)) if found else ("–",) * 3
    cells = (name, len(ending.deaths), record, ending.again["unchanged"], len(ending.inbox), *compared)
    return f"| {' | '.join(map(str, cells))} | {ending.seconds:.0f} s |"
