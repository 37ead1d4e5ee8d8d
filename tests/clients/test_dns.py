"""Promises of a scan, over real sockets against the stand-in name server."""

import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import dns as name_server
from shared.clients import dns_exchange, dns_questions
from shared.clients.dns import Dns, ScanResult
from shared.rules.evidence import checks_from_json
from shared.rules.mail_signals import read_signals
from tests.background import Background

MAIL = frozenset(("mx", "spf", "dkim", "dmarc"))
EVERYTHING = MAIL | {"mta_sts", "tls_rpt", "network", "dnssec", "caa", "bimi"}
KEY = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwu87QiWc8XI/OPc88QFetRNwbdodnBowOL+ExCyTr97SdH80Ef7"
    "HbP5DLtJgKG4ydobjqj4qRf3a6FluuAiigqcD6FhKiKNa7hOP6tRmkxVeI4KCWKgZ3nOC4TU1zskBJ0KErF5nwB/wfkzFVBEwswJXaiXCDH8RSkUfmkZZWmwIDAQAB"
)
HEALTHY: dict[str, Any] = {
    "contoso.com": {"MX": ["1 smtp.google.com."], "TXT": ["v=spf1 include:_spf.google.com ~all"], "A": ["192.0.2.1"]},
    "_dmarc.contoso.com": {"TXT": ["v=DMARC1; p=reject"]},
    "google._domainkey.contoso.com": {"TXT": [KEY]},
    "_spf.google.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ~all"]},
}


@pytest.fixture
def scan(loop: Background) -> Iterator[Callable[..., ScanResult]]:
    """Scans contoso.com over a zone; `servers` come before the one with the zone."""
    scanners: list[Dns] = []

    def scanned(
        zone: dict[str, Any],
        *,
        servers: tuple[str, ...] = (),
        checks: frozenset[str] = MAIL,
        patience: float = 0.3,
        **options: Any,
    ) -> ScanResult:
        address = loop.serve(name_server.serve(zone=zone)).address
        scanners.append(Dns([*servers, address], patience=patience))
        return scanners[-1].scan("contoso.com", checks=checks, **options)

    yield scanned
    for scanner in scanners:
        scanner.close()


def test_a_healthy_domain_is_told_whole(scan: Callable[..., ScanResult]) -> None:
    found = scan(HEALTHY, checks=EVERYTHING)
    signals = found.signals
    assert (signals.provider, signals.mx, signals.spf, signals.dkim, signals.dmarc) == ("Google", *["present"] * 4)
    assert (signals.dmarc_policy, signals.dkim_selectors_found, signals.completeness) == ("reject", ("google",), 100)
    assert set(found.checks) == EVERYTHING and found.missing == frozenset()


def test_the_evidence_says_who_answered_what_and_when(scan: Callable[..., ScanResult]) -> None:
    spf = scan(HEALTHY).checks["spf"]
    assert spf.records == ("v=spf1 include:_spf.google.com ~all",)
    assert spf.resolver.startswith("127.0.0.1:") and spf.ttl == 60 and spf.at.endswith("Z")


@pytest.mark.parametrize(
    ("zone", "outcome", "ttl"),
    [
        ({"contoso.com": {"A": ["192.0.2.1"]}}, "no_data", 60),
        ({"other.com": {"A": ["192.0.2.1"]}}, "nxdomain", 60),
        ({"contoso.com": {"SOA": ["ns1.contoso.com. admin.contoso.com. 7 1 1 1 30"]}}, "no_data", 30),
        ({"contoso.com": {"SOA": ["ns1.contoso.com. admin.contoso.com. 7 1 1 1 900"]}}, "no_data", 60),
        ({"contoso.com": {"CNAME": ["gone.elsewhere.net."]}}, "no_data", 60),
        ({"contoso.com": "SERVFAIL"}, "servfail", None),
    ],
)
def test_absence_is_kept_with_the_time_for_which_it_holds(
    scan: Callable[..., ScanResult], zone: dict[str, Any], outcome: str, ttl: int | None
) -> None:
    """The smaller one of the SOA's TTL, 60 in the sandbox, and its MINIMUM (RFC 2308 5)."""
    checks = scan(zone, checks=frozenset({"mx", "spf"})).checks
    assert {(check.outcome, check.ttl) for check in checks.values()} == {(outcome, ttl)}


