"""The host's own doors: `/admin/host/ping`, `/admin/host/status`, `/admin/functions`, and a function run by hand."""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from sandbox.host.index import Function
from sandbox.host.invoke import InvocationFailed, Invoker
from sandbox.host.timers import timer_request
from sandbox.host.trigger_metadata import read_text

logger = logging.getLogger(__name__)


class Admin:
    """Keys are never asked for, as with Core Tools."""

    def __init__(self, functions: Sequence[Function], *, errors: Sequence[str], invoker: Invoker) -> None:
        self._functions = {function.name.lower(): function for function in functions}
        self._errors = list(errors)
        self._invoker = invoker
        self._running: set[asyncio.Task[None]] = set()

    def add_doors(self, app: web.Application) -> None:
        """Register the doors."""
        app.router.add_get("/", self._home)
        app.router.add_route("*", "/admin/host/ping", self._ping)
        app.router.add_get("/admin/host/status", self._status)
        app.router.add_get("/admin/functions", self._list)
        app.router.add_post("/admin/functions/{name}", self._run)

    async def _home(self, _request: web.Request) -> web.Response:
        return web.Response(text="<p>The stand-in function host is up.", content_type="text/html")

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.Response()

    async def _status(self, _request: web.Request) -> web.Response:
        state = "Error" if self._errors else "Running"
        return web.json_response({"id": "hunter", "state": state, "version": "4", "errors": self._errors})

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response([_described(function) for function in self._functions.values()])

    async def _run(self, request: web.Request) -> web.Response:
        function = self._functions.get(request.match_info["name"].lower())
        if function is None:
            return web.Response(status=404)
        if function.kind == "httpTrigger":
            return web.Response(
                status=400, text="The stand-in host runs timer and queue functions by hand; call the route."
            )
        try:
            text = json.loads(await request.text() or "{}").get("input") or ""
        except (ValueError, AttributeError):
            return web.Response(status=400, text='Send {"input": "<text>"}.')
        task = asyncio.create_task(self._invoke(function, text))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return web.Response(status=202)

    async def _invoke(self, function: Function, text: str) -> None:
        given = timer_request(past_due=False, status=None) if function.kind == "timerTrigger" else read_text(text)
        try:
            await self._invoker.run(function, given, reason="This function was programmatically called via the host")
        except InvocationFailed:
            return  # logged by the invoker


def _described(function: Function) -> dict[str, Any]:
    binding = {name: str(getattr(value, "value", value)) for name, value in function.trigger.items()}
    return {"name": function.name, "isDisabled": function.disabled, "config": {"bindings": [binding]}}
