"""Registered apps and a TLS context go in; Entra's doors on a loopback port come out.

Per tenant: OpenID metadata, keys, device code, authorize, token. Beside them instance discovery, faults, and two doors
for tests and people: `POST /_sandbox/approve` and `GET/POST /_sandbox/sign-in-state`.
"""

import html
import json
import ssl
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from pydantic import ValidationError

from sandbox.entra.grants import App, Grants
from sandbox.entra.known_tenants import no_such_tenant, tenant_named, user_realm
from sandbox.entra.sign_in import Refusal, SignInState, refusal_of
from sandbox.entra.tokens import TokenAuthority
from sandbox.faults import Faults
from sandbox.running import Running
from sandbox.serving import serve_app


async def serve(
    *,
    tls: ssl.SSLContext,
    authority: TokenAuthority,
    apps: Iterable[App],
    host: str = "127.0.0.1",
    port: int = 0,
    seed: int = 0,
    state: SignInState | None = None,
) -> Running:
    """Serves Entra for `apps` until closed. `tls` holds a certificate that the clients trust for `host`."""
    doors = _Doors(authority, {app.client_id: app for app in apps}, state or SignInState())
    running = await serve_app(doors.app(seed), name="entra", host=host, port=port, tls=tls)
    doors.address = running.address
    return running


class _Doors:
    def __init__(self, authority: TokenAuthority, apps: dict[str, App], state: SignInState) -> None:
        self.address = ""
        self.grants = Grants(authority, apps, state, self._issuer)

    def app(self, seed: int) -> web.Application:
        faults = Faults(seed, error_body=_unavailable)
        app = web.Application(middlewares=[faults.middleware])
        faults.add_doors(app)
        app.router.add_get("/_sandbox/sign-in-state", self._show_state)
        app.router.add_post("/_sandbox/sign-in-state", self._change_state)
        app.router.add_get("/_sandbox/approve", self._waiting)
        app.router.add_post("/_sandbox/approve", self._approve)
        app.router.add_get("/common/discovery/instance", self._instances)
        for metadata in (
            "/{tenant}/v2.0/.well-known/openid-configuration",
            "/{tenant}/.well-known/openid-configuration",
        ):
            app.router.add_get(metadata, self._metadata)
        app.router.add_get("/getuserrealm.srf", user_realm)
        app.router.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        app.router.add_get("/{tenant}/oauth2/v2.0/authorize", self._authorize)
        app.router.add_post("/{tenant}/oauth2/v2.0/devicecode", self._device)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        return app

    def _issuer(self, tenant: str) -> str:
        return f"{self.address}/{tenant}/v2.0"

    async def _metadata(self, request: web.Request) -> web.Response:
        named = request.match_info["tenant"]
        tenant = tenant_named(named)
        if tenant is None:
            return no_such_tenant(named)
        root = f"{self.address}/{tenant}"
        return web.json_response(
            {
                "issuer": self._issuer(tenant),
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "token_endpoint": f"{root}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{root}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "code id_token"],
                "response_modes_supported": ["query", "form_post"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["none"],
                "tenant_region_scope": "EU",
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": []})

    async def _instances(self, request: web.Request) -> web.Response:
        host = self.address.removeprefix("https://")
        tenant = request.query.get("authorization_endpoint", "").removeprefix(self.address).strip("/").split("/")[0]
        return web.json_response(
            {
                "tenant_discovery_endpoint": f"{self._issuer(tenant or 'common')}/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
            }
        )

    async def _device(self, request: web.Request) -> web.Response:
        form = await _form(request)
        if form.get("client_id") not in self.grants.apps:
            return _refused(Refusal(error="unauthorized_client", code=700016, text="The application was not found."))
        device_code, user_code = self.grants.start_device(request.match_info["tenant"], form)
        page = f"{self.address}/_sandbox/approve"
        return web.json_response(
            {
                "device_code": device_code,
                "user_code": user_code,
                "verification_uri": page,
                "expires_in": 900,
                "interval": 1,
                "message": f"To sign in, open {page} and enter the code {user_code}.",
            }
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        target = query.get("redirect_uri", "")
        if query.get("client_id") not in self.grants.apps or not target:
            return web.Response(status=400, text="AADSTS700016: the application or its redirect address is unknown.")
        refusal = refusal_of(self.grants.state)
        if refusal is None:
            fields = {"code": self.grants.start_code(request.match_info["tenant"], query)}
        else:
            fields = {"error": refusal.error, "error_description": f"AADSTS{refusal.code}: {refusal.text}"}
        fields["state"] = query.get("state", "")
        if query.get("response_mode") == "form_post":
            return web.Response(text=_form_page(target, fields), content_type="text/html")
        raise web.HTTPFound(f"{target}{'&' if '?' in target else '?'}{urlencode(fields)}")

    async def _token(self, request: web.Request) -> web.Response:
        answer = self.grants.answer(request.match_info["tenant"], await _form(request))
        return _refused(answer) if isinstance(answer, Refusal) else web.json_response(answer)

    async def _show_state(self, _request: web.Request) -> web.Response:
        return web.json_response(self.grants.state.model_dump(mode="json"))

    async def _change_state(self, request: web.Request) -> web.Response:
        try:
            given = json.loads(await request.text())
            self.grants.state = SignInState.model_validate(self.grants.state.model_dump() | given)
        except (ValidationError, ValueError, TypeError) as error:
            fields = ", ".join(SignInState.model_fields)
            return web.json_response(
                {"problem": str(error), "fix": f"send a JSON object with any of {fields}"}, status=400
            )
        return await self._show_state(request)

    async def _waiting(self, _request: web.Request) -> web.Response:
        how = "already approved by itself" if self.grants.state.auto_approve else 'POST {"user_code": …} here'
        return web.json_response({"codes": self.grants.devices, "approve": how})

    async def _approve(self, request: web.Request) -> web.Response:
        given = json.loads(await request.text() or "{}")
        codes = [given["user_code"]] if "user_code" in given else list(self.grants.devices)
        if any(code not in self.grants.devices for code in codes):
            return web.json_response({"problem": "that user code is not waiting"}, status=404)
        self.grants.devices.update(dict.fromkeys(codes, "approved" if given.get("approve", True) else "declined"))
        return web.json_response(self.grants.devices)


async def _form(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _refused(refusal: Refusal) -> web.Response:
    return web.json_response(_error_body(refusal), status=refusal.status)


def _error_body(refusal: Refusal) -> dict[str, Any]:
    stamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}"
    return refusal.to_json(trace_id=str(uuid.uuid4()), correlation_id=str(uuid.uuid4()), timestamp=stamp)


def _unavailable(_status: int) -> dict[str, Any]:
    return _error_body(Refusal(error="temporarily_unavailable", code=90033, text="A transient error has occurred."))


def _form_page(target: str, fields: dict[str, str]) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    form = f'<form method="post" action="{html.escape(target)}">{inputs}<button>Continue</button></form>'
    return f"<!doctype html><title>Sign in</title>{form}<script>document.forms[0].submit()</script>"
