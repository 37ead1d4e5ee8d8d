"""Microsoft's Static Web Apps emulator and our front door, over the page's own configuration, give the same answers."""

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp import web

from sandbox.front import serve
from sandbox.front.sessions import COOKIE
from sandbox.serving import serve_app
from tests.background import Background
from tests.sandbox_process import PROJECT, wait_for

CLI = PROJECT / "tests" / "node_modules" / ".bin" / "swa"
PAGE = PROJECT / "static-ui"
READER = {"userId": "1", "userRoles": ["anonymous", "authenticated", "reader"], "identityProvider": "aad"}
FORGED = base64.b64encode(b'{"userId": "2", "userRoles": ["admin"]}').decode()


async def echo(request: web.Request) -> web.Response:
    if request.path == "/api/roles":
        claims = (await request.json())["claims"]
        return web.json_response({"roles": [claim["val"] for claim in claims if claim["typ"] == "roles"]})
    told = {name.lower(): value for name, value in request.headers.items()}.get("x-ms-client-principal")
    roles = json.loads(base64.b64decode(told))["userRoles"] if told else None
    return web.json_response({"path": request.path_qs, "method": request.method, "roles": roles})


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def emulator(backend: str, log: Path) -> Iterator[str]:
    port = free_port()
    command = [str(CLI), "start", str(PAGE), "--host", "127.0.0.1", "--port", str(port), "--api-devserver-url", backend]
    command += ["--swa-config-location", str(PAGE)]
    with open(log, "wb") as file:
        process = subprocess.Popen(
            command, cwd=log.parent, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(address), seconds=60, every=0.2)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(address: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(address, timeout=5).status_code == 200
    return False


class Both:
    """The same question to the emulator and to ours."""

    def __init__(self, theirs: str, ours: str) -> None:
        self.addresses = (theirs, ours)
        genuine = base64.b64encode(json.dumps(READER | {"userDetails": "r", "claims": []}).encode()).decode()
        self._cookies = [
            {None: {}, "reader": {COOKIE: genuine}},
            {None: self._ours("/.auth/logout"), "reader": self._ours("/.auth/login/aad", role="reader")},
        ]

    def _ours(self, path: str, **form: str) -> dict[str, str]:
        method = "POST" if form else "GET"
        answer = requests.request(method, self.addresses[1] + path, data=form, allow_redirects=False, timeout=10)
        return {COOKIE: answer.cookies[COOKIE]}

    def ask(self, path: str, *, role: str | None, method: str = "GET") -> list[requests.Response]:
        # The emulator lets a header of somebody signed out through, which the platform does not.
        headers = {"x-ms-client-principal": FORGED} if role else {}
        return [
            requests.request(
                method, address + path, cookies=cookies[role], headers=headers, allow_redirects=False, timeout=20
            )
            for address, cookies in zip(self.addresses, self._cookies, strict=True)
        ]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    background = Background()
    app = web.Application()
    app.router.add_route("*", "/api/{rest:.*}", echo)
    backend = background.serve(serve_app(app, name="backend"))
    ours = background.serve(serve(folder=PAGE, hosts=[backend.address]))
    with emulator(backend.address, tmp_path_factory.mktemp("swa") / "log") as theirs:
        yield Both(theirs, ours.address)
    background.close()


@pytest.mark.parametrize("role", [None, "reader"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/index.html"),
        ("GET", "/app.js"),
        ("GET", "/leads/contoso.com"),
        ("GET", "/missing.js"),
        ("GET", "/missing/missing.css"),
        ("GET", "/login"),
        ("GET", "/logout"),
        ("GET", "/api/health"),
        ("GET", "/api/leads?q=a%2Fb&limit=1"),
        ("POST", "/api/referrals/sync"),
    ],
)
def test_answers_are_alike(both: Both, method: str, path: str, role: str | None) -> None:
    theirs, ours = both.ask(path, role=role, method=method)
    assert _told(ours) == _told(theirs)


def _told(answer: requests.Response) -> Any:
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    if kind == "application/json":
        return answer.status_code, answer.json()
    address = answer.url.removesuffix(answer.request.path_url)
    location = answer.headers.get("Location", "").removeprefix(address)
    return answer.status_code, location, answer.content if answer.status_code == 200 else None


def test_headers_of_the_configuration_are_alike(both: Both) -> None:
    wanted = json.loads((PAGE / "staticwebapp.config.json").read_text())["globalHeaders"]
    for answer in both.ask("/", role="reader"):
        assert {name: answer.headers.get(name) for name in wanted} == wanted
