"""Promises of the shipped zone: every sample company is in it, and it shows every kind of answer."""

import json
from datetime import UTC, datetime
from typing import Any

import dns.name
import pytest
from dns.name import Name
from dns.rdatatype import AAAA, CNAME, DNSKEY, DS, MX, TXT, A, RdataType

from sandbox.dns import SAMPLES
from sandbox.dns.zone import Outcome, Zone
from sandbox.dns.zone_file import read_zone
from sandbox.sample_referrals import load_referrals
from shared.errors import PermanentError
from shared.rules.company_domain import choose_domain
from shared.rules.providers import provider_of
from shared.rules.referral_reading import parse_referral

LEFT_OUT = {"iberica-vinos.example"}
"""Companies whose domain is gone: NXDOMAIN is their kind of answer."""

TYPED_BY_HAND = {"zeytinbahce.example", "bademli-otel.example", "microsoft.com"}


@pytest.fixture(scope="module")
def zone() -> Zone:
    return read_zone(SAMPLES)


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(SAMPLES.read_text(encoding="utf-8"))
    return content


def sample_domains() -> set[str]:
    """The company domains of the sample referrals, as the app chooses them."""
    domains = set()
    for raw in load_referrals(now=datetime(2031, 3, 4, tzinfo=UTC)):
        try:
            referral = parse_referral(raw).referral
        except PermanentError:
            continue
        choice = choose_domain(websites=referral.websites, customer_emails=referral.customer_emails, team_emails=())
        if choice.domain:
            domains.add(choice.domain)
    return domains


def named(text: str) -> Name:
    return dns.name.from_text(text)


def find(zone: Zone, name: str, rdtype: RdataType) -> list[Any]:
    """The records of this type, behind aliases too."""
    answer = zone.find(named(name), rdtype).answer
    return [record for records in answer if records.rdtype == rdtype for record in records]


def texts(zone: Zone, name: str) -> list[str]:
    return [b"".join(record.strings).decode() for record in find(zone, name, TXT)]


def spf(zone: Zone, name: str) -> list[str]:
    return [text for text in texts(zone, name) if text.startswith("v=spf1")]


def test_every_sample_company_is_listed_save_the_one_that_is_gone(listed):
    domains = sample_domains()
    assert len(domains) > 45 and domains >= LEFT_OUT
    assert domains - LEFT_OUT <= listed.keys() and listed.keys() >= TYPED_BY_HAND
    assert not LEFT_OUT & listed.keys()


def test_names_are_punycode(listed):
    assert all(name.isascii() and name == name.lower() for name in listed if not name.startswith("AS"))


def test_every_provider_and_gateway_is_met_by_some_company(zone):
    matches = []
    for domain in sample_domains():
        hosts = sorted(find(zone, domain, MX), key=lambda record: record.preference)
        matches.append(provider_of([str(record.exchange).rstrip(".") for record in hosts]))
    assert {match.provider for match in matches} == {
        "M365", "Google", "Yandex", "Zoho", "Amazon", "SendGrid", "Mailgun", "Hosting", "Local", "Unknown"
    }  # fmt: skip
    assert {"Proofpoint", "Mimecast", "Barracuda"} == {match.gateway for match in matches} - {None}
    assert {"TürkHost", "Natro", "Superonline"} == {match.local_provider for match in matches} - {None}


def test_every_mail_host_has_an_address_and_every_address_a_network(zone, listed):
    hosts = {str(record.exchange) for name in listed for record in find(zone, name, MX)} - {"."}
    addresses = {record.address for host in hosts for record in find(zone, host, A)}
    addresses |= {record.address for domain in sample_domains() for record in find(zone, domain, A)}
    assert hosts and all(find(zone, host, A) for host in hosts)
    for address in addresses:
        [origin] = texts(zone, ".".join(reversed(address.split("."))) + ".origin.asn.cymru.com")
        number, prefix, country, _registry, _date = origin.split(" | ")
        assert "/" in prefix and len(country) == 2
        assert texts(zone, f"AS{number}.asn.cymru.com")[0].startswith(f"{number} | ")
    assert find(zone, "aspmx.l.google.com", AAAA)


def test_every_name_that_an_spf_record_includes_has_one_itself(zone, listed):
    words = {word for name in listed for text in spf(zone, name) for word in text.split()}
    targets = {word.partition(":")[2] for word in words if word.startswith("include:")}
    targets |= {word.partition("=")[2] for word in words if word.startswith("redirect=")}
    assert len(targets) > 20
    assert not [target for target in targets if not spf(zone, target)]


def test_every_alias_ends_at_something(zone, listed):
    for name in listed:
        if find(zone, name, CNAME):
            assert any(zone.find(named(name), rdtype).outcome is Outcome.ANSWER for rdtype in (TXT, A)), name


KINDS = [
    ("nordlicht-apotheke.example", MX, Outcome.TIMEOUT),
    ("_dmarc.nordlicht-apotheke.example", TXT, Outcome.TIMEOUT),
    ("google._domainkey.alpenmilch.example", TXT, Outcome.SERVFAIL),
    ("alpenmilch.example", MX, Outcome.SERVFAIL),
    ("cactus-labs.example", TXT, Outcome.REFUSED),
    ("_dmarc.maple-tools.example", TXT, Outcome.TIMEOUT),
    ("maple-tools.example", MX, Outcome.ANSWER),
    ("selector1._domainkey.lumen-sons.example", TXT, Outcome.SERVFAIL),
    ("saguaro-solar.example", TXT, Outcome.TRUNCATE),
    ("porto-calcados.example", MX, Outcome.NODATA),
    ("porto-calcados.example", A, Outcome.ANSWER),
    ("iberica-vinos.example", MX, Outcome.NXDOMAIN),
    ("anadolumakina.com.tr", DS, Outcome.NODATA),
    ("fjord-shipping.example", DS, Outcome.ANSWER),
    ("fjord-shipping.example", DNSKEY, Outcome.ANSWER),
]


@pytest.mark.parametrize(("name", "rdtype", "outcome"), KINDS)
def test_the_samples_show_every_kind_of_answer(zone, name, rdtype, outcome):
    assert zone.find(named(name), rdtype).outcome is outcome


def test_the_odd_companies_are_as_odd_as_they_should_be(zone):
    assert [str(record) for record in find(zone, "canal-fleurs.example", MX)] == ["0 ."]
    assert len(spf(zone, "gunes-otomotiv.example")) == 2
    assert spf(zone, "kapadokya-turizm.example") == [] != texts(zone, "kapadokya-turizm.example")
    assert len(spf(zone, "saguaro-solar.example")[0]) > 512
    assert len(find(zone, "google._domainkey.saguaro-solar.example", TXT)[0].strings) == 2
    assert zone.find(named("everglade-tours.example"), MX).delay == 0.3
    wild = texts(zone, "default._domainkey.wildcard-works.example")
    assert wild == texts(zone, "_dmarc.wildcard-works.example") and "DKIM" not in wild[0]
    assert "p=maybe" in texts(zone, "_dmarc.kookaburra-roasters.com.au")[0]
    for name in ("_spf", "google._domainkey", "_dmarc"):
        assert len(zone.find(named(f"{name}.delta-cname.example"), TXT).answer) > 1


def test_keys_come_in_every_size_and_state(zone, listed):
    keys = [text for name in listed if "domainkey" in name for text in texts(zone, name)]
    lengths = {len(text.partition("p=")[2]) for text in keys}
    assert {216, 392} <= lengths, "RSA of 1024 and of 2048 bits"
    assert any("k=ed25519" in text for text in keys) and any(text.endswith("p=") for text in keys)
