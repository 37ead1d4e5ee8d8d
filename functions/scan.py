"""Queue `scans`: one domain in; its DNS and registration asked at once; the evidence kept; passed on to score."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import azure.functions as func

from shared.connections import Connections
from shared.doors.queue import queue_door
from shared.messages import Envelope
from shared.rules.change import BigText, Change, Found
from shared.rules.lead import Lead
from shared.rules.road import next_messages
from shared.rules.scanned import ScanReport, checks_to_ask_again, scan_change

if TYPE_CHECKING:
    from shared.clients.dns import ScanResult

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)

ASK_UNKNOWN_AGAIN = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=2))
"""When the parts that nobody answered are asked again, by themselves (design section 4)."""
_CLAIM = timedelta(minutes=3)


@queue_door(blueprint, "scan")
def scan(envelope: Envelope, to: Connections) -> None:
    """Scans one domain, once per request and freshness window; a repeat is only passed on."""
    found = to.leads.find(domain=envelope.key)
    if found.lead is None:
        return
    only = _parts_to_ask(found.lead, envelope)
    if only is None:
        to.queues.send_all(next_messages(found.lead, trace=envelope.trace, run=envelope.run))
        if _did_this(found.lead, envelope):
            _ask_again_later(found.lead, envelope, to)
        return
    claimed = _claim(found, envelope, to)
    if claimed is None:
        logger.info("scan.claimed_by_another key=%s trace=%s", envelope.key, envelope.trace)
        return
    result = to.scan_domain(envelope.key, only=only, before=_evidence(claimed.lead, to) if only else None)
    _save(claimed, result, envelope, to, retried=bool(only))


def _parts_to_ask(lead: Lead, envelope: Envelope) -> frozenset[str] | None:
    """An empty set: everything. Some: only what is unknown. None: nothing is owed any more."""
    if lead.scan.done < lead.scan.wanted:
        return frozenset()
    if envelope.data.get("unknown_try") == lead.scan.retries + 1:
        return checks_to_ask_again(lead.scan) or None
    return None


def _did_this(lead: Lead, envelope: Envelope) -> bool:
    """Whether the last scan of the lead was this message's: it came twice, and may have been cut off the first time."""
    tries = int(envelope.data.get("unknown_try", 0))
    return (envelope.data.get("version"), tries) == (f"w{lead.scan.wanted}", lead.scan.retries)


def _claim(found: Found, envelope: Envelope, to: Connections) -> Found | None:
    """One scan of a domain at a time: the claim has an end, and belongs to the work that it was made for."""
    mine, now = envelope.work, to.now()

    def decide(stood: Found) -> Change | None:
        lead = stood.lead
        assert lead is not None
        if lead.scan.claimed_by not in (None, mine) and lead.scan.claimed_until and lead.scan.claimed_until > now:
            return None
        return Change(lead=replace(lead, scan=replace(lead.scan, claimed_by=mine, claimed_until=now + _CLAIM)))

    scan_state = found.lead.scan if found.lead else None
    if scan_state and scan_state.claimed_by == mine and scan_state.claimed_until and scan_state.claimed_until > now:
        return found
    if to.leads.change(decide, found) is None:
        return None
    return to.leads.find(domain=envelope.key)


def _evidence(lead: Lead | None, to: Connections) -> str | None:
    if lead is None or lead.scan.evidence_key is None:
        return None
    return to.leads.big_text("evidence", lead.domain, lead.scan.evidence_key)


def _save(claimed: Found, result: "ScanResult", envelope: Envelope, to: Connections, *, retried: bool) -> None:
    report = ScanReport.of(result)
    evidence_key = f"{report.scanned_at:%Y%m%dT%H%M%S%f}"
    kept = BigText("evidence", envelope.key, evidence_key, json.dumps(result.to_json(), ensure_ascii=False))

    def decide(stood: Found) -> Change | None:
        if stood.lead is None:
            return None
        return replace(
            scan_change(stood.lead, report, evidence_key=evidence_key, retried=retried, trace=envelope.trace),
            big_text=kept,
        )

    saved = to.leads.change(decide, claimed)
    lead = saved.lead if saved else None
    if lead is None:
        return
    logger.info(
        "domain.scanned key=%s completeness=%d trace=%s", envelope.key, report.signals.completeness, envelope.trace
    )
    to.queues.send_all(next_messages(lead, trace=envelope.trace, run=envelope.run))
    _ask_again_later(lead, envelope, to)


def _ask_again_later(lead: Lead, envelope: Envelope, to: Connections) -> None:
    tries = lead.scan.retries
    if not checks_to_ask_again(lead.scan) or tries >= len(ASK_UNKNOWN_AGAIN):
        return
    data = {
        "key": lead.domain,
        "version": f"w{lead.scan.wanted}",
        "cause": f"unknown-{tries + 1}",
        "unknown_try": tries + 1,
    }
    again = Envelope(type="scan", trace=envelope.trace, data=data)
    to.queues.send(again, delay=ASK_UNKNOWN_AGAIN[tries] * to.settings.retry_scale)
