"""Fixtures that more than one folder of tests needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from sandbox.certificates import Certificates, make_certificates
from tests.background import Background, background
from tests.sandbox_process import SandboxProcess, running_sandbox

# Properties try the same examples each time, and pass no verdict on how busy the machine is.
settings.register_profile("hunter", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hunter")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    """The whole sandbox over the samples, with the project's own functions; one for all tests that can share it."""
    with running_sandbox() as started:
        yield started


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate authority, and what it has signed for this machine."""
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def loop() -> Iterator[Background]:
    """A thread of its own for the stand-ins of one file."""
    with background() as one:
        yield one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shares the browser is long and goes first."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.parent != here / "ui")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For `-n 2`: a file stays with one worker, as does all that shares the browser or the sandbox under attack.

    By the path, since xdist's own groups (`loadgroup`) are lost on pytest 9.2, which no longer reads the id that
    they mark.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByRoom(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            room = file.removeprefix("tests/").partition("/")[0]
            return room if room in ("ui", "attacks") else file

    return ByRoom(config, log)
