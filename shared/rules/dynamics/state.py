"""A row as Dynamics shows it goes in; whether it may still be written, and if not, why, comes out."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.rules.dynamics.columns import Record

Row = Mapping[str, Any]

_STATES: dict[Record, dict[int, str]] = {
    "lead": {1: "qualified", 2: "disqualified"},
    "opportunity": {1: "won", 2: "lost"},
    "account": {1: "inactive"},
    "contact": {1: "inactive"},
}
"""`statecode` values in which a record is left alone (reference/dataverse-web-api.md 9.2)."""


def state_of(record: Record, row: Row) -> str:
    """`open`, `qualified`, `disqualified`, `won`, `lost`, `inactive` or `merged`."""
    if row.get("merged") is True:
        return "merged"
    return _STATES[record].get(row.get("statecode") or 0, "open")


def row_id(record: Record, row: Row) -> str:
    """The row's id."""
    return str(row[f"{record}id"]).lower()


def etag(row: Row) -> str | None:
    """The version of the row that was read."""
    return row.get("@odata.etag")


def modified_by(row: Row) -> str | None:
    """The id of the user who changed the row last."""
    return str(row.get("_modifiedby_value") or "").lower() or None


def survivor(record: Record, row: Row, rows: Iterable[Row]) -> Row:
    """The row that a merged one was merged into, as far as it is among `rows`; any other row as it is."""
    by_id = {row_id(record, one): one for one in rows}
    seen = set()
    while state_of(record, row) == "merged" and row_id(record, row) not in seen:
        seen.add(row_id(record, row))
        row = by_id.get(str(row.get("_masterid_value") or "").lower(), row)
    return row
