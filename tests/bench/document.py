"""Rows in, docs/benchmarks.md out."""

from collections.abc import Iterable
from datetime import date

from tests.bench import VERDICT, Row
from tests.machine import machine


def document(rows: Iterable[Row], *, on: date, load: float) -> str:
    """The whole file; a yardstick that is missed says so. `load` is what else the machine had to do."""
    lines = [
        "# Yardsticks",
        "",
        'Written by `make bench`, which measures everything anew; `make bench ARGS="lists scan"` prints only those.',
        "Ratios come from one run on one machine, so that they say something elsewhere as well.",
        "",
        f"Measured on {on:%Y-%m-%d}: {machine()}; load at the start {load:.1f}.",
        "",
        "| what | measured | yardstick | | |",
        "| --- | ---: | --- | --- | --- |",
    ]
    for row in rows:
        texts = (row.name, row.measured, row.yardstick, VERDICT[row.ok], row.note)
        lines.append(f"| {' | '.join(text.replace('|', '/') for text in texts)} |")
    return "\n".join([*lines, ""])
