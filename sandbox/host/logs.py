"""Python logging → one line each on stderr, with the function and the invocation that it belongs to."""

import logging
import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Invocation:
    """Which run of which function a log line belongs to."""

    id: str
    function: str


current: ContextVar[Invocation | None] = ContextVar("invocation", default=None)


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        run = current.get()
        source = f"Functions.{run.function}[{run.id}]" if run else "Host"
        line = f"{at} {record.levelname} {source} {record.name} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def _worth_a_line(record: logging.LogRecord) -> bool:
    """What the app says inside an invocation; of everything else the host's own lines and warnings."""
    return current.get() is not None or record.name.startswith("sandbox.") or record.levelno >= logging.WARNING


def set_up_logging() -> None:
    """Send the root logger to stderr at INFO, at DEBUG with PYTHON_ENABLE_DEBUG_LOGGING as in the worker."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    handler.addFilter(_worth_a_line)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if os.environ.get("PYTHON_ENABLE_DEBUG_LOGGING") == "1" else logging.INFO)
