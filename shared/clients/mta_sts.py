"""A domain with an MTA-STS record in; the check with its policy, from the one allowed place, out (RFC 8461 3.3)."""

from dataclasses import replace

from shared.clients.checked_fetch import CheckedFetch, FetchError, Resolve
from shared.rules.evidence import Check
from shared.rules.mta_sts import read_policy, uncovered_hosts

POLICY_URL = "https://mta-sts.{domain}/.well-known/mta-sts.txt"
_HTTPS = 443
_MOST_BYTES = 65_536


def policy_url(port: int) -> str:
    """The one place of a policy, with `{domain}` to fill in."""
    host = "mta-sts.{domain}"
    return POLICY_URL if port == _HTTPS else POLICY_URL.replace(host, f"{host}:{port}")


async def check_policy(
    record: Check, domain: str, mx_hosts: list[str], *, fetch: CheckedFetch, resolve: Resolve, policy_url: str
) -> Check:
    """Present when record, policy and MX agree. A policy that could not be fetched is unknown, one that is not there
    or is wrong makes the whole invalid.
    """
    try:
        url = policy_url.format(domain=domain)
        fetched = await fetch.get(url, resolve=resolve, redirects=0, most_bytes=_MOST_BYTES)
    except FetchError as error:
        missing = error.reason == "no_such_host" or error.refused
        return replace(record, state="invalid" if missing else "unknown", outcome=f"policy_{error.reason}")
    if fetched.status != 200:
        return replace(record, state="invalid", outcome=f"policy_status_{fetched.status}")
    policy = read_policy(fetched.body.decode("utf-8", "replace"))
    uncovered = uncovered_hosts(policy, mx_hosts)
    problems = [*policy.problems, *(f"{host} is not covered" for host in uncovered)]
    outcome = "policy_malformed" if policy.problems else "mx_not_covered" if uncovered else "found"
    detail = {"mode": policy.mode, "hosts": list(policy.hosts), "max_age": policy.max_age, "problems": problems}
    return replace(record, state="invalid" if problems else "present", outcome=outcome, detail=detail)
