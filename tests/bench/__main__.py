"""Every yardstick as one table: `python -m tests.bench [module …]`. Ends with 1 when one is missed."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import tests.bench
from tests.bench import Row, table


def measured(names: list[str]) -> Iterator[Row]:
    """The rows of the named modules, or of every module here that offers some, as they come."""
    for name in names or sorted(found.name for found in pkgutil.iter_modules(tests.bench.__path__)):
        if name in ("__main__", "beside_checkdmarc"):  # the first is this, the second belongs to `scan`
            continue
        module = importlib.import_module(f"tests.bench.{name}")
        if hasattr(module, "rows"):
            yield from module.rows()


def main() -> int:
    """Prints each row when it is there."""
    missed = 0
    for row in measured(sys.argv[1:]):
        print(table([row]), flush=True)
        missed += row.ok is False
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
