"""A lead as people see it: every field of the contract's Lead, computed from its parts, and their order."""

from typing import Any

from shared.rules.company_domain import display_domain
from shared.rules.lead import DynamicsState, Lead, ReferralSummary
from shared.rules.moments import iso

WORST_FIRST = ("failed", "review", "blocked", "running", "pending", "synced", "none")
"""A lead shows the worst Dynamics state of its referrals (contract section 3)."""

_LOST = frozenset({"lost", "declined", "expired"})

LEAD_FIELDS = (
    "respond_by", "company_name", "display_domain", "referral_type", "deal_value", "score", "segment", "headline",
    "priority", "provider", "spf", "dkim", "dmarc", "country", "dynamics_status", "dynamics_synced_at", "domain",
    "gateway", "local_provider", "tenant_size", "completeness", "priority_label", "technical_heat",
    "commercial_segment", "commercial_heat", "mx", "dmarc_policy", "registrar", "expires_at", "infrastructure",
    "referral_types", "referral_count", "referral_status", "contact_name", "tenant_id", "stage", "dynamics_error",
    "dynamics_note", "dynamics_url", "first_seen_at", "scanned_at", "updated_at", "version", "dynamics_error_code",
    "dynamics_error_params", "dynamics_note_params",
)  # fmt: skip
"""The order in which the list keeps them, what is exported most in front. Append only: the release before reads the
front part, the release after the whole."""


def face(lead: Lead) -> dict[str, Any]:
    """Every field of the contract's Lead, JSON-ready."""
    return {
        **_company(lead),
        **_evidence(lead),
        **_judgement(lead),
        **_referrals(lead),
        **_dynamics(lead),
        **_dates(lead),
    }


def _company(lead: Lead) -> dict[str, Any]:
    main = lead.main_referral
    return {
        "domain": lead.domain,
        "display_domain": display_domain(lead.domain),
        "company_name": lead.company_name,
        "country": _first(lead, "country"),
        "tenant_size": _first(lead, "tenant_size"),
        "tenant_id": lead.tenant_id,
        "contact_name": main.contact_name if main else None,
    }


def _evidence(lead: Lead) -> dict[str, Any]:
    scan, signals = lead.scan, lead.scan.signals
    return {
        "mx": signals.mx if signals else None,
        "spf": signals.spf if signals else None,
        "dkim": signals.dkim if signals else None,
        "dmarc": signals.dmarc if signals else None,
        "dmarc_policy": signals.dmarc_policy if signals else None,
        "gateway": signals.gateway if signals else None,
        "local_provider": signals.local_provider if signals else None,
        "registrar": scan.registrar,
        "expires_at": iso(scan.registration_expires_at),
        "infrastructure": scan.infrastructure,
    }


def _judgement(lead: Lead) -> dict[str, Any]:
    judged = lead.judgement
    names = (
        "score", "segment", "completeness", "priority", "priority_label", "technical_heat", "commercial_segment",
        "commercial_heat", "headline", "provider",
    )  # fmt: skip
    return {name: getattr(judged, name) if judged else None for name in names}


def _referrals(lead: Lead) -> dict[str, Any]:
    main = lead.main_referral
    answers_due = [one.respond_by for one in lead.referrals.values() if one.status == "new" and one.respond_by]
    value = (
        {"amount": float(main.deal_amount), "currency": main.deal_currency}
        if main and main.deal_amount is not None
        else None
    )
    return {
        "referral_type": main.type if main else None,
        "referral_types": sorted({one.type for one in lead.referrals.values()}),
        "referral_count": len(lead.referrals),
        "referral_status": main.status if main else None,
        "respond_by": iso(min(answers_due, default=None)),
        "deal_value": value,
        "stage": _stage(lead, main),
    }


def _stage(lead: Lead, main: ReferralSummary | None) -> str:
    """The furthest stage that the lead has reached."""
    closed = lead.dynamics[main.key].outcome if main and main.key in lead.dynamics else None
    if closed:
        return closed
    if main and main.status == "won":
        return "won"
    if main and main.status in _LOST:
        return "lost"
    if any(state.synced_at for state in lead.dynamics.values()):
        return "in_dynamics"
    if lead.judgement:
        return "scored"
    return "scanned" if lead.scan.signals else "referred"


def _dynamics(lead: Lead) -> dict[str, Any]:
    states = sorted(lead.dynamics.values(), key=lambda state: WORST_FIRST.index(state.shown))
    worst = states[0] if states else DynamicsState()
    main = lead.main_referral
    shown = (lead.dynamics.get(main.key) if main else None) or worst
    noted = next((state for state in (shown, *states) if state.note), None)
    return {
        "dynamics_status": worst.shown,
        "dynamics_synced_at": iso(max((state.synced_at for state in states if state.synced_at), default=None)),
        "dynamics_error": worst.error,
        "dynamics_error_code": worst.error_code,
        "dynamics_error_params": worst.error_params or None,
        "dynamics_note": noted.note if noted else None,
        "dynamics_note_params": (noted.note_params or None) if noted else None,
        "dynamics_url": next((state.url for state in (shown, *states) if state.url), None),
    }


def _dates(lead: Lead) -> dict[str, Any]:
    return {
        "first_seen_at": iso(lead.identity.first_seen_at),
        "scanned_at": iso(lead.scan.scanned_at),
        "updated_at": iso(lead.updated_at),
        "version": lead.version,
    }


def _first(lead: Lead, name: str) -> Any:
    """The main referral's value, else the first that any referral has."""
    main = lead.main_referral
    found = getattr(main, name) if main else None
    return found or next((value for one in lead.referrals.values() if (value := getattr(one, name))), None)
