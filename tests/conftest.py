"""Fixtures that more than one folder of tests needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox_process import SandboxProcess, running_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    """The whole sandbox over the samples, with the project's own functions; one for all tests that can share it."""
    with running_sandbox() as started:
        yield started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For `-n 2`: a file stays with one worker, as does all that shares the browser, which is long and goes first, or
    the sandbox under attack."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.parent != here / "ui")
    for item in items:
        room, *rest = item.path.relative_to(here).parts
        item.add_marker(pytest.mark.xdist_group(room if room in ("ui", "attacks") else "/".join((room, *rest))))
