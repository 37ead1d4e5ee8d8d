"""A domain in, its registrar and dates out: RDAP by IANA's bootstrap file (RFC 9224, RFC 9083)."""

import json
import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any

from shared.clients.checked_fetch import CheckedFetch, FetchRefused
from shared.rules.evidence import Check

logger = logging.getLogger(__name__)

_BOOTSTRAP_LIVES = 86_400
"""Seconds; IANA asks not to fetch it more often."""
_ACCEPT = "application/rdap+json, application/json"


class Rdap:
    """Looks domains up. A registry without RDAP gives `absent` with outcome `no_service`, never a guess."""

    def __init__(self, bootstrap_url: str, *, fetch: CheckedFetch) -> None:
        self._bootstrap_url = f"{bootstrap_url.rstrip('/')}/dns.json"
        self._fetch = fetch
        self._services: dict[str, str] = {}
        self._read_at = 0.0
        self._lock = threading.Lock()

    def lookup(self, domain: str) -> Check:
        """The registration as a check; never raises."""
        try:
            base = self._service_of(domain)
            if base is None:
                return Check("absent", "no_service")
            fetched = self._fetch.get(f"{base.rstrip('/')}/domain/{domain}", accept=_ACCEPT)
        except FetchRefused as refused:
            return Check("unknown", refused.reason)
        if fetched.status == 404:
            return Check("absent", "not_registered", resolver=base)
        if fetched.status != 200:
            return Check("unknown", f"status_{fetched.status}", resolver=base)
        try:
            content = json.loads(fetched.body)
        except (ValueError, RecursionError):
            return Check("unknown", "malformed", resolver=base)
        return Check("present", "found", resolver=base, detail=registration_of(content))

    def _service_of(self, domain: str) -> str | None:
        with self._lock:
            if time.monotonic() - self._read_at > _BOOTSTRAP_LIVES or not self._services:
                self._services = _services(self._fetch.get(self._bootstrap_url).body)
                self._read_at = time.monotonic()
        labels = domain.split(".")
        suffixes = (".".join(labels[start:]) for start in range(1, len(labels)))
        return next((self._services[suffix] for suffix in suffixes if suffix in self._services), None)


def registration_of(content: Any) -> dict[str, Any]:
    """Registrar, dates, name servers and status of an RDAP domain object; what is redacted or odd is left out."""
    if not isinstance(content, dict):
        return {}
    events = {
        str(event.get("eventAction", "")).lower(): str(event.get("eventDate", ""))
        for event in _dicts(content.get("events"))
    }
    servers = [str(server.get("ldhName", "")).lower().rstrip(".") for server in _dicts(content.get("nameservers"))]
    found = {
        "registrar": _registrar(content),
        "registered_at": _date(events.get("registration")),
        "expires_at": _date(events.get("expiration")),
        "nameservers": sorted(name for name in servers if name)[:20],
        "status": [str(one)[:60] for one in content.get("status", []) if isinstance(one, str)][:20],
        "redacted": bool(content.get("redacted")),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _registrar(content: dict[str, Any]) -> str | None:
    for entity in _dicts(content.get("entities")):
        if "registrar" not in (entity.get("roles") or []):
            continue
        card = entity.get("vcardArray")
        fields = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else []
        for one in fields:
            if isinstance(one, list) and len(one) > 3 and one[0] == "fn" and isinstance(one[3], str):
                return one[3][:200]
        return str(entity.get("handle") or "")[:200] or None
    return None


def _date(text: str | None) -> str | None:
    """An RFC 3339 date as UTC ISO text, or None for what is none."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _services(body: bytes) -> dict[str, str]:
    """Suffix → base address; https first."""
    try:
        listed = json.loads(body)["services"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FetchRefused("bootstrap_malformed") from None
    services = {}
    for service in listed:
        suffixes, addresses = service[0], sorted(service[1], reverse=True)
        services.update({str(suffix).lower(): str(addresses[0]) for suffix in suffixes if addresses})
    return services
