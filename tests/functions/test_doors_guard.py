"""Who may enter, and what every door refuses before its handler runs."""

import base64
import json
from dataclasses import replace

import pytest

from shared.doors.http import DOORS
from shared.errors import HunterError, PermanentError, TransientError
from tests.functions.doors import Doors, principal
from tests.functions.world import World

_SAMPLE = {"{domain}": "istanbul-yapi.com.tr", "{id}": "ref-01"}


def _address(route: str) -> str:
    for name, value in _SAMPLE.items():
        route = route.replace(name, value)
    return route


def test_every_door_but_roles_asks_who_is_there(doors: Doors) -> None:
    doors.get("leads")
    asked = {one.name: doors.ask(one.method, _address(one.route), role=None) for one in DOORS if one.role}
    assert len(asked) > 25
    assert {name for name, answer in asked.items() if (answer.status, answer.code) != (401, "unauthenticated")} == set()


def test_too_little_a_role_is_refused_by_name(doors: Doors) -> None:
    below = {"reader": "anonymous", "operator": "reader", "admin": "operator"}
    doors.get("leads")
    for one in DOORS:
        if one.role:
            answer = doors.ask(one.method, _address(one.route), role=below[one.role])
            assert (answer.status, answer.code, answer.json["params"]) == (403, "forbidden", {"role": one.role}), (
                one.name
            )
            assert one.role in answer.json["detail"]


@pytest.mark.parametrize("role", ["operator", "admin"])
def test_a_higher_role_includes_the_lower(doors: Doors, role: str) -> None:
    assert doors.get("leads", role=role).status == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "not base64!",
        base64.b64encode(b"not json").decode(),
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"[" * 9_000).decode(),
        base64.b64encode(b"\xff\xfe").decode(),
        principal("authenticated", "reader", user=""),
        base64.b64encode(json.dumps({"userId": 7, "userRoles": ["authenticated", "reader"]}).encode()).decode(),
        base64.b64encode(json.dumps({"userId": "u", "userRoles": "authenticated reader"}).encode()).decode(),
        principal("reader"),
        "A" * 20_000,
    ],
)
def test_a_header_that_proves_nothing_is_nobody(doors: Doors, header: str) -> None:
    answer = doors.ask("GET", "leads", role=None, headers={"x-ms-client-principal": header})
    assert (answer.status, answer.code) == (401, "unauthenticated")


def test_a_role_list_with_strange_members_grants_only_what_is_known(doors: Doors) -> None:
    strange = principal("authenticated", "owner", "Admin", "admin ")
    assert doors.ask("GET", "leads", role=None, headers={"x-ms-client-principal": strange}).status == 403


@pytest.mark.parametrize("switch", ["TRUST_CLIENT_PRINCIPAL", "WEBSITE_AUTH_ENABLED"])
def test_the_header_means_nothing_unless_both_switches_are_on(filled: World, switch: str) -> None:
    name = {"TRUST_CLIENT_PRINCIPAL": "trust_client_principal", "WEBSITE_AUTH_ENABLED": "website_auth_enabled"}[switch]
    off = World.like(filled, replace(filled.settings, **{name: False}))
    assert Doors(off).get("leads", role="admin").status == 401


def test_an_unknown_parameter_is_refused_by_name_with_the_known_ones(doors: Doors) -> None:
    answer = doors.get("leads?segmnt=Cold")
    assert (answer.status, answer.code, answer.json["params"]["name"]) == (400, "unknown_parameter", "segmnt")
    assert "segment" in answer.json["params"]["known"]


@pytest.mark.parametrize(
    ("query", "field", "word"),
    [
        ("limit=0", "limit", "1"),
        ("limit=201", "limit", "200"),
        ("limit=many", "limit", "integer"),
        ("segment=Kalt", "segment", "Migration"),
        ("provider=M365,Outlook", "provider", "Outlook"),
        ("min_score=101", "min_score", "100"),
        ("first_seen_after=yesterday", "first_seen_after", "ISO 8601"),
        ("sort=-salary", "sort", "score"),
        ("sort=score,score,score,score,score,score", "sort", "5"),
        (f"q={'x' * 201}", "q", "200"),
    ],
)
def test_a_wrong_value_is_answered_with_the_field_and_the_fix(doors: Doors, query: str, field: str, word: str) -> None:
    answer = doors.get(f"leads?{query}")
    assert (answer.status, answer.code, answer.json["params"]["field"]) == (400, "bad_request", field)
    assert field in answer.json["detail"] and word in answer.json["detail"]


@pytest.mark.parametrize(
    "cursor", ["x", "%%%", "bnVsbA==", "W10=", "WyJuZXh0IixbXSxbXV0=", "WyJuZXh0IixudWxsLFsxXV0=", "ÿ", "W" * 1990]
)
def test_a_cursor_of_another_list_is_refused(doors: Doors, cursor: str) -> None:
    answer = doors.get(f"leads?cursor={cursor}")
    assert (answer.status, answer.code) == (400, "bad_cursor")


def test_a_cursor_belongs_to_its_order(doors: Doors) -> None:
    cursor = doors.get("leads?limit=2&sort=score").json["next_cursor"]
    assert doors.get(f"leads?limit=2&sort=-score&cursor={cursor}").code == "bad_cursor"
    crooked = base64.urlsafe_b64encode(json.dumps(["next", ["score"], ["high", "a"]]).encode()).decode()
    assert doors.get(f"leads?limit=2&sort=score&cursor={crooked}").code == "bad_cursor"


