"""Promises about SPF: one record, its terms, and what a receiver would have to ask (RFC 7208)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.checks.spf import check_spf
from shared.rules.spf import read_spf, spf_records
from tests.rules.dns_story import judge


def _spf(record: str | list[str], **others: object) -> dict[str, object]:
    return {"contoso.com TXT": [record] if isinstance(record, str) else record, **others}


@pytest.mark.parametrize(
    ("text", "is_spf"),
    [
        ("v=spf1 -all", True),
        ("V=SPF1 -all", True),
        ("v=spf1", True),
        ("v=spf10 -all", False),
        (" v=spf1 -all", False),
        ("spf1 -all", False),
        ("v=spf2.0/pra -all", False),
        ("google-site-verification=v=spf1", False),
    ],
)
def test_only_a_text_that_begins_with_the_version_is_a_record(text: str, is_spf: bool) -> None:
    assert bool(spf_records([text])) is is_spf


@pytest.mark.parametrize(
    ("record", "mechanisms", "all_qualifier"),
    [
        ("v=spf1 -all", {"all": 1}, "-"),
        ("v=spf1 a mx a:mail.contoso.com/24 ~all", {"a": 2, "mx": 1, "all": 1}, "~"),
        ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ?all", {"ip4": 1, "ip6": 1, "all": 1}, "?"),
        ("v=spf1 INCLUDE:Spf.Protection.Outlook.Com. ALL", {"include": 1, "all": 1}, "+"),
        ("v=spf1  exists:%{i}._spf.contoso.com  a/24//64", {"exists": 1, "a": 1}, None),
        ("v=spf1 ptr ptr:contoso.com mx/28 unknown=whatever", {"ptr": 2, "mx": 1}, None),
    ],
)
def test_mechanisms_are_counted_one_by_one(record: str, mechanisms: dict[str, int], all_qualifier: str | None) -> None:
    read = read_spf(record)
    assert (read.mechanisms, read.all_qualifier, read.problems) == (mechanisms, all_qualifier, ())


@pytest.mark.parametrize(
    "term",
    [
        "ip4:300.1.1.1", "ip4:192.0.2.0/33", "ip4", "ip4:", "ip6:192.0.2.1", "ip6:2001:db8::/129", "include",
        "include:", "include:nodots", "exists:", "all:contoso.com", "a:", "a/33", "mx//129", "foo", "foo:bar", "-",
        "a b:c:d", "include:contoso..com", "ip4=192.0.2.1 include:a_b", "redirect=", "redirect=a.b redirect=c.d",
        "ıp4:192.0.2.1", "include:contoso.com/24", "exists:%{z}.contoso.com", "exists:%{i",
        "exists:%{i}.%x.contoso.com", "include:50%.contoso.com", "exists:%{i}contoso",
    ],
)  # fmt: skip
def test_a_term_that_cannot_be_makes_the_record_invalid(term: str) -> None:
    check = judge(check_spf, _spf(f"v=spf1 {term} -all"))
    assert (check.state, check.outcome) == ("invalid", "malformed")
    assert check.detail["problems"]


def test_no_record_is_absent_whatever_else_stands_there() -> None:
    assert judge(check_spf, _spf(["MS=ms123", "v=DMARC1; p=none"])).state == "absent"
    assert judge(check_spf, {}).outcome == "nxdomain"
    assert judge(check_spf, {"contoso.com MX": ["10 a.b."]}).outcome == "no_data"


@pytest.mark.parametrize("outcome", ["timeout", "servfail", "refused", "unreachable", "bad_answer"])
def test_who_could_not_ask_does_not_know(outcome: str) -> None:
    check = judge(check_spf, {"contoso.com TXT": outcome})
    assert (check.state, check.outcome) == ("unknown", outcome)


def test_two_records_are_invalid() -> None:
    check = judge(check_spf, _spf(["v=spf1 -all", "v=spf1 mx -all"]))
    assert (check.state, check.outcome, len(check.records)) == ("invalid", "several_records", 2)


def _chain(count: int) -> dict[str, object]:
    """Includes, each of the next one."""
    zone = {f"s{n}.net TXT": [f"v=spf1 include:s{n + 1}.net -all"] for n in range(1, count)}
    return _spf("v=spf1 include:s1.net -all", **zone, **{f"s{count}.net TXT": ["v=spf1 ip4:192.0.2.1 -all"]})


@pytest.mark.parametrize(("lookups", "state"), [(1, "present"), (10, "present"), (11, "invalid")])
def test_the_eleventh_lookup_is_one_too_many(lookups: int, state: str) -> None:
    check = judge(check_spf, _chain(lookups))
    assert (check.state, check.detail["lookups"]) == (state, lookups)


def test_an_include_counts_each_time_it_is_reached() -> None:
    zone = _spf(
        "v=spf1 include:s.net include:s.net -all", **{"s.net TXT": ["v=spf1 a:h.net -all"], "h.net A": ["192.0.2.1"]}
    )
    assert judge(check_spf, zone).detail["lookups"] == 4


@pytest.mark.parametrize(("voids", "state"), [(2, "present"), (3, "invalid")])
def test_the_third_lookup_that_finds_nothing_is_one_too_many(voids: int, state: str) -> None:
    terms = " ".join(f"a:gone{n}.contoso.com" for n in range(voids))
    check = judge(check_spf, _spf(f"v=spf1 {terms} -all"))
    assert (check.state, check.detail["void_lookups"]) == (state, voids)


def test_a_host_with_only_an_ipv6_address_is_no_void_lookup() -> None:
    zone = _spf(
        "v=spf1 a:six.contoso.com mx -all", **{"six.contoso.com AAAA": ["2001:db8::1"], "contoso.com MX": ["1 m."]}
    )
    assert judge(check_spf, zone).detail["void_lookups"] == 0


@pytest.mark.parametrize(
    "zone",
    [
        _spf("v=spf1 include:contoso.com -all"),
        _spf("v=spf1 redirect=contoso.com"),
        _spf(
            "v=spf1 include:a.net -all",
            **{"a.net TXT": ["v=spf1 include:b.net"], "b.net TXT": ["v=spf1 include:a.net"]},
        ),
        _spf("v=spf1 include:a.net -all", **{"a.net TXT": ["v=spf1 redirect=contoso.com"]}),
    ],
)
def test_a_ring_of_includes_ends_and_is_told(zone: dict[str, object]) -> None:
    check = judge(check_spf, zone)
    assert check.state == "invalid" and "in a ring" in " ".join(check.detail["problems"])


@pytest.mark.parametrize(
    ("record", "others", "problem"),
    [
        ("v=spf1 include:s.net -all", {}, "no SPF record"),
        ("v=spf1 include:s.net -all", {"s.net TXT": ["hello"]}, "no SPF record"),
        ("v=spf1 include:s.net -all", {"s.net TXT": ["v=spf1 -all", "v=spf1 ~all"]}, "several SPF records"),
        ("v=spf1 redirect=s.net", {}, "no SPF record"),
        ("v=spf1 include:s.net -all", {"s.net TXT": ["v=spf1 ip4:nonsense -all"]}, "names no network"),
        ("v=spf1 mx -all", {"contoso.com MX": [f"10 mx{n}.contoso.com." for n in range(11)]}, "more than 10"),
    ],
)
def test_what_breaks_an_include_breaks_the_record(record: str, others: dict[str, object], problem: str) -> None:
    check = judge(check_spf, _spf(record, **others))
    assert (check.state, check.outcome) == ("invalid", "permanent_error")
    assert problem in " ".join(check.detail["problems"])


def test_an_include_that_nobody_answers_for_leaves_the_record_present() -> None:
    check = judge(check_spf, _spf("v=spf1 include:slow.net -all", **{"slow.net TXT": "timeout"}))
    assert (check.state, check.detail["unanswered"]) == ("present", ["slow.net"])


def test_a_redirect_beside_all_is_never_followed() -> None:
    check = judge(check_spf, _spf("v=spf1 redirect=gone.net ~all"))
    assert (check.state, check.detail["lookups"], check.detail["redirect"]) == ("present", 0, None)


def test_what_stands_behind_all_is_never_reached() -> None:
    zone = _spf(
        "v=spf1 include:s.net -all include:gone.net a:gone.contoso.com",
        **{"s.net TXT": ["v=spf1 ip4:192.0.2.1 ~all include:gone.net"]},
    )
    check = judge(check_spf, zone)
    assert (check.state, check.detail["lookups"], check.detail["void_lookups"]) == ("present", 1, 0)


@pytest.mark.parametrize("target", ["%{i}.x.contoso.com", "%{ir}.%{v}._spf.%{d2}", "%{l1r-}._spf.%{o}", "a%_b%%.com"])
def test_every_sound_macro_is_taken(target: str) -> None:
    assert read_spf(f"v=spf1 exists:{target} -all").problems == ()


def test_macros_count_but_are_not_asked() -> None:
    check = judge(check_spf, _spf("v=spf1 exists:%{i}.x.contoso.com include:%{d}.s.net ptr -all"))
    assert (check.state, check.detail["lookups"], check.detail["void_lookups"]) == ("present", 3, 0)


def test_a_tree_of_includes_that_grows_without_end_is_cut() -> None:
    wide = " ".join(f"include:s{n}.net" for n in range(30))
    zone = _spf(f"v=spf1 {wide}", **{f"s{n}.net TXT": [f"v=spf1 {wide}"] for n in range(30)})
    check = judge(check_spf, zone)
    assert check.state == "invalid" and check.detail["lookups"] < 100


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fall(text: str) -> None:
    assert read_spf(f"v=spf1 {text}").text
    assert judge(check_spf, _spf(f"v=spf1 {text}")).state in ("present", "invalid")


_words = st.sampled_from(
    [
        "a",
        "mx",
        "ptr",
        "include:",
        "redirect=",
        "exists:",
        "ip4:",
        "ip6:",
        "all",
        "contoso.com",
        "s.net",
        "%{i}",
        "/24",
        ":",
        "-",
    ]
)


@given(st.lists(st.lists(_words, min_size=1, max_size=4).map("".join), max_size=12), st.booleans())
def test_no_mixture_of_true_parts_makes_the_walk_fall_or_go_on_for_ever(terms: list[str], known: bool) -> None:
    record = "v=spf1 " + " ".join(terms)
    zone = _spf(record, **{"s.net TXT": [record] if known else "servfail"})
    assert judge(check_spf, zone).state in ("present", "invalid")
