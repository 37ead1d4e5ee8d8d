"""Queries of alerts and workbook in, findings out: they look for lines, fields and values that the code writes."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.tools.bicep import Template
from infra.tools.finding import Finding
from infra.tools.sources import Sources
from shared.codes import FAILURES
from shared.rules.values import RUN_KINDS, RUN_STATES

_LOGGED = re.compile(r'"([a-z_]+\.[a-z_]+) ([a-z_]+=[^"]*)"')
_FIELD = re.compile(r"([a-z0-9_]+)=")
_WANTED_LINE = re.compile(r'startswith "([a-z_.]+)(?: [a-z]+=[a-z-]+)?"')
_WANTED_FIELD = re.compile(r'extract\("([a-z0-9_]+)=')
_WANTED_VALUE = re.compile(r"\b(code|kind|state)=([a-z_-]+)")
_VALUES: Mapping[str, frozenset[str]] = {
    "code": frozenset(FAILURES), "kind": frozenset(RUN_KINDS), "state": frozenset(RUN_STATES),
}  # fmt: skip
WORKBOOK = "infra/workbook.json"


def check_queries(templates: list[Template], sources: Sources) -> Iterator[Finding]:
    """Every query."""
    logged = log_lines(sources)
    for path, line, query in queries(templates, sources):
        events = _WANTED_LINE.findall(query)
        for event in events:
            if event not in logged:
                yield Finding(path, line, "log-line", f"No line of the code begins with '{event}'.")
        fields = {field for event in events for field in logged.get(event, ())}
        for field in _WANTED_FIELD.findall(query):
            if field not in fields:
                yield Finding(path, line, "log-line", f"No line that this query reads has '{field}='.")
        for field, value in _WANTED_VALUE.findall(query):
            if value not in _VALUES[field]:
                yield Finding(path, line, "log-line", f"'{field}' is never '{value}'.")


def log_lines(sources: Sources) -> dict[str, frozenset[str]]:
    """The lines that the code writes: the fields of each event."""
    found: dict[str, set[str]] = {}
    for text in (*sources.under("functions").values(), *sources.under("shared").values()):
        for event, rest in _LOGGED.findall(text):
            found.setdefault(event, set()).update(_FIELD.findall(rest))
    return {event: frozenset(fields) for event, fields in found.items()}


def queries(templates: list[Template], sources: Sources) -> Iterator[tuple[str, int, str]]:
    """File, line and text of every query of alerts and workbook."""
    for template in templates:
        for declaration in template.declarations:
            yield from (
                (template.path, declaration.line, query)
                for query in found_under(declaration.value, "query")
                if isinstance(query, str)
            )
    yield from ((WORKBOOK, 1, str(query)) for query in found_under(json.loads(sources.texts[WORKBOOK]), "query"))


def found_under(value: Any, key: str) -> Iterator[Any]:
    """What stands under this key, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from found_under(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from found_under(inner, key)
