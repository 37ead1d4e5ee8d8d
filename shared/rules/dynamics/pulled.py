"""A row that changed in Dynamics and what Hunter remembers of it in; what a seller changed out.

Decided per column by the owner of `columns`: `ours` is set right by the next push, `theirs` and `last_writer`
are the seller's from now on, which the memory says by itself, since the row differs from what Hunter wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.rules.dynamics.columns import COLUMNS, Column, Record
from shared.rules.dynamics.memory import Memory, fingerprint, plain, told_of, told_values
from shared.rules.dynamics.state import Row, modified_by, row_id, state_of
from shared.rules.dynamics.told import shown

_OUTCOMES = {("opportunity", "won"): "won", ("opportunity", "lost"): "lost", ("lead", "disqualified"): "lost"}
"""What closing a record means for the deal."""


@dataclass(frozen=True, slots=True)
class PulledField:
    """One column that a seller changed: both values, and whose stays."""

    field: str
    ours: Any
    theirs: Any
    kept: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a seller did to one record. `memory` is what is remembered now."""

    record: Record
    id: str
    memory: Memory
    fields: tuple[PulledField, ...] = ()
    state: tuple[str, str] | None = None
    """Before and after, when it was closed or opened."""
    owner: tuple[str | None, str] | None = None

    @property
    def is_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.fields or self.state or self.owner)

    def onto(self, memory: Memory) -> Memory:
        """What is remembered now on top of a memory that a push may have renewed meanwhile."""
        told = {**memory.told, **self.memory.told}
        return replace(memory, told=told, state=self.memory.state, owner=self.memory.owner)

    @property
    def outcome(self) -> str | None:
        """`won` or `lost` when the record was closed so."""
        return _OUTCOMES.get((self.record, self.memory.state))


def read_back(
    record: Record, row: Row, memory: Memory, wanted: Mapping[str, Any], *, user_id: str = ""
) -> Pulled | None:
    """What is new in this row, or None when it says what Hunter wrote, or what has been told already.

    `user_id`: our application user. In a row that it modified last, a value counts as the seller's only where a push
    has seen it as such; any other may be our own, written by a push that has not noted it yet.
    """
    changes, told = [], dict(memory.told)
    by_us = bool(user_id) and modified_by(row) == user_id
    for column in COLUMNS[record]:
        theirs = row.get(column.read_name)
        if column.read_name not in row or not _is_news(column, theirs, memory, by_us=by_us):
            continue
        told[column.name] = told_of("pulled", theirs)
        kept = "ours" if column.owner == "ours" else "theirs"
        ours = shown(record, column.name, plain(wanted.get(column.name)))
        changes.append(PulledField(f"{record}.{column.name}", ours, shown(record, column.name, theirs), kept))
    state, owner = state_of(record, row), row.get("_ownerid_value")
    after = replace(memory, told=told, state=state, owner=owner or memory.owner)
    pulled = Pulled(
        record,
        row_id(record, row),
        after,
        tuple(changes),
        (memory.state, state) if state != memory.state else None,
        (memory.owner, owner) if owner and memory.owner and owner != memory.owner else None,
    )
    return pulled if pulled.is_news or after != memory else None


def _is_news(column: Column, theirs: Any, memory: Memory, *, by_us: bool) -> bool:
    """Whether this is a seller's value that nobody has told of."""
    last = memory.written.get(column.name)
    if last is None or column.stamp or fingerprint(theirs) == last:
        return False
    ours, seen = told_values(memory, column.name)
    if seen != fingerprint(theirs):
        return not by_us
    return ours == last  # a push saw it and kept silent, since Hunter itself had nothing new to say
