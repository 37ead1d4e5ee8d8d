"""Promises about reading a scan's checks as the score does, and about MX, presence and network checks before that."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.checks.dkim import check_dkim
from shared.rules.checks.dmarc import check_dmarc
from shared.rules.checks.mx import check_mx
from shared.rules.checks.network import network_check
from shared.rules.checks.presence import check_bimi, check_caa, check_dnssec, check_mta_sts_record, check_tls_rpt
from shared.rules.checks.spf import check_spf
from shared.rules.dns_answers import Asked, DnsAnswer
from shared.rules.evidence import Check, checks_from_json, checks_to_json
from shared.rules.mail_signals import read_signals
from shared.rules.signals import MailSignals
from tests.rules.dns_story import judge

MAIL = {"mx": check_mx, "spf": check_spf, "dkim": check_dkim, "dmarc": check_dmarc}


def _signals(zone: Mapping[str, object]) -> MailSignals:
    return read_signals({name: judge(rule, zone) for name, rule in MAIL.items()})


@pytest.mark.parametrize(
    ("mx", "state", "outcome"),
    [
        (["10 aspmx.l.google.com."], "present", "hosts"),
        (["0 ."], "absent", "null_mx"),
        ("no_data", "absent", "no_data"),
        ("nxdomain", "absent", "nxdomain"),
        ("timeout", "unknown", "unknown"),
        ("servfail", "unknown", "unknown"),
        ("refused", "unknown", "unknown"),
        (["10 localhost.", "20 192.0.2.1."], "invalid", "unusable"),
        (["0 .", "10 mail.contoso.com."], "present", "hosts"),
    ],
)
def test_every_kind_of_nobody_is_told_apart(mx: object, state: str, outcome: str) -> None:
    signals = _signals({"contoso.com MX": mx})
    assert (signals.mx, signals.mx_outcome) == (state, outcome)


@pytest.mark.parametrize("outcome", ["timeout", "servfail", "refused", "unreachable", "bad_answer"])
def test_what_nobody_answered_is_unknown_and_never_absent(outcome: str) -> None:
    zone = {f"{name} {kind}": outcome for name, kind in (("contoso.com", "MX"), ("contoso.com", "TXT"))}
    signals = _signals({**zone, "_dmarc.contoso.com TXT": outcome, "s1._domainkey.contoso.com TXT": outcome})
    assert (signals.mx, signals.spf, signals.dkim, signals.dmarc) == ("unknown",) * 4
    assert (signals.completeness, signals.provider) == (0, "Unknown")


def test_hosts_stand_by_preference_then_by_name_so_that_scans_can_be_compared() -> None:
    turned = [
        ["20 B.contoso.com.", "5 z.contoso.com.", "20 a.contoso.com."],
        ["20 a.contoso.com.", "20 b.contoso.com.", "5 z.contoso.com."],
    ]
    seen = {_signals({"contoso.com MX": records}).mx_hosts for records in turned}
    assert seen == {("z.contoso.com", "a.contoso.com", "b.contoso.com")}


GATEWAY = {"contoso.com MX": ["10 mx0a-1.pphosted.com."]}
SPF_SIGN = {"contoso.com TXT": ["v=spf1 include:spf.protection.outlook.com -all"]}
DKIM_SIGN = {
    "selector1._domainkey.contoso.com TXT": [
        "CNAME selector1-contoso-com._domainkey.contoso.onmicrosoft.com",
        "v=DKIM1; p=",
    ]
}
GOOGLE_SPF = {"contoso.com TXT": ["v=spf1 include:_spf.google.com -all"]}
GOOGLE_KEY = {
    "google._domainkey.contoso.com TXT": ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]
}
"""RFC 8463 appendix A.2's key, under the selector that Google Workspace gives its customers."""
AUTODISCOVER_SIGN = {"autodiscover.contoso.com CNAME": ["autodiscover.outlook.com."]}


