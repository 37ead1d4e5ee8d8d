"""Promises about registrations: RDAP objects and WHOIS texts, the odd ones too."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.mta_sts import read_policy, uncovered_hosts
from shared.rules.registration import read_rdap, read_whois

RDAP: dict[str, Any] = {
    "objectClassName": "domain",
    "ldhName": "CONTOSO.COM",
    "status": ["client transfer prohibited"],
    "events": [
        {"eventAction": "registration", "eventDate": "1997-09-18T04:00:00Z"},
        {"eventAction": "expiration", "eventDate": "2027-09-17T06:00:00.123+02:00"},
    ],
    "nameservers": [{"ldhName": "NS2.CONTOSO.COM."}, {"ldhName": "ns1.contoso.com"}],
    "entities": [
        {"roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "A Person"]]]},
        {
            "roles": ["registrar"],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Registrar, Inc."]]],
        },
    ],
}


def test_registrar_dates_and_name_servers_are_read() -> None:
    assert read_rdap(RDAP) == {
        "registrar": "Registrar, Inc.",
        "registered_at": "1997-09-18T04:00:00Z",
        "expires_at": "2027-09-17T04:00:00Z",
        "nameservers": ["ns1.contoso.com", "ns2.contoso.com"],
        "status": ["client transfer prohibited"],
        "redacted": False,
        "source": "rdap",
    }


def test_a_redacted_registration_is_no_error_and_names_no_person() -> None:
    found = read_rdap({**RDAP, "redacted": [{"name": {"type": "Registrant Name"}}]})
    assert found is not None and found["redacted"] is True and "A Person" not in str(found)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"events": None}, "expires_at"),
        ({"events": [{"eventAction": "expiration", "eventDate": "soon"}]}, "expires_at"),
        ({"events": [{"eventAction": "expiration", "eventDate": 5}, "x"]}, "expires_at"),
        ({"events": [{"eventAction": "expiration", "eventDate": "9999-12-31T23:59:59-14:00"}]}, "expires_at"),
        ({"events": [{"eventAction": "expiration", "eventDate": "0001-01-01T00:00:00Z"}]}, "expires_at"),
        ({"entities": [{"roles": "registrar"}]}, "registrar"),
        ({"entities": [{"roles": ["registrar"], "vcardArray": ["vcard"]}]}, "registrar"),
        (
            {"entities": [{"roles": ["registrar"], "vcardArray": ["vcard", [["fn"], "x", ["fn", {}, "text", ["a"]]]]}]},
            "registrar",
        ),
        ({"nameservers": [{"ldhName": 7}, []]}, "nameservers"),
        ({"status": "active"}, "status"),
    ],
)
def test_what_is_odd_is_left_out_and_the_rest_is_kept(changes: dict[str, Any], missing: str) -> None:
    found = read_rdap({**RDAP, **changes})
    assert found is not None and missing not in found and len(found) >= 5


@pytest.mark.parametrize("document", [None, [], "text", 5, {"objectClassName": "entity"}])
def test_something_else_is_no_registration(document: object) -> None:
    assert read_rdap(document) is None


TR = """
** Domain Name: ornek.com.tr
Domain Status: Active
Frozen Status: -

** Registrar:
NIC Handle\t\t: orn19
Organization Name\t: Örnek Alan Adı Hizmetleri A.Ş.
Address\t\t\t: Hidden upon user request
Phone\t\t\t: + 90-212-0000000-

** Domain Servers:
ns1.ornek.com.tr
ns2.ornek.com.tr

** Additional Info:
Created on..............: 2001-Oct-01.
Expires on..............: 2027-Sep-30.
"""
RU = """% TCI Whois Service. Terms of use:
domain:        EXAMPLE.RU
nserver:       ns1.example.ru. 192.0.2.1
nserver:       ns2.example.ru.
state:         REGISTERED, DELEGATED
registrar:     EXAMPLE-RU
created:       2001-03-04T21:00:00Z
paid-till:     2027-03-05T21:00:00Z
"""
IT = """
Domain:             example.it
Status:             ok
Created:            1999-12-20 00:00:00
Last Update:        2026-01-05 00:52:53
Expire Date:        2027-01-05

Registrar
  Organization:     Example Registrar S.p.A.
"""
CN = """Domain Name: example.cn
Sponsoring Registrar: Example Registrar Ltd.
Name Server: NS1.EXAMPLE.CN
Registration Time: 2003-03-17 12:20:05
Expiration Time: 2027-03-17 12:48:36
"""


@pytest.mark.parametrize(
    ("text", "registrar", "registered", "expires"),
    [
        (TR, "Örnek Alan Adı Hizmetleri A.Ş.", "2001-10-01", "2027-09-30"),
        (RU, "EXAMPLE-RU", "2001-03-04", "2027-03-05"),
        (IT, "Example Registrar S.p.A.", "1999-12-20", "2027-01-05"),
        (CN, "Example Registrar Ltd.", "2003-03-17", "2027-03-17"),
    ],
)
def test_each_registry_that_has_only_whois_is_understood(
    text: str, registrar: str, registered: str, expires: str
) -> None:
    found = read_whois(text)
    assert found is not None
    assert (found["registrar"], found["registered_at"][:10], found["expires_at"][:10]) == (
        registrar,
        registered,
        expires,
    )


def test_the_name_servers_below_their_heading_are_read() -> None:
    found = read_whois(TR)
    assert found is not None and found["nameservers"] == ["ns1.ornek.com.tr", "ns2.ornek.com.tr"]


@pytest.mark.parametrize(
    "text",
    ['No match found for "yok.com.tr"\n', "No entries found for the selected source(s).\n", "Status: AVAILABLE\n"],
)
def test_a_name_that_is_free_is_told(text: str) -> None:
    assert read_whois(text) is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*RDAP, "roles", "eventDate", "ldhName"]), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from([*RDAP, "redacted"]), _json), st.text(max_size=300))
def test_no_document_and_no_text_makes_the_readers_fall(document: dict[str, Any], text: str) -> None:
    read_rdap(document)
    read_whois(text)
    read_whois(f"Registrar: x\nExpires on: {text}")
    read_policy(text)


POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mail.contoso.com\r\nmx: *.contoso.net\r\nmax_age: 604800\r\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (POLICY, 0),
        (POLICY.replace("\r", ""), 0),
        (POLICY + "later: thing\n", 0),
        ("version: STSv1\nmode: none\nmax_age: 86400\n", 0),
        (POLICY.replace("STSv1", "STSv2"), 1),
        (POLICY.replace("enforce", "strict"), 1),
        (POLICY.replace("604800", "forever"), 1),
        (POLICY.replace("604800", "99999999"), 1),
        ("version: STSv1\nmode: testing\nmax_age: 86400\n", 1),
        ("<html>not found</html>", 4),
    ],
)
def test_a_policy_is_read_to_the_letter(text: str, problems: int) -> None:
    assert len(read_policy(text).problems) == problems


def test_a_star_covers_one_label() -> None:
    hosts = ["mail.contoso.com", "a.contoso.net", "a.b.contoso.net", "contoso.net"]
    assert uncovered_hosts(read_policy(POLICY), hosts) == ["a.b.contoso.net", "contoso.net"]
    assert uncovered_hosts(read_policy(POLICY.replace("enforce", "none")), hosts) == []
