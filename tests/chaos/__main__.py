"""`python -m tests.chaos [--seed S] [--n N]`: the fault matrix as one table; exit code 1 when anything was lost.

A calm day first; then the same referrals, wave by wave, each under another fault. At the end both must hold the same.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.bad_weather import main as weather
from tests.chaos.companies import Companies, companies
from tests.chaos.end_state import EndState, compare
from tests.chaos.kills import main as kills
from tests.chaos.report import Line, differences, table
from tests.chaos.storms import EVERYTHING, NAME_SERVERS_FAIL, STORMS, Raging, wait_for_storm
from tests.chaos.world import World, world

_SILENT = frozenset({NAME_SERVERS_FAIL, EVERYTHING})
"""Waves whose names fall silent: all co-sell, since an Opportunity once made is kept, whatever the score becomes."""


def main() -> int:
    """Both days, the comparison, the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the seed of every chance (1)")
    parser.add_argument("--n", type=int, default=400, help="how many referrals (400)")
    parser.add_argument("--only", default="", help="only the faults or bad days whose name holds this text")
    parser.add_argument("--kills", type=int, metavar="N", help="instead: one poll whose host dies N times of SIGKILL")
    parser.add_argument("--weather", action="store_true", help="instead: every bad day of Partner Center, one by one")
    arguments = parser.parse_args()
    if arguments.weather:
        return weather(arguments.only)
    if arguments.kills:
        return kills(arguments.kills, seed=arguments.seed)
    began = time.monotonic()
    storms = [storm for storm in STORMS if arguments.only in storm.name]
    everything = companies([one.name for one in storms], referrals=arguments.n, seed=arguments.seed, co_sell=_SILENT)
    silent = frozenset(domain for wave in everything.waves if wave.name in _SILENT for domain in wave.domains)
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder) / "referrals.json"
        nothing.write_text("[]", encoding="utf-8")
        with world(everything, seed=arguments.seed, referrals_file=str(nothing)) as calm_world:
            calm = _calm_day(calm_world, everything, silent)
        with world(everything, seed=arguments.seed, referrals_file=str(nothing)) as stormy_world:
            lines, stormy = _stormy_day(stormy_world, everything, silent, seed=arguments.seed)
            found = compare(calm, stormy)
            if found.any:
                stormy_world.keep_logs()
    for line, wave in zip(lines, (everything.before, *everything.waves), strict=True):
        line.judge(found.of(wave.domains | wave.referrals))
    print(table(lines, seed=arguments.seed, companies=len(everything.zone) // 2, calm=calm, stormy=stormy))
    print(f"took {time.monotonic() - began:.0f} s")
    print(differences(found), file=sys.stderr)
    return 1 if found.any or any(line.left for line in lines) else 0


def _calm_day(quiet: World, everything: Companies, silent: frozenset[str]) -> EndState:
    quiet.publish(everything.before)
    quiet.sync()
    quiet.wait_until_calm(at_most=120, arrived=len(everything.before.new))
    for wave in everything.waves:
        quiet.publish(wave)
    quiet.sync()
    quiet.wait_until_calm(at_most=240, arrived=everything.count)
    _tell(f"calm day over, inbox {dict(quiet.open_failures())}")
    return quiet.end_state(by_subject=silent)


def _stormy_day(
    stormy: World, everything: Companies, silent: frozenset[str], *, seed: int
) -> tuple[list[Line], EndState]:
    stormy.small_pages()
    stormy.publish(everything.before)
    stormy.sync()
    arrived = len(everything.before.new)
    lines = [Line(everything.before.name, 0, Counter(), stormy.wait_until_calm(at_most=120, arrived=arrived))]
    for number, wave in enumerate(everything.waves):
        storm = next(one for one in STORMS if one.name == wave.name)
        stormy.publish(wave)
        raging = Raging(storm, stormy, domains=wave.domains, seed=seed * 100 + number)
        wait_for_storm(storm, sync=lambda: stormy.sync("full"))
        struck = raging.calm()
        arrived += len(wave.new)
        seconds = stormy.wait_until_calm(at_most=240, arrived=arrived)
        inbox = stormy.open_failures()
        if inbox:
            stormy.replay()
            stormy.wait_until_calm(at_most=120, arrived=arrived)
        lines.append(Line(wave.name, struck, inbox, seconds, left=stormy.open_failures()))
        _tell(f"{wave.name}: {struck} times, calm after {seconds:.1f} s, inbox {dict(inbox)}")
    return lines, stormy.end_state(by_subject=silent)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
