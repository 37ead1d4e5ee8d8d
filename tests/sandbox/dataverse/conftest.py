"""A stand-in on a real socket, and a plain client for it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.dataverse import serve
from tests.background import Background, background
from tests.sandbox.dataverse.plain_client import Api

Serve = Callable[..., Api]


@pytest.fixture
def loop() -> Iterator[Background]:
    """An event loop in a thread of its own; it closes what it served."""
    with background() as one:
        yield one


@pytest.fixture
def served(loop: Background) -> Serve:
    """Starts a stand-in with the given options."""

    def start(**options: Any) -> Api:
        running = loop.serve(serve(**options))
        return Api(running.address, close=lambda: loop.run(running.close()))

    return start


@pytest.fixture
def api(served: Serve) -> Api:
    """A stand-in as `make run` has it."""
    return served()