@pytest.mark.parametrize(
    ("signs", "provider"),
    [
        ({}, "Local"),
        (SPF_SIGN, "Local"),
        (AUTODISCOVER_SIGN, "Local"),
        ({**SPF_SIGN, **DKIM_SIGN}, "M365"),
        ({**SPF_SIGN, **AUTODISCOVER_SIGN}, "M365"),
        (GOOGLE_KEY, "Local"),
        ({**GOOGLE_SPF, **GOOGLE_KEY}, "Google"),
        ({**SPF_SIGN, **GOOGLE_KEY}, "Local"),
    ],
)
def test_behind_a_gateway_two_signs_name_the_provider(signs: dict[str, object], provider: str) -> None:
    signals = _signals({**GATEWAY, **signs})
    assert (signals.gateway, signals.provider) == ("Proofpoint", provider)


def test_a_tenant_counts_as_a_sign() -> None:
    checks = {name: judge(rule, {**GATEWAY, **SPF_SIGN}) for name, rule in MAIL.items()}
    assert read_signals({**checks, "tenant": Check("present", "found")}).provider == "M365"


def test_a_local_hoster_is_named() -> None:
    signals = _signals({"contoso.com MX": ["10 mx.turkhost.com.tr."]})
    assert (signals.provider, signals.local_provider) == ("Local", "TürkHost")


def test_the_score_hears_of_includes_policy_and_selectors() -> None:
    zone = {
        "contoso.com MX": ["1 smtp.google.com."],
        "contoso.com TXT": ["v=spf1 include:a.net include:b.net -all"],
        "a.net TXT": ["v=spf1 -all"],
        "b.net TXT": ["v=spf1 -all"],
        "_dmarc.contoso.com TXT": ["v=DMARC1; p=Quarantine"],
    }
    signals = _signals(zone)
    assert (signals.spf_includes, signals.dmarc_policy, signals.completeness) == (2, "quarantine", 100)
    assert signals.dkim_selectors_tried > 10 and signals.dkim_selectors_found == ()


def test_an_invalid_dmarc_record_has_no_policy() -> None:
    signals = _signals({"_dmarc.contoso.com TXT": ["v=DMARC1; p=maybe"]})
    assert (signals.dmarc, signals.dmarc_policy) == ("invalid", None)


def test_stored_evidence_is_judged_as_fresh_evidence_is() -> None:
    checks = {name: judge(rule, {**GATEWAY, **SPF_SIGN, **DKIM_SIGN}) for name, rule in MAIL.items()}
    stored = checks_to_json(checks)
    stored["mx"]["of_a_later_release"] = 1
    assert read_signals(checks_from_json(stored)) == read_signals(checks)


def test_nothing_asked_is_all_unknown() -> None:
    assert read_signals({}).completeness == 0


def test_evidence_keeps_resolver_time_and_ttl_beside_the_raw_record() -> None:
    check = judge(check_spf, SPF_SIGN | {"spf.protection.outlook.com TXT": ["v=spf1 -all"]})
    assert check.records == ("v=spf1 include:spf.protection.outlook.com -all",)
    assert (check.resolver, check.at, check.ttl) == ("192.0.2.53:53", "2026-11-23T12:00:00Z", 60)


@pytest.mark.parametrize(
    ("rule", "zone", "state"),
    [
        (check_mta_sts_record, {"_mta-sts.contoso.com TXT": ["v=STSv1; id=1;"]}, "present"),
        (check_mta_sts_record, {"_mta-sts.contoso.com TXT": ["v=STSv1; id=1;", "v=STSv1; id=2;"]}, "invalid"),
        (check_mta_sts_record, {"_mta-sts.contoso.com TXT": ["v=STSv10"]}, "absent"),
        (check_tls_rpt, {"_smtp._tls.contoso.com TXT": ["v=TLSRPTv1; rua=mailto:a@b.c"]}, "present"),
        (check_tls_rpt, {"_smtp._tls.contoso.com TXT": "refused"}, "unknown"),
        (check_bimi, {"default._bimi.contoso.com TXT": ["v=BIMI1; l=https://a.b/c.svg"]}, "present"),
        (check_bimi, {}, "absent"),
        (check_dnssec, {"contoso.com DS": ["1 8 2 AB"]}, "present"),
        (check_dnssec, {}, "absent"),
        (check_caa, {"contoso.com CAA": ['0 issue "letsencrypt.org"']}, "present"),
        (check_caa, {}, "absent"),
        (check_caa, {"contoso.com CAA": "timeout"}, "unknown"),
    ],
)
def test_what_is_only_asked_for_presence_has_the_same_states(rule: object, zone: dict[str, object], state: str) -> None:
    assert judge(rule, zone).state == state


