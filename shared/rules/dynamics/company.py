"""A lead as scan and score left it in; what Dynamics is told about the company out."""

from typing import Any

from shared.rules.dynamics.input import LeadFacts
from shared.rules.lead import Lead


def company_facts(lead: Lead) -> LeadFacts:
    """The company behind a referral; what nobody knows yet is None."""
    judged, main = lead.judgement, lead.main_referral
    ends_at = lead.scan.registration_expires_at
    return LeadFacts(
        domain=lead.domain,
        company_name=lead.company_name,
        country=main.country if main else None,
        tenant_id=lead.tenant_id or lead.scan.found_tenant_id,
        score=judged.score if judged else None,
        segment=judged.segment if judged else None,
        priority=f"{judged.priority} {judged.priority_label}".strip() if judged else None,
        technical_heat=judged.technical_heat if judged else None,
        provider=judged.provider if judged else None,
        reasons="\n".join(_line(line) for line in judged.lines) if judged else None,
        infrastructure=lead.scan.infrastructure,
        registrar=lead.scan.registrar,
        registration_ends_on=ends_at.date() if ends_at else None,
    )


def _line(line: dict[str, Any]) -> str:
    points = f"{line['points']:+d}" if line.get("state") == "counted" and line["points"] else "0"
    return f"{points}  {line['text']}"
