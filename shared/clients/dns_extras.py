"""The checks beside the score: MTA-STS, TLS-RPT, network, DNSSEC, CAA, BIMI and autodiscover of one domain."""

import asyncio
from ipaddress import IPv4Address

from shared.clients.dns_mail import Ask
from shared.clients.dns_questions import DnsAnswer
from shared.rules.evidence import Check

ORIGINS = "origin.asn.cymru.com"
"""Team Cymru's DNS zone: reversed address → `AS | prefix | country | registry | date`."""


async def check_record(name: str, kind: str, starts: str, ask: Ask) -> Check:
    """Whether a name has a record of a kind that begins so (letter case ignored)."""
    answer = await ask(name, kind)
    fitting = tuple(text for text in answer.records if text.lower().startswith(starts.lower()))
    if not answer.known:
        return Check("unknown", answer.outcome, resolver=answer.resolver)
    state = "present" if fitting else "absent"
    outcome = "found" if fitting else ("no_data" if answer.outcome == "found" else answer.outcome)
    return Check(state, outcome, fitting, answer.resolver, "", answer.ttl)  # type: ignore[arg-type]


async def check_autodiscover(domain: str, ask: Ask) -> Check:
    """Where autodiscover points: a sign of the provider behind a gateway."""
    name = f"autodiscover.{domain}"
    answer = await ask(name, "CNAME")
    if not answer.known:
        return Check("unknown", answer.outcome, resolver=answer.resolver)
    targets = tuple(record.rstrip(".").lower() for record in answer.records)
    return Check("present" if targets else "absent", answer.outcome, targets, answer.resolver, "", answer.ttl)


async def check_network(domain: str, mx_hosts: list[str], ask: Ask) -> Check:
    """Origin AS, operator and country of the first mail host and of the web host."""
    places = {"mail": mx_hosts[0] if mx_hosts else None, "web": domain}
    found = await asyncio.gather(*(_origin(host, ask) for host in places.values() if host))
    named = dict(zip((place for place, host in places.items() if host), found, strict=True))
    known = {place: origin for place, origin in named.items() if isinstance(origin, dict)}
    if not known:
        unknown = any(origin is None for origin in named.values())
        return Check("unknown" if unknown else "absent", "timeout" if unknown else "no_data")
    parts = [f"{place}: {one['operator'] or 'AS' + one['asn']}, {one['country']}" for place, one in known.items()]
    return Check("present", "found", detail={"origins": known, "summary": "; ".join(parts)})


async def _origin(host: str, ask: Ask) -> dict[str, str] | bool | None:
    """The origin of a host's first address; False when it has none, None when nobody could say."""
    address = await ask(host, "A")
    if not address.known:
        return None
    if not address.records:
        return False
    ip = address.records[0]
    reversed_ip = ".".join(reversed(str(IPv4Address(ip)).split(".")))
    origin = await ask(f"{reversed_ip}.{ORIGINS}", "TXT")
    fields = _fields(origin)
    if len(fields) < 3:
        return False if origin.known else None
    asn = fields[0].split(" ")[0]
    name = _fields(await ask(f"AS{asn}.asn.cymru.com", "TXT"))
    return {
        "ip": ip,
        "asn": asn,
        "prefix": fields[1],
        "country": fields[2],
        "operator": name[4] if len(name) > 4 else "",
    }


def _fields(answer: DnsAnswer) -> list[str]:
    return [part.strip() for part in answer.records[0].split("|")] if answer.records else []
