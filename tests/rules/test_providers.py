"""MX hosts and who is behind them: every row of the table, the false hits of substring matching, gateways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.provider_table import GATEWAYS, LOCAL_HOSTERS, MAIL_HOSTS
from shared.rules.providers import ProviderMatch, provider_behind_gateway, provider_of, provider_signs
from shared.rules.rule_table import PROVIDERS

REFERENCE = {
    "M365": "outlook.com protection.outlook.com outlook.office365.com mail.protection.outlook.com "
    "outlook-com.olc.protection.outlook.com contoso-com.mail.protection.outlook.com contoso-com.a-v1.mx.microsoft",
    "Google": "google.com googlemail.com aspmx.l.google.com alt1.aspmx.l.google.com alt2.aspmx.l.google.com gmail.com "
    "smtp.google.com aspmx2.googlemail.com",
    "Yandex": "yandex.ru yandex.net mx.yandex.ru mx.yandex.net yandex.com.tr mx.yandex.com.tr",
    "Zoho": "zoho.com zoho.eu zoho.in mx.zoho.com mx.zoho.com.au mx.zoho.jp mx.zoho.com.cn mx2.zoho.eu",
    "Amazon": "amazonses.com amazonaws.com mail.amazonses.com inbound-smtp.eu-west-1.amazonaws.com",
    "SendGrid": "sendgrid.net mail.sendgrid.net mx.sendgrid.net",
    "Mailgun": "mailgun.org mailgun.com mxa.mailgun.org mxa.eu.mailgun.org",
    "Hosting": "cpanel.net plesk.com hostgator.com godaddy.com bluehost.com hostinger.com mailstore1.secureserver.net",
}


@pytest.mark.parametrize(
    ("provider", "host"), [(name, host) for name, row in REFERENCE.items() for host in row.split()]
)
def test_an_mx_names_its_provider(provider: str, host: str) -> None:
    assert provider_of([host]) == ProviderMatch(provider)


@pytest.mark.parametrize(
    "host",
    [
        "google.com.example.tr",
        "x.google.company.com",
        "notgoogle.com",
        "outlook.com.evil.example",
        "mail.contoso.com",
        "mail-protection-outlook.com",
    ],
)
def test_a_host_that_only_looks_alike_is_local(host: str) -> None:
    assert provider_of([host]) == ProviderMatch("Local")


def test_no_mx_is_unknown() -> None:
    assert provider_of([]) == ProviderMatch("Unknown")


@pytest.mark.parametrize(
    "host", ["localhost", "google", "com", "", ".", "192.0.2.1", "mail.local", "mx.internal.", "MX.LOCALHOST", "a.test"]
)
def test_a_host_that_can_take_no_mail_names_nobody_and_the_next_one_decides(host: str) -> None:
    assert provider_of([host]) == ProviderMatch("Unknown")
    assert provider_of([host, "aspmx.l.google.com"]).provider == "Google"


def test_the_host_of_best_preference_decides() -> None:
    assert provider_of(["mail.contoso.com", "aspmx.l.google.com"]).provider == "Local"


def test_case_and_the_trailing_dot_do_not_matter() -> None:
    assert provider_of(["ASPMX.L.Google.COM."]).provider == "Google"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mx.turkhost.com.tr", "TürkHost"),
        ("mx.turkhost.com", "TürkHost"),
        ("mail.natro.com", "Natro"),
        ("mx1.natrohost.com", "Natro"),
        ("mx.turhost.com", "Turhost"),
        ("mx.turhost.com.tr", "Turhost"),
        ("mx.superonline.net", "Superonline"),
        ("mx.superonline.com", "Superonline"),
        ("mx.ttnet.com.tr", "TTNET"),
        ("mx.ttnet.net.tr", "TTNET"),
        ("mx.dns.com.tr", "DNS"),
        ("mx.dns.com", "DNS"),
        ("mx.metu.edu.tr", "ODTÜ"),
        ("mx.ku.edu.tr", "Koç Üniversitesi"),
        ("mx.isimtescil.net", "İsimtescil"),
        ("mx.isimtescil.com", "İsimtescil"),
        ("mx.pendns.net", "Pendns"),
        ("mx.vit.com.tr", "VIT"),
        ("mx.kriweb.com", "Kriweb"),
        ("mx.bulutino.com", "Bulutino"),
        ("mx.nic.tr", "NIC.TR"),
        ("mx.bilkent.edu.tr", "Bilkent"),
        ("mx.clouddns.com", None),
        ("mx.sku.edu.tr", None),
        ("natro.com.example.org", None),
    ],
)
def test_a_local_hoster_is_named_on_label_borders(host: str, name: str | None) -> None:
    assert provider_of([host]) == ProviderMatch("Local", local_provider=name)


@pytest.mark.parametrize(
    ("host", "gateway"),
    [
        ("mx0a-00123456.pphosted.com", "Proofpoint"),
        ("mx1-us1.ppe-hosted.com", "Proofpoint"),
        ("eu-smtp-inbound-1.mimecast.com", "Mimecast"),
        ("d12345a.ess.barracudanetworks.com", "Barracuda"),
        ("mx1.hc1234-56.eu.iphmx.com", "Cisco"),
        ("contoso.in.tmes.trendmicro.eu", "Trend Micro"),
        ("mx-01-eu-west-1.prod.hydra.sophos.com", "Sophos"),
        ("cust1234-s.in.mailcontrol.com", "Forcepoint"),
        ("mx01.hornetsecurity.com", "Hornetsecurity"),
        ("cluster1.eu.messagelabs.com", "Symantec"),
        ("gw1234.fortimailcloud.com", "Fortinet"),
        ("mx.spamexperts.com", "SpamExperts"),
        ("mx1.esvacloud.com", "Libraesva"),
        ("route1.mx.cloudflare.net", "Cloudflare"),
    ],
)
def test_a_gateway_is_named_and_is_not_the_provider(host: str, gateway: str) -> None:
    assert provider_of([host]) == ProviderMatch("Local", gateway=gateway)


@pytest.mark.parametrize(
    ("signs", "provider"),
    [
        ({"spf": {"M365"}, "dkim": {"M365"}}, "M365"),
        ({"spf": {"Google"}, "dkim": {"Google"}, "tenant": {"M365"}}, "Google"),
        ({"spf": {"M365", "Google"}, "autodiscover": {"M365"}}, "M365"),
        ({"spf": {"M365"}, "tenant": {"M365"}}, "M365"),
        ({"spf": {"M365"}}, "Local"),
        ({"spf": {"M365"}, "dkim": {"Google"}}, "Local"),
        ({"spf": {"M365", "Google"}, "dkim": {"M365", "Google"}}, "Local"),
        ({}, "Local"),
    ],
)
def test_behind_a_gateway_two_independent_signs_must_agree(signs: dict[str, set[str]], provider: str) -> None:
    assert provider_behind_gateway(signs) == provider


def test_signs_are_read_from_includes_and_cname_targets() -> None:
    signs = provider_signs(
        mx_hosts=["mx1.pphosted.com"],
        spf_includes=["spf.protection.outlook.com", "sendgrid.net"],
        dkim_targets=["selector1-contoso-com._domainkey.contoso.onmicrosoft.com"],
        autodiscover_targets=["autodiscover.outlook.com."],
        tenant_found=True,
    )
    assert signs == {"spf": {"M365"}, "dkim": {"M365"}, "autodiscover": {"M365"}, "tenant": {"M365"}}


def test_no_name_is_listed_twice_and_every_provider_is_the_contracts() -> None:
    names = [name for table in (MAIL_HOSTS, GATEWAYS, LOCAL_HOSTERS) for row in table.values() for name in row.split()]
    assert len(names) == len(set(names))
    assert set(MAIL_HOSTS) <= set(PROVIDERS)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_host_name_makes_it_fail(hosts: list[str]) -> None:
    assert provider_of(hosts).provider in PROVIDERS
    assert provider_behind_gateway(provider_signs(mx_hosts=hosts, spf_includes=hosts)) in PROVIDERS
