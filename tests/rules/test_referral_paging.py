"""Promises of the paging rules: the link is checked, never followed, and cannot run in a circle."""

from urllib.parse import parse_qs

import pytest

from shared.errors import PermanentError
from shared.rules.referral_paging import MOST_PAGES, START, Trail, first_query, next_query
from shared.rules.ticks import ticks

BASE = "https://api.partner.microsoft.com"
DATE = "2026-01-31T00:00:00.0404691Z"
SINCE = ticks(DATE)
ASCENDING = {"$orderby": "updatedDateTime asc"}


@pytest.mark.parametrize(
    ("mode", "since", "quoted", "expected"),
    [
        ("filter", SINCE, False, {"$filter": f"updatedDateTime ge {DATE}"} | ASCENDING),
        ("filter", SINCE, True, {"$filter": f"updatedDateTime ge '{DATE}'"} | ASCENDING),
        ("filter", None, False, ASCENDING),
        ("filter", -5, False, ASCENDING),
        ("scan", SINCE, False, {"$orderby": "updatedDateTime desc"}),
        ("full", SINCE, False, ASCENDING),
    ],
)
def test_the_first_query_follows_the_mode(mode, since, quoted, expected):
    query = first_query(mode, since, quoted=quoted)
    assert {name: values[0] for name, values in parse_qs(query).items()} == expected
    assert " " not in query and "%24" not in query


ASKED = "$filter=updatedDateTime%20ge%202026&$orderby=updatedDateTime%20asc"


@pytest.mark.parametrize(
    ("link", "query"),
    [
        (None, None),
        ("", None),
        ("http://api.partner.microsoft.com/v1.0/referrals?$skiptoken=a%2Bb", f"{ASKED}&$skiptoken=a%2Bb"),
        ("https://API.partner.microsoft.com:443/v1.0/engagements/referrals?$skiptoken=a", f"{ASKED}&$skiptoken=a"),
        (f"{BASE}/x?%24skiptoken=a&%24top=5&evil=1#frag", f"{ASKED}&$skiptoken=a&$top=5"),
        (f"{BASE}/x?$filter=a eq 1&$skiptoken=b", "$filter=a%20eq%201&$orderby=updatedDateTime%20asc&$skiptoken=b"),
        ("/v1.0/engagements/referrals?$skiptoken=a", f"{ASKED}&$skiptoken=a"),
    ],
)
def test_a_link_gives_its_token_and_our_own_filter(link, query):
    assert next_query(link, base_url=BASE, asked=ASKED) == query


@pytest.mark.parametrize(
    "link",
    [
        "https://api.partner.microsoft.com.evil.example/v1.0/referrals?$skiptoken=a",
        "https://evil.example/v1.0/referrals?$skiptoken=a",
        "https://api.partner.microsoft.com@evil.example/?$skiptoken=a",
        "https://user:password@api.partner.microsoft.com/?$skiptoken=a",
        "https://api.partner.microsoft.com:8443/?$skiptoken=a",
        "https://api.partner.microsoft.com:99999/?$skiptoken=a",
        "https://[::1/?$skiptoken=a",
        "//evil.example/?$skiptoken=a",
        "ftp://api.partner.microsoft.com/?$skiptoken=a",
        "javascript:alert(1)",
        "https://api.partner.microsoft.com/v1.0/referrals",
        "https://api.partner.microsoft.com/v1.0/referrals?$skiptoken=",
        "https://api.partner.microsoft.com\\@evil.example/?$skiptoken=a",
        {"href": "x"},
        7,
        True,
    ],
)
def test_a_link_to_anywhere_else_is_refused_without_repeating_it(link):
    with pytest.raises(PermanentError) as caught:
        next_query(link, base_url=BASE, asked=ASKED)
    assert caught.value.code == "pc_link_refused" and "evil" not in str(caught.value)


def test_the_port_of_a_local_address_is_allowed():
    link = "http://127.0.0.1:8123/v1.0/referrals?$skiptoken=a"
    assert next_query(link, base_url="http://127.0.0.1:8123", asked="") == "$skiptoken=a"


@pytest.mark.parametrize(("tail", "circle"), [(0, 1), (0, 2), (3, 1), (5, 7), (100, 30)])
def test_any_circle_is_found_even_when_each_step_is_another_slice(tail, circle):
    links = [f"$skiptoken={n}" for n in range(tail + circle)]
    trail, at = START.onwards("first"), 0
    with pytest.raises(PermanentError) as caught:
        for _ in range(10 * (tail + circle) + 10):
            trail = Trail.from_text(trail.onwards(links[at]).to_text())
            at = at + 1 if at + 1 < len(links) else tail
    assert caught.value.code == "pc_bad_answer"
    assert trail.page <= 4 * (tail + circle) + 4


def test_a_list_without_end_ends():
    trail = START
    with pytest.raises(PermanentError):
        for number in range(MOST_PAGES + 1):
            trail = trail.onwards(f"$skiptoken={number}")
    assert trail.page == MOST_PAGES


def test_a_trail_survives_dots_in_its_query():
    trail = START.onwards("$skiptoken=a.b.c")
    assert Trail.from_text(trail.to_text()) == trail