@given(st.binary(min_size=12, max_size=80))
def test_no_bytes_make_the_reader_of_absence_fall(wire: bytes) -> None:
    ttl = dns_exchange.negative_ttl(wire)
    assert ttl is None or 0 <= ttl < 2**32


@pytest.mark.parametrize(
    ("mx", "state", "outcome"),
    [
        ("SERVFAIL", "unknown", "servfail"),
        ("REFUSED", "unknown", "refused"),
        ("TIMEOUT", "unknown", "timeout"),
        ("NODATA", "absent", "no_data"),
        ("NXDOMAIN", "absent", "nxdomain"),
        (["0 ."], "absent", "null_mx"),
        (["10 mail.contoso.com."], "present", "found"),
    ],
)
def test_every_answer_of_a_name_server_is_told_apart(
    scan: Callable[..., ScanResult], mx: Any, state: str, outcome: str
) -> None:
    check = scan({"contoso.com": {"MX": mx}}, checks=frozenset({"mx"})).checks["mx"]
    assert (check.state, check.outcome) == (state, outcome)


def test_a_cut_answer_is_asked_for_again_over_tcp(scan: Callable[..., ScanResult]) -> None:
    long = "v=spf1 " + " ".join(f"ip4:203.0.113.{n}" for n in range(200)) + " -all"
    hosts = [f"{n} mx{n}.contoso.com." for n in range(90)]
    found = scan({"contoso.com": {"TXT": {"truncate": True, "records": [long]}, "MX": hosts}})
    assert found.checks["spf"].records == (long,)
    assert len(found.signals.mx_hosts) == 90


def test_nothing_behind_an_alias_is_no_data_of_the_name_that_was_asked(scan: Callable[..., ScanResult]) -> None:
    found = scan({"contoso.com": {"CNAME": ["gone.elsewhere.net."]}}, checks=frozenset({"mx", "spf"}))
    assert {check.outcome for check in found.checks.values()} == {"no_data"}


def test_an_alias_is_followed_and_remembered(scan: Callable[..., ScanResult]) -> None:
    zone = {
        **HEALTHY,
        "selector1._domainkey.contoso.com": {"CNAME": ["selector1-contoso._domainkey.contoso.onmicrosoft.com."]},
        "selector1-contoso._domainkey.contoso.onmicrosoft.com": {"TXT": [KEY]},
    }
    keys = scan(zone).checks["dkim"].detail["keys"]
    assert keys["selector1"]["target"] == "selector1-contoso._domainkey.contoso.onmicrosoft.com"
    assert keys["google"]["target"] == ""


@pytest.mark.parametrize("answer", ["TIMEOUT", "SERVFAIL", "REFUSED"])
def test_a_second_resolver_takes_over_from_one_that_fails(
    loop: Background, scan: Callable[..., ScanResult], answer: str
) -> None:
    names = ("contoso.com", "_dmarc.contoso.com", "_dmarc.com", "*._domainkey.contoso.com", "_spf.google.com")
    failing = loop.serve(name_server.serve(zone=dict.fromkeys(names, answer))).address
    found = scan(HEALTHY, servers=(failing,))
    assert found.signals.completeness == 100 and found.signals.provider == "Google"
    assert failing not in found.checks["mx"].resolver


