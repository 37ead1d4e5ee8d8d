"""Target and subordinate of the Merge action go in; one row stays, the other is inactive and points to it."""

from typing import Any

from sandbox.dataverse.errors import (
    BAD_PAYLOAD,
    INVALID_ARGUMENT,
    MERGE_CYCLIC,
    MERGE_IDENTICAL,
    MERGE_INACTIVE,
    MERGE_PARENTS_DIFFER,
    Refusal,
    gone,
)
from sandbox.dataverse.rows import Link
from sandbox.dataverse.write import Writer

_TABLES = ("account", "contact", "lead")
_PARENTS = {"account": "parentaccountid", "contact": "parentcustomerid", "lead": "parentaccountid"}


def merge(writer: Writer, given: dict[str, Any]) -> None:
    """Moves the subordinate's children to the target, fills in `UpdateContent`, deactivates the subordinate."""
    for name in ("Target", "Subordinate", "PerformParentingChecks"):
        if name not in given:
            raise Refusal(BAD_PAYLOAD, f"The parameter '{name}' of Merge is required.")
    target, subordinate = named(given["Target"]), named(given["Subordinate"])
    _check(writer, target, subordinate, check_parents=bool(given["PerformParentingChecks"]))
    table = writer.org.schema.tables[target.table]
    writer.org.require(writer.user, "write", table.name)
    content = {k: v for k, v in (given.get("UpdateContent") or {}).items() if k not in ("@odata.type", table.id_column)}
    if content:
        writer.update(table, target.id, content)
    for other, column in writer.org.schema.pointing_to(target.table):
        if column.name != "masterid":
            for row_id in sorted(writer.org.rows.find(other.name, (column.name,), (subordinate.id,))):
                if (other.name, row_id) != (target.table, target.id):
                    writer.settle(other, row_id, {column.name: target})
    closed = {"statecode": 2, "statuscode": 7} if table.name == "lead" else {"statecode": 1, "statuscode": 2}
    writer.settle(table, subordinate.id, {**closed, "merged": True, "masterid": target})


def named(given: Any) -> Link:
    """The row that an object with `@odata.type` and its primary id names."""
    name = str(given.get("@odata.type", "")).rpartition(".")[2] if isinstance(given, dict) else ""
    if name not in _TABLES or not isinstance(given.get(f"{name}id"), str):
        raise Refusal(INVALID_ARGUMENT, "Merge works on accounts, contacts and leads, named by @odata.type and id.")
    return Link(name, given[f"{name}id"].lower())


def _check(writer: Writer, target: Link, subordinate: Link, *, check_parents: bool) -> None:
    if target == subordinate or target.table != subordinate.table:
        raise Refusal(MERGE_IDENTICAL, "Merge is not possible: target and subordinate must be two rows of one table.")
    rows = [writer.org.rows.get(link.table, link.id) for link in (target, subordinate)]
    for row, link in zip(rows, (target, subordinate), strict=True):
        if row is None:
            raise gone(link.table, link.id)
        if row["statecode"] != 0:
            raise Refusal(MERGE_INACTIVE, "Merge is not possible: a row is inactive.")
    kept, merged = rows[0] or {}, rows[1] or {}
    parent = _PARENTS[target.table]
    if kept.get(parent) == subordinate:
        raise Refusal(MERGE_CYCLIC, "Merge would make a cyclical parent relationship.")
    if check_parents and kept.get(parent) != merged.get(parent):
        raise Refusal(MERGE_PARENTS_DIFFER, "Merge is not possible: the rows have different parents.")
