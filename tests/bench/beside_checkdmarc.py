"""The same domains through checkdmarc: whether SPF and DMARC get the same verdict, and how long it takes."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import checkdmarc.dmarc  # type: ignore[import-not-found]
import checkdmarc.spf  # type: ignore[import-not-found]
import dns.resolver

from shared.clients.dns import Dns, ScanResult
from tests.bench import Row

_CHECKS = frozenset(("mx", "spf", "dmarc"))


def rows(scanner: Dns, names: Sequence[str], server: str, *, at_once: int) -> list[Row]:
    """Two rows: verdicts that agree, and its time to ours."""
    resolver = dns.resolver.Resolver(configure=False)
    host, _, port = server.rpartition(":")
    resolver.nameservers, resolver.port = [host], int(port)
    with ThreadPoolExecutor(at_once) as pool:
        begun = time.perf_counter()
        ours = list(pool.map(lambda name: scanner.scan(name, checks=_CHECKS), names))
        between = time.perf_counter()
        theirs = list(pool.map(lambda name: verdicts(name, resolver), names))
        ended = time.perf_counter()
    same = sum(_ours(one) == other for one, other in zip(ours, theirs, strict=True))
    ratio = (ended - between) / (between - begun)
    return [
        Row("SPF and DMARC verdicts as checkdmarc's", f"{same} of {len(names)}", "all", same == len(names)),
        Row("time of checkdmarc / ours (SPF, DMARC, MX)", f"{ratio:.1f} x", "> 1 x", ratio > 1, f"{at_once} at once"),
    ]


def verdicts(name: str, resolver: Any) -> tuple[str, str]:
    """`present`, `absent` or `invalid` for SPF and DMARC, from what checkdmarc says."""
    return _verdict(checkdmarc.spf.check_spf(name, resolver=resolver)), _verdict(
        checkdmarc.dmarc.check_dmarc(name, resolver=resolver)
    )


def _ours(found: ScanResult) -> tuple[str, str]:
    return found.signals.spf, found.signals.dmarc


def _verdict(answer: Any) -> str:
    if answer.get("valid"):
        return "present"
    return "invalid" if answer.get("record") else "absent"
