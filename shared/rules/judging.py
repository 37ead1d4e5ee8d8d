"""A lead and the rule table in, the lead with its judgement and the events out.

Pure; the price list is in `scoring`.
"""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.rules.change import Change
from shared.rules.evaluation import Evaluation
from shared.rules.events import Event
from shared.rules.lead import Judgement, Lead
from shared.rules.score_change import explain_change
from shared.rules.scoring import evaluate

if TYPE_CHECKING:
    from shared.rules.rule_table import RuleTable

_FOLLOWED = ("score", "segment", "priority", "provider", "completeness", "lines", "headline")
"""What a new judgement must differ in to count as new: an equal verdict of another rule table is none."""


def judge(lead: Lead, *, table: "RuleTable", now: datetime, trace: str) -> Change:
    """The lead judged by its present evidence. An equal verdict keeps its version, so nothing is pushed for it."""
    before = lead.judgement
    verdict = evaluation_of(lead, table)
    after = Judgement(
        version=before.version if before else 0,
        of_scan=lead.scan.version,
        of_identity=lead.identity.version,
        judged_at=now,
        **_fields(verdict),
    )
    if before is not None and all(getattr(before, name) == getattr(after, name) for name in _FOLLOWED):
        return Change(lead=replace(lead, judgement=after))
    after = replace(after, version=after.version + 1)
    return Change(lead=replace(lead, judgement=after), events=[_event(before, after, verdict, trace)])


def is_outdated(lead: Lead, table_version: str) -> bool:
    """Whether another rule table has judged the lead."""
    return lead.judgement is not None and lead.judgement.rules_version != table_version


def evaluation_of(lead: Lead, table: "RuleTable") -> Evaluation:
    """The verdict on a lead by any rule table."""
    return evaluate(
        lead.scan.signals,
        tenant_id=lead.tenant_id,
        co_sell=lead.co_sell,
        known_provider=lead.scan.known_provider,
        table=table,
    )


def _fields(verdict: Evaluation) -> dict[str, Any]:
    """Plain JSON-ready values, so that a stored judgement equals a new one field by field."""
    names = (
        "score", "segment", "priority", "priority_label", "technical_heat", "commercial_segment", "commercial_heat",
        "provider", "completeness", "rules_version",
    )  # fmt: skip
    plain: dict[str, Any] = {name: getattr(verdict, name) for name in names}
    for name in ("headline", "lines", "sentences"):
        plain[name] = json.loads(json.dumps(asdict(verdict)[name]))
    return plain


def _event(before: Judgement | None, after: Judgement, verdict: Evaluation, trace: str) -> Event:
    if before is None:
        return Event("score.judged", params={"score": after.score, "segment": after.segment}, trace=trace)
    reasons = [asdict(reason) for reason in explain_change(before, verdict)]
    params = {
        "old": before.score,
        "new": after.score,
        "reasons": reasons,
        "old_segment": before.segment,
        "segment": after.segment,
    }
    return Event("score.changed", params=params, trace=trace)
