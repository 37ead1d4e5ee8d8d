"""Alternate keys and the clock go in; keys whose index is built become Active, or Failed where rows contradict them."""

from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.rows import fold
from sandbox.dataverse.tables import Key, Table


def advance(org: Organisation) -> None:
    """Moves every key on: Pending for the first half of its delay, InProgress for the second, then the verdict."""
    now = org.now()
    for table in org.schema.tables.values():
        for key in table.keys.values():
            if key.status in ("Pending", "InProgress"):
                _move(org, table, key, now)


def start(org: Organisation, key: Key, delay: float) -> None:
    """Begins building the key's index, which takes `delay` seconds."""
    key.status, key.ready, key.begun = "Pending", org.now() + delay, org.now()


def _move(org: Organisation, table: Table, key: Key, now: float) -> None:
    if now >= key.ready:
        key.status = "Failed" if _contradicted(org, table, key) else "Active"
    elif now >= (key.begun + key.ready) / 2:
        key.status = "InProgress"


def _contradicted(org: Organisation, table: Table, key: Key) -> bool:
    seen = set()
    for row in org.rows.all(table.name):
        values = tuple(fold(row.get(column)) for column in key.columns)
        if None in values:
            continue
        if values in seen:
            return True
        seen.add(values)
    return False
