"""`/api/health`, `/ready`, `/preflight`, `/roles`, `/drift`, `/openapi.json`: how Hunter is, and what it offers."""

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

import azure.functions as func

from shared.connections import settings
from shared.doors.http import DOORS, NOBODY, SECURITY_HEADERS, Call, Door, Reply, door
from shared.doors.principal import ROLES
from shared.drift import drift_shown
from shared.rules.moments import iso
from shared.settings import SettingProblem, SettingsInvalidError

VERSION = "1.0.0"
COMMIT_FILE = Path(__file__).parent.parent / "commit.txt"
"""In the package only (infra/tools/package.py): the commit belongs to the code that answers, not to a setting."""
_ROLE_CLAIM = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
blueprint = func.Blueprint()
logger = logging.getLogger(__name__)


def setting_problems() -> list[SettingProblem]:
    """What is wrong with the settings; empty when Hunter can work."""
    try:
        settings()
    except SettingsInvalidError as error:
        return error.problems
    return []


@cache
def _commit() -> str:
    return COMMIT_FILE.read_text(encoding="utf-8").strip() if COMMIT_FILE.is_file() else "development"


@blueprint.function_name("health")
@blueprint.route(route="health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def health(req: func.HttpRequest) -> func.HttpResponse:
    """Alive, and which version; with wrong settings 503 and every problem.

    Asks nobody, so it is quick and always answers.
    """
    content: dict[str, Any] = {"status": "ok", "version": VERSION, "commit": _commit()}
    problems = setting_problems()
    if problems:
        listed = [{"name": one.name, "problem": one.problem, "example": one.example} for one in problems]
        content |= {"status": "misconfigured", "code": "misconfigured", "problems": listed}
    return func.HttpResponse(
        json.dumps(content), status_code=503 if problems else 200, mimetype="application/json",
        headers={**SECURITY_HEADERS, "Cache-Control": "no-store"},
    )  # fmt: skip


if not setting_problems():
    # Declared for the description alone: the door itself answers with wrong settings, too, where no other does.
    DOORS.append(Door("GET", "health", "health", None, None, None, "Health", 200, "Alive, and which version."))

    @door(blueprint, "GET", "health/ready", role="reader", answer="Readiness")
    def ready(call: Call) -> Reply:
        """Each dependency with its state; operators also see the reasons."""
        from shared.readiness import readiness

        parts = readiness(call.to)
        shown = (
            parts if call.principal.may("operator") else [{"name": one["name"], "state": one["state"]} for one in parts]
        )
        bad = [one for one in parts if one["state"] not in ("ok", "off", "unknown")]
        return Reply({"status": "degraded" if bad else "ok", "parts": shown, "as_of": iso(call.to.now())})

    @door(blueprint, "GET", "preflight", role="operator", answer="Preflight")
    def preflight(call: Call) -> Reply:
        """The connection checklist, each line green or red with its fix."""
        from shared.preflight import preflight_checks

        return Reply({"checks": preflight_checks(call.to), "as_of": iso(call.to.now())})

    @door(blueprint, "POST", "roles", role=None, body="RolesBody", answer="Roles")
    def roles(call: Call) -> Reply:
        """What the platform asks after sign-in: the Entra app roles that Hunter knows.

        On doubt none; grants nothing by itself.
        """
        asked = call.body.claims if call.principal is NOBODY and call.body.provider == "aad" else []
        claimed = [claim.get("val") for claim in asked if claim.get("typ") in ("roles", _ROLE_CLAIM)]
        found = [role for role in ROLES if role in claimed]
        logger.info(
            "roles.asked claims=%d of_roles=%d known=%d trace=%s", len(asked), len(claimed), len(found), call.trace
        )
        return Reply({"roles": found})

    @door(blueprint, "GET", "drift", role="reader", answer="DriftList")
    def drift(call: Call) -> Reply:
        """Values and fields of Partner Center that Hunter does not know yet."""
        return Reply({"items": drift_shown(call.to.state), "as_of": iso(call.to.now())})

    @door(blueprint, "GET", "openapi.json", role="reader")
    def openapi(call: Call) -> Reply:
        """The doors as an OpenAPI document, made from their declarations."""
        from shared.doors.openapi import openapi_document

        return Reply(openapi_document(version=VERSION))
