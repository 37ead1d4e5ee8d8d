"""Templates in, findings out: resource types, their versions, and the names of their properties.

`resource_shapes.json` holds, for what we deploy, the properties that we use: a name that is not there is misspelt or
wants to be added. `!` marks what must be given, `*` any name or any value. The tests hold the table against Microsoft's
own models of the resources.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from infra.tools.bicep import Declaration, Expression, Template
from infra.tools.finding import Finding

_ALWAYS = {"name!", "parent", "scope", "dependsOn", "tags"}


@cache
def shapes() -> dict[str, Any]:
    """The table."""
    content: dict[str, Any] = json.loads((Path(__file__).parent / "resource_shapes.json").read_text(encoding="utf-8"))
    return content


def check_shapes(templates: list[Template]) -> Iterator[Finding]:
    """Every resource of every file."""
    for template in templates:
        for resource in template.of("resource"):
            yield from _resource(template.path, resource)


def _resource(path: str, resource: Declaration) -> Iterator[Finding]:
    kind, _, version = resource.target.partition("@")
    shape = shapes().get(kind)
    if shape is None:
        yield Finding(path, resource.line, "unknown-type", f"{kind} is not in resource_shapes.json.")
        return
    if version not in shape["versions"]:
        yield Finding(path, resource.line, "unknown-version", f"{kind} has no version {version} that we know.")
    if not resource.existing:
        top = {**dict.fromkeys(_ALWAYS, "*"), **shape["shape"]}
        yield from _object(path, resource.line, resource.value, top, f"{resource.name}")


def _object(path: str, line: int, value: dict[str, Any], shape: dict[str, Any], where: str) -> Iterator[Finding]:
    known = {name.rstrip("!"): inner for name, inner in shape.items()}
    for name, inner in value.items():
        if name not in known and "*" not in known:
            yield Finding(path, line, "unknown-property", f"{where}.{name} is not a property that we know.")
        else:
            yield from _value(path, line, inner, known.get(name, known.get("*")), f"{where}.{name}")
    for name in shape:
        if name.endswith("!") and name.rstrip("!") not in value:
            yield Finding(path, line, "missing-property", f"{where}.{name.rstrip('!')} must be given.")


def _value(path: str, line: int, value: Any, shape: Any, where: str) -> Iterator[Finding]:
    if shape == "*" or isinstance(value, Expression) or value is None:
        return
    if isinstance(shape, dict) and isinstance(value, dict):
        yield from _object(path, line, value, shape, where)
    elif isinstance(shape, list) and isinstance(value, list):
        for one in value:
            yield from _value(path, line, one, shape[0], f"{where}[]")
    elif isinstance(shape, list) and not isinstance(value, list) and value not in shape:
        yield Finding(path, line, "wrong-value", f"{where} is {value!r}; allowed: {', '.join(map(str, shape))}.")
    elif isinstance(shape, str) and type(value).__name__ != shape:
        yield Finding(path, line, "wrong-type", f"{where} must be {shape}, not {type(value).__name__}.")
