"""HTTP requests → functions through the genuine converters of `azure.functions` → HTTP answers."""

import logging
from collections.abc import Iterable
from typing import Any

from aiohttp import web
from azure.functions.http import HttpRequestConverter, HttpResponseConverter
from azure.functions.meta import Datum

from sandbox.host.index import Function
from sandbox.host.invoke import InvocationFailed, Invoker
from sandbox.host.routes import Route, match, parse_route

logger = logging.getLogger(__name__)

BODY_LIMIT = 100 * 1024 * 1024


def routes_of(functions: Iterable[Function]) -> list[Route]:
    """The routes of those functions that HTTP triggers."""
    return [
        parse_route(
            function.name,
            function.trigger.get("route") or function.name,
            [str(getattr(method, "value", method)) for method in function.trigger.get("methods") or ()],
        )
        for function in functions
        if function.kind == "httpTrigger" and not function.disabled
    ]


class Doors:
    """Answers everything under the route prefix."""

    def __init__(self, functions: Iterable[Function], *, prefix: str, invoker: Invoker) -> None:
        self._functions = {function.name: function for function in functions}
        self._routes = routes_of(self._functions.values())
        self._prefix = f"/{prefix}/" if prefix else "/"
        self._invoker = invoker

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Run the function that the path and method belong to; 404 with an empty body where there is none."""
        path = request.rel_url.raw_path
        if not path.lower().startswith(self._prefix):
            return web.Response(status=404)
        found = match(self._routes, path[len(self._prefix) - 1 :], request.method)
        if found is None:
            return web.Response(status=404)
        route, parameters = found
        try:
            given = HttpRequestConverter.decode(await _datum(request, parameters), trigger_metadata={})
            result = await self._invoker.run(
                self._functions[route.function], given, reason="This function was programmatically called via the host"
            )
            return _response(result)
        except InvocationFailed:
            return web.Response(status=500)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except (TypeError, NotImplementedError) as error:
            logger.error("Function %s returned what is no HTTP answer: %s", route.function, error)
            return web.Response(status=500)


async def _datum(request: web.Request, parameters: dict[str, str]) -> Datum:
    return Datum(
        {
            "method": Datum(request.method, "string"),
            "url": Datum(str(request.url), "string"),
            "headers": _strings(_joined(request.headers.items(), lower=True)),
            "query": _strings(_joined(request.rel_url.query.items(), lower=False)),
            "params": _strings(parameters),
            "body": Datum(await request.read(), "bytes"),
        },
        "http",
    )


def _joined(pairs: Iterable[tuple[str, str]], *, lower: bool) -> dict[str, str]:
    """Repeated names become one value "1,2"; empty values do not reach the function."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if value:
            key = name.lower() if lower else name
            values[key] = f"{values[key]},{value}" if key in values else value
    return values


def _strings(values: dict[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def _response(result: Any) -> web.Response:
    encoded = HttpResponseConverter.encode(result, expected_type=None) if result is not None else None
    if encoded is None:
        raise TypeError(f"unable to encode outgoing TypedData: {type(result).__name__}")
    if encoded.type == "string":
        return web.Response(text=encoded.value)
    value = encoded.value
    response = web.Response(
        status=int(value["status_code"].value),
        headers={name: header.value for name, header in value["headers"].items()},
        body=value["body"].value,
    )
    for cookie in value["cookies"] or ():
        for morsel in cookie.values():
            response.headers.add("Set-Cookie", morsel.OutputString())
    return response
