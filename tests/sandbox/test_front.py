"""The front door: rules, roles, sessions, and what gets through to the API."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp import web

from sandbox.front import serve
from sandbox.running import Running
from sandbox.serving import serve_app
from tests.background import Background

CONFIGURATION = {
    "routes": [
        {"route": "/admin/*", "allowedRoles": ["admin"]},
        {"route": "/old", "redirect": "/new", "statusCode": 301},
        {"route": "/api/open", "allowedRoles": ["anonymous"]},
        {"route": "/api/only-post", "methods": ["POST"], "allowedRoles": ["reader", "operator"]},
        {"route": "/api/*", "allowedRoles": ["authenticated"]},
        {"route": "/gone", "statusCode": 404},
        {"route": "/named", "rewrite": "/page.html", "headers": {"X-Rule": "yes"}},
        {"route": "/*", "allowedRoles": ["anonymous"]},
    ],
    "navigationFallback": {"rewrite": "/index.html", "exclude": ["/assets/*", "/*.{js,css}"]},
    "responseOverrides": {
        "401": {"redirect": "/.auth/login/aad?post_login_redirect_uri=.referrer", "statusCode": 302},
        "403": {"rewrite": "/forbidden.html"},
    },
    "globalHeaders": {"Content-Security-Policy": "default-src 'self'"},
}


async def echo(request: web.Request) -> web.Response:
    return web.json_response({"path": request.path_qs, "headers": dict(request.headers), "body": await request.text()})


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    started = Background()
    yield started
    started.close()


@pytest.fixture(scope="module")
def backend(background: Background) -> Running:
    app = web.Application()
    app.router.add_route("*", "/api/{rest:.*}", echo)
    return background.serve(serve_app(app, name="backend"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "staticwebapp.config.json").write_text(json.dumps(CONFIGURATION))
    for name in ("index", "page", "forbidden"):
        (folder / f"{name}.html").write_text(f"<title>{name}</title>")
    (folder / "app.js").write_text("export {}")
    (folder / "admin").mkdir()
    (folder / "admin" / "index.html").write_text("<title>admin</title>")
    return folder


@pytest.fixture(scope="module")
def front(background: Background, backend: Running, pages: Path) -> Running:
    return background.serve(serve(folder=pages, hosts=[backend.address]))


@pytest.fixture
def visitor() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def sign_in(visitor: requests.Session, front: Running, role: str) -> requests.Response:
    return visitor.post(f"{front.address}/.auth/login/aad", data={"role": role}, allow_redirects=False)


def me(visitor: requests.Session, front: Running) -> Any:
    return visitor.get(f"{front.address}/.auth/me").json()["clientPrincipal"]


def principal(answer: requests.Response) -> Any:
    headers = {name.lower(): value for name, value in answer.json()["headers"].items()}
    header = headers.get("x-ms-client-principal")
    return header and json.loads(base64.b64decode(header))


def test_first_visit_is_signed_in_as_operator(visitor: requests.Session, front: Running) -> None:
    visitor.get(front.address + "/")
    assert me(visitor, front)["userRoles"] == ["anonymous", "authenticated", "operator"]
    assert me(visitor, front)["userDetails"] == "Demo · operator"


@pytest.mark.parametrize(
    ("role", "roles"),
    [("reader", ["reader"]), ("operator", ["operator"]), ("admin", ["admin"]), ("none", [])],
)
def test_person_chooses_a_role(visitor: requests.Session, front: Running, role: str, roles: list[str]) -> None:
    assert sign_in(visitor, front, role).status_code == 302
    assert me(visitor, front)["userRoles"][2:] == roles


def test_principal_header_goes_to_the_api_without_claims(visitor: requests.Session, front: Running) -> None:
    sign_in(visitor, front, "reader")
    told = principal(visitor.get(front.address + "/api/leads"))
    assert set(told) == {"identityProvider", "userId", "userDetails", "userRoles"}
    assert told["userRoles"] == ["anonymous", "authenticated", "reader"]


def test_forged_principal_header_is_replaced(visitor: requests.Session, front: Running) -> None:
    sign_in(visitor, front, "reader")
    forged = base64.b64encode(b'{"userRoles": ["admin"]}').decode()
    headers = {"X-MS-CLIENT-PRINCIPAL": forged, "x-ms-client-principal-name": "root", "Authorization": "Bearer x"}
    answer = visitor.get(front.address + "/api/leads", headers=headers)
    assert principal(answer)["userRoles"] == ["anonymous", "authenticated", "reader"]
    passed_on = {name.lower() for name in answer.json()["headers"]}
    assert not passed_on & {"x-ms-client-principal-name", "authorization"}


def test_forged_principal_header_of_somebody_signed_out_is_dropped(visitor: requests.Session, front: Running) -> None:
    visitor.get(front.address + "/.auth/logout")
    forged = base64.b64encode(b'{"userRoles": ["admin"]}').decode()
    answer = visitor.get(front.address + "/api/open", headers={"x-ms-client-principal": forged})
    assert principal(answer) is None


def test_request_is_passed_on_as_it_is(visitor: requests.Session, front: Running) -> None:
    answer = visitor.post(front.address + "/api/leads?q=a%2Fb&q=%C4%B0", json={"a": 1})
    assert answer.json()["path"] == "/api/leads?q=a%2Fb&q=%C4%B0"
    assert answer.json()["body"] == '{"a": 1}'
    headers = {name.lower(): value for name, value in answer.json()["headers"].items()}
    assert headers["x-ms-original-url"].startswith(front.address + "/api/leads")
    assert "StaticWebAppsAuthCookie" not in headers.get("cookie", "")


def test_after_signing_out_everything_guarded_leads_to_the_sign_in(visitor: requests.Session, front: Running) -> None:
    visitor.get(front.address + "/.auth/logout")
    assert me(visitor, front) is None
    answer = visitor.get(front.address + "/api/leads?x=1", allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fleads%3Fx%3D1"


def test_ended_session_is_signed_out(visitor: requests.Session, front: Running) -> None:
    sign_in(visitor, front, "admin")
    assert requests.post(front.address + "/_sandbox/sessions/end", timeout=5).json()["ended"] >= 1
    assert me(visitor, front) is None


def test_role_is_asked_for_and_the_page_for_403_is_shown(visitor: requests.Session, front: Running) -> None:
    sign_in(visitor, front, "operator")
    refused = visitor.get(front.address + "/admin/")
    assert (refused.status_code, "forbidden" in refused.text) == (403, True)
    sign_in(visitor, front, "admin")
    assert "admin" in visitor.get(front.address + "/admin/").text


def test_rule_counts_for_its_methods_only(visitor: requests.Session, front: Running) -> None:
    sign_in(visitor, front, "none")
    assert visitor.post(front.address + "/api/only-post").status_code == 403
    assert visitor.get(front.address + "/api/only-post").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/", 200, "index"),
        ("/page.html", 200, "page"),
        ("/named", 200, "page"),
        ("/leads/contoso.com", 200, "index"),
        ("/missing.js", 404, None),
        ("/assets/x.png", 404, None),
        ("/gone", 404, None),
        ("/staticwebapp.config.json", 200, "index"),
        ("/..%2f..%2fetc/passwd", 200, "index"),
        ("/.auth/login/github", 404, None),
    ],
)
def test_page_for_path(visitor: requests.Session, front: Running, path: str, status: int, title: str | None) -> None:
    answer = visitor.get(front.address + path)
    assert answer.status_code == status
    if title:
        assert answer.text == f"<title>{title}</title>"


def test_redirect_and_headers_of_a_rule(visitor: requests.Session, front: Running) -> None:
    moved = visitor.get(front.address + "/old", allow_redirects=False)
    assert (moved.status_code, moved.headers["Location"]) == (301, "/new")
    assert visitor.get(front.address + "/named").headers["X-Rule"] == "yes"


def test_global_headers_are_on_pages_and_not_on_the_api(visitor: requests.Session, front: Running) -> None:
    assert "Content-Security-Policy" in visitor.get(front.address + "/app.js").headers
    assert "Content-Security-Policy" not in visitor.get(front.address + "/api/leads").headers


def test_unchanged_page_is_not_sent_again(visitor: requests.Session, front: Running) -> None:
    first = visitor.get(front.address + "/app.js")
    assert (first.headers["Cache-Control"], first.headers["Content-Type"]) == (
        "no-cache",
        "text/javascript; charset=utf-8",
    )
    again = visitor.get(front.address + "/app.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_returns_to_this_site_only(visitor: requests.Session, front: Running, target: str) -> None:
    answer = visitor.post(
        front.address + "/.auth/login/aad",
        params={"post_login_redirect_uri": target},
        data={"role": "reader"},
        allow_redirects=False,
    )
    assert answer.headers["Location"] == "/"


def test_foreign_host_name_and_web_pages_at_control_doors_are_refused(front: Running) -> None:
    assert requests.get(front.address + "/", headers={"Host": "evil.example"}, timeout=5).status_code == 403
    origin = {"Origin": front.address}
    assert requests.post(front.address + "/_sandbox/sessions/end", headers=origin, timeout=5).status_code == 403


def test_backend_that_is_down_is_503_and_another_host_steps_in(
    background: Background, backend: Running, pages: Path, visitor: requests.Session
) -> None:
    nobody = "http://127.0.0.1:9"
    down = background.serve(serve(folder=pages, hosts=[nobody]))
    assert visitor.get(down.address + "/api/open").status_code == 503
    half = background.serve(serve(folder=pages, hosts=[nobody, backend.address]))
    assert {visitor.get(half.address + "/api/open").status_code for _ in range(4)} == {200}


def test_roles_come_from_the_api_when_the_configuration_says_so(
    background: Background, tmp_path: Path, visitor: requests.Session
) -> None:
    async def roles(request: web.Request) -> web.Response:
        body = await request.json()
        value = next(claim["val"] for claim in body["claims"] if claim["typ"] == "roles")
        return web.json_response({"roles": [f"given-{value}"]})

    app = web.Application()
    app.router.add_post("/api/roles", roles)
    backend = background.serve(serve_app(app, name="roles"))
    (tmp_path / "staticwebapp.config.json").write_text(json.dumps({"auth": {"rolesSource": "/api/roles"}}))
    front = background.serve(serve(folder=tmp_path, hosts=[backend.address]))
    sign_in(visitor, front, "admin")
    assert me(visitor, front)["userRoles"] == ["anonymous", "authenticated", "given-admin"]
