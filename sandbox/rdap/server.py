"""Registrations go in; an RDAP server (RFC 9082) with its own bootstrap document on a loopback port comes out.

`GET /dns.json` is IANA's list of registries (RFC 9224). It names this server for every top-level domain that has a
registration, save `.tr`, whose registry offers no RDAP: `whois` answers for it. `GET /domain/{name}` answers with the
domain or 404.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults
from sandbox.rdap.domain_object import CONFORMANCE, JSON, domain_object, error_object
from sandbox.rdap.registrations import SAMPLES, Registration, punycode, read_registrations
from sandbox.rdap.whois import WITHOUT_RDAP, serve_whois
from sandbox.running import Running
from sandbox.serving import serve_app


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    whois_port: int = 0,
    registrations: Mapping[str, Any] | Path | None = None,
    seed: int = 0,
    now: Callable[[], float] = time.time,
) -> Running:
    """Serves `registrations` by name (None: the samples) until closed. `now` gives Unix seconds.

    Raises ValueError naming each domain and field that is wrong.
    """
    read = read_registrations(SAMPLES if registrations is None else registrations)
    doors = _Doors(read, now)
    running = await serve_app(doors.app(seed), name="rdap", host=host, port=port)
    doors.address = running.address
    try:
        whois = await serve_whois(read, host=host, port=whois_port, now=now)
    except OSError:
        await running.close()
        raise

    async def close() -> None:
        whois.close()
        await running.close()

    address = f"{host}:{whois.sockets[0].getsockname()[1]}"
    return Running("rdap", running.address, running.port, close, beside={"whois": address})


class _Doors:
    def __init__(self, registrations: Mapping[str, Registration], now: Callable[[], float]) -> None:
        self.address = ""
        self._registrations = registrations
        self._now = now

    def app(self, seed: int) -> web.Application:
        faults = Faults(seed, error_body=lambda status: error_object(status, "A fault that was asked for."))
        app = web.Application(middlewares=[faults.middleware, _errors])
        faults.add_doors(app)
        app.router.add_get("/dns.json", self._bootstrap)
        app.router.add_get("/domain/{name}", self._domain)
        app.router.add_get("/help", self._help)
        return app

    def _today(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC).replace(hour=9, minute=0, second=0, microsecond=0)

    async def _bootstrap(self, _request: web.Request) -> web.Response:
        endings = {name.rpartition(".")[2] for name in self._registrations} - WITHOUT_RDAP
        return web.json_response(
            {
                "description": "RDAP bootstrap file for Domain Name System registrations",
                "publication": f"{self._today():%Y-%m-%dT%H:%M:%SZ}",
                "services": [[sorted(endings), [f"{self.address}/"]]],
                "version": "1.0",
            }
        )

    async def _domain(self, request: web.Request) -> web.Response:
        try:
            name = punycode(request.match_info["name"])
        except ValueError:
            raise web.HTTPBadRequest(reason="This is no domain name.") from None
        registration = self._registrations.get(name)
        if registration is None or name.rpartition(".")[2] in WITHOUT_RDAP:
            raise web.HTTPNotFound(reason="The domain is not registered here.")
        body = domain_object(name, registration, today=self._today(), address=self.address)
        return web.json_response(body, content_type=JSON)

    async def _help(self, _request: web.Request) -> web.Response:
        notice = {"title": "Sandbox", "description": ["Every registration here is made up."]}
        return web.json_response({"rdapConformance": CONFORMANCE, "notices": [notice]}, content_type=JSON)


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response(error_object(error.status, error.reason), status=error.status, content_type=JSON)
