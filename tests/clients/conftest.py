"""Azurite for the tests of what is kept."""

from collections.abc import Iterator

import pytest

from tests.storage import Storage, running_storage


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage]:
    """One Azurite."""
    with running_storage() as started:
        yield started
