"""Referral documents and the key of the tokens go in; the Referrals API on a loopback port comes out.

Beside the API: `/_sandbox/faults`, `GET/POST/DELETE /_sandbox/oddities`, and `GET/POST /_sandbox/referrals` to edit
data while somebody reads: `{"put": [documents as they stand], "change": [{"id", fields}], "delete": [ids]}`.
"""

import json
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from sandbox.entra.tokens import Claims, TokenAuthority, TokenRefusedError
from sandbox.faults import Faults
from sandbox.partner_center.listing import Listing
from sandbox.partner_center.odata import QueryError
from sandbox.partner_center.oddities import Oddities
from sandbox.partner_center.patch import PatchError, patched_fields
from sandbox.partner_center.store import Store
from sandbox.running import Running
from sandbox.sample_referrals import load_referrals, resolve_offsets
from sandbox.serving import serve_app

AUDIENCE = "https://api.partner.microsoft.com"
LIST = "/v1.0/engagements/referrals"
_LARGEST_EDIT = 64_000_000
"""Bytes: notes have no documented end."""
_ADMIN, _USER = "Referrals Admin", "Referrals User"
_CODES = {400: "invalidRequest", 401: "unauthenticated", 403: "accessDenied", 404: "itemNotFound"}
_CODES |= {412: "preconditionFailed", 429: "tooManyRequests", 503: "serviceNotAvailable"}


async def serve(
    *,
    authority: TokenAuthority,
    referrals: Iterable[Any] | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    seed: int = 0,
    oddities: Oddities | None = None,
    now: Callable[[], float] = time.time,
) -> Running:
    """Serves the API over `referrals` (None: the samples) until closed; tokens come from `authority` for `AUDIENCE`.

    Offsets such as `@-2d3h` become dates; all else is served as it stands. `now` gives Unix seconds.
    """

    def clock() -> datetime:
        return datetime.fromtimestamp(now(), UTC)

    documents = load_referrals(now=clock()) if referrals is None else resolve_offsets(list(referrals), now=clock())
    doors = _Doors(authority, Store(documents, now=clock), oddities or Oddities(), clock)
    running = await serve_app(doors.app(seed), name="partner-center", host=host, port=port)
    doors.address = running.address
    return running


