"""Domain scans beside their yardsticks: `python -m tests.bench.scan`. About a minute on two cores."""

import asyncio
import gc
import resource
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dns.asyncresolver
import dns.message
import dns.rdatatype
import dns.resolver

from shared.clients import dns_questions
from shared.clients.dns import Dns
from tests.bench import Row, table
from tests.bench.name_server import name_server

LATENCY_MS = 20
CHECKS = frozenset(("mx", "spf", "dkim", "dmarc", "mta_sts", "tls_rpt", "caa"))
AT_ONCE = 50
_CHAIN = 3
"""Answers that wait for each other: the domain's SPF, what it includes, and what that includes."""
_KEY = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwu87QiWc8XI/OPc88QFetRNwbdodnBowOL+ExCyTr97SdH80Ef7"
    "HbP5DLtJgKG4ydobjqj4qRf3a6FluuAiigqcD6FhKiKNa7hOP6tRmkxVeI4KCWKgZ3nOC4TU1zskBJ0KErF5nwB/wfkzFVBEwswJXaiXCDH8RSkUfmkZZWmwIDAQAB"
)


def bench_zone(count: int) -> tuple[dict[str, Any], list[str]]:
    """A zone of so many healthy Google domains, and their names."""
    zone: dict[str, Any] = {
        "_spf.google.com": {"TXT": ["v=spf1 include:_netblocks.google.com ~all"]},
        "_netblocks.google.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ~all"]},
    }
    names = [f"company{number:05}.example" for number in range(count)]
    for name in names:
        zone[name] = {"MX": ["1 smtp.google.com."], "TXT": ["v=spf1 include:_spf.google.com ~all"], "A": ["192.0.2.1"]}
        zone[f"_dmarc.{name}"] = {"TXT": ["v=DMARC1; p=reject"]}
        zone[f"google._domainkey.{name}"] = {"TXT": [_KEY]}
    return zone, names


def rows() -> list[Row]:
    """Every yardstick about domain scans."""
    zone, names = bench_zone(1200)
    with name_server(zone, latency_ms=LATENCY_MS) as server:
        scanner = Dns([server])
        try:
            _scan_all(scanner, names[:50])
            return [
                _one_alone(scanner, names[:20]),
                *_many(scanner, names[50:450], server),
                _memory(scanner, names),
                *_beside_checkdmarc(scanner, names[:60], server),
            ]
        finally:
            scanner.close()


def _scan_all(scanner: Dns, names: Sequence[str]) -> float:
    """Seconds for these domains, as many at once as a process takes."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda name: scanner.scan(name, checks=CHECKS), names))
    seconds = time.perf_counter() - begun
    assert all(one.signals.completeness == 100 for one in found), "answers were lost"
    return seconds


def _one_alone(scanner: Dns, names: Sequence[str]) -> Row:
    times = []
    for name in names:
        begun = time.perf_counter()
        scanner.scan(name, checks=CHECKS)
        times.append((time.perf_counter() - begun) * 1000)
    ratio = statistics.median(times) / (_CHAIN * LATENCY_MS)
    note = f"{statistics.median(times):.0f} ms, chain of {_CHAIN} answers"
    return Row("one domain alone / its slowest chain of answers", f"{ratio:.2f} x", "<= 2 x", ratio <= 2, note)


def _many(scanner: Dns, names: Sequence[str], server: str) -> list[Row]:
    """Scans of many against the same questions one after another, and the datagrams under way meanwhile."""
    spent = time.process_time()
    rate = len(names) / 2 / min(_scan_all(scanner, half) for half in (names[::2], names[1::2]))
    spent = (time.process_time() - spent) / len(names) * 1000
    questions, most = _watched(scanner, names)
    per_domain = len(questions) / len(names)
    slow = _one_after_another(questions[:200], server) * per_domain
    ratio = rate * slow
    note = f"{rate:.0f} domains/s, better of two runs; {per_domain:.0f} questions and {spent:.1f} ms of CPU each"
    return [
        Row("scans / the same questions one after another", f"{ratio:.0f} x", ">= 40 x", ratio >= 40, note),
        Row("datagrams in flight, most", str(most), "<= 600", most <= 600),
    ]


def _watched(scanner: Dns, names: Sequence[str]) -> tuple[list[tuple[str, str]], int]:
    """The questions that these scans ask, and how many were under way at most."""
    exchange, queries, now, most = dns_questions.exchange, list[bytes](), 0, 0

    async def counted(query: bytes, *args: Any, **options: Any) -> bytes:
        nonlocal now, most
        now += 1
        most = max(most, now)
        queries.append(query)
        try:
            return await exchange(query, *args, **options)
        finally:
            now -= 1

    dns_questions.exchange = counted
    try:
        _scan_all(scanner, names)
    finally:
        dns_questions.exchange = exchange
    asked = [dns.message.from_wire(query).question[0] for query in queries]
    return [(str(one.name), dns.rdatatype.to_text(one.rdtype)) for one in asked], most


def _one_after_another(questions: Sequence[tuple[str, str]], server: str) -> float:
    """Seconds per question of dnspython's own asynchronous resolver."""

    async def ask_all() -> None:
        resolver = dns.asyncresolver.Resolver(configure=False)
        host, _, port = server.rpartition(":")
        resolver.nameservers, resolver.port = [host], int(port)
        for name, kind in questions:
            try:
                await resolver.resolve(name, kind, search=False)
            except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
                continue

    begun = time.perf_counter()
    asyncio.run(ask_all())
    return (time.perf_counter() - begun) / len(questions)


def _memory(scanner: Dns, names: Sequence[str]) -> Row:
    _scan_all(scanner, names[:200])
    before = _resident()
    _scan_all(scanner, names[200:])
    after = _resident()
    ratio = after / before
    note = f"{before / 1e6:.0f} MB, then {after / 1e6:.0f} MB"
    return Row(f"memory after {len(names)} scans / after 200", f"{ratio:.2f} x", "<= 1.1 x", ratio <= 1.1, note)


def _resident() -> int:
    gc.collect()
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _beside_checkdmarc(scanner: Dns, names: Sequence[str], server: str) -> list[Row]:
    """Verdicts and time beside checkdmarc on the same zone, when it is installed (`make bench` does)."""
    try:
        from tests.bench import beside_checkdmarc
    except ImportError:
        return [Row("beside checkdmarc", "-", "same verdicts", None, "checkdmarc is not installed")]
    return beside_checkdmarc.rows(scanner, names, server, at_once=AT_ONCE)


if __name__ == "__main__":
    print(table(rows()))
