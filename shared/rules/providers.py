"""MX hosts in; the mail provider, the gateway in front of it and the local hoster's name out, by `provider_table`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from shared.rules import provider_table
from shared.rules.mx import takes_mail

_NAMES = {
    "M365": "Microsoft 365",
    "Google": "Google Workspace",
    "Yandex": "Yandex 360",
    "Zoho": "Zoho Mail",
    "Amazon": "Amazon SES",
    "Hosting": "a web hosting package",
    "Local": "a server of its own or a local hoster",
    "Unknown": "an unknown provider",
}


@dataclass(frozen=True, slots=True)
class ProviderMatch:
    """`provider` is one of the contract's; behind a gateway it stays `Local` until two signs agree."""

    provider: str
    gateway: str | None = None
    local_provider: str | None = None


def provider_name(provider: str) -> str:
    """The provider as a sentence names it; what has no name of its own is called as it is."""
    return _NAMES.get(provider, provider)


def provider_of(mx_hosts: Sequence[str]) -> ProviderMatch:
    """Who takes the mail, by the host of best preference (the first) that can take any. No such host: `Unknown`."""
    host = next(filter(takes_mail, mx_hosts), None)
    if host is None:
        return ProviderMatch("Unknown")
    if provider := _owner("MAIL_HOSTS", host):
        return ProviderMatch(provider)
    if gateway := _owner("GATEWAYS", host):
        return ProviderMatch("Local", gateway=gateway)
    return ProviderMatch("Local", local_provider=_owner("LOCAL_HOSTERS", host))


def provider_signs(
    *,
    mx_hosts: Iterable[str] = (),
    spf_includes: Iterable[str] = (),
    dkim_targets: Iterable[str] = (),
    dkim_selectors: Iterable[str] = (),
    autodiscover_targets: Iterable[str] = (),
    tenant_found: bool = False,
) -> dict[str, set[str]]:
    """What each independent place says of the mailboxes; places that say nothing are left out.

    Places are the SPF includes, DKIM (the CNAME targets, and the selectors with a valid key), the CNAME target of
    autodiscover, the MX hosts beside the gateway, and a Microsoft tenant found by the domain.
    """
    places = {"mx": mx_hosts, "spf": spf_includes, "dkim": dkim_targets, "autodiscover": autodiscover_targets}
    signs = {place: {owner for host in hosts if (owner := _owner("SIGNS", host))} for place, hosts in places.items()}
    signs["dkim"] |= {owner for selector in dkim_selectors if (owner := _owner("SELECTORS", selector))}
    if tenant_found:
        signs["tenant"] = {"M365"}
    return {place: providers for place, providers in signs.items() if providers}


def provider_behind_gateway(signs: Mapping[str, Iterable[str]]) -> str:
    """The provider that two or more independent places name, more than name any other; else `Local`."""
    votes = Counter(provider for providers in signs.values() for provider in set(providers)).most_common(2)
    if not votes or votes[0][1] < 2 or (len(votes) == 2 and votes[1][1] == votes[0][1]):
        return "Local"
    return votes[0][0]


def _owner(table: str, host: str) -> str | None:
    """Who owns the host or the nearest name above it. Whole labels only, so notgoogle.com is nobody's."""
    owners = _owners(table)
    labels = host.strip().rstrip(".").lower().split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((owners[name] for name in names if name in owners), None)


@cache
def _owners(table: str) -> dict[str, str]:
    rows: dict[str, str] = getattr(provider_table, table)
    return {name: owner for owner, names in rows.items() for name in names.split()}
