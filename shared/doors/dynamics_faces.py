"""Plans, states, doubts and merges in; what the doors to Dynamics show of them, JSON-ready, out."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from shared.clients.ledger_pages import Page, Review
from shared.connections import Connections
from shared.errors import PermanentError
from shared.rules.dynamics.columns import Record
from shared.rules.dynamics.ids import by_hand_key
from shared.rules.dynamics.marks import Mark
from shared.rules.dynamics.merge import MergePlan
from shared.rules.dynamics.shapes import Plan
from shared.rules.dynamics.standing import particulars
from shared.rules.events import sentence
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import DynamicsState, Lead
from shared.rules.moments import iso

UrlOf = Callable[[str, str], str]
"""Where a person opens a record, by its table and id."""


def opener(to: Connections) -> UrlOf:
    """Asks Dynamics' client only when there is a record to open; without Dynamics there is none."""
    return lambda record, record_id: to.dynamics.url_of(record, record_id)


def plan_face(plan: Plan, kept: KeptReferral | None) -> dict[str, Any]:
    """What a dry run shows of one referral: per record and column what would happen, and why."""
    return {
        **_planned(kept, plan.status),
        "skip": plan.skip,
        "defaulted": [_mark_face(mark) for mark in plan.marks],
        "records": [
            {
                "record": one.record,
                "action": one.action,
                "why": one.why,
                "id": one.id,
                "matched_by": one.matched_by,
                "candidates": [asdict(candidate) for candidate in one.candidates],
                "fields": [asdict(field) for field in one.fields],
            }
            for one in plan.records
        ],
    }


def _mark_face(mark: Mark) -> dict[str, Any]:
    return {"code": mark.code, "params": {"column": mark.column, **mark.params}, "text": mark.text}


def refused_plan_face(error: PermanentError, kept: KeptReferral | None) -> dict[str, Any]:
    """What a dry run shows of one referral for which a run would end with this error; nothing would be written."""
    return {
        **_planned(kept, "failed"),
        "error_code": error.code,
        "error": error.cause,
        "error_params": particulars(error.params),
    }


def _planned(kept: KeptReferral | None, status: str) -> dict[str, Any]:
    """Every field of a planned referral, as far as nothing is planned."""
    referral = kept.referral if kept else None
    return {
        "referral_id": referral.id if referral else None,
        "name": referral.name if referral else None,
        "status": status,
        "skip": None,
        "error_code": None,
        "error": None,
        "error_params": {},
        "defaulted": [],
        "records": [],
    }


def status_face(lead: Lead, key: str, page: Page, *, url_of: UrlOf) -> dict[str, Any]:
    """How one referral of a lead stands in Dynamics; its history newest first."""
    state = lead.dynamics.get(key, DynamicsState())
    summary = lead.referrals.get(key)
    entry = page.referral(key if summary else by_hand_key(lead.domain))
    contact = page.contacts.get(entry.contact_key or "")
    known: dict[Record, Any] = {
        "account": page.account,
        "contact": contact,
        "lead": entry.lead,
        "opportunity": entry.opportunity,
    }
    ids = {record: memory.id for record, memory in known.items() if memory}
    return {
        "referral_id": summary.id if summary else None,
        "name": summary.name if summary else None,
        "dynamics_status": state.shown,
        "ids": ids,
        "links": {record: url_of(record, found) for record, found in ids.items()},
        "url": state.url,
        "synced_at": iso(state.synced_at),
        "tried_at": iso(state.tried_at),
        "attempts": state.attempts,
        "error_code": state.error_code,
        "error": state.error,
        "error_params": state.error_params,
        "note": state.note,
        "note_params": state.note_params,
        "outcome": state.outcome,
        "owner": state.owner,
        "history": [{**line, "text": sentence(line["code"], line["params"])} for line in reversed(entry.history)],
    }


def review_face(domain: str, review: Review, *, url_of: UrlOf) -> dict[str, Any]:
    """A doubt about a company's account, with what a person needs to decide."""
    candidates = [
        {
            "account_id": one["id"],
            "name": one.get("name"),
            "domain": one.get("website"),
            "country": one.get("country"),
            "url": url_of("account", one["id"]),
        }
        for one in review.candidates
    ]
    return {
        "id": domain,
        "domain": domain,
        "company_name": review.company_name,
        "country": review.country,
        "reasons": [review.why],
        "candidates": candidates,
        "opened_at": review.opened_at,
    }


def merge_face(plan: MergePlan, request_id: str | None) -> dict[str, Any]:
    """What a merge does to each column; with a request id, what it did."""
    fields = [asdict(field) for field in plan.fields]
    done = request_id is not None
    return {
        "target": plan.target,
        "subordinate": plan.subordinate,
        "fields": fields,
        "done": done,
        "request_id": request_id,
    }
