"""`GET /api/today` and `GET /api/dashboard`: what wants an answer now, and numbers that agree with the list."""

from datetime import datetime, timedelta
from typing import Any

import azure.functions as func

from shared.connection_state import connection_state
from shared.doors.http import Call, Reply, door
from shared.rules.dashboard import COUNTED, figures
from shared.rules.moments import iso
from shared.rules.today import GROUPS, group_of, order_in_group

blueprint = func.Blueprint()

_NOBODY_KNOWS = timedelta(days=3)
"""Without a last visit, "new" means the last three days."""
_LEAD_FIELDS = (
    "domain", "display_domain", "company_name", "score", "segment", "priority", "priority_label", "headline",
    "provider", "completeness", "dynamics_status", "dynamics_url", "dynamics_error",
    "dynamics_error_code", "dynamics_error_params", "dynamics_synced_at", "stage",
)  # fmt: skip


@door(blueprint, "GET", "today", role="reader", query="TodayQuery", answer="Today")
def today(call: Call) -> Reply:
    """Open referrals that want an answer, the most urgent group first."""
    from shared.rules.list_shape import Conditions

    now = call.to.now()
    since = call.query.since or now - _NOBODY_KNOWS
    waiting = Conditions(any_of={"status": frozenset({"new"})})
    with call.to.referral_list.read() as table:
        waiting_rows = table.faces_of(table.ordered(table.matching(waiting), ("respond_by", "-created_at")))
    with call.to.lead_list.read() as leads:
        rows = [_with_lead(row, leads) for row in waiting_rows]
        lagging = leads.count(leads.matching(Conditions(any_of={"dynamics_status": frozenset({"failed", "review"})})))
    groups: dict[str, list[dict[str, Any]]] = {code: [] for code in GROUPS}
    for row in rows:
        groups[group_of(row, now=now, since=since)].append(row)
    summary: dict[str, Any] = {code: len(items) for code, items in groups.items()}
    summary |= {"not_in_dynamics": lagging, "total": len(rows), "last_check": _last_check(call)}
    listed = [
        {"code": code, "total": len(items), "items": sorted(items, key=order_in_group)[:200]}
        for code, items in groups.items()
    ]
    return Reply({"summary": summary, "groups": listed, "as_of": iso(now)})


@door(blueprint, "GET", "dashboard", role="reader", query="LeadFilter", answer="Dashboard")
def dashboard(call: Call) -> Reply:
    """Totals, funnel, shares and the score histogram over the list's filter; each equals the list's `total` with that
    filter."""
    from shared.doors.listing import lead_conditions

    with call.to.lead_list.read() as table:
        mask = table.matching(lead_conditions(call.query))
        counted = {name: table.counts(mask, name) for name in COUNTED}
        found = figures(total=table.count(mask), scores=table.numbers(mask, "score"), counted=counted)
    return Reply({**found, "as_of": iso(call.to.now())})


def _with_lead(row: dict[str, Any], leads: Any) -> dict[str, Any]:
    lead = leads.face(row["domain"]) if row["domain"] else None
    return {**row, "lead": {name: lead[name] for name in _LEAD_FIELDS} if lead else None}


def _last_check(call: Call) -> str | None:
    """When Partner Center was last read to the end."""
    read_at = connection_state("partner-center", call.to).get("ok_at")
    return iso(datetime.fromisoformat(read_at)) if read_at else None
