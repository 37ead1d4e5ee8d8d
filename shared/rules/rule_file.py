"""A JSON or TOML file in, a whole rule table out, or every flaw at once. What it does not name stays as shipped."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from shared.rules.rule_table import RuleTable, flaws
from shared.rules.scoring import TABLE


class RuleFileError(Exception):
    """The file is no rule table; `problems` name each field, what is wrong with it and what would do."""

    def __init__(self, path: str, problems: list[str]) -> None:
        super().__init__(f"{path}: " + "; ".join(problems))
        self.problems = problems


def read_rule_table(path: str) -> RuleTable:
    """The table of a `.json` or `.toml` file over the shipped one; lists are replaced whole. Raises `RuleFileError`."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleFileError(path, [f"cannot be read ({type(error).__name__}); give the path of a text file"]) from error
    return parse_rule_table(text, path=path)


def parse_rule_table(text: str, *, path: str) -> RuleTable:
    """The table in a text; `path` names it in errors, and its ending tells JSON from TOML."""
    try:
        given = tomllib.loads(text) if path.endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RuleFileError(path, [f"is not valid {'TOML' if path.endswith('.toml') else 'JSON'}: {error}"]) from error
    if not isinstance(given, dict):
        raise RuleFileError(path, ['must be an object such as {"name": "2026.2", "prices": {"no_dkim": -10}}'])
    if "name" not in given:
        raise RuleFileError(path, ["name: is missing; give the table a short name of its own such as 2026.2"])
    table = _validated(_over(asdict(TABLE), given), path)
    if found := flaws(table):
        raise RuleFileError(path, found)
    return table


def _over(shipped: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(shipped)
    for name, value in given.items():
        below = merged.get(name)
        merged[name] = _over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _validated(content: dict[str, Any], path: str) -> RuleTable:
    from pydantic import (
        TypeAdapter,
        ValidationError,
    )  # only a file needs checking; the shipped table is checked by mypy

    try:
        return TypeAdapter(RuleTable).validate_json(json.dumps(content, default=str), strict=True)
    except ValidationError as error:
        raise RuleFileError(path, [_problem(dict(one)) for one in error.errors(include_url=False)]) from error


def _problem(error: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"] if part != "[key]")
    if error["type"] == "unexpected_keyword_argument":
        return f"{place}: is not known; correct the spelling or remove it"
    return f"{place}: {error['msg'][0].lower()}{error['msg'][1:]}; it is {json.dumps(error['input'])[:60]}"
