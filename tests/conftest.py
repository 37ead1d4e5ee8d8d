"""Fixtures that more than one folder of tests needs."""

from collections.abc import Iterator

import pytest

from tests.sandbox_process import SandboxProcess, running_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    """The whole sandbox over the samples, with the project's own functions; one for all tests that can share it."""
    with running_sandbox() as started:
        yield started