@pytest.mark.parametrize(
    ("body", "status", "code", "word"),
    [
        (b"{", 400, "bad_request", "JSON"),
        (b"[1]", 400, "bad_request", "object"),
        (b'"text"', 400, "bad_request", "object"),
        (b"\xff\xfe{}", 400, "bad_request", "JSON"),
        (b"[" * 100_000, 400, "bad_request", "JSON"),
        (b'{"a":' * 100_000, 400, "bad_request", "JSON"),
        (b'{"domain": "' + b"x" * 1_000_001 + b'"}', 413, "too_large", "1000000"),
        (b'{"domian": "a.example"}', 400, "unknown_parameter", "domain"),
        (b"{}", 400, "bad_request", "domain"),
        (b'{"domain": null}', 400, "bad_request", "domain"),
        (b'{"domain": 7}', 400, "bad_request", "domain"),
        (b'{"domain": "a.example", "company_name": "' + b"x" * 161 + b'"}', 400, "bad_request", "company_name"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_in_words(
    doors: Doors, body: bytes, status: int, code: str, word: str
) -> None:
    answer = doors.post("leads", body)
    assert (answer.status, answer.code) == (status, code)
    assert word in answer.json["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_another_site_cannot_write(doors: Doors, kind: str) -> None:
    answer = doors.post("leads", {"domain": "a.example"}, content_type=kind)
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


def test_a_write_that_another_site_started_is_refused(doors: Doors) -> None:
    answer = doors.post("leads", {"domain": "a.example"}, sec_fetch_site="cross-site")
    assert (answer.status, answer.code) == (403, "forbidden")
    assert "another site" in answer.json["detail"]


def test_an_unknown_name_inside_a_body_is_refused_as_one(doors: Doors) -> None:
    answer = doors.post("dynamics/bulk-sync", {"filter": {"segmnt": "Cold"}})
    assert (answer.status, answer.code, answer.json["params"]["name"]) == (400, "unknown_parameter", "filter.segmnt")


def test_json_with_a_charset_is_json(own_doors: Doors) -> None:
    answer = own_doors.post("leads", {"domain": "a.example"}, content_type="Application/JSON; charset=utf-8")
    assert answer.status == 202


def test_a_problem_carries_its_correlation_id_and_no_trace_of_code(doors: Doors) -> None:
    answer = doors.get("leads/nowhere.example")
    assert (answer.status, answer.code, answer.headers["X-Correlation-Id"]) == (
        404,
        "not_found",
        answer.json["correlation_id"],
    )
    assert "Traceback" not in answer.body.decode()


def test_no_door_invites_another_origin_and_every_answer_is_locked_down(doors: Doors) -> None:
    answer = doors.get("leads", origin="https://evil.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "spelling", ["xn--mnchen-3ya.de", "münchen.de", "M%C3%9CNCHEN.de", "m%C3%BCnchen.de.", "XN--MNCHEN-3YA.DE"]
)
def test_a_domain_is_found_in_either_spelling(doors: Doors, spelling: str) -> None:
    assert doors.get(f"leads/{spelling}").json["display_domain"] == "münchen.de"


@pytest.mark.parametrize(
    "path", ["..%2F..%2Fetc", "a'%20or%20true", "lead%3Ax", "%00.example", "a" * 300 + ".example", "localhost", "%25"]
)
def test_a_path_that_is_no_domain_is_refused(doors: Doors, path: str) -> None:
    answer = doors.get(f"leads/{path}")
    assert (answer.status, answer.code) in ((400, "bad_domain"), (404, "not_found"))


@pytest.mark.parametrize("path", ["x'%20or%20'1'%20eq%20'1", "..%2F..", "ref%3Aref-01", "%F0%9F%98%80", "a%23b%3F"])
def test_a_referral_id_cannot_reach_another_row(doors: Doors, path: str) -> None:
    assert doors.get(f"referrals/{path}").status == 404


def test_a_bug_tells_the_caller_an_id_and_nothing_else(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("gizem@contoso.example")

    monkeypatch.setattr(doors.world.leads, "lead", broken)
    answer = doors.get("leads/istanbul-yapi.com.tr")
    assert (answer.status, answer.code) == (500, "internal")
    assert "gizem" not in answer.body.decode()


def test_who_cannot_help_himself_is_told_whom_to_ask(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors.world, "settings", replace(doors.world.settings, support_contact="help@contoso.example"))
    assert doors.post("dynamics/merge", {}, role="reader").json["params"]["support"] == "help@contoso.example"
    assert "support" not in doors.get("leads/nobody.example").json["params"]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (PermanentError("signin_needed", "Sign in again.", reason="token_refused", status=401), 502),
        (TransientError("dyn_unavailable", "Nobody answered.", reason="reset"), 503),
    ],
    ids=["for good", "for now"],
)
def test_a_fault_of_the_work_is_told_whatever_its_params_are_called(
    doors: Doors, monkeypatch: pytest.MonkeyPatch, fault: HunterError, status: int
) -> None:
    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr(doors.world.leads, "lead", broken)
    answer = doors.get("leads/istanbul-yapi.com.tr")
    assert (answer.status, answer.code, answer.json["params"]["reason"]) == (status, "internal", fault.code)
