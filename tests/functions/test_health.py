"""How Hunter is: alive with sound settings, every problem with wrong ones, and a description that is the code's own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.doors import questions
from shared.doors.answers import ANSWERS
from shared.doors.http import DOORS
from tests.functions.doors import ENVIRONMENT, Doors, principal
from tests.functions.world import World, a_referral

ROOT = Path(__file__).parent.parent.parent
_ASK = """
import json, azure.functions as func, function_app
found = {one.get_function_name(): one.get_user_function() for one in function_app.app.get_functions()}
made = found["health"](func.HttpRequest("GET", "/api/health", headers={}, params={}, route_params={}, body=b""))
print(json.dumps({"functions": sorted(found), "status": made.status_code, "body": json.loads(made.get_body())}))
"""


def _indexed(**environment: str) -> dict:
    given = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", _ASK], cwd=ROOT, env={**given, **environment}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_with_wrong_settings_only_health_is_there_and_names_every_problem() -> None:
    told = _indexed(PARTNER_CENTER_ENABLED="maybe", ServiceBus="Endpoint=sb://x;SharedAccessKey=geheim")
    assert (told["functions"], told["status"], told["body"]["code"]) == (["health"], 503, "misconfigured")
    assert {problem["name"] for problem in told["body"]["problems"]} >= {"PARTNER_CENTER_ENABLED"}
    assert all(problem["problem"] and problem["example"] for problem in told["body"]["problems"])
    assert "geheim" not in json.dumps(told)


def test_every_missing_connection_is_named_at_once() -> None:
    told = _indexed(DYNAMICS_ENABLED="true")
    assert {problem["name"] for problem in told["body"]["problems"]} == {"ServiceBus", "Storage", "DYNAMICS_URL"}


def test_with_sound_settings_health_answers_without_asking_anybody() -> None:
    told = _indexed(**ENVIRONMENT)
    assert (told["status"], told["body"]["status"]) == (200, "ok")
    assert len(told["functions"]) > 40


def test_the_document_describes_every_door_as_it_is_declared(doors: Doors) -> None:
    document = doors.get("openapi.json").json
    described = {
        (method.upper(), path): operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert set(described) == {(one.method, f"/api/{one.route}") for one in DOORS}
    for one in DOORS:
        operation = described[(one.method, f"/api/{one.route}")]
        assert operation["x-role"] == one.role
        asked = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
        assert asked == (set(getattr(questions, one.query).model_fields) if one.query else set())
        assert str(one.status) in operation["responses"]
        assert ("requestBody" in operation) == bool(one.body)


def test_every_reference_of_the_document_leads_somewhere(doors: Doors) -> None:
    document = doors.get("openapi.json").json
    schemas = document["components"]["schemas"]

    def references(part: object) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [one for value in part.values() for one in references(value)]
        return [one for value in part for one in references(value)] if isinstance(part, list) else []

    assert {one.rsplit("/", 1)[-1] for one in references(document)} <= set(schemas)


def test_every_answer_has_a_model() -> None:
    assert [one.name for one in DOORS if one.answer and one.answer != "ExportFile" and one.answer not in ANSWERS] == []


@pytest.mark.parametrize(
    ("body", "roles"),
    [
        ({"claims": [{"typ": "roles", "val": "operator"}, {"typ": "roles", "val": "owner"}]}, ["operator"]),
        (
            {"claims": [{"typ": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "val": "admin"}]},
            ["admin"],
        ),
        ({"claims": [{"typ": "groups", "val": "admin"}], "identityProvider": "aad", "userId": "u"}, []),
        ({"claims": []}, []),
        ({}, []),
        ({"identityProvider": "github", "claims": [{"typ": "roles", "val": "admin"}]}, []),
        ({"identityProvider": ["aad"], "claims": [{"typ": "roles", "val": "admin"}]}, []),
        ({"claims": [{"typ": "roles", "val": ["admin"]}, {"typ": "roles", "val": {"admin": 1}}]}, []),
        ({"claims": [{"typ": ["roles"], "val": "admin"}, {"typ": "roles"}, {"typ": "roles", "val": "Admin"}]}, []),
        ({"claims": [7, None, "admin", {"typ": "roles", "val": "reader"}]}, ["reader"]),
        ({"claims": {"typ": "roles", "val": "admin"}}, []),
        ({"claims": None, "userRoles": ["admin"]}, []),
    ],
)
def test_roles_are_those_of_the_entra_claim_and_on_doubt_none(doors: Doors, body: dict, roles: list[str]) -> None:
    assert doors.post("roles", body, role=None).json == {"roles": roles}


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'"admin"', b"\xff\xfe", b'{"claims":' + b"[" * 5000])
def test_a_body_that_cannot_be_read_gives_no_role(doors: Doors, body: bytes) -> None:
    answer = doors.ask("POST", "roles", role=None, body=body, headers={"content_type": "application/json"})
    assert (answer.status, answer.json) == (200, {"roles": []})


def test_who_is_signed_in_already_gets_no_roles_from_the_roles_door(doors: Doors) -> None:
    header = principal("authenticated", "reader")
    body = {"claims": [{"typ": "roles", "val": "admin"}]}
    assert doors.post("roles", body, role=None, x_ms_client_principal=header).json == {"roles": []}


def test_drift_is_listed_with_when_it_was_first_seen(own_doors: Doors, world: World) -> None:
    from functions.ingest import ingest

    world.arrive(a_referral(status="Hibernating"), ingest)
    items = own_doors.get("drift").json["items"]
    assert "Hibernating" in json.dumps(items)
    assert all(item["first_seen"] for item in items)


def test_drift_counts_the_referrals_that_showed_it_each_once(own_doors: Doors, world: World) -> None:
    from functions.ingest import ingest

    for number in range(3):
        world.arrive(a_referral(id=f"r-{number}", status="Dozing"), ingest, times=2)
        world.arrive(a_referral(id=f"r-{number}", status="Dozing"), ingest, item="2", run="again")
    counts = {item["seen"]: item["count"] for item in own_doors.get("drift").json["items"] if item["field"] == "status"}
    assert counts == {"Dozing": 3}


def test_the_checklist_goes_on_after_what_fails(own_doors: Doors) -> None:
    checks = {check["name"]: check for check in own_doors.get("preflight", role="operator").json["checks"]}
    assert checks["storage tables"]["state"] == "ok"
    assert (checks["sign-in"]["state"], bool(checks["sign-in"]["fix"])) == ("failed", True)
    assert checks["dynamics"]["state"] == "off"
