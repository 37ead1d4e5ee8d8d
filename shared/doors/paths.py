"""A domain or an outside id from a path or a body in; the key that the store knows it by, or the lead itself, out."""

from collections.abc import Collection
from urllib.parse import unquote

from shared.doors.http import Call
from shared.doors.problems import Problem, not_found
from shared.rules.company_domain import company_domain
from shared.rules.idn import to_ascii
from shared.rules.lead import Lead
from shared.rules.referral_identity import referral_key


def domain_in_path(text: str) -> str:
    """`{domain}` in either spelling, decoded or punycode, as the key.

    Raises 400 `bad_domain` for what is no host name.
    """
    name = to_ascii(unquote(text).strip().rstrip("."))
    if name is None or "." not in name:
        raise Problem(
            400, "bad_domain", f"domain: '{text[:80]}' is no domain. Use one such as contoso.com.", domain=text[:80]
        )
    return name


def lead_in_path(call: Call) -> Lead:
    """The lead that `{domain}` names. Raises 400 `bad_domain`, 404 `not_found`."""
    domain = domain_in_path(call.path["domain"])
    lead = call.to.leads.lead(domain)
    if lead is None:
        raise not_found("lead", domain)
    return lead


def domain_from(text: str, *, own_domains: Collection[str]) -> str:
    """The registrable domain of what a person entered. Raises 400 `bad_domain` with the reason."""
    found = company_domain(text, own_domains=own_domains)
    if isinstance(found, str):
        return found
    raise Problem(400, "bad_domain", found.text, domain=text[:80], reason=found.code)


def keys_in_path(text: str) -> tuple[str, ...]:
    """`{id}` of a referral as the keys that it may have: as it stands, and decoded once more.

    The host decodes a path but leaves `%2F` as it is; an id may hold a percent sign of its own.
    """
    return tuple(dict.fromkeys((referral_key(text), referral_key(unquote(text)))))