def test_a_second_resolver_takes_over_from_one_that_is_not_there(scan: Callable[..., ScanResult]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
    assert scan(HEALTHY, servers=(nobody,)).signals.completeness == 100


def test_a_resolver_may_be_given_by_its_name_and_one_that_nobody_knows_is_passed_over(loop: Background) -> None:
    port = loop.serve(name_server.serve(zone=HEALTHY)).address.rpartition(":")[2]
    scanner = Dns(["no-such-host.invalid", f"localhost:{port}"])
    try:
        found = scanner.scan("contoso.com", checks=MAIL)
    finally:
        scanner.close()
    assert found.signals.completeness == 100
    assert found.checks["mx"].resolver == f"localhost:{port}"


def test_one_slow_authority_holds_nothing_but_its_own_check(scan: Callable[..., ScanResult]) -> None:
    zone = {**HEALTHY, "_dmarc.contoso.com": "TIMEOUT", "_spf.google.com": "TIMEOUT"}
    begun = time.perf_counter()
    found = scan(zone, deadline=0.5)
    assert time.perf_counter() - begun < 5
    assert found.missing == {"dmarc"} and found.signals.completeness == 75
    assert found.checks["spf"].detail["unanswered"] == ["_spf.google.com"]


def test_a_record_of_its_own_waits_for_no_parent(scan: Callable[..., ScanResult]) -> None:
    zone = {**HEALTHY, "_dmarc.com": {"TXT": {"delay_ms": 60_000, "records": []}}}
    begun = time.perf_counter()
    found = scan(zone, checks=frozenset({"dmarc"}), deadline=60, patience=30)
    assert found.signals.dmarc == "present" and time.perf_counter() - begun < 20


def test_a_key_that_was_found_counts_although_another_selector_is_silent(scan: Callable[..., ScanResult]) -> None:
    zone = {**HEALTHY, "selector1._domainkey.contoso.com": "TIMEOUT"}
    assert scan(zone, deadline=2.5).signals.dkim == "present"


def test_at_the_deadline_what_is_unanswered_is_unknown(scan: Callable[..., ScanResult]) -> None:
    slow = {"delay_ms": 5000, "records": ["10 mail.contoso.com."]}
    begun = time.perf_counter()
    found = scan({**HEALTHY, "contoso.com": {"MX": slow, "TXT": ["v=spf1 -all"]}}, deadline=0.4)
    assert time.perf_counter() - begun < 4
    assert found.signals.mx == "unknown" and found.signals.spf == "present"


def test_a_slow_answer_within_patience_is_waited_for(scan: Callable[..., ScanResult]) -> None:
    slow = {"delay_ms": 150, "records": ["10 mail.contoso.com."]}
    assert scan({**HEALTHY, "contoso.com": {"MX": slow}}).signals.mx == "present"


def test_only_what_is_unknown_is_asked_again_beside_the_evidence_before(loop: Background) -> None:
    server = loop.serve(name_server.serve(zone={**HEALTHY, "_dmarc.contoso.com": "SERVFAIL"}))
    scanner = Dns([server.address], patience=0.3)
    before = scanner.scan("contoso.com", checks=MAIL)
    assert before.missing == {"dmarc"}
    server.replace_zone({"_dmarc.contoso.com": {"TXT": ["v=DMARC1; p=none"]}})
    after = scanner.scan("contoso.com", checks=MAIL, only=before.missing, before=before.to_json())
    scanner.close()
    assert (after.signals.dmarc, after.signals.completeness) == ("present", 100)
    assert after.checks["mx"] == before.checks["mx"]


def test_kept_evidence_is_judged_as_it_was(scan: Callable[..., ScanResult]) -> None:
    found = scan(HEALTHY, checks=EVERYTHING)
    kept = json.loads(json.dumps(found.to_json()))
    again = checks_from_json(kept["checks"])
    assert (kept["domain"], kept["scanned_at"]) == (found.domain, found.scanned_at.isoformat())
    assert read_signals(again) == found.signals and set(again) == set(found.checks)


@pytest.mark.parametrize(
    "domain", ["", ".", "a..b", "x" * 64 + ".com", "a." * 130 + "com", "ö.example", "con toso.com", "*.com"]
)
def test_a_name_that_cannot_be_is_no_reason_to_fall(loop: Background, domain: str) -> None:
    scanner = Dns([loop.serve(name_server.serve(zone=HEALTHY)).address], patience=0.2)
    assert scanner.scan(domain, checks=EVERYTHING).signals.mx == "absent"
    scanner.close()


def test_many_threads_may_scan_and_never_over_six_hundred_questions_are_under_way(
    loop: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, under_way, most = dns_questions.exchange, 0, 0

    async def counted(*args: Any, **options: Any) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await ask(*args, **options)
        finally:
            under_way -= 1

    monkeypatch.setattr(dns_questions, "exchange", counted)
    scanner = Dns([loop.serve(name_server.serve(zone=HEALTHY, latency_ms=100)).address])
    with ThreadPoolExecutor(60) as pool:
        found = list(pool.map(lambda _: scanner.scan("contoso.com", checks=EVERYTHING), range(60)))
    scanner.close()
    assert {one.signals.completeness for one in found} == {100}
    assert 300 < most <= dns_questions.MOST_IN_FLIGHT


@contextmanager
def _answering(make: Callable[[bytes], list[bytes]]) -> Iterator[str]:
    """A UDP server that answers each query with these datagrams."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            query, sock = self.request
            for datagram in make(query):
                sock.sendto(datagram, self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)


def _flipped(query: bytes) -> bytes:
    return bytes((query[0] ^ 0xFF,)) + query[1:2] + b"\x81\x83" + query[4:]


@pytest.mark.parametrize(
    "make",
    [
        lambda query: [_flipped(query)],
        lambda query: [query],
        lambda query: [query[:2] + b"\x81\x83\0\1\0\0\0\0\0\0\3foo\0\0\x0f\0\1"],
        lambda query: [b""],
        lambda query: [query[:2]],
        lambda query: [],
    ],
    ids=["another id", "the query itself", "another question", "nothing", "two bytes", "silence"],
)
def test_a_datagram_that_answers_something_else_is_passed_over(make: Callable[[bytes], list[bytes]]) -> None:
    with _answering(make) as server:
        scanner = Dns([server], patience=0.1)
        check = scanner.scan("contoso.com", checks=frozenset({"mx"})).checks["mx"]
        scanner.close()
    assert (check.state, check.outcome) == ("unknown", "timeout")


def test_a_forged_datagram_does_not_hide_the_true_one() -> None:
    def both(query: bytes) -> list[bytes]:
        return [_flipped(query), query[:2] + b"\x81\x83" + query[4:]]

    with _answering(both) as server:
        scanner = Dns([server], patience=0.3)
        check = scanner.scan("contoso.com", checks=frozenset({"mx"})).checks["mx"]
        scanner.close()
    assert (check.state, check.outcome) == ("absent", "nxdomain")


@pytest.mark.parametrize("tail", [b"", b"\xc0\x0c", b"\xc0\x0c\0\x0f\0\1\0\0\0\x3c\0\x40", b"\xff" * 40])
def test_a_broken_answer_is_unknown(tail: bytes) -> None:
    def broken(query: bytes) -> list[bytes]:
        question = query[12:-11]
        return [query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + question + tail]

    with _answering(broken) as server:
        scanner = Dns([server], patience=0.1)
        check = scanner.scan("contoso.com", checks=frozenset({"mx"})).checks["mx"]
        scanner.close()
    assert (check.state, check.outcome) == ("unknown", "bad_answer")


def test_every_kind_of_server_address_is_understood() -> None:
    read = [dns_questions._address(one) for one in ("192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:5353")]
    assert read == [("192.0.2.1", 53), ("192.0.2.1", 5353), ("2001:db8::1", 53), ("2001:db8::1", 5353)]
