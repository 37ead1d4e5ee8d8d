"""`/api/leads/{domain}`: one lead with its referrals, why it scores so, what happened, and a new scan by hand."""

import json
from dataclasses import replace

import azure.functions as func

from shared.doors.accepted import lead_accepted
from shared.doors.http import Call, Reply, door
from shared.doors.listing import with_etag
from shared.doors.paths import domain_in_path, lead_in_path
from shared.doors.problems import bad_request, not_found
from shared.rules.change import Change, Found
from shared.rules.events import Event, sentence
from shared.rules.lead_face import face
from shared.rules.moments import iso
from shared.rules.referral_face import referral_face
from shared.rules.road import next_messages
from shared.rules.taking_in import with_scan_wanted

blueprint = func.Blueprint()


@door(blueprint, "GET", "leads/{domain}", role="reader", answer="LeadWithReferrals")
def show_lead(call: Call) -> Reply:
    """One lead with its referrals, the newest first."""
    lead = lead_in_path(call)
    keys = [one.key for one in sorted(lead.referrals.values(), key=lambda one: one.updated_ticks, reverse=True)]
    kept = [call.to.leads.referral(key) for key in keys[:100]]
    return Reply({**face(lead), "referrals": [referral_face(one) for one in kept if one]})


@door(blueprint, "GET", "leads/{domain}/score-breakdown", role="reader", answer="ScoreBreakdown", also=(304,))
def score_breakdown(call: Call) -> Reply:
    """Why the score is what it is: lines that add up to it, and sentences of the same evaluation."""
    lead = lead_in_path(call)
    judged = lead.judgement
    content = {
        "domain": lead.domain,
        "score": judged.score if judged else None,
        "completeness": judged.completeness if judged else None,
        "rules_version": judged.rules_version if judged else None,
        "scanned_at": iso(lead.scan.scanned_at),
        "lines": judged.lines if judged else [],
        "sentences": judged.sentences if judged else [],
        "headline": judged.headline if judged else None,
    }
    return with_etag(call, content)


@door(blueprint, "GET", "leads/{domain}/evidence", role="reader", answer="Evidence")
def show_evidence(call: Call) -> Reply:
    """What each check of the last scan found: raw records, resolver, time and TTL."""
    lead = lead_in_path(call)
    text = call.to.leads.big_text("evidence", lead.domain, lead.scan.evidence_key) if lead.scan.evidence_key else None
    return Reply(
        {"domain": lead.domain, "scanned_at": iso(lead.scan.scanned_at), "evidence": json.loads(text) if text else None}
    )


@door(blueprint, "GET", "leads/{domain}/timeline", role="reader", query="PageQuery", answer="Timeline")
def timeline(call: Call) -> Reply:
    """What happened to this lead, newest first."""
    lead = lead_in_path(call)
    subject, cursor = lead.domain, call.query.cursor
    if cursor and not cursor.startswith(f"event:{subject}:"):
        raise bad_request("cursor", "It belongs to another timeline.", "Start from the first page.")
    events, mark = call.to.leads.events(subject, limit=call.query.limit, after=cursor)
    shown = [{**event, "text": sentence(event["code"], event["params"])} for event in events]
    return Reply({"items": shown, "next_cursor": mark, "as_of": iso(call.to.now())})


@door(blueprint, "POST", "leads/{domain}/rescan", role="operator", answer="LeadAccepted", status=202)
def rescan(call: Call) -> Reply:
    """Asks for a scan now, however fresh the last one is; no cache stands between."""
    domain, now = domain_in_path(call.path["domain"]), call.to.now()

    def decide(found: Found) -> Change | None:
        if found.lead is None:
            return None
        lead = with_scan_wanted(found.lead, now=now, fresh_for=now - now, force=True)
        if lead == found.lead:
            return None
        lead = replace(lead, scan=replace(lead.scan, retries=0))
        return Change(lead=lead, events=[Event("scan.asked", who=call.principal.user_id, trace=call.trace)])

    found = call.to.leads.find(domain=domain)
    if found.lead is None:
        raise not_found("lead", domain)
    saved = call.to.leads.change(decide, found)
    lead = saved.lead if saved and saved.lead else found.lead
    call.to.queues.send_all(next_messages(lead, trace=call.trace))
    return lead_accepted(domain, known=True)
