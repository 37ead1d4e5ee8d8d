"""The daily run: old evidence is asked for anew within a budget; a new rule table judges every lead without a scan."""

import json
from pathlib import Path

import pytest

from functions.ingest import ingest
from functions.run import run as run_step
from functions.scan import scan
from functions.score import score
from shared.rules.lead import Lead
from shared.rules.rule_file import read_rule_table
from shared.runs import refresh as refreshing
from shared.runs.starting import start_run
from tests.functions.doors import Doors
from tests.functions.world import World, a_referral, a_scan, an_envelope


def _lead(world: World, domain: str) -> Lead:
    lead = world.leads.lead(domain)
    assert lead is not None
    return lead


def _companies(world: World, *names: str) -> None:
    """Companies that were scanned and judged at this moment."""
    for number, name in enumerate(names):
        profile = {"name": name, "website": f"https://{name}.example"}
        world.arrive(a_referral(id=name, customerProfile=profile), ingest, item=f"00001-{number:03}")
        wanted = _lead(world, f"{name}.example").scan.wanted
        world.deliver(an_envelope("scan", f"{name}.example", version=f"w{wanted}", cause="road"), scan)
        world.deliver(an_envelope("score", f"{name}.example"), score)
    world.empty_queues()


def _refreshed(world: World) -> None:
    started, _ = start_run("refresh", who="timer", trace="t", request={}, to=world)
    world.deliver(an_envelope("run", started.id), run_step)


def test_what_was_scanned_longest_ago_is_scanned_again_within_the_budget(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "BUDGET", 2)
    for name in ("first", "second", "third"):
        _companies(world, name)
        world.pass_time(hours=1)
    world.pass_time(days=30)
    _companies(world, "fresh")
    _refreshed(world)
    assert world.keys_waiting("scans") == ["first.example", "second.example"]
    assert _lead(world, "third.example").scan.wanted == _lead(world, "fresh.example").scan.wanted == 1


def test_nothing_is_scanned_that_is_not_old(world: World) -> None:
    _companies(world, "young")
    world.pass_time(days=29)
    _refreshed(world)
    assert world.keys_waiting("scans") == []


def _under_new_rules(world: World, tmp_path: Path, **prices: int) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"name": "2027.1", "prices": prices}), encoding="utf-8")
    world.__dict__["rule_table"] = read_rule_table(str(file))


def test_a_new_rule_table_judges_every_lead_anew_and_asks_nobody(world: World, tmp_path: Path) -> None:
    _companies(world, "one", "two")
    Doors(world).tick("sweep_road")
    assert world.runs.newest()[0] == [], "the first rule table is no new one"
    _under_new_rules(world, tmp_path, dmarc_reject=5)
    scans = len(world.scans)
    Doors(world).tick("sweep_road")
    [started] = world.runs.newest()[0]
    world.deliver(an_envelope("run", started.id), run_step)
    assert sorted(world.keys_waiting("scores")) == ["one.example", "two.example"]
    world.deliver(an_envelope("score", "one.example"), score)
    judged = _lead(world, "one.example").judgement
    assert judged is not None and judged.rules_version.startswith("2027.1+")
    assert (judged.version, judged.lines[3]["points"], len(world.scans)) == (2, 5, scans)
    events = [event["code"] for event in world.leads.events("one.example", limit=1)[0]]
    assert events == ["score.changed"]


def test_a_new_rule_table_that_says_the_same_changes_nothing_but_its_name(world: World, tmp_path: Path) -> None:
    _companies(world, "one")
    _under_new_rules(world, tmp_path, no_dkim=-14)
    world.deliver(an_envelope("score", "one.example"), score)
    judged = _lead(world, "one.example").judgement
    assert judged is not None and judged.rules_version.startswith("2027.1+") and judged.version == 1
    assert world.leads.events("one.example", limit=1)[0][0]["code"] == "score.judged"


def test_rules_that_have_judged_all_are_not_looked_for_again(world: World) -> None:
    world.next_scan = a_scan()
    _companies(world, "one")
    _refreshed(world)
    Doors(world).tick("sweep_road")
    assert len(world.runs.newest()[0]) == 1
