"""Promises about DMARC: the record, and whose record holds for a domain (RFC 9989)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.checks.dmarc import check_dmarc
from shared.rules.dmarc import dmarc_names, dmarc_records, read_dmarc
from tests.rules.dns_story import judge


@pytest.mark.parametrize(
    ("text", "policy", "problems"),
    [
        ("v=DMARC1; p=none", "none", 0),
        ("v=DMARC1;p=quarantine;", "quarantine", 0),
        ("v=DMARC1 ; P = Reject", "reject", 0),
        ("v=DMARC1; sp=reject; p=none", "none", 0),
        ("v=DMARC1; rua=mailto:a@contoso.com", "none", 0),
        ("v=DMARC1", "none", 0),
        ("v=DMARC1; p=maybe", "none", 1),
        ("v=DMARC1; p=", "none", 1),
        ("v=DMARC1; p=maybe; rua=mailto:a@contoso.com", "none", 0),
        ("v=DMARC1; p=reject; sp=maybe; rua=mailto:a@contoso.com", "none", 0),
        ("v=DMARC1; p=reject; np=maybe", "reject", 1),
        ("v=DMARC1; p=reject; rua=nonsense", "reject", 0),
        ("v=DMARC1; p=maybe; rua=nonsense", "none", 1),
        ("v=DMARC1; p=reject; p=none", "reject", 0),
        ("v=DMARC1; p=reject; stray; x=y; =z", "reject", 0),
    ],
)
def test_a_record_states_one_policy(text: str, policy: str, problems: int) -> None:
    read = read_dmarc(text)
    assert (read.policy, len(read.problems)) == (policy, problems)


def test_tags_that_are_gone_are_flagged_and_change_nothing() -> None:
    read = read_dmarc("v=DMARC1; p=quarantine; pct=50; rf=afrf; ri=86400; fo=1")
    assert (read.policy, read.removed_tags, read.problems) == ("quarantine", ("pct", "rf", "ri"), ())


@pytest.mark.parametrize(
    ("text", "is_dmarc"),
    [
        ("v=DMARC1; p=none", True),
        ("v=DMARC1", True),
        ("V = DMARC1 ; p=none", True),
        (" v=DMARC1; p=none", False),
        ("v=dmarc1; p=none", False),
        ("v=DMARC12; p=none", False),
        ("p=none; v=DMARC1", False),
        ("v=spf1 -all", False),
    ],
)
def test_only_a_text_that_begins_with_the_version_is_a_record(text: str, is_dmarc: bool) -> None:
    assert bool(dmarc_records([text])) is is_dmarc


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("contoso.com", ["contoso.com", "com"]),
        ("a.contoso.co.uk", ["a.contoso.co.uk", "contoso.co.uk", "co.uk", "uk"]),
        (
            "a.b.c.d.e.f.g.h",
            ["a.b.c.d.e.f.g.h", "b.c.d.e.f.g.h", "c.d.e.f.g.h", "d.e.f.g.h", "e.f.g.h", "f.g.h", "g.h", "h"],
        ),
        (
            "1.2.3.a.b.c.d.e.f.g.h",
            ["1.2.3.a.b.c.d.e.f.g.h", "b.c.d.e.f.g.h", "c.d.e.f.g.h", "d.e.f.g.h", "e.f.g.h", "f.g.h", "g.h", "h"],
        ),
    ],
)
def test_the_tree_is_walked_upwards_and_never_in_more_than_eight_steps(domain: str, names: list[str]) -> None:
    assert dmarc_names(domain) == [f"_dmarc.{name}" for name in names]


def _dmarc(**records: object) -> dict[str, object]:
    return {f"_dmarc.{name.replace('_', '.')} TXT": given for name, given in records.items()}


@pytest.mark.parametrize(
    ("zone", "state", "outcome", "policy"),
    [
        (_dmarc(contoso_com=["v=DMARC1; p=reject"]), "present", "found", "reject"),
        (_dmarc(contoso_com=["v=DMARC1; p=maybe"]), "invalid", "malformed", None),
        (_dmarc(contoso_com=["v=DMARC1; p=none", "v=DMARC1; p=reject"]), "invalid", "several_records", None),
        (_dmarc(contoso_com=["other text", "v=DMARC1; p=none"]), "present", "found", "none"),
        (_dmarc(contoso_com=["other text"]), "absent", "no_data", None),
        ({}, "absent", "nxdomain", None),
        (_dmarc(contoso_com="timeout"), "unknown", "timeout", None),
        (_dmarc(contoso_com="servfail", com=["v=DMARC1; p=reject; psd=y"]), "unknown", "servfail", None),
        (_dmarc(com="timeout"), "unknown", "timeout", None),
        (_dmarc(contoso_com=["v=DMARC1; p=reject"], com="timeout"), "present", "found", "reject"),
        (_dmarc(com=["v=DMARC1; p=reject; psd=y"]), "present", "inherited", "reject"),
        (_dmarc(com=["v=DMARC1; p=reject; sp=none; psd=y"]), "present", "inherited", "none"),
        (_dmarc(com=["v=DMARC1; p=maybe; psd=y"]), "absent", "nxdomain", None),
    ],
)
def test_four_states(zone: dict[str, object], state: str, outcome: str, policy: str | None) -> None:
    check = judge(check_dmarc, zone)
    assert (check.state, check.outcome, check.detail.get("policy")) == (state, outcome, policy)


@pytest.mark.parametrize(
    ("zone", "policy", "name"),
    [
        (_dmarc(b_contoso_com=["v=DMARC1; p=none"], contoso_com=["v=DMARC1; p=reject"]), "reject", "contoso.com"),
        (
            _dmarc(b_contoso_com=["v=DMARC1; p=none; psd=n"], contoso_com=["v=DMARC1; p=reject"]),
            "none",
            "b.contoso.com",
        ),
        (_dmarc(contoso_com=["v=DMARC1; p=none; sp=quarantine"]), "quarantine", "contoso.com"),
        (_dmarc(contoso_com=["v=DMARC1; p=none; sp=quarantine; np=reject"]), "reject", "contoso.com"),
        (
            {**_dmarc(contoso_com=["v=DMARC1; p=none; sp=quarantine; np=reject"]), "a.b.contoso.com A": ["192.0.2.1"]},
            "quarantine",
            "contoso.com",
        ),
        (_dmarc(contoso_com=["v=DMARC1; p=none"], com=["v=DMARC1; p=reject; psd=y"]), "none", "contoso.com"),
    ],
)
def test_a_name_below_inherits_from_the_organisational_domain(zone: dict[str, object], policy: str, name: str) -> None:
    check = judge(check_dmarc, zone, "a.b.contoso.com")
    assert (check.state, check.detail["policy"], check.detail["name"]) == ("present", policy, f"_dmarc.{name}")


def test_a_record_in_the_wrong_place_is_told_and_does_not_count() -> None:
    check = judge(check_dmarc, {"contoso.com TXT": ["v=DMARC1; p=reject"]})
    assert (check.state, check.outcome) == ("absent", "misplaced")
    assert "instead of at _dmarc" in check.detail["remarks"][0]


@pytest.mark.parametrize("text", ["v=dmarc1; p=reject", " v=DMARC1; p=reject", "p=reject; v=DMARC1", "v=DMARC1 p=none"])
def test_a_record_that_receivers_pass_over_is_kept_and_told(text: str) -> None:
    check = judge(check_dmarc, _dmarc(contoso_com=["a word", text]))
    assert (check.state, check.outcome, check.records) == ("absent", "misspelt", (text,))
    assert "begin with v=DMARC1" in check.detail["remarks"][0]


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fall(text: str) -> None:
    assert read_dmarc(f"v=DMARC1; {text}").policy in ("none", "quarantine", "reject")


@given(st.text(alphabet="ab.-é٣", max_size=300))
def test_no_domain_makes_the_walk_fall(domain: str) -> None:
    assert len(dmarc_names(domain)) <= 8
