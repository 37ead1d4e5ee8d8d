"""What the lists of leads and of referrals can be filtered, searched and sorted by."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shared.rules import values
from shared.rules.lead_face import LEAD_FIELDS
from shared.rules.list_shape import Shape
from shared.rules.referral_face import REFERRAL_FIELDS


def _moment(name: str) -> Callable[[dict[str, Any]], int | None]:
    return lambda row: int(datetime.fromisoformat(row[name]).timestamp()) if row.get(name) else None


def _whole(name: str) -> Callable[[dict[str, Any]], int | None]:
    return lambda row: None if row.get(name) is None else int(row[name])


def _amount(row: dict[str, Any]) -> int | None:
    value = row.get("deal_value")
    return round(value["amount"] * 100) if value else None


LEAD_COLUMNS = Shape(
    key="domain",
    fields=LEAD_FIELDS,
    codes={
        "segment": values.SEGMENTS,
        "provider": values.PROVIDERS,
        "referral_type": values.REFERRAL_TYPES,
        "referral_status": values.REFERRAL_STATUSES,
        "priority": values.PRIORITIES,
        "technical_heat": values.HEATS,
        "dynamics_status": values.DYNAMICS_STATUSES,
        "stage": values.STAGES,
        "tenant_size": values.TENANT_SIZES,
        "spf": values.RECORD_STATES,
        "dkim": values.RECORD_STATES,
        "dmarc": values.RECORD_STATES,
        "mx": values.RECORD_STATES,
        "commercial_segment": values.COMMERCIAL_SEGMENTS,
        "commercial_heat": values.COMMERCIAL_HEATS,
    },
    numbers={
        "score": _whole("score"),
        "completeness": _whole("completeness"),
        "deal_value": _amount,
        **{
            name: _moment(name)
            for name in ("respond_by", "first_seen_at", "scanned_at", "updated_at", "expires_at", "dynamics_synced_at")
        },
        "referral_count": _whole("referral_count"),
    },
    texts=("company_name", "display_domain", "country"),
    search=("domain", "display_domain", "company_name", "local_provider", "contact_name"),
    default_sort=("priority", "respond_by", "-score"),
)

REFERRAL_COLUMNS = Shape(
    key="id",
    fields=REFERRAL_FIELDS,
    codes={
        "status": values.REFERRAL_STATUSES,
        "type": values.REFERRAL_TYPES,
        "dynamics_status": values.DYNAMICS_STATUSES,
        "has_domain": ("true", "false"),
    },
    numbers={
        "deal_value": _amount,
        **{name: _moment(name) for name in ("respond_by", "created_at", "updated_at", "expires_at", "first_seen_at")},
    },
    texts=("company_name", "name", "domain"),
    search=("domain", "company_name", "name", "id"),
    default_sort=("-created_at",),
    derived=lambda face: {"has_domain": "true" if face.get("domain") else "false"},
)
