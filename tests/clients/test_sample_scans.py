"""What Hunter says of each domain of the samples, over the sandbox's own zone and registry: the demo's promise."""

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox import dns as name_server
from sandbox import entra, policy_host
from sandbox import rdap as registry
from sandbox.certificates import make_certificates
from sandbox.entra import TokenAuthority
from shared.clients.dns import Dns, ScanResult
from shared.clients.mta_sts import policy_url
from tests.background import background

P, A, BAD, U = "present", "absent", "invalid", "unknown"

# fmt: off
SAMPLES = {
    # domain                               provider    behind          mx            spf dkim dmarc policy
    "anadolumakina.com.tr":              ("Local",    None,          "hosts",       P, A, A, None),
    "xn--iek-lojistik-jdbb.com.tr":      ("Google",   None,          "hosts",       P, P, P, "none"),
    "xn--ktekstil-skba91c.com.tr":       ("Yandex",   None,          "hosts",       P, A, A, None),
    "egeseramik.example":                ("Google",   None,          "hosts",       P, P, P, "reject"),
    "karadeniz-findik.example":          ("Zoho",     None,          "hosts",       P, P, P, "quarantine"),
    "bogazici-mimarlik.example":         ("M365",     None,          "hosts",       P, P, P, "reject"),
    "toros-enerji.example":              ("M365",     "Proofpoint",  "hosts",       P, P, P, "quarantine"),
    "marmara-gida.example":              ("Hosting",  None,          "hosts",       P, A, A, None),
    "kapadokya-turizm.example":          ("Local",    "TürkHost",    "hosts",       A, A, A, None),
    "istanbul-dis-klinigi.example":      ("Local",    "Natro",       "hosts",       P, A, P, "none"),
    "gunes-otomotiv.example":            ("Google",   None,          "hosts",       BAD, P, P, "none"),
    "firat-insaat.example":              ("Yandex",   None,          "hosts",       P, A, P, "none"),
    "derya-denizcilik.example":          ("Google",   "Mimecast",    "hosts",       P, P, P, "none"),
    "palandoken-orman.com.tr":           ("Local",    "Superonline", "hosts",       P, A, A, None),
    "ornekkoy.bel.tr":                   ("Local",    None,          "hosts",       P, A, A, None),
    "yayla.edu.tr":                      ("M365",     None,          "hosts",       P, P, P, "none"),
    "terazi.av.tr":                      ("Google",   None,          "hosts",       P, P, P, "quarantine"),
    "papatya.k12.tr":                    ("Google",   None,          "hosts",       P, A, A, None),
    "lumen-sons.example":                ("Local",    "Barracuda",   "hosts",       P, U, P, "none"),
    "xn--mller-werkzeuge-zvb.example":   ("Hosting",  None,          "hosts",       P, A, P, "none"),
    "nordlicht-apotheke.example":        ("Unknown",  None,          "unknown",     U, U, U, None),
    "alpenmilch.example":                ("Unknown",  None,          "unknown",     U, U, U, None),
    "rheinblick-hotel.example":          ("M365",     None,          "hosts",       P, P, P, "none"),
    "canal-fleurs.example":              ("Unknown",  None,          "null_mx",     P, A, P, "reject"),
    "iberica-vinos.example":             ("Unknown",  None,          "nxdomain",    A, A, A, None),
    "porto-calcados.example":            ("Unknown",  None,          "no_data",     A, A, A, None),
    "fjord-shipping.example":            ("Amazon",   None,          "hosts",       P, P, P, "quarantine"),
    "tulip-events.example":              ("SendGrid", None,          "hosts",       P, P, P, "none"),
    "polar-analytics.example":           ("Mailgun",  None,          "hosts",       P, P, P, "reject"),
    "danube-print.example":              ("Zoho",     None,          "hosts",       P, A, A, None),
    "adriatic-yachts.example":           ("Google",   None,          "hosts",       BAD, P, P, "none"),
    "thistledown-chambers.co.uk":        ("Local",    None,          "hosts",       P, P, P, "none"),
    "redwood-bikes.example":             ("Google",   None,          "hosts",       P, P, P, "reject"),
    "prairie-credit.example":            ("M365",     "Proofpoint",  "hosts",       P, P, P, "reject"),
    "saguaro-solar.example":             ("Google",   None,          "hosts",       P, P, P, "none"),
    "cactus-labs.example":               ("Unknown",  None,          "unknown",     U, U, U, None),
    "maple-tools.example":               ("Google",   None,          "hosts",       P, P, U, None),
    "everglade-tours.example":           ("Google",   None,          "hosts",       P, P, P, "reject"),
    "sakura-denki.example":              ("Local",    None,          "hosts",       P, P, P, "quarantine"),
    "monsoon-textiles.co.in":            ("Zoho",     None,          "hosts",       P, P, P, "none"),
    "kookaburra-roasters.com.au":        ("Google",   None,          "hosts",       P, P, BAD, None),
    "savanna-mobile.co.za":              ("M365",     None,          "hosts",       P, A, A, None),
    "wildcard-works.example":            ("Local",    None,          "hosts",       P, A, A, None),
    "delta-cname.example":               ("Google",   None,          "hosts",       P, P, P, "quarantine"),
    "zeytinbahce.example":               ("Google",   None,          "hosts",       P, P, P, "reject"),
    "bademli-otel.example":              ("Yandex",   None,          "hosts",       P, P, P, "none"),
}
# fmt: on


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ScanResult]]:
    """Every sample scanned, twelve at a time."""
    checks = frozenset(("mx", "spf", "dkim", "dmarc", "registration", "network", "mta_sts", "tenant"))
    certificates = make_certificates(tmp_path_factory.mktemp("tls"), hosts=policy_host.policies())
    trust = ssl.create_default_context(cafile=str(certificates.bundle))
    with background() as loop:
        names, registrations = loop.serve(name_server.serve()), loop.serve(registry.serve())
        whois = {"tr": registrations.beside["whois"]}
        policies = loop.serve(policy_host.serve(tls=certificates.server_context()))
        login = loop.serve(entra.serve(tls=certificates.server_context(), authority=TokenAuthority(b"k"), apps=()))
        dns = Dns(
            [names.address],
            login_url=login.address,
            rdap_url=registrations.address,
            whois_servers=whois,
            policy_url=policy_url(policies.port),
            allow_loopback=True,
            tls=trust,
            patience=1,
        )
        with ThreadPoolExecutor(12) as pool:
            found = pool.map(lambda domain: dns.scan(domain, checks=checks), SAMPLES)
            yield dict(zip(SAMPLES, found, strict=True))
        dns.close()


