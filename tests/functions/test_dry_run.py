"""Over every shipped sample: what a dry run says is what the run that follows does, and a second run does nothing.

The same once sellers have been at work and the samples have changed.
"""

from typing import Any

from functions.ingest import ingest
from functions.push import push
from functions.scan import scan
from functions.score import score
from sandbox.sample_referrals import load_referrals
from shared.errors import HunterError
from shared.pushing.target import plan_of, prepare, target_of
from shared.rules.dynamics.columns import COLUMNS, ENTITY_SETS, RECORDS, find_column
from shared.rules.dynamics.memory import same
from shared.rules.dynamics.shapes import Plan
from shared.rules.referral_identity import referral_key
from tests.functions.dynamics_fixtures import Make, make, world
from tests.functions.dynamics_world import DynamicsWorld
from tests.functions.world import an_envelope

__all__ = ["Make", "make", "world"]


def test_dry_runs_equal_the_runs_that_follow(world: DynamicsWorld) -> None:
    keys = _arrive(world)
    wrong: list[str] = []
    for key in keys:
        domain = (found := world.leads.referral(key)) and found.domain
        plan = _plan(world, key, domain)
        world.deliver(an_envelope("push", key, domain=domain), push)
        if plan:
            wrong += _differences(world, plan)
    assert wrong == []
    before = world.stand_in.count()
    assert world.calls(lambda: [world.deliver(an_envelope("push", key), push) for key in keys]) == 0
    assert world.stand_in.count() == before
    assert before["account"] == len({row["hnt_domain"] for row in world.stand_in.rows("account")})
    assert before["lead"] == len({row["hnt_referralid"] for row in world.stand_in.rows("lead")}) > 40
    _sellers_at_work(world)
    wrong, written = [], 0
    for number, raw in enumerate(_news(world)):
        world.arrive(raw, ingest, item=f"{number:05}-001")
        key = referral_key(raw["id"])
        domain = (found := world.leads.referral(key)) and found.domain
        plan, rows = _plan(world, key, domain), _rows(world)
        world.deliver(an_envelope("push", key, domain=domain), push)
        if plan:
            wrong += _unplanned(plan, rows, _rows(world))
            written += len(plan.writes)
    assert (wrong, written > 5) == ([], True)


def _sellers_at_work(world: DynamicsWorld) -> None:
    """Sellers edit, close and delete some of the records."""
    for number, lead in enumerate(world.stand_in.rows("lead")):
        if number % 5 == 0:
            world.stand_in.seller("edit", table="lead", id=lead["leadid"], set={"subject": "Mine", "hnt_score": 1})
        if number % 15 == 5:
            world.stand_in.seller("disqualify", table="lead", id=lead["leadid"])
        if number % 15 == 10:
            world.stand_in.seller("delete", table="lead", id=lead["leadid"])
    won = next(row["opportunityid"] for row in world.stand_in.rows("opportunity"))
    world.stand_in.seller("win", table="opportunity", id=won)


def _news(world: DynamicsWorld) -> list[dict[str, Any]]:
    """Newer versions of some samples: another name, another value."""
    later = "2026-11-24T08:00:00Z"
    raws = [raw for raw in load_referrals(now=world.time) if isinstance(raw, dict) and raw.get("id")][::5]
    return [{**raw, "name": "Another name", "updatedDateTime": later} for raw in raws]


def _rows(world: DynamicsWorld) -> dict[tuple[str, str], dict[str, Any]]:
    return {(table, row[f"{table}id"]): row for table in RECORDS for row in world.stand_in.rows(table)}


def _unplanned(plan: Plan, before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> list[str]:
    """Where a column of ours became another without the plan saying so, or the plan said so and it did not."""
    wrong = []
    planned = {(one.record, one.id): one for one in plan.writes}
    for place in before.keys() | after.keys():
        old, new = before.get(place, {}), after.get(place, {})
        columns = {one.name for one in COLUMNS[place[0]] if not one.stamp}  # type: ignore[index]
        changed = {name for name in columns if old.get(name) != new.get(name)}
        told = (
            {field.column for field in planned[place].fields if field.written} & columns if place in planned else set()
        )
        wrong += [f"{place[0]}.{name}" for name in changed ^ told]
    return wrong


def _arrive(world: DynamicsWorld) -> list[str]:
    keys = []
    for number, raw in enumerate(load_referrals(now=world.time)):
        world.arrive(raw, ingest, item=f"{number:05}-000")
    for row in world.list_rows.cards("lead"):
        lead = world.leads.lead(row.key)
        assert lead is not None
        world.deliver(an_envelope("scan", lead.domain, version=f"w{lead.scan.wanted}", cause="road"), scan)
        world.deliver(an_envelope("score", lead.domain), score)
    keys = [row.key for row in world.list_rows.cards("ref")]
    world.empty_queues()
    return keys


def _plan(world: DynamicsWorld, key: str, domain: str | None) -> Plan | None:
    target = target_of(key, domain=domain, to=world)
    assert target is not None
    try:
        return plan_of(prepare(target, to=world), trace="dry", to=world)
    except HunterError:
        return None


def _differences(world: DynamicsWorld, plan: Plan) -> list[str]:
    """What the plan said would be written and is not there."""
    wrong = []
    for record in plan.writes:
        row = world.dynamics.get(f"{ENTITY_SETS[record.record]}({record.id})")
        for field in record.fields:
            column = find_column(record.record, field.column)
            assert column is not None
            if field.written and not column.stamp and not same(row.get(column.read_name), field.new):
                wrong.append(f"{record.record}.{field.column}")
    return wrong
