"""A run of kind `refresh`: leads that another rule table has judged are judged anew, and for those whose evidence has
grown old a scan is asked, within the day's budget.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.connections import Connections
from shared.messages import Envelope
from shared.rules.change import Change, Found
from shared.rules.judging import is_outdated
from shared.rules.list_shape import Conditions
from shared.rules.road import next_messages, score_message
from shared.rules.run import Run
from shared.rules.taking_in import with_scan_wanted

STALE_AFTER = timedelta(days=30)
_BATCH = 100
BUDGET = 500
"""Scans a day: a thirtieth of 15,000 leads."""


def refresh(run: Run, to: Connections) -> Run:
    """Asks for new judgements where the rules are others now, then for scans of the leads scanned longest ago."""
    run = _judge_anew(run, to)
    asked = 0
    for domain in stale_domains(to)[:BUDGET]:
        if to.turns.cancel_asked(run.id):
            return replace(run, state="cancelled")
        now = to.now()

        def decide(found: Found, now: datetime = now) -> Change | None:
            lead = with_scan_wanted(found.lead, now=now, fresh_for=STALE_AFTER) if found.lead else None
            return Change(lead=lead) if lead and lead != found.lead else None

        saved = to.leads.change(decide, to.leads.find(domain=domain))
        if saved and saved.lead:
            to.queues.send_all(next_messages(saved.lead, trace=run.trace, run=run.id))
            to.run_items.put(run.id, domain, outcome="asked", key=domain)
            asked += 1
            if asked % 50 == 0:
                run = to.turns.renewed(run, fetched=asked, enqueued=asked)
    return replace(to.turns.renewed(run, fetched=asked, enqueued=asked), state="finishing")


def rules_have_changed(to: Connections) -> bool:
    """Whether the rule table is another than that which was last seen to have judged all; the first one ever is not."""
    seen, version = to.state.get("rules", "judged"), to.rule_table.version
    if seen is None:
        to.state.put("rules", "judged", {"version": version})
    return seen is not None and seen["version"] != version


def _judge_anew(run: Run, to: Connections) -> Run:
    """Sends every lead that another table has judged to score again; its evidence is asked of nobody."""
    if not rules_have_changed(to):
        return run
    version, batch = to.rule_table.version, list[Envelope]()
    for lead in to.leads.all_leads():
        if is_outdated(lead, version):
            batch.append(score_message(lead, table=version, trace=run.trace))
        if len(batch) == _BATCH:
            to.queues.send_all(batch)
            run, batch = to.turns.renewed(run), []
    to.queues.send_all(batch)
    to.state.put("rules", "judged", {"version": version})
    return to.turns.renewed(run)


def stale_domains(to: Connections) -> list[str]:
    """Leads scanned more than 30 days ago, the oldest first."""
    limit = int((to.now() - STALE_AFTER).timestamp())
    with to.lead_list.read() as table:
        mask = table.matching(Conditions(between={"scanned_at": (None, limit)}))
        return table.keys_of(table.ordered(mask, ("scanned_at",)))
