"""A request under /api and who sent it → the same request to a function host, and its answer.

What Static Web Apps adds and takes away is done here: a principal header of the caller's own never gets through.
"""

from collections.abc import Sequence

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, web
from multidict import CIMultiDict
from yarl import URL

from sandbox.front.sessions import COOKIE, Principal

TIMEOUT_SECONDS = 45.0
HOP_BY_HOP = ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade")
NOT_PASSED_ON = frozenset(
    (*HOP_BY_HOP, "transfer-encoding", "host", "content-length", "authorization", "x-ms-original-url")
)
PRINCIPAL = "x-ms-client-principal"
CHUNK = 64 * 1024


class Proxy:
    """Sends each request to the next host in turn; one that is down is passed over."""

    def __init__(self, hosts: Sequence[str], *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._hosts = list(hosts)
        self._timeout = timeout
        self._turn = 0
        self._session: ClientSession | None = None

    async def open(self) -> None:
        """Make the client; nothing is kept of cookies, nothing is decompressed."""
        limit = ClientTimeout(total=self._timeout)
        self._session = ClientSession(timeout=limit, auto_decompress=False, cookie_jar=None)

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def roles(self, path: str, principal: Principal) -> list[str] | None:
        """What `rolesSource` answers about somebody who signs in; None when no host answers."""
        body = principal.as_json() | {"claims": principal.claims(), "accessToken": ""}
        for host in self._in_turn():
            try:
                async with self._client().post(host + path, json=body) as answer:
                    given = await answer.json() if answer.status == 200 else {}
                    return [str(role) for role in given.get("roles") or []]
            except (ClientConnectionError, TimeoutError, ValueError):
                continue
        return None

    async def pass_on(self, request: web.Request, principal: Principal | None) -> web.StreamResponse:
        """The host's answer; 503 when none listens, 504 after 45 seconds, as the platform has it."""
        headers = _headers(request, principal)
        body = await request.read()
        for host in self._in_turn():
            try:
                return await self._send(request, host, headers, body)
            except TimeoutError:
                return web.Response(status=504, text="The backend did not answer in time.")
            except ClientConnectionError:
                continue
        return web.Response(status=503, text="The backend is not available.")

    async def _send(
        self, request: web.Request, host: str, headers: CIMultiDict[str], body: bytes
    ) -> web.StreamResponse:
        url = URL(host + request.rel_url.raw_path_qs, encoded=True)
        async with self._client().request(
            request.method, url, headers=headers, data=body or None, allow_redirects=False
        ) as answer:
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            for name, value in answer.headers.items():
                if name.lower() not in NOT_PASSED_ON:
                    response.headers.add(name, value)
            if answer.content_length is not None:
                response.content_length = answer.content_length
            await response.prepare(request)
            async for chunk in answer.content.iter_chunked(CHUNK):
                await response.write(chunk)
            await response.write_eof()
            return response

    def _in_turn(self) -> list[str]:
        self._turn += 1
        start = self._turn % len(self._hosts) if self._hosts else 0
        return self._hosts[start:] + self._hosts[:start]

    def _client(self) -> ClientSession:
        assert self._session, "the proxy is open while the front door serves"
        return self._session


def _headers(request: web.Request, principal: Principal | None) -> CIMultiDict[str]:
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in request.headers.items():
        if name.lower() in NOT_PASSED_ON or name.lower().startswith(PRINCIPAL):
            continue
        if name.lower() == "cookie":
            value = "; ".join(part for part in value.split("; ") if not part.startswith(COOKIE + "="))
        if value:
            headers.add(name, value)
    headers["x-ms-original-url"] = str(request.url)
    headers["x-forwarded-for"] = request.remote or "127.0.0.1"
    if principal is not None:
        headers[PRINCIPAL] = principal.header()
    return headers
