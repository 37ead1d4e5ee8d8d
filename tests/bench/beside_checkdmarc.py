"""The same domains through checkdmarc: whether SPF and DMARC get the same verdict, and how long it takes."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import checkdmarc.dmarc
import checkdmarc.spf
import dns.resolver

from shared.clients.dns import Dns
from tests.bench import Row
from tests.bench.name_server import name_server
from tests.bench.odd_records import EXPLAINED, odd_zone

_CHECKS = frozenset(("mx", "spf", "dmarc"))


def rows(scanner: Dns, names: Sequence[str], server: str, *, at_once: int) -> list[Row]:
    """Verdicts that agree, over sound and odd records, and its time to ours."""
    logging.getLogger("checkdmarc").setLevel(logging.ERROR)
    return [_verdicts(), _times(scanner, names, server, at_once)]


def _verdicts() -> Row:
    zone, records = odd_zone()
    with name_server(zone, latency_ms=0) as server:
        scanner, resolver = Dns([server]), _resolver(server)
        differ = {
            record
            for name, record in records.items()
            if _ours(scanner, name)
            != (_verdict(checkdmarc.spf, name, resolver), _verdict(checkdmarc.dmarc, name, resolver))
        }
        scanner.close()
    open_questions = sorted(differ - set(EXPLAINED))
    measured = f"{len(records) - len(differ)} of {len(records)} alike, {len(differ) - len(open_questions)} explained"
    return Row("SPF and DMARC verdicts as checkdmarc's", measured, "all", not open_questions, "; ".join(open_questions))


def _times(scanner: Dns, names: Sequence[str], server: str, at_once: int) -> Row:
    resolver = _resolver(server)

    def theirs(name: str) -> None:
        checkdmarc.check_mx(name, resolver=resolver, skip_tls=True)
        checkdmarc.spf.check_spf(name, resolver=resolver)
        checkdmarc.dmarc.check_dmarc(name, resolver=resolver)

    with ThreadPoolExecutor(at_once) as pool:
        begun = time.perf_counter()
        list(pool.map(lambda name: scanner.scan(name, checks=_CHECKS), names))
        between = time.perf_counter()
        list(pool.map(theirs, names))
        ended = time.perf_counter()
    ratio = (ended - between) / (between - begun)
    return Row("time of checkdmarc / ours (MX, SPF, DMARC)", f"{ratio:.1f} x", "> 1 x", ratio > 1, f"{at_once} at once")


def _resolver(server: str) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=False)
    host, _, port = server.rpartition(":")
    resolver.nameservers, resolver.port = [host], int(port)
    return resolver


def _ours(scanner: Dns, name: str) -> tuple[str, str]:
    signals = scanner.scan(name, checks=_CHECKS).signals
    return signals.spf, signals.dmarc


def _verdict(module: Any, name: str, resolver: Any) -> str:
    """`present`, `absent` or `invalid`; several records have no "record" there, but an error that says so."""
    kind = module.__name__.rpartition(".")[2]
    answer = getattr(module, f"check_{kind}")(name, resolver=resolver)
    if answer.get("valid"):
        return "present"
    return "invalid" if answer.get("record") or "ultiple" in str(answer.get("error")) else "absent"
