"""Yardsticks (design section 9): each module offers `rows()`, what it measured beside what is asked."""

from collections.abc import Iterable
from dataclasses import dataclass

VERDICT = {True: "ok", False: "MISSED", None: "not measured"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `measured` and `yardstick` are texts; `ok` None means that it was not measured."""

    name: str
    measured: str
    yardstick: str
    ok: bool | None
    note: str = ""


def table(rows: Iterable[Row]) -> str:
    """The rows as text, one a line: name, measured, yardstick, ok, note."""
    return "\n".join(
        " | ".join((row.name, row.measured, row.yardstick, VERDICT[row.ok], *([row.note] if row.note else [])))
        for row in rows
    )