class _Doors:
    def __init__(
        self, authority: TokenAuthority, store: Store, oddities: Oddities, now: Callable[[], datetime]
    ) -> None:
        self.address = ""
        self._authority = authority
        self._store = store
        self._oddities = oddities
        self._now = now
        self._listing = Listing(store, key=secrets.token_bytes(16), now=now)

    def app(self, seed: int) -> web.Application:
        faults = Faults(seed, error_body=lambda status: _error_body(status, "A fault that was asked for.", "referral"))
        app = web.Application(
            middlewares=[self._headers, faults.middleware, self._errors], client_max_size=_LARGEST_EDIT
        )
        faults.add_doors(app)
        app.router.add_get("/_sandbox/oddities", self._show_oddities)
        app.router.add_post("/_sandbox/oddities", self._change_oddities)
        app.router.add_delete("/_sandbox/oddities", self._reset_oddities)
        app.router.add_get("/_sandbox/referrals", self._show_all)
        app.router.add_post("/_sandbox/referrals", self._edit)
        app.router.add_get(LIST, self._list)
        app.router.add_get(LIST + "/{id}", self._get)
        app.router.add_patch(LIST + "/{id}", self._patch)
        return app

    @web.middleware
    async def _headers(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if not answer.prepared:
            stamp = self._now() + timedelta(seconds=self._oddities.clock_offset)
            answer.headers["Date"] = format_datetime(stamp, usegmt=True)
            answer.headers["request-id"] = str(uuid.uuid4())
            answer.headers["timestamp"] = f"{self._now():%Y-%m-%dT%H:%M:%S}"
            answer.headers["x-ms-ags-diagnostic"] = '{"ServerInfo":{"DataCenter":"Sandbox"}}'
            for echo in ("client-request-id", "MS-CorrelationId"):
                if echo in request.headers:
                    answer.headers[echo] = request.headers[echo]
        return answer

    @web.middleware
    async def _errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except QueryError as error:
            return _error(400, str(error), error.target)
        except PatchError as error:
            return _error(400, str(error), "referral")
        except web.HTTPException as error:
            return _error(error.status, error.reason, "referral")

    async def _list(self, request: web.Request) -> web.Response:
        claims = self._signed_in(request)
        page = self._listing.page(
            request.query, self._visible_to(claims), oddities=self._oddities, address=self.address
        )
        return self._json(request, page, claims)

    async def _get(self, request: web.Request) -> web.Response:
        claims = self._signed_in(request)
        return self._json(request, self._document(request, claims), claims)

    async def _patch(self, request: web.Request) -> web.Response:
        claims = self._signed_in(request)
        if _ADMIN not in claims.roles:
            raise web.HTTPForbidden(reason=f"The role {_ADMIN} is needed to update.")
        document = self._document(request, claims)
        expected = request.headers.get("If-Match")
        if expected is not None and expected != document.get("eTag"):
            raise web.HTTPPreconditionFailed(reason="The eTag does not match.")
        changed = self._store.change(document["id"], patched_fields(document, await request.text()))
        if request.headers.get("Prefer") != "return=representation":
            return web.Response(status=204)
        return self._json(request, changed, claims)

    def _document(self, request: web.Request, claims: Claims) -> Any:
        document = self._store.get(request.match_info["id"])
        if document is None or not self._visible_to(claims)(document):
            raise web.HTTPNotFound(reason="The referral was not found.")
        return document

    def _signed_in(self, request: web.Request) -> Claims:
        try:
            claims = self._authority.verify_header(request.headers.get("Authorization"), audience=AUDIENCE)
        except TokenRefusedError as error:
            raise web.HTTPUnauthorized(reason=f"The token is {error.reason.replace('_', ' ')}.") from None
        if self._oddities.require_mfa and not claims.mfa:
            raise web.HTTPUnauthorized(reason="Multi-factor authentication is needed (900421).")
        if claims.user is None or not {_ADMIN, _USER} & set(claims.roles):
            raise web.HTTPForbidden(reason=f"A user with the role {_ADMIN} or {_USER} is needed.")
        return claims

    def _visible_to(self, claims: Claims) -> Callable[[Any], bool]:
        """A Referrals User sees only those whose team holds that user."""
        if _ADMIN in claims.roles:
            return lambda _document: True

        def in_team(document: Any) -> bool:
            team = document.get("team") if isinstance(document, dict) else None
            people = [one.get("email") for one in team if isinstance(one, dict)] if isinstance(team, list) else []
            return claims.user in people

        return in_team

    def _json(self, request: web.Request, body: Any, claims: Claims) -> web.Response:
        answer = web.json_response(body)
        if request.headers.get("ValidateMfa", "").lower() == "true":
            answer.headers["isMfaCompliant"] = str(claims.mfa).lower()
        if isinstance(body, dict) and isinstance(body.get("eTag"), str):
            answer.headers["ETag"] = body["eTag"]
        return answer

    async def _show_oddities(self, _request: web.Request) -> web.Response:
        return web.json_response(self._oddities.model_dump())

    async def _change_oddities(self, request: web.Request) -> web.Response:
        try:
            self._oddities = Oddities.model_validate(self._oddities.model_dump() | json.loads(await request.text()))
        except (ValidationError, ValueError, TypeError) as error:
            fields = ", ".join(Oddities.model_fields)
            return web.json_response(
                {"problem": str(error), "fix": f"send a JSON object with any of {fields}"}, status=400
            )
        return await self._show_oddities(request)

    async def _reset_oddities(self, request: web.Request) -> web.Response:
        self._oddities = Oddities()
        return await self._show_oddities(request)

    async def _show_all(self, _request: web.Request) -> web.Response:
        return web.json_response(self._store.all())

    async def _edit(self, request: web.Request) -> web.Response:
        try:
            given = json.loads(await request.text())
            edit = {"put": given} if isinstance(given, list) else given
            unknown = set(edit) - {"put", "change", "delete"}
            if unknown:
                raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
            changes = [(one["id"], one) for one in edit.get("change", [])]
        except (ValueError, TypeError, KeyError) as error:
            fix = 'send {"put": [documents], "change": [{"id": …}], "delete": [ids]}'
            return web.json_response({"problem": str(error), "fix": fix}, status=400)
        self._store.put(edit.get("put", []))
        missing = [id_ for id_, fields in changes if self._store.change(id_, fields) is None]
        self._store.delete(edit.get("delete", []))
        return web.json_response({"total": len(self._store.all()), "missing": missing})


def _error_body(status: int, text: str, target: str) -> dict[str, Any]:
    inner = {"code": f"sandbox{status}", "message": text}
    code = _CODES.get(status, "generalException")
    return {"error": {"code": code, "message": text, "target": target, "innerError": inner}}


def _error(status: int, text: str, target: str) -> web.Response:
    return web.json_response(_error_body(status, text, target), status=status)
