"""The doors as a browser meets them: a method and an address in, what the registered function answers out.

Requests go through the genuine `func.HttpRequest`, the route templates and every check; each good answer is held to its
model.
"""

import base64
import importlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, urlsplit

import azure.functions as func

from sandbox.host.routes import Route, match, parse_route
from shared.connections import Connections, settings
from shared.doors.answers import ANSWERS
from shared.doors.answers.parts import Problem
from shared.doors.http import DOORS

ENVIRONMENT = {
    "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=YQ==;UseDevelopmentEmulator=true",
    "Storage": "UseDevelopmentStorage=true",
}
_TAKES_CONNECTIONS = ("shared.doors.http", "functions.sync", "functions.sweep")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door answered. Header names are as they were set."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.json["code"])


def principal(*roles: str, user: str = "user-1", **more: Any) -> str:
    """The header that the platform sets for a signed-in user."""
    held = {"userId": user, "userDetails": "someone@hunter-partner.example", "userRoles": [*roles], **more}
    return base64.b64encode(json.dumps(held).encode()).decode()


class Doors:
    """Every door over one world."""

    def __init__(self, world: Connections) -> None:
        self.world = world

    def get(self, address: str, *, role: str | None = "reader", **headers: str) -> Answer:
        """GET an address below `/api/`."""
        return self.ask("GET", address, role=role, headers=headers)

    def post(self, address: str, body: Any = None, *, role: str | None = "operator", **headers: str) -> Answer:
        """POST JSON to an address below `/api/`; bytes go as they are."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.ask("POST", address, role=role, headers={"content-type": "application/json", **headers}, body=sent)

    def ask(
        self,
        method: str,
        address: str,
        *,
        role: str | None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """The answer of the function that the host would call; 404 without a body where there is none."""
        parts = urlsplit(address)
        found = match([route for route, _ in _registered().values()], quote(parts.path, safe="/%"), method)
        if found is None:
            return Answer(404, {}, b"")
        route, path = found
        signed = {"x-ms-client-principal": principal("anonymous", "authenticated", role)} if role else {}
        given = {name.replace("_", "-").lower(): value for name, value in (headers or {}).items()}
        request = func.HttpRequest(
            method=method,
            url=f"http://127.0.0.1/api/{address}",
            headers={**signed, **given},
            params=dict(parse_qsl(parts.query, keep_blank_values=False)),
            route_params=path,
            body=body,
        )
        made = self._call(route.function, request)
        answer = Answer(made.status_code, dict(made.headers), made.get_body())
        _hold_to_model(route.function, answer)
        return answer

    def tick(self, timer: str) -> None:
        """A timer is due."""
        with self._wired():
            _registered_timers()[timer](None)

    def _call(self, name: str, request: func.HttpRequest) -> func.HttpResponse:
        with self._wired():
            made: func.HttpResponse = _registered()[name][1](request)
        return made

    def _wired(self) -> Any:
        from contextlib import ExitStack

        _functions()  # before a module is patched that only sound settings let import
        stack = ExitStack()
        for module in _TAKES_CONNECTIONS:
            stack.enter_context(patch(f"{module}.connections", lambda: self.world))
            stack.enter_context(patch(f"{module}.settings", lambda: self.world.settings))
        stack.enter_context(patch("functions.health.settings", lambda: self.world.settings))
        return stack


def _hold_to_model(name: str, answer: Answer) -> None:
    door = next((one for one in DOORS if one.name == name), None)
    if answer.status >= 400 and answer.body and door:
        Problem.model_validate_json(answer.body)
    elif answer.status in (200, 202) and door and door.answer in ANSWERS:
        ANSWERS[door.answer].model_validate_json(answer.body)


@cache
def _functions() -> list[Any]:
    """What `function_app` registers when the settings are sound."""
    with patch.dict(os.environ, ENVIRONMENT):
        settings.cache_clear()
        app = importlib.import_module("function_app").app
        found = app.get_functions()
        settings.cache_clear()
    return list(found)


@cache
def _registered() -> dict[str, tuple[Route, Any]]:
    found = {}
    for one in _functions():
        trigger = one.get_trigger()
        if trigger.type == "httpTrigger":
            methods = [str(getattr(method, "value", method)) for method in trigger.methods or ()]
            route = parse_route(one.get_function_name(), trigger.route, methods)
            found[route.function] = (route, one.get_user_function())
    return found


@cache
def _registered_timers() -> dict[str, Any]:
    return {
        one.get_function_name(): one.get_user_function()
        for one in _functions()
        if one.get_trigger().type == "timerTrigger"
    }
