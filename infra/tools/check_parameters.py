"""Templates in, findings out: values of parameters against their declarations, and what each environment must say."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.tools.bicep import Declaration, Expression, Template
from infra.tools.finding import Finding

_TYPES = {"string": str, "int": int, "bool": bool, "object": dict, "array": list}
_FIRST_OF_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])-01")
_PROD: Mapping[str, Any] = {"protectData": True}
"""What only prod must have."""


def check_parameters(templates: list[Template]) -> Iterator[Finding]:
    """Literal values given to modules and in the environments' files."""
    by_path = {template.path: template for template in templates}
    for template in templates:
        for module in template.of("module"):
            called = by_path.get(posixpath.normpath(posixpath.join(posixpath.dirname(template.path), module.target)))
            for name, value in module.value.get("params", {}).items():
                if called and (declared := called.named(name)):
                    yield from _value(template.path, module.line, declared, value)
        main = by_path.get(posixpath.normpath(posixpath.join(posixpath.dirname(template.path), template.using)))
        if template.using and main:
            for given in template.declarations:
                if declared := main.named(given.name):
                    yield from _value(template.path, given.line, declared, given.value)
            yield from _environment(template)


def _value(path: str, line: int, declared: Declaration, value: Any) -> Iterator[Finding]:
    if isinstance(value, Expression) or declared.kind != "parameter":
        return
    wanted = _TYPES.get(declared.target)
    if wanted and type(value) is not wanted:
        yield Finding(path, line, "wrong-type", f"{declared.name} must be {declared.target}.")
        return
    rules = declared.decorators
    if isinstance(rules.get("allowed"), list) and value not in rules["allowed"]:
        yield Finding(path, line, "wrong-value", f"{declared.name} is none of {', '.join(map(str, rules['allowed']))}.")
    low, high = rules.get("minValue", value), rules.get("maxValue", value)
    if isinstance(value, int) and not low <= value <= high:
        yield Finding(path, line, "wrong-value", f"{declared.name} must be within {low}-{high}.")
    if isinstance(value, str | list) and len(value) < rules.get("minLength", 0):
        yield Finding(path, line, "wrong-value", f"{declared.name} is too short.")


def _environment(file: Template) -> Iterator[Finding]:
    given = {one.name: one for one in file.declarations}
    name = posixpath.basename(file.path).removesuffix(".bicepparam")
    if (named := given.get("environmentName")) and named.value != name:
        yield Finding(file.path, named.line, "environments", f"environmentName must be '{name}', as the file.")
    start = given.get("budgetStartDate")
    if start and not (isinstance(start.value, str) and _FIRST_OF_MONTH.fullmatch(start.value)):
        yield Finding(file.path, start.line, "wrong-value", "budgetStartDate is the first of a month, like 2026-12-01.")
    for setting, wanted in _PROD.items() if name == "prod" else ():
        if (found := given.get(setting)) and found.value != wanted:
            yield Finding(file.path, found.line, "environments", f"prod must have {setting} = {str(wanted).lower()}.")
