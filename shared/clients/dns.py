"""A domain in, the evidence of a scan out: every check at once, each with a deadline, none holding up another.

All scans of a process share one event loop in a thread of its own, so that any number of threads may scan.
"""

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.clients.checked_fetch import CheckedFetch
from shared.clients.dns_questions import Questions
from shared.clients.dns_scan import DnsCheck, DomainScan
from shared.clients.maxmind import open_maxmind
from shared.clients.microsoft_tenant import check_tenant
from shared.clients.mta_sts import POLICY_URL, check_policy
from shared.clients.rdap import Rdap
from shared.rules.checks.dkim import check_dkim
from shared.rules.checks.dmarc import check_dmarc
from shared.rules.checks.mx import check_mx
from shared.rules.checks.network import network_check
from shared.rules.checks.presence import check_bimi, check_caa, check_dnssec, check_mta_sts_record, check_tls_rpt
from shared.rules.checks.spf import check_spf
from shared.rules.evidence import Check, checks_from_json, checks_to_json
from shared.rules.mail_signals import read_signals
from shared.rules.moments import iso
from shared.rules.signals import MailSignals

DEADLINE = 15.0
"""Seconds for a scan and, as all begin together, for each of its checks; what has not answered by then is unknown."""
_SCANS_AT_ONCE = 32
"""More buys nothing and makes each one slower; the others wait, and their deadline with them."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found: the signals for the score and the evidence for people."""

    domain: str
    scanned_at: datetime
    signals: MailSignals
    checks: Mapping[str, Check]

    @property
    def missing(self) -> frozenset[str]:
        """The checks that nobody answered."""
        return frozenset(name for name, check in self.checks.items() if check.state == "unknown")

    def to_json(self) -> dict[str, Any]:
        """The evidence as it is kept."""
        return {"domain": self.domain, "scanned_at": self.scanned_at.isoformat(), "checks": checks_to_json(self.checks)}


class Dns:
    """Scans domains; thread-safe.

    `servers`: `host[:port]` in the order in which they are asked; none means the system's. Without `rdap_url` (IANA's
    bootstrap folder) registrations are left out, without `login_url` (Entra's public sign-in address) tenants are.
    """

    def __init__(
        self,
        servers: Sequence[str] | None = None,
        *,
        rdap_url: str = "",
        whois_servers: Mapping[str, str] | None = None,
        login_url: str = "",
        policy_url: str = POLICY_URL,
        asn_zone: str = "asn.cymru.com",
        maxmind_path: str = "",
        allow_loopback: bool = False,
        tls: ssl.SSLContext | None = None,
        patience: float = 2.0,
    ) -> None:
        self._login_url = login_url
        self._policy_url = policy_url
        self._fetch = CheckedFetch(allow_loopback=allow_loopback, tls=tls)
        self._rdap = Rdap(rdap_url, fetch=self._fetch, whois_servers=whois_servers) if rdap_url else None
        self._questions = Questions(servers or (), patience=patience)
        self._room = asyncio.Semaphore(_SCANS_AT_ONCE)
        maxmind = open_maxmind(maxmind_path)
        self._dns_checks: dict[str, DnsCheck] = {
            "mx": check_mx,
            "spf": check_spf,
            "dkim": check_dkim,
            "dmarc": check_dmarc,
            "tls_rpt": check_tls_rpt,
            "network": network_check(asn_zone, maxmind.find if maxmind else None),
            "dnssec": check_dnssec,
            "caa": check_caa,
            "bimi": check_bimi,
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dns", daemon=True)
        self._thread.start()

    def scan(
        self,
        domain: str,
        *,
        checks: frozenset[str],
        only: frozenset[str] | None = None,
        before: Mapping[str, Any] | None = None,
        deadline: float = DEADLINE,
    ) -> ScanResult:
        """Asks all `checks`, or `only` some of them beside the evidence `before`. Never raises for trouble on the way:
        what nobody answered within `deadline` seconds is unknown.
        """
        work = self._scan(domain, checks if only is None else only, deadline)
        found = asyncio.run_coroutine_threadsafe(work, self._loop).result()
        kept = checks_from_json(before.get("checks", {})) if before and only is not None else {}
        merged = {**kept, **found}
        return ScanResult(domain, datetime.now(UTC), read_signals(merged), merged)

    def close(self) -> None:
        """Ends the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _scan(self, domain: str, wanted: frozenset[str], seconds: float) -> dict[str, Check]:
        async with self._room:
            scan = DomainScan(domain, self._questions, deadline=self._loop.time() + seconds)
            works = self._works(scan, wanted)
            try:
                found = await asyncio.gather(*works.values())
            finally:
                scan.close()
        at = iso(datetime.now(UTC))
        return {name: check if check.at else replace(check, at=at) for name, check in zip(works, found, strict=True)}

    def _works(self, scan: DomainScan, wanted: frozenset[str]) -> dict[str, Coroutine[Any, Any, Check]]:
        """The checks to run, by name: those of DNS alone know the deadline themselves, the others are stopped at it."""
        resolve, fetch = scan.addresses, self._fetch
        others = {"mta_sts": self._mta_sts(scan)} if "mta_sts" in wanted else {}
        if "registration" in wanted and self._rdap:
            others["registration"] = self._rdap.look_up(scan.domain, resolve=resolve)
        if "tenant" in wanted and self._login_url:
            others["tenant"] = check_tenant(scan.domain, login_url=self._login_url, fetch=fetch, resolve=resolve)
        return {
            **{name: scan.check(rule) for name, rule in self._dns_checks.items() if name in wanted},
            **{name: _within(scan.deadline, work) for name, work in others.items()},
        }

    async def _mta_sts(self, scan: DomainScan) -> Check:
        record = await scan.check(check_mta_sts_record)
        if record.state != "present":
            return record
        mx = await scan.check(check_mx)
        hosts = list(mx.detail.get("hosts", ()))
        return await check_policy(
            record, scan.domain, hosts, fetch=self._fetch, resolve=scan.addresses, policy_url=self._policy_url
        )


async def _within(end: float, work: Coroutine[Any, Any, Check]) -> Check:
    """The check, or unknown when it does not end in time."""
    try:
        async with asyncio.timeout_at(end):
            return await work
    except TimeoutError:
        return Check("unknown", "deadline")
