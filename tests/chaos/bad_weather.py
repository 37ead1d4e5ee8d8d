"""Every bad day of `tests.chaos.weather` in a whole sandbox; a row per day out: `python -m tests.chaos --weather`."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from azure.data.tables import TableClient

from tests.chaos.weather import PAGE, WEATHER, Weather, a_day, armed
from tests.chaos.world import World
from tests.sandbox_process import running_sandbox

_OVER = ("succeeded", "partial", "failed", "cancelled")
_OUTCOMES = ("new", "changed", "unchanged", "stale", "quarantined", "failed", "pending")
_SLOWEST = 120.0
CLOCKS = (("every service's clock ten minutes behind", -600), ("every service's clock ten minutes ahead", 600))


@dataclass(frozen=True, slots=True)
class Day:
    """How a bad day went. `wrong`: what was not as it must be."""

    name: str
    injected: str
    record: dict[str, Any]
    referrals: int
    leads: int
    inbox: list[str]
    wrong: list[str]


def main(only: str = "") -> int:
    """Prints the table as the days go by, those whose name holds a text; 1 when one of them went wrong."""
    print("| bad day | injected | the run's record | referrals | leads | inbox afterwards | |")
    print("| --- | --- | --- | ---: | ---: | --- | --- |", flush=True)
    wrong = 0
    for day in days(only):
        print(row(day), flush=True)
        wrong += bool(day.wrong)
    return 1 if wrong else 0


def days(only: str) -> Iterator[Day]:
    """One sandbox for all, and one more for each wrong clock."""
    with _source() as world:
        for number, weather in enumerate(WEATHER):
            if only in weather.name:
                yield _day(number, weather, world)
    for number, (name, seconds) in enumerate(CLOCKS):
        if only not in name:
            continue
        with _source("--clock-offset", str(seconds)) as world:
            day = _day(number, Weather(name), world)
        yield Day(day.name, f"`--clock-offset {seconds}`", day.record, day.referrals, day.leads, day.inbox, day.wrong)


def row(day: Day) -> str:
    """One line of the table."""
    told = day.record
    counts = ", ".join(f"{name} {told[name]}" for name in _OUTCOMES if told[name])
    skipped = ", ".join(f"{name} {count}" for name, count in told["skip_reasons"].items())
    reasons = ", ".join(f"{one['code']} × {one.get('times', 1)}" for one in told["reasons"])
    sums = f"{told['fetched']} = {told['enqueued']} + {told['skipped']}"
    record = "; ".join(part for part in (f"**{told['state']}** {sums}", counts, skipped, reasons) if part)
    cells = (day.name, day.injected, record, day.referrals, day.leads, ", ".join(day.inbox) or "–")
    return f"| {' | '.join(map(str, cells))} | {'; '.join(day.wrong) or 'ok'} |"


@contextmanager
def _source(*arguments: str) -> Iterator[World]:
    """A sandbox whose Partner Center is empty and gives two records a page."""
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder) / "referrals.json"
        nothing.write_text("[]", encoding="utf-8")
        with running_sandbox(
            "--without", "front", "--referrals", str(nothing), "--set", "RETRY_SCALE=0.01",
            "--set", "PARTNER_CENTER_SCHEDULE=0 0 0 1 1 *", "--set", "SCAN_CHECKS=mx,spf,dkim,dmarc", *arguments,
        ) as sandbox:  # fmt: skip
            yield World(sandbox, None, None, {})


def _day(number: int, weather: Weather, world: World) -> Day:
    records = a_day(number)
    _control(world, "DELETE", "faults")
    known = [one["id"] for one in _control(world, "GET", "referrals") if isinstance(one, dict) and one.get("id")]
    _control(
        world, "POST", "referrals", {"delete": known, "put": weather.change(records) if weather.change else records}
    )
    _control(world, "POST", "oddities", {"page_size": PAGE, **weather.oddities})
    fault = armed(weather)
    if fault:
        _control(world, "POST", "faults", fault)
    run = world.ask("POST", "referrals/sync", {"mode": weather.mode})["run_id"]
    if weather.edits_while_paging:
        _edit_while_paging(records, world)
    told = _told(run, weather, world)
    struck = sum(one["hits"] for one in _control(world, "GET", "faults")["faults"])
    _control(world, "DELETE", "faults")
    _control(world, "DELETE", "oddities")
    if weather.waits_an_hour:
        world.ask("POST", f"runs/{run}/cancel", {})
        _let_the_hour_pass(world)
    again = world.ask("POST", "referrals/sync", {"mode": "full"})["run_id"]
    after = _told(again, Weather("afterwards"), world)
    referrals = int(world.ask("GET", f"referrals?limit=1&q=day{number}-")["total"])
    leads = int(world.ask("GET", f"leads?limit=1&q=day{number}-")["total"])
    inbox = sorted({one["code"] for one in world.ask("GET", "failures?state=open&limit=100")["items"]
                    if one["queue"] in ("runs", "referrals")})  # fmt: skip
    wrong = [*_wrong(weather, told, struck), *_left(weather, after, referrals, leads, inbox)]
    if weather.edits_while_paging:
        names = {world.ask("GET", f"referrals/{one['id']}")["name"] for one in (records[0], records[-1])}
        wrong += [] if names == {"Changed while we paged"} else [f"names are {names}"]
    return Day(weather.name, _injected(weather), told, referrals, leads, inbox, wrong)


def _injected(weather: Weather) -> str:
    fault = dict(weather.fault or {})
    match = fault.pop("match", {})
    where = f"at request {match['nth']}" if "nth" in match else "at every request"
    told = [f"{', '.join(f'{name} {str(value)[:30]}' for name, value in fault.items())} {where}"] if fault else []
    told += [f"oddity {name} {value}" for name, value in weather.oddities.items()]
    return (
        f"`{'; '.join(told).replace('<', '‹').replace('>', '›')}`" if told else "the records" if weather.change else "–"
    )


def _told(run: str, weather: Weather, world: World) -> dict[str, Any]:
    """The run's record when it is over, or when it says that it waits for an hour."""
    end = time.monotonic() + _SLOWEST
    while True:
        told: dict[str, Any] = world.ask("GET", f"runs/{run}")
        if told["state"] in _OVER or (weather.waits_an_hour and told["reasons"]):
            return told if not told["pending"] or weather.waits_an_hour else _answered(run, world)
        if time.monotonic() > end:
            return told
        time.sleep(0.3)