def test_a_parent_lends_its_certificate_rules() -> None:
    assert judge(check_caa, {"contoso.com CAA": ['0 issue "a"']}, "www.contoso.com").state == "present"


NETWORK = {
    "contoso.com MX": ["10 mail.contoso.com."],
    "mail.contoso.com A": ["192.0.2.9", "192.0.2.10"],
    "contoso.com AAAA": ["2001:db8::1"],
    "10.2.0.192.origin.asn.test TXT": ["64500 64501 | 192.0.2.0/24 | TR | ripencc | 2010-01-01"],
    "as64500.asn.test TXT": ["64500 | TR | ripencc | 2010-01-01 | ORNEK - Örnek Barındırma A.Ş., TR"],
    f"1.{'0.' * 23}8.b.d.0.1.0.0.2.origin6.asn.test TXT": ["64502 | 2001:db8::/32 | DE | ripencc | 2010-01-01"],
    "as64502.asn.test TXT": ["64502 | DE | ripencc | 2010-01-01 | EXAMPLE-NET, DE"],
}


def test_the_network_of_mail_and_web_host_is_named() -> None:
    check = judge(network_check("asn.test"), NETWORK)
    assert check.detail["summary"] == "mail: Örnek Barındırma A.Ş., TR; web: EXAMPLE-NET, DE"
    assert check.detail["origins"]["mail"] == {
        "host": "mail.contoso.com", "address": "192.0.2.10", "asn": "64500", "prefix": "192.0.2.0/24", "country": "TR",
        "operator": "Örnek Barındırma A.Ş.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "state"),
    [
        ({}, "absent"),
        ({"contoso.com MX": "timeout"}, "unknown"),
        ({"contoso.com A": ["192.0.2.1"], "1.2.0.192.origin.asn.test TXT": "timeout"}, "unknown"),
        ({"contoso.com A": ["192.0.2.1"]}, "absent"),
        ({"contoso.com A": ["192.0.2.1%eth0", "nonsense"], "contoso.com AAAA": ["fe80::1%1x.y"]}, "absent"),
        ({k: v for k, v in NETWORK.items() if "AAAA" not in k} | {"contoso.com A": "servfail"}, "present"),
        ({k: v for k, v in NETWORK.items() if not k.startswith("as")}, "present"),
    ],
)
def test_a_network_is_present_when_one_host_is_known(zone: dict[str, object], state: str) -> None:
    assert judge(network_check("asn.test"), zone).state == state


_anything = st.builds(
    DnsAnswer,
    st.sampled_from(["found", "no_data", "nxdomain", "servfail", "refused", "timeout"]),
    st.lists(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(
                [
                    "v=spf1 include:x.y",
                    "v=DMARC1; p=",
                    "v=DKIM1; p=A",
                    "0 .",
                    "10 a.b.",
                    "1 | 2 | 3",
                    "|",
                    "1.2.3.4",
                    "::1",
                    "fe80::1%1 x",
                ]
            ),
        ),
        max_size=3,
    ).map(tuple),
)
_EVERY_RULE = [
    *MAIL.values(),
    check_mta_sts_record,
    check_tls_rpt,
    check_bimi,
    check_caa,
    check_dnssec,
    network_check("asn.test"),
]


class _Hostile(Asked):
    """Answers every question with the next of a list, round and round."""

    def __init__(self, answers: list[DnsAnswer]) -> None:
        super().__init__({})
        self._given, self._at = answers, 0

    def __call__(self, name: str, type: str) -> DnsAnswer:
        self._at += 1
        return self._given[self._at % len(self._given)]


@given(st.lists(_anything, min_size=1, max_size=8))
def test_no_answers_whatever_make_a_check_fall(answers: list[DnsAnswer]) -> None:
    checks = {}
    for number, rule in enumerate(_EVERY_RULE):
        checks[["mx", "spf", "dkim", "dmarc"][number] if number < 4 else str(number)] = rule(
            "contoso.com", _Hostile(answers)
        )
    signals = read_signals(checks_from_json(checks_to_json(checks)))
    assert signals.completeness in (0, 25, 50, 75, 100)
