"""The declared doors in, an OpenAPI 3.1 document out."""

import re
from dataclasses import replace
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.doors import answers, questions
from shared.doors.http import DOORS, Door

_FILES = {"ExportFile": ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}
_REFUSALS = {400: "The request is not valid.", 401: "Not signed in.", 403: "The role does not allow it."}


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
    model: type[BaseModel] = getattr(questions, name, None) or getattr(answers, name)
    return model


def _operation(one: Door) -> dict[str, Any]:
    refusals = {
        **_REFUSALS,
        **({404: "No such thing."} if "{" in one.route else {}),
        **({415: "Not JSON."} if one.method == "POST" else {}),
    }
    operation: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*_path_parameters(one.route), *_query_parameters(one.query)],
        "responses": {
            str(one.status): _answer(one),
            **({"200": _answer(replace(one, answer=one.dry_run))} if one.dry_run else {}),
            **{
                str(status): {"description": text, "content": {"application/problem+json": {"schema": _ref("Problem")}}}
                for status, text in refusals.items()
            },
        },
        "x-role": one.role,
    }
    if one.role:
        operation["security"] = [{"principal": []}]
    if one.body:
        operation["requestBody"] = {"content": {"application/json": {"schema": _ref(one.body)}}}
    return operation


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
        {"name": field, "in": "query", "required": field in required, "schema": one}
        for field, one in schema["properties"].items()
    ]


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
