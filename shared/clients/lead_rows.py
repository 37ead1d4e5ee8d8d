"""Leads and referrals as table rows, and back: which property holds what.

All rows of the table `leads` share one partition, so that a lead, its referral, their events and the feed change
together.
Row keys: `lead:{domain}`, `ref:{key}`, `event:{subject}:{newest first}`, `feed:{lead|ref}:{bucket}:{key}`,
`text:{raw|evidence}:{key}:{version}` for texts that fit a property; longer ones have rows in tables of their own.
"""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any

from shared.clients.packing import pack
from shared.rules.change import BigText
from shared.rules.events import Event
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import DynamicsState, Identity, Judgement, Lead, ReferralSummary, ScanState
from shared.rules.lead_face import face
from shared.rules.list_card import pack_card
from shared.rules.list_columns import LEAD_COLUMNS, REFERRAL_COLUMNS
from shared.rules.moments import iso
from shared.rules.referral_face import listed_referral
from shared.rules.road import owed

PARTITION = "leads"
SCHEMA = 1
FEED_BUCKET_SECONDS = 10
_LONGEST_TEXT = 30_000
_building = Lock()
"""When a worker starts, many messages need the same adapters at once; each is built by one of them."""
_END_OF_TICKS = 10**17
_END_OF_VERSIONS = 10**9 - 1


def lead_entity(lead: Lead, *, owed_since: datetime | None) -> dict[str, Any]:
    """The row of a lead: one property per owning step, the packed card, and what the sweep looks for."""
    due = owed(lead)
    return {
        "PartitionKey": PARTITION,
        "RowKey": f"lead:{lead.domain}",
        "schema": SCHEMA,
        "version": lead.version,
        "identity": _dump(Identity, lead.identity),
        "referrals": _dump(dict[str, ReferralSummary], lead.referrals),
        "scan": _dump(ScanState, lead.scan),
        "judgement": _dump(Judgement | None, lead.judgement),
        "dynamics": _dump(dict[str, DynamicsState], lead.dynamics),
        "has_page": lead.has_page,
        "updated_at": iso(lead.updated_at) or "",
        "card": pack_card(LEAD_COLUMNS, face(lead)),
        "owed": due.step if due else "",
        "owed_since": (iso(owed_since) or "") if due else "",
    }


def lead_of(entity: Mapping[str, Any]) -> Lead:
    """The lead in a row. Properties that a newer release added are passed over."""
    return Lead(
        domain=entity["RowKey"].partition(":")[2],
        version=int(entity["version"]),
        identity=_load(Identity, entity["identity"]),
        referrals=_load(dict[str, ReferralSummary], entity["referrals"]),
        scan=_load(ScanState, entity["scan"]),
        judgement=_load(Judgement | None, entity["judgement"]),
        dynamics=_load(dict[str, DynamicsState], entity["dynamics"]),
        has_page=bool(entity.get("has_page", True)),
        updated_at=moment(entity["updated_at"]),
    )


def referral_entity(row: KeptReferral) -> dict[str, Any]:
    """The row of a referral."""
    return {
        "PartitionKey": PARTITION,
        "RowKey": f"ref:{row.key}",
        "schema": SCHEMA,
        "version": row.revision,
        "content": _dump(KeptReferral, row),
        "updated_at": iso(row.updated_at) or "",
        "card": pack_card(REFERRAL_COLUMNS, listed_referral(row)),
        "owed": "push" if row.push_owed else "",
        "owed_since": (iso(row.updated_at) or "") if row.push_owed else "",
    }


def referral_of(entity: Mapping[str, Any]) -> KeptReferral:
    """The referral in a row."""
    row: KeptReferral = _load(KeptReferral, entity["content"])
    return row


def event_entity(subject: str, event: Event, *, at: datetime, version: int, number: int) -> dict[str, Any]:
    """The row of an event; rows of one subject sort newest first. The version keeps two saves of one instant apart."""
    ticks = _END_OF_TICKS - int(at.timestamp() * 10_000_000)
    return {
        "PartitionKey": PARTITION,
        "RowKey": f"event:{subject}:{ticks:018}:{_END_OF_VERSIONS - version:09}:{99 - number:02}",
        "schema": SCHEMA,
        "at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "code": event.code,
        "who": event.who,
        "params": _dump(dict[str, Any], dict(event.params)),
        "trace": event.trace or "",
    }


def event_of(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An event as the timeline shows it."""
    params = _load(dict[str, Any], entity["params"])
    return {
        "at": entity["at"],
        "code": entity["code"],
        "who": entity["who"],
        "params": params,
        "trace": entity["trace"] or None,
    }


def feed_entity(kind: str, key: str, *, at: datetime, version: int, card: bytes) -> dict[str, Any]:
    """The feed row that tells readers of the list about one change. An empty card means: gone."""
    return {
        "PartitionKey": PARTITION,
        "RowKey": f"{feed_from(kind, at)}:{key}",
        "version": version,
        "card": card,
        "key": key,
    }


def text_entity(text: BigText, *, at: datetime) -> dict[str, Any]:
    """The row of a big text among the rows that point to it."""
    row_key = text_key(text.table, text.partition, text.row_key)
    return {"PartitionKey": PARTITION, "RowKey": row_key, "at": at.isoformat(), **pack(text.text)}


def text_key(table: str, partition: str, row_key: str = "") -> str:
    """The row key of a big text; without its last part, how all of its versions begin."""
    return f"text:{table}:{partition}:{row_key}"


def feed_from(kind: str, at: datetime) -> str:
    """The row key at which the feed's bucket of this moment begins."""
    return f"feed:{kind}:{int(at.timestamp()) // FEED_BUCKET_SECONDS:012}"


def moment(text: str | None) -> datetime | None:
    """The UTC moment in ISO text, or None for an empty one."""
    return datetime.fromisoformat(text) if text else None


def _adapter(shape: Any) -> Any:
    with _building:
        return _built(shape)


@cache
def _built(shape: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(shape)


def _dump(shape: Any, value: Any) -> str | bytes:
    text: bytes = _adapter(shape).dump_json(value, exclude_defaults=True)
    return text.decode() if len(text) <= _LONGEST_TEXT else zlib.compress(text, 6)


def _load(shape: Any, stored: str | bytes) -> Any:
    return _adapter(shape).validate_json(stored if isinstance(stored, str) else zlib.decompress(stored))
