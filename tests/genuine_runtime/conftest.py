"""Leaves this folder out, and says so in one closing line, where no Python 3.13 could be set up for it."""

from pathlib import Path

import pytest

PYTHON = Path(__file__).parent / ".venv" / "bin" / "python"
HERE = (PYTHON.parent.parent / ".installed").exists()
collect_ignore_glob = [] if HERE else ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The closing line."""
    if not HERE:
        terminalreporter.write_line("genuine runtime: did not run, since no Python 3.13 starts on this machine")
