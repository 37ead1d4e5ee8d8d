"""Alert and workbook queries in, findings out: they look for lines that the code writes, and lead to the runbook."""

import json
import re
from collections.abc import Iterator
from typing import Any

from infra.tools.bicep import Template
from infra.tools.finding import Finding
from infra.tools.sources import Sources

_WANTED_LINE = re.compile(r'startswith "([a-z_.]+)(?: kind=[a-z-]+)?"')
_WANTED_FIELD = re.compile(r'extract\("([a-z0-9_]+)=')
_LOGGED = re.compile(r'"([a-z_]+\.[a-z_]+) [a-z_]+=')
_LINK = re.compile(r"#([a-z-]+)'?$")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NEEDED = {
    "inbox-opened", "dead-letters", "old-message", "polls-missed", "failure-percent", "sign-in-ends",
    "referrals-expire", "throttled", "access-refused", "not-healthy",
}  # fmt: skip


def check_alerts(templates: list[Template], sources: Sources) -> Iterator[Finding]:
    """Every query and every link."""
    code = "\n".join([*sources.under("functions").values(), *sources.under("shared").values()])
    logged = frozenset(_LOGGED.findall(code))
    runbook = {anchor(heading) for heading in _HEADING.findall(sources.texts.get("docs/operations.md", ""))}
    alerts = next(template for template in templates if template.path.endswith("alerts.bicep"))
    for where, line, query in [*_alert_queries(alerts), *_workbook_queries(sources)]:
        yield from _query(where, line, query, code, logged)
    links = _links(alerts)
    for name, line in links.items():
        if name not in runbook:
            yield Finding(alerts.path, line, "runbook", f"docs/operations.md has no section '{name}'.")
    for name in sorted(NEEDED - set(links)):
        yield Finding(alerts.path, 1, "alert-missing", f"There is no alert '{name}'.")


def _query(path: str, line: int, query: str, code: str, logged: frozenset[str]) -> Iterator[Finding]:
    for event in _WANTED_LINE.findall(query):
        if event not in logged:
            yield Finding(path, line, "log-line", f"No line of the code begins with '{event}'.")
    for field in _WANTED_FIELD.findall(query):
        if f"{field}=%" not in code:
            yield Finding(path, line, "log-line", f"No line of the code has '{field}='.")


def _alert_queries(template: Template) -> Iterator[tuple[str, int, str]]:
    for declaration in template.declarations:
        for query in _found(declaration.value, "query"):
            if isinstance(query, str):
                yield template.path, declaration.line, query


def _workbook_queries(sources: Sources) -> Iterator[tuple[str, int, str]]:
    for query in _found(json.loads(sources.texts["infra/workbook.json"]), "query"):
        yield "infra/workbook.json", 1, str(query)


def _links(template: Template) -> dict[str, int]:
    """Anchors: the names in the table of rules, and what stands behind `#` elsewhere."""
    declared = template.named("rules")
    links = {str(rule["name"]): declared.line for rule in declared.value} if declared else {}
    for resource in template.of("resource"):
        for text in _found(resource.value, "description"):
            if found := _LINK.search(getattr(text, "text", str(text))):
                links[found.group(1)] = resource.line
    return links


def _found(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from _found(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _found(inner, key)


def anchor(heading: str) -> str:
    """A heading's address, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
