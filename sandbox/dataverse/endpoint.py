"""A request over HTTP goes in; caller, limits and delays are settled; the answer of the service comes out."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.dataverse import pages
from sandbox.dataverse.doors import Doors
from sandbox.dataverse.errors import CUSTOMISATION_LOCK, NOT_SIGNED_IN, URL_TOO_LONG, Refusal
from sandbox.dataverse.exchange import Answer, Request, refused
from sandbox.dataverse.limits import Limits
from sandbox.dataverse.service import Service

VerifyToken = Callable[[str], Mapping[str, Any] | None]

DEFAULT_APPLICATION = "00000000-0000-0000-0000-00000000d365"
LONGEST_URL = 32_768
_AFFINITY = "ARRAffinity"


@dataclass(slots=True)
class Endpoint:
    """The HTTP side of one stand-in. `latency` and `metadata_delay` are seconds."""

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
        if len(request.url) > LONGEST_URL:
            raise Refusal(URL_TOO_LONG, "Request URL Too Long")
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
