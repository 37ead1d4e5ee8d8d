"""Over every shipped sample: what a dry run says is what the run that follows does, and a second run does nothing."""

from functions.ingest import ingest
from functions.push import push
from functions.scan import scan
from functions.score import score
from sandbox.sample_referrals import load_referrals
from shared.errors import HunterError
from shared.pushing import plan_of, prepare, target_of
from shared.rules.dynamics_columns import ENTITY_SETS, find_column
from shared.rules.dynamics_memory import same
from shared.rules.dynamics_shapes import Plan
from tests.functions.dynamics_fixtures import Make, loop, make, world
from tests.functions.dynamics_world import DynamicsWorld
from tests.functions.world import an_envelope

__all__ = ["Make", "loop", "make", "world"]


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


def _arrive(world: DynamicsWorld) -> list[str]:
    keys = []
    for number, raw in enumerate(load_referrals(now=world.time)):
        world.arrive(raw, ingest, item=f"{number:05}-000")
    for row in world.leads.cards("lead"):
        lead = world.leads.lead(row.key)
        assert lead is not None
        world.deliver(an_envelope("scan", lead.domain, version=f"w{lead.scan.wanted}", cause="road"), scan)
        world.deliver(an_envelope("score", lead.domain), score)
    keys = [row.key for row in world.leads.cards("ref")]
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
