"""Address answers and Team Cymru's zones in; out: in whose network and country the mail and web hosts stand."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

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


def network_check(zone: str) -> Callable[[str, Asked], Check]:
    """The check over a zone such as `asn.cymru.com`: `4.3.2.1.origin.{zone}` gives AS and country, `AS64500.{zone}`
    the operator (https://www.team-cymru.com/ip-asn-mapping).
    """

    def check_network(domain: str, ask: Asked) -> Check:
        """Best mail host and web host. What one of them lacks is left out; present when one is known."""
        mx = ask(domain, "MX")
        hosts = {"mail": next(iter(mail_hosts(mx.records)), ""), "web": domain}
        found, failed, last = {}, not mx.known, mx
        for place, host in hosts.items():
            if host:
                origin, last = _origin(host, zone, ask)
                failed |= not last.known
                if origin:
                    found[place] = origin
        if not found:
            return judged(last, "unknown", "timeout" if last.known else last.outcome) if failed else nothing(last)
        origins = {place: {name: getattr(one, name) for name in Origin.__slots__} for place, one in found.items()}
        return judged(last, "present", "found", origins=origins, summary=_summary(found))

    return check_network


def _origin(host: str, zone: str, ask: Asked) -> tuple[Origin | None, DnsAnswer]:
    """The origin of the host's first address, and the answer that decided."""
    address = ask(host, "A")
    if address.known and not address.records:
        address = ask(host, "AAAA")
    if not (valid := [record for record in address.records if _is_address(record)]):
        return None, address
    first = min(valid)  # resolvers turn them round; the same one each time keeps scans comparable
    reverse, _, family = ip_address(first).reverse_pointer.removesuffix(".arpa").rpartition(".")
    answer = ask(f"{reverse}.{'origin6' if family == 'ip6' else 'origin'}.{zone}", "TXT")
    fields = _fields(answer)
    if len(fields) < 3:
        return None, answer
    asn = fields[0].split(" ")[0]  # an address that several announce names them all
    named = _fields(ask(f"as{asn}.{zone}", "TXT"))
    return Origin(host, first, asn, fields[1], fields[2], _operator(named)), answer


def _operator(fields: list[str]) -> str:
    """`GOOGLE - Google LLC, US` is Google LLC; some have the handle alone."""
    name = fields[4].rpartition(",")[0] or fields[4] if len(fields) > 4 else ""
    return name.partition(" - ")[2] or name


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _fields(answer: DnsAnswer) -> list[str]:
    """`64500 | 192.0.2.0/24 | US | arin | 2010-01-01`, cut."""
    return [part.strip()[:120] for part in min(answer.records).split("|")] if answer.records else []


def _summary(found: dict[str, Origin]) -> str:
    """One line for the list: mail first, the web host when it stands elsewhere."""
    texts = {place: f"{one.operator or f'AS{one.asn}'}, {one.country}" for place, one in found.items()}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{place}: {text}" for place, text in texts.items())
