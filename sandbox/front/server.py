"""A folder with the page and the addresses of function hosts → the front door of Hunter on a loopback port."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults
from sandbox.front.configuration import Configuration, read_configuration
from sandbox.front.pages import find_file, send_file
from sandbox.front.proxy import Proxy
from sandbox.front.sessions import COOKIE, Principal, Sessions, make_principal
from sandbox.front.sign_in import choice_page, chosen_role, me, remember, safe_target, signed_out, to_sign_in
from sandbox.running import Running
from sandbox.serving import serve_app

FIRST_VISIT = "operator"
BODY_LIMIT = 100 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class _Front:
    def __init__(self, folder: Path, proxy: Proxy, faults: Faults) -> None:
        self._folder = folder
        self._proxy = proxy
        self._sessions = Sessions()
        self._told: dict[str | None, Principal] = {}
        self._faults = faults

    def app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_loopback_only, self._faults.middleware])
        self._faults.add_doors(app)
        app.router.add_post("/_sandbox/sessions/end", self._end_sessions)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _end_sessions(self, _request: web.Request) -> web.Response:
        return web.json_response({"ended": self._sessions.end_all()})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        configuration = read_configuration(self._folder)
        cookie = request.cookies.get(COOKIE)
        if self._sessions.knows(cookie):
            return await self._ruled(request, self._sessions.find(cookie), configuration)
        principal = await self._principal(FIRST_VISIT, configuration)
        response = await self._ruled(request, principal, configuration)
        if not response.prepared and COOKIE not in response.cookies:
            remember(response, self._sessions.open(principal))
        return response

    async def _principal(self, role: str | None, configuration: Configuration) -> Principal:
        """Ask the API for the roles, as the platform does at a sign-in; where it does not answer the choice counts."""
        if role in self._told:
            return self._told[role]
        principal = make_principal(role, [role] if role else [])
        source = configuration.auth.roles_source
        told = await self._proxy.roles(source, principal) if source else None
        if told is None:
            return principal
        self._told[role] = make_principal(role, told)
        return self._told[role]

    async def _ruled(
        self, request: web.Request, principal: Principal | None, configuration: Configuration
    ) -> web.StreamResponse:
        path = unquote(request.rel_url.raw_path)
        rule = configuration.rule(path, request.method)
        roles = principal.all_roles if principal else ("anonymous",)
        if rule and rule.allowed_roles is not None and not rule.allowed_roles.intersection(roles):
            return self._instead(request, 403 if principal else 401, configuration)
        if rule and rule.redirect:
            return web.Response(status=rule.status_code or 302, headers={"Location": rule.redirect})
        if rule and rule.status_code and not rule.rewrite:
            return self._instead(request, rule.status_code, configuration)
        if path.startswith("/.auth/"):
            return await self._signing(request, path, principal, configuration)
        if path == "/api" or path.startswith("/api/"):
            return await self._proxy.pass_on(request, principal)
        response = self._page(request, rule.rewrite if rule and rule.rewrite else path, configuration)
        response.headers.update(rule.headers if rule else {})
        return response

    async def _signing(
        self, request: web.Request, path: str, principal: Principal | None, configuration: Configuration
    ) -> web.StreamResponse:
        if path == "/.auth/me":
            return me(principal)
        if path == "/.auth/logout":
            return signed_out(request, self._sessions)
        if path != "/.auth/login/aad":
            return self._instead(request, 404, configuration)
        if request.method != "POST":
            return choice_page()
        try:
            role = chosen_role(str((await request.post()).get("role")))
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        target = safe_target(request.query.get("post_login_redirect_uri"))
        response = web.Response(status=302, headers={"Location": target})
        remember(response, self._sessions.open(await self._principal(role, configuration)))
        return response

    def _page(self, request: web.Request, path: str, configuration: Configuration) -> web.Response:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return self._instead(request, 405, configuration)
        file = find_file(self._folder, path)
        fallback = configuration.navigation_fallback
        if file is None and fallback and fallback.takes(path):
            file = find_file(self._folder, fallback.rewrite)
        if file is None:
            return self._instead(request, 404, configuration)
        return send_file(request, file, configuration)

    def _instead(self, request: web.Request, status: int, configuration: Configuration) -> web.Response:
        """An answer without content, or what `responseOverrides` wants in its place."""
        override = configuration.override(status)
        if override and override.redirect:
            target = to_sign_in(request, override.redirect)
            return web.Response(status=override.status_code or 302, headers={"Location": target})
        status = (override.status_code if override else None) or status
        file = find_file(self._folder, override.rewrite) if override and override.rewrite else None
        if file is not None:
            return send_file(request, file, configuration, status=status)
        return web.Response(status=status, text=f"{status}", headers=configuration.global_headers)


@web.middleware
async def _loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page elsewhere whose name was pointed at this machine must not act as the demonstration's operator."""
    if (request.url.host or "") not in LOOPBACK:
        return web.Response(status=403, text="The sandbox answers to 127.0.0.1 and localhost only.")
    return await handler(request)


async def serve(
    *,
    folder: Path,
    hosts: Sequence[str],
    host: str = "127.0.0.1",
    port: int = 0,
    seed: int = 0,
) -> Running:
    """Serve the page of `folder` and pass `/api` on to `hosts` until `close` is awaited."""
    proxy = Proxy(hosts)
    await proxy.open()
    running = await serve_app(_Front(folder, proxy, Faults(seed)).app(), name="front", host=host, port=port)

    async def close() -> None:
        await running.close()
        await proxy.close()

    return Running(running.name, running.address, running.port, close)
