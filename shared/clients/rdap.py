"""A domain in, its registration out: RDAP by IANA's bootstrap file (RFC 9224), WHOIS where there is no RDAP."""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from shared.clients.checked_fetch import CheckedFetch, Fetched, FetchError, Resolve
from shared.clients.retry_after import retry_after_seconds
from shared.clients.whois import WHOIS_SERVERS, ask_whois
from shared.rules.evidence import Check
from shared.rules.moments import iso
from shared.rules.registration import read_rdap, read_whois

logger = logging.getLogger(__name__)

_BOOTSTRAP_LIVES = 86_400.0
"""Seconds; IANA asks not to fetch the file more often."""
_BOOTSTRAP_RETRY = 60.0
_ACCEPT = "application/rdap+json, application/json"
_AT_ONCE = 2
"""Requests at a time per registry; they throttle by address."""
_DEFAULT_PAUSE = 60.0
_LONGEST_PAUSE = 3600.0


@dataclass(slots=True)
class _Registry:
    """One registry's server: how many may ask it at once, and until when it wants to be left alone (loop's clock)."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    closed_until: float = 0.0


class Rdap:
    """Looks registrations up, from one event loop. `bootstrap_url` is the folder of `dns.json`."""

    def __init__(
        self, bootstrap_url: str, *, fetch: CheckedFetch, whois_servers: Mapping[str, str] | None = None
    ) -> None:
        self._bootstrap_url = f"{bootstrap_url.rstrip('/')}/dns.json"
        self._fetch = fetch
        self._whois_servers = WHOIS_SERVERS if whois_servers is None else whois_servers
        self._bases: dict[str, str] = {}
        self._read_again = 0.0
        self._reading = asyncio.Lock()
        self._registries: dict[str, _Registry] = {}

    async def look_up(self, domain: str, *, resolve: Resolve) -> Check:
        """The registration; never raises for trouble on the way. No service for the ending: unknown `no_service`."""
        at = iso(datetime.now(UTC))
        try:
            base = await self._base_for(domain, resolve)
            if base:
                return await self._ask_rdap(base, domain, resolve, at)
            if server := self._whois_servers.get(domain.rpartition(".")[2]):
                return await self._ask_whois(server, domain, resolve, at)
        except FetchError as error:
            return Check("unknown", error.reason, at=at)
        return Check("unknown", "no_service", at=at)

    async def _ask_rdap(self, base: str, domain: str, resolve: Resolve, at: str) -> Check:
        server = urlsplit(base).netloc
        registry, clock = self._registry(server), asyncio.get_running_loop().time
        async with registry.room:
            if clock() < registry.closed_until:
                return Check("unknown", "throttled", resolver=server, at=at)
            url = f"{base.rstrip('/')}/domain/{domain}"
            fetched = await self._fetch.get(url, resolve=resolve, accept=_ACCEPT)
        if fetched.status in (429, 503):
            asked = retry_after_seconds(fetched.headers, now=datetime.now(UTC))
            pause = min(_DEFAULT_PAUSE if asked is None else asked, _LONGEST_PAUSE)
            registry.closed_until = clock() + pause
            logger.warning("rdap.throttled server=%s status=%d pause=%.0f", server, fetched.status, pause)
            return Check("unknown", "throttled", resolver=server, at=at)
        return _read(fetched, server, at)

    async def _ask_whois(self, server: str, domain: str, resolve: Resolve, at: str) -> Check:
        async with self._registry(server).room:
            text = await ask_whois(server, domain, fetch=self._fetch, resolve=resolve)
        detail = read_whois(text)
        if detail is None:
            return Check("absent", "not_registered", resolver=server, at=at)
        if detail.keys() <= {"source", "redacted"}:
            return Check("unknown", "malformed_answer", resolver=server, at=at)
        return Check("present", "found", resolver=server, at=at, detail=detail)

    def _registry(self, server: str) -> _Registry:
        return self._registries.setdefault(server, _Registry())

    async def _base_for(self, domain: str, resolve: Resolve) -> str | None:
        """The address of the registry with the longest ending that fits."""
        async with self._reading:
            now = asyncio.get_running_loop().time()
            if now >= self._read_again:
                await self._read_bootstrap(now, resolve)
        labels = domain.split(".")
        endings = (".".join(labels[start:]) for start in range(1, len(labels)))
        return next((self._bases[ending] for ending in endings if ending in self._bases), None)

    async def _read_bootstrap(self, now: float, resolve: Resolve) -> None:
        """Keeps the file for a day. When it cannot be had, an old one serves on; it is tried again after a minute."""
        try:
            fetched = await self._fetch.get(self._bootstrap_url, resolve=resolve, accept="application/json")
            self._bases = _bases(fetched)
            self._read_again = now + _BOOTSTRAP_LIVES
        except FetchError as error:
            logger.warning("rdap.bootstrap_failed reason=%s", error.reason)
            if not self._bases:
                raise FetchError(f"bootstrap_{error.reason}") from None
            self._read_again = now + _BOOTSTRAP_RETRY


def _read(fetched: Fetched, server: str, at: str) -> Check:
    if fetched.status == 404:
        return Check("absent", "not_registered", resolver=server, at=at)
    if fetched.status != 200:
        return Check("unknown", f"status_{fetched.status}", resolver=server, at=at)
    detail = read_rdap(_json(fetched.body))
    if detail is None:
        return Check("unknown", "malformed_answer", resolver=server, at=at)
    return Check("present", "found", resolver=server, at=at, detail=detail)


def _bases(fetched: Fetched) -> dict[str, str]:
    """Ending → address of its registry, https before http."""
    document = _json(fetched.body)
    services = document.get("services") if isinstance(document, dict) else None
    bases: dict[str, str] = {}
    for service in services if isinstance(services, list) else []:
        if isinstance(service, list) and len(service) > 1 and all(isinstance(part, list) for part in service[:2]):
            addresses = sorted((str(address) for address in service[1]), reverse=True)
            bases.update({str(ending).lower(): addresses[0] for ending in service[0] if addresses})
    if fetched.status != 200 or not bases:
        raise FetchError("malformed_answer")
    return bases


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
