"""The list answers exactly what was asked, in order, without losing or doubling a row; a lead tells everything."""

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest

from shared.rules.list_columns import LEAD_COLUMNS
from tests.functions.doors import Doors
from tests.functions.filled import DOMAINS, SECRET_EMAIL, SECRET_PERSON
from tests.functions.world import World


def _domains(doors: Doors, query: str = "") -> list[str]:
    return [lead["domain"] for lead in doors.get(f"leads?limit=200&{query}").json["items"]]


def test_the_whole_list_with_its_counts(doors: Doors) -> None:
    page = doors.get("leads").json
    assert sorted(lead["domain"] for lead in page["items"]) == sorted(DOMAINS)
    assert (page["total"], page["first"], page["limit"], page["next_cursor"], page["prev_cursor"]) == (
        8,
        1,
        50,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("provider=Local", {"isik.com.tr"}),
        ("provider=Local,M365", {"isik.com.tr", "xn--mnchen-3ya.de"}),
        ("referral_type=co-sell&provider=Zoho", {"contoso.example"}),
        ("referral_status=won,lost", {"gsm.com.tr", "mailless.example"}),
        ("stage=won", {"gsm.com.tr"}),
        ("stage=referred", {"slow.example"}),
        ("respond_by_before=2026-11-24T08:00:00Z", {"cagdas.com.tr", "isik.com.tr"}),
        ("respond_by_before=2026-11-24T11:00:00%2B03:00", {"cagdas.com.tr", "isik.com.tr"}),
        ("dynamics_status=synced", set()),
        ("updated_after=2026-11-23T12:00:01Z", set()),
        ("segment=Cold,Skip,Existing,Migration&min_score=0&max_score=0", set()),
        ("q=istanbul", {"istanbul-yapi.com.tr"}),
        ("q=İSTANBUL", {"istanbul-yapi.com.tr"}),
        ("q=ışık", {"isik.com.tr"}),
        ("q=ISIK", {"isik.com.tr"}),
        ("q=cagdas gida", {"cagdas.com.tr"}),
        ("q=münchen", {"xn--mnchen-3ya.de"}),
        ("q=%22saray%22;", {"gsm.com.tr"}),
        (f"q={SECRET_PERSON}", set()),
        (f"q={SECRET_EMAIL}", set()),
    ],
)
def test_a_filter_gives_what_fits_and_nothing_else(doors: Doors, query: str, expected: set[str]) -> None:
    assert set(_domains(doors, quote(query, safe="=&%,;:+"))) == expected


@pytest.mark.parametrize("name", sorted(LEAD_COLUMNS.sortable))
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_sort_pages_forth_and_back_over_each_row_once(doors: Doors, name: str, sign: str) -> None:
    whole, cursor, seen, back = _domains(doors, f"sort={sign}{name}"), "", [], []
    while cursor is not None:
        page = doors.get(f"leads?limit=3&sort={sign}{name}&cursor={cursor}").json
        assert page["first"] == len(seen) + 1
        seen += [lead["domain"] for lead in page["items"]]
        cursor = page["next_cursor"]
    assert seen == whole
    cursor = page["prev_cursor"]
    while cursor is not None:
        page = doors.get(f"leads?limit=3&sort={sign}{name}&cursor={cursor}").json
        back = [lead["domain"] for lead in page["items"]] + back
        cursor = page["prev_cursor"]
    assert back + seen[len(back) :] == whole


def test_what_is_missing_comes_last_in_either_direction(doors: Doors) -> None:
    for sort in ("score", "-score"):
        assert set(_domains(doors, f"sort={sort}")[-2:]) == {"slow.example", "mailless.example"}


def test_names_follow_the_turkish_alphabet(doors: Doors) -> None:
    names = [lead["company_name"] for lead in doors.get("leads?sort=company_name").json["items"]]
    wanted = ["Çağdaş Gıda", 'Gül, "Saray"; Mobilya', "IŞIK Tekstil", "İstanbul Yapı A.Ş.", "Mailless", "München Bau"]
    assert [name for name in names if name in wanted] == wanted


def test_the_default_order_is_priority_then_answer_by_then_score(doors: Doors) -> None:
    leads = doors.get("leads").json["items"]
    keys = [(one["priority"] or "P9", one["respond_by"] or "9", -(one["score"] or 0)) for one in leads]
    assert keys == sorted(keys)


