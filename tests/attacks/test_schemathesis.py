"""Schemathesis reads our OpenAPI document and attacks every door it names, as every role and as nobody.

It makes requests that the document allows and ones that it forbids; an answer must be one that the document names,
of the media type and shape that it promises, and never a bug.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis import checks

from tests.attacks.conftest import ROLES, Attacked, principal

ASK_EVERYBODY = ("/api/preflight", "/api/health/ready")
"""These call every outside system: `test_doors.py` asks them once."""
NEVER_A_BUG = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="session")
def described(attacked: Attacked) -> Any:
    """The document as schemathesis reads it; each caller brings its own principal."""
    document = attacked.ask("GET", "openapi.json").json()
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=attacked.sandbox.url("host"))
    return schema


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_the_document_names(attacked: Attacked, described: Any, role: str | None) -> None:
    known = {"domain": "personal-data.example", "id": attacked.ask("GET", "runs?limit=1").json()["items"][0]["id"]}
    headers = {**principal(role), "Content-Type": "application/json"}
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path in ASK_EVERYBODY:
            continue

        @given(case=operation.as_strategy(), exists=booleans())
        @settings(max_examples=10, database=None, suppress_health_check=[*HealthCheck])
        def attack(case: Any, exists: bool) -> None:
            if exists:
                case.path_parameters.update({name: known[name] for name in case.path_parameters})
            answer = case.call(headers=headers, timeout=30)
            case.validate_response(answer, checks=NEVER_A_BUG)

        attack()
