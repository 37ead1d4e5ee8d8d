"""Promises about DKIM: keys of every size and state, and that nobody claims more than "not found among those tried"."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.checks.dkim import check_dkim
from shared.rules.dkim import COMMON_SELECTORS, derived_selectors, read_dkim
from tests.rules.dns_story import judge


def _rsa(bits: int, *, pkcs1: bool = False) -> str:
    form = serialization.PublicFormat.PKCS1 if pkcs1 else serialization.PublicFormat.SubjectPublicKeyInfo
    key = rsa.generate_private_key(65537, bits).public_key().public_bytes(serialization.Encoding.DER, form)
    return base64.b64encode(key).decode()


RSA_1024, RSA_2048, BARE_1024 = _rsa(1024), _rsa(2048), _rsa(1024, pkcs1=True)
_RAW = serialization.Encoding.Raw, serialization.PublicFormat.Raw
ED25519 = base64.b64encode(ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(*_RAW)).decode()


@pytest.mark.parametrize(
    ("text", "state", "kind", "bits"),
    [
        (f"v=DKIM1; k=rsa; p={RSA_2048}", "valid", "rsa", 2048),
        (f"v=DKIM1; p={RSA_1024}", "valid", "rsa", 1024),
        (f"p={RSA_1024}", "valid", "rsa", 1024),
        (f"k=RSA; p={BARE_1024}", "valid", "rsa", 1024),
        (f"v=DKIM1; k=rsa; p={RSA_1024[:60]} {RSA_1024[60:]}", "valid", "rsa", 1024),
        (f"v=DKIM1; h=sha256; k=ed25519; p={ED25519}", "valid", "ed25519", 256),
        ("v=DKIM1; p=", "revoked", "rsa", None),
        ("v=DKIM1; k=rsa; p=;", "revoked", "rsa", None),
        ("v=DKIM1; p=not base64!", "unreadable", "rsa", None),
        ("v=DKIM1; p=MIIB", "unreadable", "rsa", None),
        (f"v=DKIM1; p={RSA_1024[:80]}", "unreadable", "rsa", None),
        (f"v=DKIM1; k=ed25519; p={RSA_1024}", "unreadable", "ed25519", None),
        (f"v=DKIM1; k=quantum; p={RSA_1024}", "invalid", "quantum", None),
    ],
    ids=range(13),  # the keys are new in each process
)
def test_a_key_is_read_with_its_type_and_size(text: str, state: str, kind: str, bits: int | None) -> None:
    key = read_dkim(text)
    assert key is not None and (key.state, key.type, key.bits) == (state, kind, bits)


@pytest.mark.parametrize("text", ["", "v=spf1 -all", "v=DKIM2; p=abc", "v=DMARC1; p=none", "hello; world", "k=rsa"])
def test_another_kind_of_text_is_no_key(text: str) -> None:
    assert read_dkim(text) is None


def test_a_key_under_test_says_so() -> None:
    key = read_dkim(f"v=DKIM1; t=s:y; p={RSA_1024}")
    assert key is not None and key.testing


def test_selectors_follow_the_provider_and_those_who_send_for_the_domain() -> None:
    assert "zmail" in derived_selectors("Zoho", [])
    assert "mandrill" in derived_selectors("Google", ["spf.mandrillapp.com"])
    assert derived_selectors("M365", ["spf.protection.outlook.com"]) == []
    assert not set(derived_selectors("Mailgun", ["u1.wl.sendgrid.net"])) & set(COMMON_SELECTORS)


def _at(selector: str, *records: str) -> dict[str, list[str]]:
    return {f"{selector}._domainkey.contoso.com TXT": list(records)}


VALID, REVOKED, BROKEN = f"v=DKIM1; p={RSA_1024}", "v=DKIM1; p=", "v=DKIM1; p=???"
STRANGE = f"v=DKIM1; k=quantum; p={RSA_1024}"


@pytest.mark.parametrize(
    ("zone", "state", "outcome"),
    [
        (_at("selector1", VALID), "present", "found"),
        (_at("google", "noise", VALID), "present", "found"),
        (_at("selector1", REVOKED), "invalid", "revoked"),
        (_at("selector1", BROKEN), "present", "unreadable"),
        (_at("selector1", STRANGE), "invalid", "malformed"),
        (_at("selector1", REVOKED) | _at("s1", VALID), "present", "found"),
        (_at("selector1", BROKEN) | _at("s1", VALID), "present", "found"),
        (_at("selector1", REVOKED) | _at("s1", STRANGE), "invalid", "malformed"),
        (_at("mysecret", VALID), "absent", "not_found"),
        ({}, "absent", "not_found"),
        ({f"{one}._domainkey.contoso.com TXT": ["any text"] for one in COMMON_SELECTORS}, "absent", "not_found"),
        ({"s2._domainkey.contoso.com TXT": "timeout"}, "unknown", "timeout"),
        ({"s2._domainkey.contoso.com TXT": "timeout", **_at("k1", VALID)}, "present", "found"),
        ({"s2._domainkey.contoso.com TXT": "servfail", **_at("k1", REVOKED)}, "unknown", "servfail"),
    ],
)
def test_four_states(zone: dict[str, object], state: str, outcome: str) -> None:
    check = judge(check_dkim, zone)
    assert (check.state, check.outcome) == (state, outcome)


def test_absent_says_among_how_many_selectors() -> None:
    assert judge(check_dkim, {}).detail["tried"] == len(COMMON_SELECTORS)
    zoho = {"contoso.com MX": ["10 mx.zoho.eu."]}
    assert judge(check_dkim, zoho).detail["tried"] == len(COMMON_SELECTORS) + 1


def test_the_evidence_keeps_size_and_the_name_behind_an_alias() -> None:
    target = "selector1-contoso-com._domainkey.contoso.onmicrosoft.com"
    check = judge(check_dkim, _at("selector1", f"CNAME {target}", VALID))
    assert check.detail["targets"] == [target]
    key = check.detail["keys"]["selector1"]
    assert (key["state"], key["type"], key["bits"], key["target"]) == ("valid", "rsa", 1024, target)


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fall(text: str) -> None:
    read_dkim(text)
    read_dkim(f"v=DKIM1; p={text}")


@given(st.binary(max_size=200))
def test_no_bytes_make_the_key_reader_fall(key: bytes) -> None:
    found = read_dkim(f"v=DKIM1; p={base64.b64encode(key).decode()}")
    assert found is not None and found.state in ("valid", "unreadable", "revoked")