def test_who_has_the_page_already_gets_304(doors: Doors) -> None:
    first = doors.get("leads?limit=2")
    again = doors.get("leads?limit=2", if_none_match=first.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert doors.get("leads?limit=3", if_none_match=first.headers["ETag"]).status == 200


@pytest.mark.parametrize("named", ["*", "{tag}", '"other", W/{tag}', "W/{tag} , W/{tag}"])
def test_a_page_is_known_by_its_tag_weak_or_strong(doors: Doors, named: str) -> None:
    tag = doors.get("leads").headers["ETag"].removeprefix("W/")
    assert doors.get("leads", if_none_match=named.format(tag=tag)).status == 304
    assert doors.get("leads", if_none_match=f"W/{tag[:-1]}").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "first_seen_after=yesterday", "first_seen_after=1", "updated_after=99999999999999", "updated_after=NaN",
        "respond_by_before=2026-13-45", "respond_by_before=12:00", "first_seen_after=0001-01-01T00:00:00%2B14:00",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_the_way_to_write_one(doors: Doors, query: str) -> None:
    answer = doors.get(f"leads?{query}")
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert (
        answer.json["params"] == {"field": query.partition("=")[0]} and "2026-11-23T12:00:00Z" in answer.json["detail"]
    )


@pytest.mark.parametrize(
    "query",
    [
        "first_seen_after=2026-11-23T12:00:00.5Z",
        "first_seen_after=2026-11-23T14:00:00-01:00",
        "updated_after=9999-12-31",
    ],
)
def test_what_was_there_before_a_moment_is_not_after_it(doors: Doors, query: str) -> None:
    assert doors.get(f"leads?{query}").json["total"] == 0


def test_a_moment_reaches_what_happened_in_it(doors: Doors) -> None:
    everything = doors.get("leads").json["total"]
    assert doors.get("leads?first_seen_after=2026-11-23T12:00:00Z").json["total"] == everything
    assert doors.get("leads?first_seen_after=2026-11-23T15:00:00%2B03:00").json["total"] == everything


def test_an_unknown_value_is_refused_with_the_known_ones(doors: Doors) -> None:
    detail = doors.get("leads?segment=Cold,cold").json["detail"]
    assert detail == "segment: 'cold' is not known. Known: Migration, Existing, Cold, Skip."


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", "null", "1", '["next",["score"],[]]', '["next",["score"],{}]', '["next",["score"],[{},"a"]]',
     '["next",["score"],["x","a"]]', '["next",["score"],[1,2]]', '["next",["score"],[1,"a","b"]]',
     '["next",["-score"],[1,"a"]]', '["up",["score"],[1,"a"]]', '[["next"],["score"],[1,"a"]]', "[" * 900],
)  # fmt: skip
def test_a_cursor_that_somebody_made_up_is_refused(doors: Doors, content: str) -> None:
    answer = doors.get(f"leads?sort=score&cursor={urlsafe_b64encode(content.encode()).decode()}")
    assert (answer.status, answer.json["code"]) == (400, "bad_cursor")


