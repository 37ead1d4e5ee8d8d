"""Deals are listed with and without a domain, and a person's domain puts one back on the road for good."""

from urllib.parse import quote

import pytest

from functions.ingest import ingest
from tests.functions.doors import Doors
from tests.functions.world import World, a_referral

KEY = "11111111-0000-4000-8000-000000000001"
NO_DOMAIN = {"name": "Nobody Ltd", "team": [{"firstName": "A", "email": "a@gmail.com"}]}


def _ids(doors: Doors, query: str = "") -> list[str]:
    return [one["id"] for one in doors.get(f"referrals?limit=200&{query}").json["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("has_domain=false", {"ref-90", "ref-91"}),
        ("has_domain=true&status=won,lost", {"ref-06", "ref-08"}),
        ("type=marketplace", {"ref-02"}),
        ("domain=isik.com.tr", {"ref-02"}),
        ("domain=ISIK.com.TR", {"ref-02"}),
        ("domain=münchen.de", {"ref-03"}),
        ("domain=xn--mnchen-3ya.de", {"ref-03"}),
        ("domain=nowhere.example", set()),
        ("domain=..", set()),
        ("q=İSTANBUL", {"ref-01"}),
        ("q=ref-03", {"ref-03"}),
        ("q=Gizem", set()),
    ],
)
def test_a_filter_gives_what_fits(doors: Doors, query: str, expected: set[str]) -> None:
    assert set(_ids(doors, quote(query, safe="=&,"))) == expected


def test_the_newest_come_first_and_pages_meet(doors: Doors) -> None:
    whole, seen, cursor = _ids(doors), [], ""
    while cursor is not None:
        page = doors.get(f"referrals?limit=4&cursor={cursor}").json
        seen, cursor = seen + [one["id"] for one in page["items"]], page["next_cursor"]
    assert seen == whole and len(whole) == 10


def test_a_deal_without_a_domain_says_why(doors: Doors) -> None:
    reasons = {key: doors.get(f"referrals/{key}").json["no_domain_reason"] for key in ("ref-90", "ref-91")}
    assert reasons["ref-90"] == "free_mail" and reasons["ref-91"]
    assert [one["code"] for one in doors.get("referrals/ref-90").json["timeline"]] == ["referral.received"]


def test_the_raw_record_is_for_operators_and_only_with_consent(doors: Doors) -> None:
    assert doors.get("referrals/ref-01").json["raw"] is None
    assert "istanbul" in doors.get("referrals/ref-01", role="operator").json["raw"]
    assert doors.get("referrals/ref-05", role="admin").json["raw"] is None


def test_an_unknown_deal_is_not_found(doors: Doors) -> None:
    assert doors.get("referrals/nothing").code == "not_found"
    assert doors.post("referrals/nothing/domain", {"domain": "a.example"}).code == "not_found"


def test_a_named_domain_makes_a_lead_and_sends_it_on(own_doors: Doors, world: World) -> None:
    world.arrive(a_referral(customerProfile=NO_DOMAIN), ingest)
    answer = own_doors.post(f"referrals/{KEY}/domain", {"domain": "https://Nobody-Yapı.com.tr"})
    assert (answer.status, answer.json["domain"]) == (202, "xn--nobody-yap-6ub.com.tr")
    lead = own_doors.get(f"leads/{answer.json['domain']}").json
    assert (lead["referral_count"], lead["referrals"][0]["domain_source"]) == (1, "person")
    assert world.keys_waiting("scans") == [answer.json["domain"]]
    event = own_doors.get(f"leads/{answer.json['domain']}/timeline").json["items"][0]
    assert (event["code"], event["who"]) == ("domain.named", "user-1")


def test_naming_it_again_changes_nothing(own_doors: Doors, world: World) -> None:
    world.arrive(a_referral(customerProfile=NO_DOMAIN), ingest)
    for _ in range(2):
        own_doors.post(f"referrals/{KEY}/domain", {"domain": "a.example"})
    assert world.leads.lead("a.example").version == 1


def test_a_named_domain_outlives_what_partner_center_says(own_doors: Doors, world: World) -> None:
    world.arrive(a_referral(), ingest)
    own_doors.post(f"referrals/{KEY}/domain", {"domain": "other.example"})
    world.arrive(a_referral(name="New name", updatedDateTime="2026-11-22T08:00:00Z"), ingest, item="00002-000")
    kept = world.leads.referral(KEY)
    assert (kept.domain, kept.referral.name) == ("other.example", "New name")
    assert list(world.leads.lead("other.example").referrals) == [KEY]
    assert world.leads.lead("anadolu.com.tr").referrals == {}


def test_a_domain_named_while_the_referral_changes_does_not_split_it(world: World, own_doors: Doors) -> None:
    """The change was decided for the old lead; the domain moved before it was saved."""
    world.arrive(a_referral(), ingest)
    find, meddled = world.leads.find, []

    def find_then_name(**names):
        found = find(**names)
        if not meddled:
            meddled.append(True)
            assert own_doors.post(f"referrals/{KEY}/domain", {"domain": "other.example"}).status == 202
        return found

    world.leads.find = find_then_name
    world.arrive(a_referral(name="New name", updatedDateTime="2026-11-22T08:00:00Z"), ingest, item="00002-000")
    assert world.leads.referral(KEY).referral.name == "New name"
    assert list(world.leads.lead("other.example").referrals) == [KEY]
    assert world.leads.lead("anadolu.com.tr").referrals == {}


@pytest.mark.parametrize("domain", ["gmail.com", "hunter-partner.example", "", "a b", "com"])
def test_a_domain_that_cannot_be_is_refused_and_nothing_changes(own_doors: Doors, world: World, domain: str) -> None:
    world.arrive(a_referral(customerProfile=NO_DOMAIN), ingest)
    answer = own_doors.post(f"referrals/{KEY}/domain", {"domain": domain})
    assert (answer.status, answer.code) in ((400, "bad_domain"), (400, "bad_request"))
    assert world.leads.referral(KEY).domain is None


@pytest.mark.parametrize("id_", ["a/b?c=d&e#f", "a%41b", "%2F", "ÜÖ şı", "<b>'\"\\", "UPPER-1", "a+b"])
def test_a_deal_is_found_by_its_id_whatever_characters_it_holds(own_doors: Doors, world: World, id_: str) -> None:
    world.arrive(a_referral(id=id_), ingest)
    assert own_doors.get(f"referrals/{quote(id_, safe='')}").json["id"] == id_


def test_a_decoded_domain_filters_as_well(own_doors: Doors, world: World) -> None:
    world.arrive(a_referral(customerProfile={"name": "Işık", "team": [{"email": "a@ışık.com.tr"}]}), ingest)
    [shown] = own_doors.get("referrals").json["items"]
    for domain in (shown["domain"], "ışık.com.tr", "ışık.COM.tr"):
        assert own_doors.get(f"referrals?domain={quote(domain)}").json["total"] == 1, domain
