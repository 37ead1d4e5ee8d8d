"""What indexing costs: the import of `function_app` beside that of `azure.functions` alone, in fresh processes.

In instructions where valgrind is installed, which repeat from run to run; else in medians of processor time.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench import Row
from tests.test_imports import _SETTINGS

_ROOT = Path(__file__).parent.parent.parent
_TIMES = 15
_CODES = ("import azure.functions", "import function_app")


def rows() -> list[Row]:
    """One row, about a minute with valgrind."""
    if shutil.which("valgrind"):
        with ThreadPoolExecutor(len(_CODES)) as pool:
            alone, ours = pool.map(_instructions, _CODES)
        note = f"{ours / 1e6:,.0f} M instructions beside {alone / 1e6:,.0f} M"
    else:
        alone, ours = _cpu_medians()
        note = f"{ours * 1000:.0f} ms of processor time beside {alone * 1000:.0f} ms, medians of {_TIMES}; noisy"
    ratio = ours / alone
    return [Row("import of function_app / of azure.functions", f"{ratio:.2f} x", "at most 2 x", ratio <= 2, note)]


def _instructions(code: str) -> float:
    command = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
    told = re.search(r"I\s+refs:\s+([\d,]+)", _run(code, *command))
    assert told, "valgrind told no count"
    return float(told[1].replace(",", ""))


def _cpu_medians() -> list[float]:
    """Taken in turns, so that a busy moment of the machine does not hit one side only."""
    spent: dict[str, list[float]] = {code: [] for code in _CODES}
    for _ in range(_TIMES):
        for code, times in spent.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            _run(code)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return [statistics.median(times) for times in spent.values()]


def _run(code: str, *under: str) -> str:
    """What the interpreter, or the tool that runs it, complains of."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT), **_SETTINGS}
    command = [*under, sys.executable, "-c", code]
    run = subprocess.run(
        command, env=environment, cwd=_ROOT, stderr=subprocess.PIPE, text=True, check=True, timeout=180
    )
    return run.stderr
