"""Alert rules in, findings out: each is on, reaches people, misses no late line, and leads to the runbook."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from infra.tools.bicep import Declaration, Template
from infra.tools.check_queries import found_under
from infra.tools.check_queues import duration
from infra.tools.finding import Finding
from infra.tools.sources import Sources

_LINK = re.compile(r"#([a-z-]+)'?$")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NEEDED = {
    "inbox-opened", "dead-letters", "old-message", "polls-missed", "failure-percent", "sign-in-ends",
    "referrals-expire", "throttled", "access-refused", "not-healthy",
}  # fmt: skip
_QUERY_RULES = "Microsoft.Insights/scheduledQueryRules"
_METRIC_RULES = "Microsoft.Insights/metricAlerts"
_EVERY = {
    _QUERY_RULES: frozenset(
        {"PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D"}
    ),
    _METRIC_RULES: frozenset({"PT1M", "PT5M", "PT15M", "PT30M", "PT1H"}),
}
_WINDOW = {
    _QUERY_RULES: _EVERY[_QUERY_RULES] | {"P2D"},
    _METRIC_RULES: _EVERY[_METRIC_RULES] | {"PT6H", "PT12H", "P1D"},
}
"""What Azure Monitor accepts."""
_LATE = timedelta(minutes=10)
"""How long a log line may take until a query sees it."""


def check_alerts(templates: list[Template], sources: Sources) -> Iterator[Finding]:
    """Every rule and every link."""
    alerts = next(template for template in templates if template.path.endswith("alerts.bicep"))
    for rule in _rules(alerts):
        yield from _rule(alerts.path, *rule)
    runbook = {anchor(heading) for heading in _HEADING.findall(sources.texts.get("docs/operations.md", ""))}
    links = _links(alerts)
    for name, line in links.items():
        if name not in runbook:
            yield Finding(alerts.path, line, "runbook", f"docs/operations.md has no section '{name}'.")
    for name in sorted(NEEDED - set(links)):
        yield Finding(alerts.path, 1, "alert-missing", f"There is no alert '{name}'.")


def _rules(template: Template) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    """Name, line, kind and properties of each rule; a row of the table stands for the properties that it fills."""
    declared = template.named("rules")
    for row in declared.value if declared else ():
        filled = {"evaluationFrequency": row["every"], "windowSize": row["window"], "severity": row["severity"]}
        yield str(row["name"]), declared.line if declared else 1, _QUERY_RULES, filled
    for resource in template.of("resource"):
        kind = resource.target.partition("@")[0]
        if kind in _EVERY:
            yield resource.name, resource.line, kind, resource.value.get("properties", {})


def _rule(path: str, name: str, line: int, kind: str, properties: dict[str, Any]) -> Iterator[Finding]:
    every, window = properties.get("evaluationFrequency"), properties.get("windowSize")
    for value, allowed in ((every, _EVERY[kind]), (window, _WINDOW[kind])):
        if isinstance(value, str) and value not in allowed:
            yield Finding(path, line, "alert-time", f"{name}: Azure knows {', '.join(sorted(allowed))}, not {value}.")
    lengths = [duration(value) for value in (every, window) if isinstance(value, str)]
    pause, span = lengths if len(lengths) == 2 else (None, None)
    if pause and span and (span < pause or kind == _QUERY_RULES and span < pause + _LATE):
        yield Finding(path, line, "alert-time", f"{name}: its window is so short that late lines fall between two.")
    severity = properties.get("severity")
    if isinstance(severity, int) and not 0 <= severity <= 4:
        yield Finding(path, line, "wrong-value", f"{name}: a severity is 0 to 4.")
    if properties.get("enabled") is False:
        yield Finding(path, line, "alert-off", f"{name} is switched off.")
    actions = properties.get("actions")
    if actions == [] or isinstance(actions, dict) and not actions.get("actionGroups"):
        yield Finding(path, line, "alert-nobody", f"{name} tells nobody.")


def _links(template: Template) -> dict[str, int]:
    """Anchors: the names in the table of rules, and what stands behind `#` elsewhere."""
    declared: Declaration | None = template.named("rules")
    links = {str(rule["name"]): declared.line for rule in declared.value} if declared else {}
    for resource in template.of("resource"):
        for text in found_under(resource.value, "description"):
            if found := _LINK.search(getattr(text, "text", str(text))):
                links[found.group(1)] = resource.line
    return links


def anchor(heading: str) -> str:
    """A heading's address, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
