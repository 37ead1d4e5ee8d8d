"""The declared doors in, an OpenAPI 3.1 document out."""

import re
from dataclasses import replace
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.doors import questions
from shared.doors.answers import ANSWERS
from shared.doors.http import DOORS, Door
from shared.rules.list_columns import LEAD_COLUMNS

_FILES = {"ExportFile": ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}
_REFUSALS = {
    400: "The request is not valid.",
    401: "Not signed in.",
    403: "The role does not allow it, or another site's page sent it.",
    404: "No such thing.",
    409: "It changed meanwhile, or is past that; look again.",
    413: "Too large; `params` tells the limit.",
    415: "Not JSON.",
    500: "A fault of Hunter's own; the correlation id finds it in the log.",
    502: "An outside system refused; `params.reason` names the cause.",
    503: "An outside system does not answer; try again in a moment.",
}
"""Every refusal that there is; which a door may answer with is `_refusals_of`."""


def openapi_document(*, version: str) -> dict[str, Any]:
    """Every door with its role, its parameters, its body and its answer."""
    named = {name for one in DOORS for name in (one.body, one.answer, one.dry_run) if name and name not in _FILES} | {
        "Problem"
    }
    models: list[tuple[type[BaseModel], Any]] = [(_model(name), "validation") for name in sorted(named)]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for one in DOORS:
        paths.setdefault(f"/api/{one.route}", {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hunter", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"principal": {"type": "apiKey", "in": "header", "name": "x-ms-client-principal"}},
        },
    }


def _model(name: str) -> type[BaseModel]:
    model: type[BaseModel] = getattr(questions, name, None) or ANSWERS[name]
    return model


def _operation(one: Door) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*_path_parameters(one.route), *_query_parameters(one.query)],
        "responses": {
            str(one.status): _answer(one),
            **({"200": _answer(replace(one, answer=one.dry_run))} if one.dry_run else {}),
            **({"304": {"description": "What the caller has is still so."}} if 304 in one.also else {}),
            **{str(status): _refusal(status) for status in sorted(_refusals_of(one))},
        },
        "x-role": one.role,
    }
    if one.role:
        operation["security"] = [{"principal": []}]
    if one.body:
        operation["requestBody"] = {"content": {"application/json": {"schema": _ref(one.body)}}}
    return operation


def _refusals_of(one: Door) -> set[int]:
    found = {400, 401, 403, 500, 502, 503} if one.role else {400, 403, 500}
    if "{" in one.route:
        found.add(404)
    if one.method != "GET":
        found |= {413, 415}
    return found | {status for status in one.also if status in _REFUSALS}


def _refusal(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {"description": _REFUSALS[status], "content": content}


def _path_parameters(route: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route)
    ]


def _query_parameters(name: str | None) -> list[dict[str, Any]]:
    if name is None:
        return []
    schema = _model(name).model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": field, "in": "query", "required": field in required, "schema": one, **_list_of(field)}
        for field, one in schema["properties"].items()
    ]


def _list_of(field: str) -> dict[str, str]:
    """Filters by closed values take several, which a schema of one text does not show."""
    if field not in questions.CLOSED_FILTERS:
        return {}
    known = sorted(LEAD_COLUMNS.codes[field])
    return {"description": f"Any of, with commas between: {', '.join(known)}."}


def _answer(one: Door) -> dict[str, Any]:
    if one.answer in _FILES:
        content: dict[str, Any] = {
            media: {"schema": {"type": "string", "format": "binary"}} for media in _FILES[one.answer]
        }
    elif one.answer:
        content = {"application/json": {"schema": _ref(one.answer)}}
    else:
        content = {"application/json": {"schema": {"type": "object"}}}
    return {"description": one.summary, "content": content}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
