"""The smoke test passes only where the lock, the sign-in and the release are as they must be."""

import pytest
from aiohttp import web

from infra.tools.smoke import smoke
from sandbox.serving import serve_app
from tests.background import Background

COMMIT = "0123abc"
_POLICY = {"Content-Security-Policy": "default-src 'none'"}


def _serve(loop: Background, **answers: web.Response) -> str:
    """A server that answers so at `health`, `leads`, `page`, `release`; whoever forges a principal gets `forged`."""

    async def answer(request: web.Request) -> web.Response:
        forged = "x-ms-client-principal" in request.headers and answers.get("forged")
        made = forged or answers[request.path.rstrip("/").rpartition("/")[2].removesuffix(".json") or "page"]
        return web.Response(status=made.status, body=made.body, headers=made.headers)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    return loop.serve(serve_app(app, name="site")).address


def _json(commit: str) -> web.Response:
    return web.json_response({"commit": commit})


def _locked(loop: Background) -> str:
    return _serve(loop, health=web.Response(status=401), leads=web.Response(status=403))


def _site(loop: Background, **changes: web.Response) -> str:
    to_sign_in = web.Response(status=302, headers={"Location": "/.auth/login/aad?post_login_redirect_uri=/"})
    sound = {
        "health": _json(COMMIT),
        "leads": to_sign_in,
        "page": web.Response(headers=_POLICY),
        "release": _json(COMMIT),
    }
    return _serve(loop, **{**sound, **changes})


def _failed(direct: str, site: str) -> set[str]:
    return {one.name for one in smoke(direct=direct, site=site, commit=COMMIT) if not one.passed}


def test_a_sound_deployment_passes(loop: Background) -> None:
    assert _failed(_locked(loop), _site(loop)) == set()


def test_an_open_direct_address_fails_even_when_only_health_answers(loop: Background) -> None:
    """Hunter itself refuses the other doors; health shows whether the platform's lock is there."""
    direct = _serve(loop, health=_json(COMMIT), leads=web.Response(status=401))
    assert _failed(direct, _site(loop)) == {"direct, anonymous", "direct, forged principal on an open door"}


def test_a_believed_forgery_fails(loop: Background) -> None:
    direct = _serve(loop, health=web.Response(status=401), leads=web.Response(status=401), forged=web.Response())
    assert "direct, forged principal" in _failed(direct, _site(loop))
    believing = _site(loop, forged=web.Response())
    assert "site, forged principal" in _failed(_locked(loop), believing)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"health": _json("fffffff")}, "site, health shows the commit"),
        ({"health": web.Response(status=503)}, "site, health shows the commit"),
        ({"health": web.Response(text="no JSON")}, "site, health shows the commit"),
        ({"leads": web.json_response({"items": []})}, "site, anonymous"),
        ({"page": web.Response()}, "site, the page with its policy"),
        ({"release": _json("fffffff")}, "site, the page's release"),
    ],
)
def test_each_fault_of_the_site_is_named(loop: Background, changes: dict[str, web.Response], name: str) -> None:
    assert name in _failed(_locked(loop), _site(loop, **changes))


def test_an_address_that_does_not_answer_fails_and_hides_nothing(loop: Background) -> None:
    verdicts = list(smoke(direct="http://127.0.0.1:1", site=_site(loop), commit=COMMIT))
    assert [one.passed for one in verdicts] == [False] * 3 + [True] * 5
