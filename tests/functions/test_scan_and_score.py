"""One scan per request and freshness window; what nobody answered is asked again by itself; a score follows its
evidence."""

from dataclasses import replace

from functions.ingest import ingest
from functions.scan import scan
from functions.score import score
from shared.rules.evidence import Check
from shared.rules.lead import Lead
from tests.functions.world import World, a_referral, a_scan, an_envelope

DOMAIN = "anadolu.com.tr"


def _lead(world: World) -> Lead:
    lead = world.leads.lead(DOMAIN)
    assert lead is not None
    return lead


def _scan(world: World, **data: object) -> None:
    found = _lead(world).scan
    world.deliver(an_envelope("scan", DOMAIN, **{"version": f"w{found.wanted}", "cause": "road", **data}), scan)


def _arrived_and_scanned(world: World) -> None:
    world.arrive(a_referral(), ingest)
    _scan(world)


def test_a_scan_is_kept_and_passed_on_to_score(world: World) -> None:
    _arrived_and_scanned(world)
    assert _lead(world).scan.signals == a_scan().signals
    assert world.keys_waiting("scores") == [DOMAIN]


def test_the_same_scan_message_again_asks_nobody(world: World) -> None:
    _arrived_and_scanned(world)
    _scan(world)
    assert len(world.scans) == 1


def test_another_referral_within_the_day_asks_for_no_new_scan(world: World) -> None:
    _arrived_and_scanned(world)
    world.pass_time(hours=23)
    world.arrive(a_referral(id="second"), ingest, item="00001-001")
    assert _lead(world).scan.wanted == 1
    world.pass_time(hours=2)
    world.arrive(a_referral(id="third"), ingest, item="00001-002")
    assert _lead(world).scan.wanted == 2


def test_while_one_message_scans_another_leaves_the_domain_alone(world: World) -> None:
    world.arrive(a_referral(), ingest)
    _scan(world, cause="sweep-1")
    assert world.scans == []
    world.pass_time(minutes=6)
    _scan(world, cause="sweep-2")
    assert len(world.scans) == 1


def test_unknown_parts_alone_are_asked_again_three_times(world: World) -> None:
    world.next_scan = a_scan(dkim="unknown", dmarc="unknown", dmarc_policy=None)
    _arrived_and_scanned(world)
    for number in (1, 2, 3):
        again = [
            one["content"] for one in world.waiting("scans") if one["content"]["data"].get("unknown_try") == number
        ]
        assert len(again) == 1
        _scan(world, unknown_try=number, cause=f"unknown-{number}")
    assert world.scans == [(DOMAIN, frozenset())] + [(DOMAIN, frozenset({"dkim", "dmarc"}))] * 3
    assert not [one for one in world.waiting("scans") if one["content"]["data"].get("unknown_try") == 4]


def test_a_registry_that_would_not_answer_is_asked_again_alone_and_one_that_is_not_there_is_not(world: World) -> None:
    throttled, missing = Check("unknown", "throttled"), Check("unknown", "no_service")
    world.next_scan = replace(a_scan(), checks={"registration": throttled, "network": missing})
    _arrived_and_scanned(world)
    world.next_scan = replace(a_scan(), checks={"registration": Check("present", "found", detail={"registrar": "R"})})
    _scan(world, unknown_try=1, cause="unknown-1")
    assert world.scans == [(DOMAIN, frozenset()), (DOMAIN, frozenset({"registration"}))]
    assert _lead(world).scan.registrar == "R"
    assert not [one for one in world.waiting("scans") if one["content"]["data"].get("unknown_try") == 2]


def test_dkim_is_looked_for_again_with_the_selectors_that_a_silent_mx_would_have_named(world: World) -> None:
    world.next_scan = a_scan(mx="unknown", mx_outcome="unknown", provider="Unknown", dkim="absent")
    _arrived_and_scanned(world)
    _scan(world, unknown_try=1, cause="unknown-1")
    assert world.scans == [(DOMAIN, frozenset()), (DOMAIN, frozenset({"mx", "dkim"}))]


def test_a_score_is_judged_once_per_evidence(world: World) -> None:
    _arrived_and_scanned(world)
    world.deliver(an_envelope("score", DOMAIN), score, times=2)
    judged = _lead(world).judgement
    assert judged is not None
    assert (judged.score, judged.version, sum(line["points"] for line in judged.lines)) == (100, 1, 100)
    assert set(world.keys_waiting("pushes")) == {"11111111-0000-4000-8000-000000000001"}


def test_evidence_that_says_the_same_keeps_the_judgement(world: World) -> None:
    _arrived_and_scanned(world)
    world.deliver(an_envelope("score", DOMAIN), score)
    world.pass_time(hours=30)
    world.arrive(a_referral(id="second", type="Independent", qualification="Direct"), ingest, item="00001-001")
    _scan(world)
    world.deliver(an_envelope("score", DOMAIN), score)
    assert _lead(world).judgement.version == 1


def test_new_evidence_moves_the_score_and_says_why(world: World) -> None:
    world.next_scan = a_scan(dmarc_policy="none")
    _arrived_and_scanned(world)
    world.deliver(an_envelope("score", DOMAIN), score)
    world.pass_time(hours=30)
    world.arrive(a_referral(id="second"), ingest, item="00001-001")
    world.next_scan = a_scan()
    _scan(world)
    world.deliver(an_envelope("score", DOMAIN), score)
    changed = next(event for event in world.leads.events(DOMAIN, limit=20)[0] if event["code"] == "score.changed")
    assert (changed["params"]["old"], changed["params"]["new"]) == (75, 100)
    assert "DMARC" in changed["params"]["reasons"][0]["text"]


def test_an_unknown_mx_keeps_the_provider_that_was_known(world: World) -> None:
    _arrived_and_scanned(world)
    world.deliver(an_envelope("score", DOMAIN), score)
    world.pass_time(hours=30)
    world.arrive(a_referral(id="second"), ingest, item="00001-001")
    world.next_scan = a_scan(mx="unknown", mx_outcome="unknown", provider="Unknown")
    _scan(world)
    world.deliver(an_envelope("score", DOMAIN), score)
    assert _lead(world).judgement.provider == "Google"


def test_a_second_attempt_goes_on_with_the_claim_of_the_first(world: World) -> None:
    world.arrive(a_referral(), ingest)
    _scan(world, attempt=1)
    assert len(world.scans) == 1


def test_a_domain_of_the_longest_kind_is_scanned_by_its_first_message(world: World) -> None:
    domain = ".".join(["a" * 60, "b" * 60, "c" * 60, "example"])
    profile = {"name": "Long", "website": f"https://{domain}"}
    world.arrive(a_referral(customerProfile=profile), ingest)
    [key] = world.keys_waiting("scans")
    world.deliver(an_envelope("scan", key, version="w1", cause="road"), scan)
    assert world.scans == [(key, frozenset())]


def test_a_repeat_of_a_scan_that_was_cut_off_still_has_its_unknown_parts_asked_again(world: World) -> None:
    world.next_scan = a_scan(dkim="unknown")
    _arrived_and_scanned(world)
    sent: list[object] = []
    world.queues.send, before = (lambda envelope, **_: sent.append(envelope.data.get("unknown_try"))), world.queues.send
    try:
        _scan(world)
    finally:
        world.queues.send = before
    assert (sent, len(world.scans)) == ([1], 1)
