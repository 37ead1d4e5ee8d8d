"""Every door, every role and none, with odd parameters and bodies: documented answers only, and never a 500."""

import base64
import itertools
import json
import random
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.attacks.conftest import ROLES, Attacked, principal

_ODD = (
    "", " ", "0", "-1", "1e309", "NaN", "null", "true", "'", '"', "\\", "%00", "\x00", "../x", "..%2f..%2fetc",
    "a" * 5000,
    "ş", "\u202e", "<script>", "{{7*7}}", "2026-13-45", "9999-12-31T23:59:59Z", "0001-01-01", "😀", "*", "(", "1,2,,3",
)  # fmt: skip
_BODIES: tuple[Any, ...] = (
    None, [], {}, "text", 1, {"unknown": 1}, {"mode": []}, {"domain": {}}, {"domain": "a" * 10_000},
    {"domain": "\x00"}, {"domains": ["x"] * 20_000}, {"filter": {"q": ["x"]}}, {"expected": -1, "filter": {}},
    {"target": 1, "subordinate": None}, {"decision": "no"}, {"since": "yesterday"},
)  # fmt: skip
_GENERAL = {"401", "403", "404", "405", "409", "413", "415", "400", "503", "429"}
_ASK_EVERYBODY = ("/api/preflight", "/api/health/ready")
"""These call every outside system, so once is enough."""


def _document(attacked: Attacked) -> dict[str, Any]:
    found: dict[str, Any] = attacked.ask("GET", "openapi.json").json()
    return found


def _doors(attacked: Attacked) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, operations in _document(attacked)["paths"].items()
        for method, operation in operations.items()
    ]


def test_every_door_refuses_those_below_its_role(attacked: Attacked) -> None:
    wrong = []
    for method, path, operation in _doors(attacked):
        needed = operation["x-role"]
        if needed is None:
            continue
        for role in ROLES[: ROLES.index(needed)]:
            answer = attacked.ask(
                method, _filled(path, "contoso.com"), role=role, json={} if method == "POST" else None
            )
            expected = 401 if role is None else 403
            if answer.status_code != expected or answer.json()["code"] not in ("unauthenticated", "forbidden"):
                wrong.append((method, path, role, answer.status_code))
    assert wrong == []


def test_odd_requests_get_documented_answers_and_never_a_500(attacked: Attacked) -> None:
    dice = random.Random(7)
    wrong = []
    for method, path, operation in _doors(attacked):
        for _ in range(1 if path in _ASK_EVERYBODY else 8 if method == "GET" else 5):
            filled = _filled(path, dice.choice(_ODD) or "x")
            query = {
                one["name"]: dice.choice(_ODD)
                for one in operation.get("parameters", [])
                if one["in"] == "query" and dice.random() < 0.5
            }
            body = dice.choice(_BODIES) if method == "POST" else None
            answer = attacked.ask(method, filled, params=query, json=body)
            documented = set(operation["responses"]) | _GENERAL
            if str(answer.status_code) not in documented or answer.status_code == 500:
                wrong.append((method, filled[:80], query, str(body)[:60], answer.status_code, answer.text[:200]))
    assert wrong == []


def _headers() -> list[Any]:
    def coded(value: Any) -> str:
        return base64.b64encode(json.dumps(value).encode()).decode()

    sound = {"userId": "u", "userRoles": ["authenticated", "admin"]}
    return [
        "", "x", "====", "e30=", coded([]), coded("text"), coded({}), coded(None), coded({"userId": "u"}),
        coded({**sound, "userId": ""}), coded({**sound, "userId": 7}), coded({**sound, "userRoles": "admin"}),
        coded({**sound, "userRoles": ["admin"]}), coded({**sound, "userRoles": {"admin": True}}),
        coded({**sound, "userRoles": [["authenticated"], "admin"]}), coded(sound)[:-3],
        base64.b64encode(b'{"userId":"u","userRoles":' + b"[" * 5000).decode(), "A" * 17_000,
        base64.b64encode(b"\xff\xfe\x00").decode(), coded({**sound, "userRoles": ["authenticated", "Admin"]}),
        coded({**sound, "userRoles": ["authenticated", "administrator"]}),
    ]  # fmt: skip


@pytest.mark.parametrize("header", _headers(), ids=itertools.count())
def test_a_malformed_principal_is_nobody_or_without_a_role(attacked: Attacked, header: str) -> None:
    answer = attacked.ask("GET", "leads", role=None, headers={"x-ms-client-principal": header})
    assert answer.status_code in (400, 401, 403)  # 400: longer than any header may be


def test_a_principal_sent_to_the_page_by_a_browser_is_replaced(attacked: Attacked) -> None:
    import requests

    url = f"{attacked.sandbox.url('front')}/api/failures/replay"
    for extra in (principal("admin"), {"X-MS-CLIENT-PRINCIPAL": principal("admin")["x-ms-client-principal"]}):
        answer = requests.post(url, json={}, headers=extra, timeout=30, allow_redirects=False)
        assert answer.status_code in (302, 401, 403)


@pytest.mark.parametrize(
    "name",
    ["..", "%2e%2e", "..%2f..%2fhealth", "contoso.com%2f..%2f..", "%00", "contoso.com%00", "a%0d%0ab", "con'toso.com",
     "a" * 300 + ".com", "-.com", "xn--", "127.0.0.1", "[::1]", "contoso.com:80", "//evil.example", "%25%32%65"],
)  # fmt: skip
def test_path_tricks_find_nothing(attacked: Attacked, name: str) -> None:
    for path in (f"leads/{name}", f"leads/{name}/timeline", f"dynamics/status/{name}", f"referrals/{name}"):
        answer = attacked.ask("GET", path)
        assert answer.status_code in (400, 404) or "items" in answer.json() or "status" in answer.json(), path


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{" + b'"a":{' * 20_000, 400),
        (b"[" * 100_000, 400),
        (b'{"domain": "' + b"a" * 3_000_000 + b'"}', 413),
        (b"\xff\xfe{}", 400),
        (b'{"domain": "a.example", "domain": "b.example", "x": NaN}', 400),
        (b"", 400),
    ],
    ids=["deep objects", "deep lists", "large", "not utf-8", "NaN", "empty"],
)
def test_oversized_and_nested_bodies_are_refused_in_words(attacked: Attacked, body: bytes, status: int) -> None:
    answer = attacked.ask("POST", "leads", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, bool(answer.json()["detail"])) == (status, True), answer.text[:300]


def test_a_write_that_another_page_sends_is_refused(attacked: Attacked) -> None:
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert attacked.ask("POST", "referrals/sync", json={}, headers=cross).status_code == 403
    form = {"Content-Type": "text/plain"}
    assert attacked.ask("POST", "referrals/sync", data="{}", headers=form).status_code == 415
    answer = attacked.ask("GET", "leads", headers={"Origin": "https://attacker.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def _filled(path: str, value: str) -> str:
    """A path of the document with a value for each of its parameters, behind `/api/`."""
    return re.sub(r"{\w+}", lambda _: quote(value, safe=""), path).removeprefix("/api/")