def _answered(run: str, world: World) -> dict[str, Any]:
    """A failed run's own items are still being answered for a moment."""
    for _ in range(30):
        told: dict[str, Any] = world.ask("GET", f"runs/{run}")
        if not told["pending"]:
            break
        time.sleep(0.3)
    return told


def _edit_while_paging(records: list[dict[str, Any]], world: World) -> None:
    """While the second page is on its way, one record of the first and one of the last change."""
    time.sleep(1.2)
    changed = {"name": "Changed while we paged"}
    edit = {"change": [{"id": record["id"], **changed} for record in (records[0], records[-1])]}
    _control(world, "POST", "referrals", edit)


def _let_the_hour_pass(world: World) -> None:
    """Nobody waits for an hour here: the gate's row goes, as if its time had come."""
    with TableClient.from_connection_string(world.sandbox.settings["Storage"], "gates") as gates:
        gates.delete_entity("gates", "partner-center")
    time.sleep(1)


def _wrong(weather: Weather, told: dict[str, Any], struck: int) -> list[str]:
    """What the run's record should have said."""
    wrong = []
    if weather.fault and not struck:
        wrong.append("the fault never struck")
    if told["state"] != weather.state:
        wrong.append(f"state {told['state']} instead of {weather.state}")
    if told["fetched"] != told["enqueued"] + told["skipped"]:
        wrong.append("fetched is not enqueued + skipped")
    if told["enqueued"] != sum(told[name] for name in _OUTCOMES):
        wrong.append("the outcomes do not add up to enqueued")
    if {one["code"] for one in told["reasons"]} != weather.reasons:
        wrong.append(f"reasons {told['reasons']} instead of {sorted(weather.reasons)}")
    if weather.state != "failed" and not weather.waits_an_hour and told["skip_reasons"] != weather.skipped:
        wrong.append(f"skipped {told['skip_reasons']} instead of {weather.skipped}")
    if told["quarantined"] != weather.quarantined or told["failed"]:
        wrong.append(f"{told['quarantined']} quarantined, {told['failed']} failed")
    return wrong


def _left(weather: Weather, after: dict[str, Any], referrals: int, leads: int, inbox: list[str]) -> list[str]:
    """What should be there when it is over."""
    wrong = []
    if after["state"] != ("partial" if weather.quarantined else "succeeded") or after["failed"]:
        wrong.append(f"the sync afterwards ended {after['state']}")
    if (referrals, leads) != (weather.kept, weather.kept if weather.leads is None else weather.leads):
        wrong.append(f"{referrals} referrals and {leads} leads instead of {weather.kept}")
    if [code for code in inbox if code != "referral_malformed"]:
        wrong.append(f"still in the inbox: {', '.join(inbox)}")
    return wrong


def _control(world: World, method: str, door: str, body: Any = None) -> Any:
    url = f"{world.sandbox.url('partner-center')}/_sandbox/{door}"
    answer = requests.request(method, url, json=body, timeout=30)
    answer.raise_for_status()
    return answer.json() if answer.content else None


if __name__ == "__main__":
    sys.exit(main())
