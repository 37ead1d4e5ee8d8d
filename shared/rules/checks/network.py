"""Address answers and Team Cymru's zones in; out: in whose network and country the mail and web hosts stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from shared.rules.dns_answers import Asked, DnsAnswer
from shared.rules.evidence import Check, judged, nothing
from shared.rules.mx import mail_hosts


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a host stands. `operator` is the AS's own name for itself, empty when nobody could say."""

    host: str
    address: str
    asn: str
    prefix: str
    country: str
    operator: str


Local = Callable[[str], Mapping[str, Any] | None]
"""What a file on this machine says of an address, with MaxMind's names."""


def network_check(zone: str, local: Local | None = None) -> Callable[[str, Asked], Check]:
    """The check over a zone such as `asn.cymru.com`: `4.3.2.1.origin.{zone}` gives AS and country, `AS64500.{zone}`
    the operator (https://www.team-cymru.com/ip-asn-mapping). Where `local` knows the AS, the zone is not asked.
    """

    def check_network(domain: str, ask: Asked) -> Check:
        """Best mail host and web host. What one of them lacks is left out; present when one is known."""
        mx = ask(domain, "MX")
        hosts = {"mail": next(iter(mail_hosts(mx.records)), ""), "web": domain}
        found, failed, last = {}, not mx.known, mx
        for place, host in hosts.items():
            if host:
                origin, last = _origin(host, zone, local, ask)
                failed |= not last.known
                if origin:
                    found[place] = origin
        if not found:
            return judged(last, "unknown", "timeout" if last.known else last.outcome) if failed else nothing(last)
        origins = {place: {name: getattr(one, name) for name in Origin.__slots__} for place, one in found.items()}
        return judged(last, "present", "found", origins=origins, summary=_summary(found))

    return check_network


def _origin(host: str, zone: str, local: Local | None, ask: Asked) -> tuple[Origin | None, DnsAnswer]:
    """The origin of the host's first address, and the answer that decided."""
    address = ask(host, "A")
    if address.known and not address.records:
        address = ask(host, "AAAA")
    if not (valid := [record for record in address.records if _is_address(record)]):
        return None, address
    first = min(valid)  # resolvers turn them round; the same one each time keeps scans comparable
    if origin := _local_origin(host, first, local(first) if local else None):
        return origin, address
    reverse, _, family = ip_address(first).reverse_pointer.removesuffix(".arpa").rpartition(".")
    answer = ask(f"{reverse}.{'origin6' if family == 'ip6' else 'origin'}.{zone}", "TXT")
    fields = _fields(answer)
    if len(fields) < 3:
        return None, answer
    asn = fields[0].split(" ")[0]  # an address that several announce names them all
    named = _fields(ask(f"as{asn}.{zone}", "TXT"))
    return Origin(host, first, asn, fields[1], fields[2], _operator(named)), answer


def _local_origin(host: str, address: str, facts: Mapping[str, Any] | None) -> Origin | None:
    """From GeoLite2-ASN, which knows no country, or a file that knows both."""
    number = (facts or {}).get("autonomous_system_number")
    if facts is None or not isinstance(number, int):
        return None
    country = facts.get("country")
    code = str(country.get("iso_code", ""))[:2] if isinstance(country, Mapping) else ""
    return Origin(host, address, str(number), "", code, str(facts.get("autonomous_system_organization", ""))[:120])


def _operator(fields: list[str]) -> str:
    """`GOOGLE - Google LLC, US` is Google LLC; some have the handle alone."""
    name = fields[4].rpartition(",")[0] or fields[4] if len(fields) > 4 else ""
    return name.partition(" - ")[2] or name


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone of this machine (RFC 4007 11) is no part of an address on the internet


def _fields(answer: DnsAnswer) -> list[str]:
    """`64500 | 192.0.2.0/24 | US | arin | 2010-01-01`, cut."""
    return [part.strip()[:120] for part in min(answer.records).split("|")] if answer.records else []


def _summary(found: dict[str, Origin]) -> str:
    """One line for the list: mail first, the web host when it stands elsewhere."""
    texts = {
        place: ", ".join(filter(None, (one.operator or f"AS{one.asn}", one.country))) for place, one in found.items()
    }
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{place}: {text}" for place, text in texts.items())
