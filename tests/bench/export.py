"""An export of 20,000 leads beside a bare `csv.writer` over the same rows, and its memory."""

import csv
import io
import math
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, Literal

from shared.doors.questions import ExportQuery
from shared.export.columns import cells_of, read_columns
from shared.export.file import export_file
from shared.rules.list_card import split_card
from tests.bench import Row
from tests.bench.leads import NOW, lead_rows

LEADS = 20_000
_TIMES = 7


def rows() -> Iterator[Row]:
    """Time and memory of both formats."""
    packed = [split_card(row["card"]).face for row in lead_rows(LEADS)]
    plain = list(map(cells_of(read_columns("")), packed))
    bare = ours = math.inf
    for _ in range(_TIMES):  # by turns, so that both meet the same machine
        bare, ours = min(bare, _cpu(lambda: _bare(plain))), min(ours, _cpu(lambda: _content(packed, "csv")))
    note = f"{ours:.2f} s beside {bare:.2f} s of CPU, the best of {_TIMES} each; ours opens the packed leads as well"
    yield Row(
        f"csv of {LEADS:,} leads / bare csv.writer", f"{ours / bare:.1f} x", "at most 3 x", ours <= 3 * bare, note
    )
    seconds = _cpu(lambda: _content(packed, "xlsx"))
    yield Row(f"xlsx of {LEADS:,} leads", f"{seconds:.1f} s of CPU", "at most 10 s", seconds <= 10)
    for kind in ("csv", "xlsx"):
        yield _memory(packed, kind)


def _memory(packed: list[bytes], kind: Literal["csv", "xlsx"]) -> Row:
    """The most that was in use while the file was made, the rows of the list aside."""
    tracemalloc.start()
    body = len(_content(packed, kind))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ratio = most / body
    note = f"{most / 1e6:.1f} MB for a body of {body / 1e6:.1f} MB"
    return Row(f"memory of that {kind} / its body", f"{ratio:.1f} x", "at most 3 x", ratio <= 3, note)


def _content(packed: list[bytes], kind: Literal["csv", "xlsx"]) -> bytes:
    return export_file(ExportQuery(format=kind), packed, now=NOW, who="bench").content


def _bare(plain: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(plain)
    return out.getvalue().encode()


def _cpu(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
