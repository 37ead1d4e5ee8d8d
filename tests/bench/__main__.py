"""Every yardstick as one table: `python -m tests.bench [module …]`. Ends with 1 when one is missed.

A run of all modules writes docs/benchmarks.md.
"""

import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import tests.bench
from tests.bench import Row, table
from tests.bench.document import document

_DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "benchmarks.md"


def measured(names: list[str]) -> Iterator[Row]:
    """The rows of the named modules, or of every module here that offers some, as they come.

    A module that breaks is a row as well, and the others are still measured.
    """
    for name in names or sorted(found.name for found in pkgutil.iter_modules(tests.bench.__path__)):
        if name in ("__main__", "beside_checkdmarc"):  # the first is this, the second belongs to `scan`
            continue
        module = importlib.import_module(f"tests.bench.{name}")
        if hasattr(module, "rows"):
            try:
                yield from module.rows()
            except Exception as error:
                traceback.print_exc()
                yield Row(f"module {name}", "-", "runs to its end", False, type(error).__name__)


def main() -> int:
    """Prints each row when it is there."""
    rows = []
    load = os.getloadavg()[0]
    for row in measured(sys.argv[1:]):
        print(table([row]), flush=True)
        rows.append(row)
    if not sys.argv[1:]:
        _DOCUMENT.write_text(document(rows, on=datetime.now(UTC).date(), load=load), encoding="utf-8")
    return 1 if any(row.ok is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
