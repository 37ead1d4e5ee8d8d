"""Options go in; a served Dataverse comes out: the Web API over HTTP, its control doors, its pages for people."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.dataverse import pages, snapshot
from sandbox.dataverse.doors import Doors
from sandbox.dataverse.errors import CUSTOMISATION_LOCK, NOT_SIGNED_IN, Kind, Refusal
from sandbox.dataverse.exchange import Answer, Request, refused
from sandbox.dataverse.limits import Allowance, Limits
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.part_faults import error_body, part_fault
from sandbox.dataverse.service import Service
from sandbox.faults import Faults
from sandbox.running import Running

VerifyToken = Callable[[str], Mapping[str, Any] | None]

DEFAULT_APPLICATION = "00000000-0000-0000-0000-00000000d365"
_LONGEST_URL = 32_768
_LARGEST_BODY = 120 * 1024 * 1024
_URL_TOO_LONG = Kind(414, "0x0")
_AFFINITY = "ARRAffinity"


@dataclass(slots=True)
class _Front:
    """The HTTP side of one stand-in."""

    service: Service
    limits: Limits
    doors: Doors
    verify_token: VerifyToken | None
    latency: float
    metadata_delay: float
    servers: int
    customising: bool = False
    _turn: int = 0

    async def api(self, http: web.Request) -> web.Response:
        """Any request below `/api/data/`."""
        headers = {name.lower(): value for name, value in http.headers.items()}
        request = Request(http.method, http.raw_path, headers, await http.read())
        server = self._server(http)
        marks = {
            "x-ms-service-request-id": self.service.org.new_id(),
            "OData-Version": "4.0",
            "x-ms-dop-hint": "4",
            "Set-Cookie": f"{_AFFINITY}={server:064x}; Path=/; HttpOnly",
        }
        self.doors.counts["batches" if request.url.split("?")[0].endswith("/$batch") else "requests"] += 1
        try:
            answer = await self._admitted(request, server, marks)
        except Refusal as refusal:
            answer = refused(refusal)
        return _response(answer, marks)

    async def _admitted(self, request: Request, server: int, marks: dict[str, str]) -> Answer:
        user = self._caller(request)
        if len(request.url) > _LONGEST_URL:
            raise Refusal(_URL_TOO_LONG, "Request URL Too Long")
        marks.update(self.limits.enter(user, server))
        began = self.limits.now()
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            if not self.service.is_customisation(request):
                return self.service.answer(request, user)
            return await self._customised(request, user)
        finally:
            self.limits.leave(user, server, began)

    async def _customised(self, request: Request, user: str) -> Answer:
        if self.customising:
            raise Refusal(CUSTOMISATION_LOCK, "Another customisation is running. Wait until it has finished.")
        self.customising = True
        try:
            await asyncio.sleep(self.metadata_delay)
            return self.service.answer(request, user)
        finally:
            self.customising = False

    def _caller(self, request: Request) -> str:
        if self.verify_token is None:
            return self.service.org.application_user(DEFAULT_APPLICATION)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        claims = self.verify_token(token) if scheme.lower() == "bearer" and token else None
        if claims is None:
            challenge = {"WWW-Authenticate": f"Bearer resource_id={self.service.org.address}/"}
            raise Refusal(
                NOT_SIGNED_IN, "The access token is missing, expired or not for this resource.", headers=challenge
            )
        application = next((claims[name] for name in ("appid", "azp", "oid", "sub") if claims.get(name)), "unknown")
        return self.service.org.application_user(str(application))

    def _server(self, http: web.Request) -> int:
        with contextlib.suppress(ValueError):
            return int(http.cookies.get(_AFFINITY, ""), 16) % self.servers
        self._turn += 1
        return self._turn % self.servers

    async def main_page(self, http: web.Request) -> web.Response:
        """`GET /main.aspx?etn=lead&id=…`: where "Open in Dynamics" leads."""
        org = self.service.org
        table = org.schema.tables.get(http.query.get("etn", ""))
        row_id = http.query.get("id", "").strip("{}").lower()
        if table is None:
            return _html(pages.missing_page("such table"), status=404)
        if not row_id:
            return _html(pages.table_page(org, table))
        row = org.rows.get(table.name, row_id)
        return (
            _html(pages.missing_page(table.name), status=404) if row is None else _html(pages.row_page(org, table, row))
        )

    async def front_page(self, _http: web.Request) -> web.Response:
        """`GET /`: all tables."""
        return _html(pages.front_page(self.service.org))


def _response(answer: Answer, marks: dict[str, str]) -> web.Response:
    headers = {**marks, **answer.headers}
    if answer.content_type is not None:
        headers["Content-Type"] = answer.content_type
    return web.Response(status=answer.status, body=answer.body if answer.content is not None else None, headers=headers)


def _html(text: str, *, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    verify_token: VerifyToken | None = None,
    seed: int = 0,
    keep: Path | None = None,
    provisioned: bool = True,
    predictive_scores: bool = False,
    duplicate_rules: bool = False,
    key_delay: float = 0.5,
    metadata_delay: float = 0.0,
    stale: float = 0.0,
    latency_ms: float = 0.0,
    servers: int = 1,
    limits: Allowance | None = None,
    clock_offset: float = 0.0,
    tls: ssl.SSLContext | None = None,
) -> Running:
    """Serves one organisation.

    `verify_token` gives a token's claims or None (401); without it everybody is the same application user.
    `provisioned=False` begins without our columns and keys; a new key needs `key_delay` seconds, a metadata write
    `metadata_delay`, and is unseen for `stale` seconds without `Consistency: Strong`. `keep` is a folder for the rows.
    """
    scheme = "http" if tls is None else "https"
    loop = asyncio.get_running_loop()
    org = Organisation(provisioned, predictive_scores, duplicate_rules, seed)
    if clock_offset:
        real = org.now
        org.now = lambda: real() + clock_offset
    if keep is not None:
        snapshot.load(org, keep)
    faults = Faults(seed, error_body)
    service = Service(org, key_delay, stale, part_fault(faults))
    limiter = Limits(loop.time, limits or Allowance())
    doors = Doors(org, limiter)
    front = _Front(service, limiter, doors, verify_token, latency_ms / 1000, metadata_delay, servers)

    app = web.Application(middlewares=[faults.middleware], client_max_size=_LARGEST_BODY)
    faults.add_doors(app)
    doors.add_to(app)
    app.router.add_get("/", front.front_page)
    app.router.add_get("/main.aspx", front.main_page)
    app.router.add_route("*", "/api/data/{rest:.*}", front.api)
    if keep is not None:
        app.cleanup_ctx.append(_keeping(org, keep))
    runner = web.AppRunner(app, access_log=None, max_line_size=2 * _LONGEST_URL, max_field_size=2 * _LONGEST_URL)
    await runner.setup()
    site = web.TCPSite(runner, host, port, ssl_context=tls)
    await site.start()
    bound_port = int(runner.addresses[0][1])
    org.address = f"{scheme}://{host}:{bound_port}"
    return Running("dataverse", org.address, bound_port, runner.cleanup)


def _keeping(org: Organisation, folder: Path) -> Callable[[web.Application], AsyncIterator[None]]:
    """Saves the rows when they changed, at most each second, and at the end."""

    async def keeping(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_save_each_second(org, folder))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        snapshot.save(org, folder)

    return keeping


async def _save_each_second(org: Organisation, folder: Path) -> None:
    saved = org.rows.changes
    while True:
        await asyncio.sleep(1)
        if org.rows.changes != saved:
            saved = org.rows.changes
            snapshot.save(org, folder)