@pytest.mark.parametrize("domain", SAMPLES)
def test_each_sample_is_told_as_it_was_meant(scanned: dict[str, ScanResult], domain: str) -> None:
    signals = scanned[domain].signals
    states = (signals.spf, signals.dkim, signals.dmarc, signals.dmarc_policy)
    found = (signals.provider, signals.gateway or signals.local_provider, signals.mx_outcome, *states)
    assert found == SAMPLES[domain]


def test_registrations_and_networks_of_the_samples_are_known(scanned: dict[str, ScanResult]) -> None:
    checks = scanned["egeseramik.example"].checks
    assert checks["registration"].detail["registrar"] == "Örnek Alan Adı Hizmetleri A.Ş."
    assert checks["network"].detail["summary"].startswith("mail: Google LLC, US; web: ")


@pytest.mark.parametrize(
    ("domain", "state", "outcome", "mode"),
    [
        ("egeseramik.example", "present", "found", "enforce"),
        ("bogazici-mimarlik.example", "present", "found", "enforce"),
        ("polar-analytics.example", "present", "found", "testing"),
        ("zeytinbahce.example", "present", "found", "none"),
        ("prairie-credit.example", "invalid", "mx_not_covered", "enforce"),
        ("redwood-bikes.example", "invalid", "policy_no_such_host", None),
        ("marmara-gida.example", "absent", "nxdomain", None),
    ],
)
def test_policies_of_the_samples_agree_with_the_mx_or_do_not(
    scanned: dict[str, ScanResult], domain: str, state: str, outcome: str, mode: str | None
) -> None:
    check = scanned[domain].checks["mta_sts"]
    assert (check.state, check.outcome, check.detail.get("mode")) == (state, outcome, mode)


@pytest.mark.parametrize(
    ("domain", "state", "sign_in"),
    [
        ("bogazici-mimarlik.example", "present", "managed"),
        ("toros-enerji.example", "present", "federated"),
        ("egeseramik.example", "absent", None),
    ],
)
def test_tenants_of_the_samples_are_known_by_their_domain(
    scanned: dict[str, ScanResult], domain: str, state: str, sign_in: str | None
) -> None:
    check = scanned[domain].checks["tenant"]
    assert (check.state, check.detail.get("sign_in"), "tenant_id" in check.detail) == (state, sign_in, bool(sign_in))


def test_turkish_registrations_come_by_whois(scanned: dict[str, ScanResult]) -> None:
    for domain in (name for name in SAMPLES if name.endswith(".tr")):
        told = scanned[domain].checks["registration"].detail
        assert (told["registrar"], told["source"]) == ("Örnek Alan Adı Hizmetleri A.Ş.", "whois")
        assert told["expires_at"] > told["registered_at"] and len(told["nameservers"]) == 2
