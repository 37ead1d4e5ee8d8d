"""A domain in, the evidence of a scan out: every check at once, each with a deadline, none holding up another.

All scans of a process share one event loop in a thread of its own, so that any number of threads may scan.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.clients.dns_extras import check_autodiscover, check_network, check_record
from shared.clients.dns_mail import check_dkim, check_dmarc, check_mx, check_spf
from shared.clients.dns_questions import DnsAnswer, Questions
from shared.rules.evidence import Check, checks_from_json, checks_to_json
from shared.rules.mail_signals import read_signals
from shared.rules.providers import provider_of
from shared.rules.signals import MailSignals

DEADLINE = 15.0
"""Seconds for a whole scan; what has not answered by then is unknown."""

Lookup = Callable[[str], Check]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found: the signals for the score and the evidence for people."""

    domain: str
    scanned_at: datetime
    signals: MailSignals
    checks: Mapping[str, Check]

    def to_json(self) -> dict[str, Any]:
        """The evidence as it is kept."""
        return {"domain": self.domain, "scanned_at": self.scanned_at.isoformat(), "checks": checks_to_json(self.checks)}


class Dns:
    """Scans domains. `servers` are `host[:port]`; none means the system's. `registration` looks a domain up in RDAP."""

    def __init__(self, servers: Sequence[str], *, registration: Lookup | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="dns", daemon=True).start()
        self._questions: Questions = self._run(self._made(servers))
        self._registration = registration

    def scan(
        self,
        domain: str,
        *,
        checks: frozenset[str],
        only: frozenset[str] | None = None,
        before: Mapping[str, Any] | None = None,
        deadline: float = DEADLINE,
    ) -> ScanResult:
        """Asks all `checks`, or `only` some of them beside the evidence `before`. Never raises for DNS trouble."""
        found = self._run(self._scan(domain, only or checks, deadline))
        kept = checks_from_json((before or {}).get("checks", {})) if only else {}
        merged = {**kept, **found}
        return ScanResult(domain, datetime.now(UTC), read_signals(merged), merged)

    def close(self) -> None:
        """Ends the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _made(self, servers: Sequence[str]) -> Questions:
        return Questions(servers)

    async def _scan(self, domain: str, wanted: frozenset[str], seconds: float) -> dict[str, Check]:
        end, questions = self._loop.time() + seconds, self._questions

        async def ask(name: str, kind: str) -> DnsAnswer:
            return await questions.ask(name, kind, deadline=end)

        mx = asyncio.ensure_future(check_mx(domain, ask))

        async def with_mx(use: Callable[[Check], Coroutine[Any, Any, Check]]) -> Check:
            return await use(await asyncio.shield(mx))

        possible: dict[str, Callable[[], Coroutine[Any, Any, Check]]] = {
            "spf": lambda: check_spf(domain, ask),
            "dkim": lambda: with_mx(lambda found: check_dkim(domain, ask, provider=_provider(found))),
            "dmarc": lambda: check_dmarc(domain, ask),
            "mta_sts": lambda: check_record(f"_mta-sts.{domain}", "TXT", "v=STSv1", ask),
            "tls_rpt": lambda: check_record(f"_smtp._tls.{domain}", "TXT", "v=TLSRPTv1", ask),
            "dnssec": lambda: check_record(domain, "DS", "", ask),
            "caa": lambda: check_record(domain, "CAA", "", ask),
            "bimi": lambda: check_record(f"default._bimi.{domain}", "TXT", "v=BIMI1", ask),
            "network": lambda: with_mx(lambda found: check_network(domain, list(found.detail.get("hosts", ())), ask)),
        }
        works = {name: make() for name, make in possible.items() if name in wanted}
        if "mx" in wanted:
            works["autodiscover"] = check_autodiscover(domain, ask)
        if "registration" in wanted and self._registration:
            works["registration"] = self._looked_up(domain)
        found = dict(zip(works, await asyncio.gather(*(_within(end, work) for work in works.values())), strict=True))
        if "mx" in wanted or "network" in wanted:
            found["mx"] = await _within(end, asyncio.shield(mx))
        else:
            mx.cancel()
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {
            name: replace(check, at=at) for name, check in found.items() if name in wanted or name == "autodiscover"
        }

    async def _looked_up(self, domain: str) -> Check:
        assert self._registration is not None
        return await self._loop.run_in_executor(None, self._registration, domain)


def _provider(mx: Check) -> str:
    return provider_of(tuple(mx.detail.get("hosts", ()))).provider


async def _within(end: float, work: Any) -> Check:
    """The check, or unknown when it does not end in time."""
    try:
        return await asyncio.wait_for(work, max(end - asyncio.get_running_loop().time(), 0.01))
    except TimeoutError:
        return Check("unknown", "timeout")
