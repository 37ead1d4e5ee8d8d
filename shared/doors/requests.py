"""Query strings and bodies in, checked models out; each refusal names the field, the problem and the fix."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.doors.problems import Problem, bad_request

if TYPE_CHECKING:
    from pydantic import BaseModel

LARGEST_BODY = 1_000_000
"""Bytes."""


def refuse_foreign_writes(headers: Mapping[str, str]) -> None:
    """Refuses writes that another site's page started (403) or that are not JSON (415), so that a form cannot write."""
    if headers.get("sec-fetch-site", "").lower() == "cross-site":
        raise Problem(403, "forbidden", "The request comes from another site. Use Hunter's own page.")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(
            415,
            "unsupported_media_type",
            f"Content-Type is '{media_type[:60]}'. Send application/json.",
            found=media_type[:60],
        )


def read_query(model: "type[BaseModel] | None", params: Mapping[str, str]) -> Any:
    """The query as its model; parameters that it does not have are refused by name."""
    known = set(model.model_fields) if model else set()
    for name in params:
        if name not in known:
            raise _unknown(name, known)
    return _validated(model, dict(params)) if model else None


def read_body(model: "type[BaseModel] | None", body: bytes) -> Any:
    """The body as its model. No body counts as an empty object, nor does one that a lenient model cannot use."""
    if len(body) > LARGEST_BODY:
        raise Problem(413, "too_large", f"The body has {len(body)} bytes; at most {LARGEST_BODY}.", limit=LARGEST_BODY)
    lenient = model is not None and model.model_config.get("extra") == "allow"
    try:
        content = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        if not lenient:
            raise bad_request("body", "It is not JSON.", "Send a JSON object.") from None
        content = {}
    if not isinstance(content, dict):
        if not lenient:
            raise bad_request("body", "It is not a JSON object.", "Send {…}.")
        content = {}
    known = {field.alias or name for name, field in model.model_fields.items()} if model else set()
    if not lenient:
        for name in content:
            if name not in known:
                raise _unknown(name, known)
    return _validated(model, content) if model else None


def _validated(model: "type[BaseModel] | None", content: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    assert model is not None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        if first["type"] == "extra_forbidden":
            raise Problem(
                400, "unknown_parameter", f"'{field[:60]}' is not known here. See /api/openapi.json.", name=field[:60]
            ) from None
        message = str(first["msg"]).removeprefix("Value error, ")
        raise bad_request(field, f"{message[:1].upper()}{message[1:]}.", "") from None


def _unknown(name: str, known: set[str]) -> Problem:
    names = ", ".join(sorted(known)) or "none"
    return Problem(
        400,
        "unknown_parameter",
        f"'{name[:60]}' is not known here. Known: {names}.",
        name=name[:60],
        known=sorted(known),
    )
