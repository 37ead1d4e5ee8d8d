"""A referral is taken in once, however often and in whatever order it comes."""

from functions.ingest import ingest
from shared.doors.queue import receive
from tests.functions.world import World, a_message, a_referral

DOMAIN = "anadolu.com.tr"
KEY = "11111111-0000-4000-8000-000000000001"


def _codes(world: World, subject: str = DOMAIN) -> list[str]:
    return [event["code"] for event in world.leads.events(subject, limit=50)[0]]


def test_a_new_referral_becomes_a_lead_that_waits_for_its_scan(world: World) -> None:
    world.arrive(a_referral(), ingest)
    lead, kept = world.leads.lead(DOMAIN), world.leads.referral(KEY)
    assert lead is not None and kept is not None
    assert (lead.company_name, lead.main_referral.type, lead.scan.wanted) == ("Anadolu Makina A.Ş.", "co-sell", 1)
    assert (kept.domain, kept.domain_source) == (DOMAIN, "contact_email")
    assert world.keys_waiting("scans") == [DOMAIN]
    assert _codes(world) == ["referral.received"]


def test_the_raw_record_is_kept_in_full(world: World) -> None:
    raw = a_referral(details={"notes": "ç" * 300_000}, somethingNew={"a": [1, None]})
    world.arrive(raw, ingest)
    kept = world.leads.referral(KEY)
    import json

    assert json.loads(world.leads.big_text("raw", KEY, kept.referral.content_hash[:32])) == raw


def test_the_same_referral_again_changes_nothing(world: World) -> None:
    world.arrive(a_referral(), ingest)
    before = world.leads.lead(DOMAIN)
    world.arrive(a_referral(eTag="other"), ingest, item="00002-000")
    assert world.leads.lead(DOMAIN) == before
    assert _codes(world) == ["referral.received"]


def test_the_same_referral_again_is_passed_on_while_the_scan_has_not_answered(world: World) -> None:
    world.arrive(a_referral(), ingest)
    world.empty_queues()
    world.pass_time(minutes=11)
    world.arrive(a_referral(), ingest, item="00002-000")
    assert world.keys_waiting("scans") in ([DOMAIN], [])  # the duplicate window may have swallowed the repeat
    assert world.leads.lead(DOMAIN).scan.wanted == 1


def test_a_changed_referral_updates_the_one_that_is_kept(world: World) -> None:
    world.arrive(a_referral(), ingest)
    changed = a_referral(status="Active", substatus="Accepted", updatedDateTime="2026-11-21T08:00:00Z")
    world.arrive(changed, ingest, item="00002-000")
    lead = world.leads.lead(DOMAIN)
    assert [one.status for one in lead.referrals.values()] == ["active"]
    assert world.leads.referral(KEY).version == 2
    assert _codes(world) == ["referral.changed", "referral.received"]


def test_an_older_copy_is_an_event_and_no_change(world: World) -> None:
    world.arrive(a_referral(updatedDateTime="2026-11-21T08:00:00Z"), ingest)
    world.arrive(a_referral(name="Old name"), ingest, item="00002-000", times=2)
    assert world.leads.referral(KEY).referral.name == "Server room to cloud"
    assert _codes(world) == ["referral.stale", "referral.received"]


def test_instants_that_differ_by_100_ns_are_told_apart(world: World) -> None:
    world.arrive(a_referral(updatedDateTime="2026-11-20T08:00:00.0404691Z"), ingest)
    world.arrive(a_referral(name="older", updatedDateTime="2026-11-20T08:00:00.040469Z"), ingest, item="00002-000")
    assert world.leads.referral(KEY).referral.name == "Server room to cloud"


def test_two_referrals_of_one_company_are_one_lead(world: World) -> None:
    world.arrive(a_referral(), ingest)
    world.arrive(
        a_referral(id="second", createdDateTime="2026-11-22T08:00:00Z", name="Newer"), ingest, item="00001-001"
    )
    lead = world.leads.lead(DOMAIN)
    assert (len(lead.referrals), lead.main_referral.name) == (2, "Newer")


def test_a_referral_without_a_domain_is_kept_and_goes_on_to_dynamics(world: World) -> None:
    profile = {"name": "Nobody Ltd", "team": [{"firstName": "A", "email": "a@gmail.com"}]}
    world.arrive(a_referral(customerProfile=profile), ingest)
    kept = world.leads.referral(KEY)
    assert (kept.domain, kept.no_domain_reason) == (None, "free_mail")
    assert world.keys_waiting("pushes") == [KEY]
    assert _codes(world, f"ref.{KEY}") == ["referral.received"]


def test_a_referral_that_moves_leaves_the_other_lead(world: World) -> None:
    world.arrive(a_referral(), ingest)
    profile = {"name": "Anadolu", "website": "https://www.neu.example/shop"}
    world.arrive(a_referral(customerProfile=profile, updatedDateTime="2026-11-21T08:00:00Z"), ingest, item="00002-000")
    assert world.leads.lead(DOMAIN).referrals == {}
    assert list(world.leads.lead("neu.example").referrals) == [KEY]


def test_a_malformed_record_lands_in_the_inbox_and_its_neighbours_go_through(world: World) -> None:
    run = world.runs.create(kind="referrals", who="t", trace="t", request={})
    world.arrive({"name": "no id"}, ingest, item="00001-000", run=run.id)
    world.arrive("not even an object", ingest, item="00001-001", run=run.id)
    world.arrive(a_referral(), ingest, item="00001-002", run=run.id)
    assert {failure.code for failure in world.failures.all(state="open")} == {"referral_malformed"}
    assert len(world.failures.all()) == 2
    assert world.run_items.outcomes(run.id) == {"quarantined": 2, "new": 1}


def test_an_item_delivered_again_counts_once(world: World) -> None:
    run = world.runs.create(kind="referrals", who="t", trace="t", request={})
    world.arrive(a_referral(), ingest, run=run.id, times=3)
    assert sum(world.run_items.outcomes(run.id).values()) == 1


def test_a_referral_first_seen_closed_is_marked_so(world: World) -> None:
    world.arrive(a_referral(status="Closed", substatus="Won"), ingest)
    assert world.leads.referral(KEY).first_seen_closed


def test_without_consent_the_contact_stays_out_of_the_lead(world: World) -> None:
    world.arrive(a_referral(consent={"consentToContact": False}), ingest)
    assert world.leads.lead(DOMAIN).main_referral.contact_name is None


def test_a_message_of_a_newer_release_waits_in_the_inbox(world: World) -> None:
    receive(a_message(b'{"v": 2, "type": "referral"}', "m-1"), "referral", ingest, world)
    [failure] = world.failures.all()
    assert (failure.code, failure.body) == ("message_version", b'{"v": 2, "type": "referral"}')
