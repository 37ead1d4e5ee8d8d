"""What is older than RETENTION_DAYS goes; what was never settled, and the audit, stay."""

from functions.ingest import ingest
from functions.retention import keep_no_longer
from tests.functions.world import World, a_referral

KEY = "11111111-0000-4000-8000-000000000001"


def _fault(world: World, key: str, *, settled: bool) -> str:
    opened = world.failures.record(
        code="bug", queue="scans", key=key, trace="t", params={}, cause="c", attempts=1, body=b"{}"
    )
    if settled:
        world.failures.mark_replayed(world.failures.get(opened))
        world.failures.close(opened)
    return opened


def test_old_payloads_and_settled_faults_go_and_the_rest_stays(world: World) -> None:
    world.arrive(a_referral(), ingest)
    settled, unsettled = _fault(world, "a.example", settled=True), _fault(world, "b.example", settled=False)
    world.pass_time(days=366)
    world.arrive(a_referral(id="22222222-0000-4000-8000-000000000002"), ingest, item="00002-000")

    gone = keep_no_longer(world)
    assert (gone["raw"], gone["failures"]) == (1, 1)

    old, new = world.leads.referral(KEY), world.leads.referral("22222222-0000-4000-8000-000000000002")
    assert old is not None and new is not None
    assert world.leads.big_text("raw", KEY, old.referral.content_hash[:32]) is None
    assert world.leads.big_text("raw", new.key, new.referral.content_hash[:32]) is not None
    assert world.failures.get(settled) is None and world.failures.get(unsettled) is not None
    assert old.referral.contact is not None
    assert world.leads.events("anadolu.com.tr", limit=9)[0]


def test_a_second_night_finds_nothing(world: World) -> None:
    world.arrive(a_referral(), ingest)
    world.pass_time(days=366)
    keep_no_longer(world)
    assert set(keep_no_longer(world).values()) == {0}


def test_a_referral_without_its_old_payload_is_still_unchanged(world: World) -> None:
    world.arrive(a_referral(), ingest)
    world.pass_time(days=366)
    keep_no_longer(world)
    before = world.leads.referral(KEY)
    world.arrive(a_referral(), ingest, item="00002-000")
    assert world.leads.referral(KEY) == before
