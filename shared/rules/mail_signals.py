"""The checks of a scan in, the mail signals that the score reads out. Pure: stored evidence can be judged again."""

from collections.abc import Mapping
from typing import Any, cast

from shared.rules.evidence import Check
from shared.rules.providers import provider_behind_gateway, provider_of, provider_signs
from shared.rules.signals import MailOutcome, MailSignals

_UNASKED = Check("unknown", "not_asked")


def read_signals(checks: Mapping[str, Check]) -> MailSignals:
    """Four states, a provider, and what the lines of the score tell."""
    mx, spf, dkim, dmarc = (checks.get(name, _UNASKED) for name in ("mx", "spf", "dkim", "dmarc"))
    hosts = tuple(mx.detail.get("hosts", ()))
    match = provider_of(hosts)
    provider = match.provider
    if match.gateway:
        provider = provider_behind_gateway(_signs(hosts, spf, dkim, checks))
    return MailSignals(
        mx=mx.state,
        spf=spf.state,
        dkim=dkim.state,
        dmarc=dmarc.state,
        mx_outcome=_mx_outcome(mx),
        provider=provider,
        mx_hosts=hosts,
        gateway=match.gateway,
        local_provider=match.local_provider,
        spf_includes=len(spf.detail.get("includes", ())),
        dmarc_policy=dmarc.detail.get("policy") if dmarc.state == "present" else None,
        dkim_selectors_tried=int(dkim.detail.get("tried", 0)),
        dkim_selectors_found=tuple(dkim.detail.get("found", ())),
    )


def _signs(hosts: tuple[str, ...], spf: Check, dkim: Check, checks: Mapping[str, Check]) -> Any:
    tenant = checks.get("tenant", _UNASKED)
    return provider_signs(
        mx_hosts=hosts,
        spf_includes=spf.detail.get("includes", ()),
        dkim_targets=dkim.detail.get("targets", ()),
        dkim_selectors=dkim.detail.get("found", ()),
        autodiscover_targets=checks["mx"].detail.get("autodiscover", ()),
        tenant_found=tenant.state == "present",
    )


def _mx_outcome(mx: Check) -> MailOutcome:
    if mx.state == "unknown":
        return "unknown"
    if mx.state == "invalid":
        return "unusable"
    return "hosts" if mx.outcome == "found" else cast(MailOutcome, mx.outcome)
