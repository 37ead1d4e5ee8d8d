"""Fixtures of the tests that need Dynamics beside Storage and the Service Bus."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.dataverse import serve
from shared.doors.answers import ANSWERS
from shared.doors.http import Call, Handler, Reply, model_named
from shared.doors.principal import Principal
from shared.doors.requests import read_body, read_query
from tests.background import Background
from tests.clients.dynamics_stand_in import StandIn
from tests.functions.dynamics_world import DynamicsWorld
from tests.storage import Storage

Make = Callable[..., DynamicsWorld]


@pytest.fixture
def make(storage: Storage, bus: Any, loop: Background) -> Make:
    """A world with its own Dynamics."""

    def start(settings: dict[str, str] | None = None, **options: Any) -> DynamicsWorld:
        running, queues = bus
        stand_in = StandIn(loop.serve(serve(**options)).address)
        made = DynamicsWorld(storage.fresh_account(), queues, running.control, stand_in=stand_in, **(settings or {}))
        made.empty_queues()
        return made

    return start


@pytest.fixture
def world(make: Make) -> DynamicsWorld:
    """A world as `make run` has it."""
    return make()


def call(
    world: DynamicsWorld,
    handler: Handler,
    *,
    path: dict[str, str] | None = None,
    query: tuple[str, dict[str, str]] | None = None,
    body: tuple[str, Any] | None = None,
) -> Reply:
    """Calls a door's handler with checked questions, as an operator."""
    asked = read_query(model_named(query[0]), query[1]) if query else None
    told = read_body(model_named(body[0]), json.dumps(body[1]).encode()) if body else None
    principal = Principal("operator-1", "", "operator")
    return handler(Call(principal, path or {}, asked, told, "trace-door", {}, world))


def holds_to(name: str, content: Any) -> None:
    """The answer is what the OpenAPI document says."""
    ANSWERS[name].model_validate(content)