def test_who_has_the_breakdown_already_gets_304(doors: Doors) -> None:
    domain = doors.get("leads?limit=1").json["items"][0]["domain"]
    first = doors.get(f"leads/{domain}/score-breakdown")
    again = doors.get(f"leads/{domain}/score-breakdown", if_none_match=first.headers["ETag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_a_change_gives_the_page_another_etag(own_doors: Doors) -> None:
    own_doors.post("leads", {"domain": "a.example"})
    first = own_doors.get("leads").headers["ETag"]
    own_doors.post("leads", {"domain": "b.example"})
    answer = own_doors.get("leads", if_none_match=first)
    assert (answer.status, answer.json["total"]) == (200, 2)


def test_without_consent_no_contact_is_shown_anywhere(doors: Doors) -> None:
    shown = "".join(
        doors.get(address, role="admin").body.decode()
        for address in (
            "leads?limit=200",
            "leads/contoso.example",
            "leads/contoso.example/timeline",
            "leads/contoso.example/score-breakdown",
            "referrals?limit=200",
            "referrals/ref-05",
            "today",
            "failures",
            "leads/export?format=csv&columns=company_name,contact_name",
        )
    )
    assert "Contoso" in shown
    assert "Gizem" not in shown and SECRET_EMAIL not in shown


def test_a_lead_comes_with_its_referrals_the_newest_first(own_doors: Doors) -> None:
    from functions.ingest import ingest
    from tests.functions.world import a_referral

    world = own_doors.world
    assert isinstance(world, World)
    world.arrive(a_referral(), ingest)
    world.arrive(a_referral(id="second", updatedDateTime="2026-11-22T08:00:00Z"), ingest, item="00001-001")
    lead = own_doors.get("leads/anadolu.com.tr").json
    assert [one["id"] for one in lead["referrals"]] == ["second", "11111111-0000-4000-8000-000000000001"]
    assert lead["referral_count"] == 2


def test_the_breakdown_adds_up_to_the_score(doors: Doors) -> None:
    for domain in DOMAINS:
        told = doors.get(f"leads/{domain}/score-breakdown").json
        assert told["score"] is None or sum(line["points"] for line in told["lines"]) == told["score"]


def test_a_lead_without_a_score_has_an_empty_breakdown(doors: Doors) -> None:
    told = doors.get("leads/slow.example/score-breakdown").json
    assert (told["score"], told["lines"], told["headline"]) == (None, [], None)


def test_the_evidence_of_the_last_scan_can_be_read(doors: Doors) -> None:
    assert doors.get("leads/isik.com.tr/evidence").json["evidence"] == {"checks": {}}
    assert doors.get("leads/slow.example/evidence").json["evidence"] is None


def test_a_timeline_is_paged_newest_first(doors: Doors) -> None:
    first = doors.get("leads/isik.com.tr/timeline?limit=2").json
    rest = doors.get(f"leads/isik.com.tr/timeline?limit=2&cursor={first['next_cursor']}").json
    codes = [event["code"] for event in first["items"] + rest["items"]]
    assert (codes, rest["next_cursor"]) == (["score.judged", "scan.done", "referral.received"], None)
    assert all(event["text"] for event in first["items"])


def test_a_cursor_of_another_timeline_is_refused(doors: Doors) -> None:
    cursor = doors.get("leads/isik.com.tr/timeline?limit=1").json["next_cursor"]
    answer = doors.get(f"leads/gsm.com.tr/timeline?cursor={cursor}")
    assert answer.status == 400


def test_a_company_is_added_by_hand_once(own_doors: Doors) -> None:
    told = [
        own_doors.post("leads", {"domain": "https://www.Müller.de/shop", "company_name": "Müller"}) for _ in range(2)
    ]
    assert [(one.status, one.json["domain"], one.json["known"]) for one in told] == [
        (202, "xn--mller-kva.de", False),
        (202, "xn--mller-kva.de", True),
    ]
    lead = own_doors.get("leads/müller.de").json
    assert (lead["company_name"], lead["stage"], lead["referral_count"]) == ("Müller", "referred", 0)
    assert own_doors.world.keys_waiting("scans") == ["xn--mller-kva.de"]
    assert [one["code"] for one in own_doors.get("leads/müller.de/timeline").json["items"]] == ["lead.added"]


@pytest.mark.parametrize(
    "domain", ["gmail.com", "hunter-partner.example", "x.onmicrosoft.com", "com.tr", "no domain", "127.0.0.1"]
)
def test_what_is_no_companys_domain_is_not_added(own_doors: Doors, domain: str) -> None:
    answer = own_doors.post("leads", {"domain": domain})
    assert (answer.status, answer.code) == (400, "bad_domain")
    assert own_doors.get("leads").json["total"] == 0


def test_a_rescan_asks_anew_however_fresh_the_last_one_is(own_doors: Doors) -> None:
    from functions.scan import scan
    from tests.functions.world import an_envelope

    world = own_doors.world
    own_doors.post("leads", {"domain": "a.example"})
    world.deliver(an_envelope("scan", "a.example", version="w1", cause="road"), scan)
    world.empty_queues()
    assert own_doors.post("leads/a.example/rescan").status == 202
    assert own_doors.post("leads/a.example/rescan").status == 202
    assert world.leads.lead("a.example").scan.wanted == 2
    assert set(world.keys_waiting("scans")) == {"a.example"}
    assert own_doors.post("leads/b.example/rescan").status == 404
