"""`GET /api/leads`, its export, and `POST /api/leads`: what the page shows, row by row."""

import logging
from dataclasses import replace
from datetime import timedelta

import azure.functions as func

from shared.doors.accepted import lead_accepted
from shared.doors.http import Call, Reply, door
from shared.doors.paths import domain_from
from shared.rules.change import Change, Found
from shared.rules.events import Event
from shared.rules.lead import Identity, Lead
from shared.rules.road import next_messages
from shared.rules.taking_in import with_scan_wanted

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


@door(blueprint, "GET", "leads", role="reader", query="LeadQuery", answer="LeadPage", also=(304,))
def list_leads(call: Call) -> Reply:
    """A page of leads: filtered, searched, sorted by several fields."""
    from shared.doors.listing import lead_conditions, page_of
    from shared.rules.list_columns import LEAD_COLUMNS

    return page_of(call, call.to.lead_list, LEAD_COLUMNS, lead_conditions(call.query))


@door(blueprint, "GET", "leads/export", role="reader", query="ExportQuery", answer="ExportFile", also=(413,))
def export_leads(call: Call) -> Reply:
    """The list's rows as one file, in its order, with the chosen columns."""
    from shared.doors.listing import lead_conditions, read_sort
    from shared.doors.problems import Problem
    from shared.export.file import export_file
    from shared.rules.list_columns import LEAD_COLUMNS

    limit = call.to.settings.export_max_rows
    sorts = read_sort(call.query.sort, LEAD_COLUMNS)
    with call.to.lead_list.read() as table:
        slots = table.ordered(table.matching(lead_conditions(call.query)), sorts)
        if len(slots) > limit:
            detail = f"{len(slots)} rows; one file holds {limit}. Narrow the filter."
            raise Problem(413, "export_too_large", detail, count=len(slots), limit=limit)
        faces = table.packed_faces_of(slots)
    made = export_file(call.query, faces, now=call.to.now(), who=call.principal.name or call.principal.user_id)
    params = {"rows": len(faces), "format": call.query.format, "view": call.query.view}
    call.to.leads.add_events(
        "exports", [Event("export.made", who=call.principal.user_id, params=params, trace=call.trace)]
    )
    logger.info("export.made rows=%d format=%s trace=%s", len(faces), call.query.format, call.trace)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "X-Row-Count": str(len(faces))}
    return Reply(made.content, 200, headers, made.media_type)


@door(blueprint, "POST", "leads", role="operator", body="NewLeadBody", answer="LeadAccepted", status=202)
def add_lead(call: Call) -> Reply:
    """Adds a company by its domain, or asks for a new scan of one that is known."""
    domain = domain_from(call.body.domain, own_domains=call.to.settings.own_domain_set)
    now, fresh = call.to.now(), timedelta(hours=call.to.settings.scan_fresh_hours)

    def decide(found: Found) -> Change | None:
        lead = found.lead or Lead(domain=domain, identity=Identity(first_seen_at=now))
        if call.body.company_name:
            lead = replace(lead, identity=replace(lead.identity, company_name=call.body.company_name))
        lead = with_scan_wanted(lead, now=now, fresh_for=fresh)
        if lead == found.lead:
            return None
        added = Event("lead.added", who=call.principal.user_id, trace=call.trace)
        return Change(lead=lead, events=[] if found.lead else [added])

    found = call.to.leads.find(domain=domain)
    saved = call.to.leads.change(decide, found)
    lead = saved.lead if saved else found.lead
    if lead:
        call.to.queues.send_all(next_messages(lead, trace=call.trace))
    return lead_accepted(domain, known=found.lead is not None)
