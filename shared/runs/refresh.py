"""A run of kind `refresh`: leads whose evidence has grown old in, a scan asked for each, within the day's budget."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.clients.run_store import Run
from shared.connections import Connections
from shared.rules.change import Change, Found
from shared.rules.list_shape import Conditions
from shared.rules.road import next_messages
from shared.rules.taking_in import with_scan_wanted

STALE_AFTER = timedelta(days=30)
BUDGET = 500
"""Scans a day: a thirtieth of 15,000 leads."""


def refresh(run: Run, to: Connections) -> Run:
    """Asks for scans of the leads that were scanned longest ago."""
    asked = 0
    for domain in stale_domains(to)[:BUDGET]:
        if to.runs.cancel_asked(run.id):
            return replace(run, state="cancelled")
        now = to.now()

        def decide(found: Found, now: datetime = now) -> Change | None:
            lead = with_scan_wanted(found.lead, now=now, fresh_for=STALE_AFTER) if found.lead else None
            return Change(lead=lead) if lead and lead != found.lead else None

        saved = to.leads.change(decide, to.leads.find(domain=domain))
        if saved and saved.lead:
            to.queues.send_all(next_messages(saved.lead, trace=run.trace, run=run.id))
            to.runs.put_item(run.id, domain, outcome="asked", key=domain)
            asked += 1
            if asked % 50 == 0:
                run = to.runs.renewed(run, fetched=asked, enqueued=asked)
    return replace(to.runs.renewed(run, fetched=asked, enqueued=asked), state="finishing")


def stale_domains(to: Connections) -> list[str]:
    """Leads scanned more than 30 days ago, the oldest first."""
    limit = int((to.now() - STALE_AFTER).timestamp())
    with to.lead_list.read() as table:
        mask = table.matching(Conditions(between={"scanned_at": (None, limit)}))
        return table.keys_of(table.ordered(mask, ("scanned_at",)))
