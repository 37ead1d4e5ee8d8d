"""A row that changed in Dynamics and what Hunter remembers of it in; what a seller changed out.

Decided per column by the owner of `dynamics_columns`: `ours` is set right by the next push, `theirs` and `last_writer`
are the seller's from now on, which the memory says by itself, since the row differs from what Hunter wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.rules.dynamics_columns import COLUMNS, Column, Record
from shared.rules.dynamics_memory import Memory, fingerprint, told_of
from shared.rules.dynamics_state import Row, row_id, state_of
from shared.rules.dynamics_told import shown

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

    @property
    def outcome(self) -> str | None:
        """`won` or `lost` when the record was closed so."""
        return _OUTCOMES.get((self.record, self.memory.state))


def read_back(record: Record, row: Row, memory: Memory, wanted: Mapping[str, Any]) -> Pulled | None:
    """What is new in this row, or None when it says what Hunter wrote, or what has been told already."""
    changes, told = [], dict(memory.told)
    for column in COLUMNS[record]:
        news = _news(column, row, memory)
        if news is None:
            continue
        told[column.name] = news
        kept = "ours" if column.owner == "ours" else "theirs"
        ours, theirs = wanted.get(column.name), row.get(column.read_name)
        changes.append(
            PulledField(
                f"{record}.{column.name}",
                shown(record, column.name, _plain(ours)),
                shown(record, column.name, theirs),
                kept,
            )
        )
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


def _news(column: Column, row: Row, memory: Memory) -> str | None:
    """A fingerprint of the seller's value when it differs from ours and has not been told of."""
    last = memory.written.get(column.name)
    if last is None or column.stamp or column.read_name not in row:
        return None
    theirs = row.get(column.read_name)
    if fingerprint(theirs) == last:
        return None
    news = told_of("pulled", theirs)
    return None if memory.told.get(column.name) == news else news


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
