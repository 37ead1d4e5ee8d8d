"""Templates in, findings out: what goes from one module into the next, in which order, and whose child is what."""

import re
from collections.abc import Iterator

from infra.tools.bicep import Declaration, Expression, Template
from infra.tools.finding import Finding

_OUTPUT = re.compile(r"(\w+)\.outputs\.(\w+)")
_AFTER = {
    "functionApp": ("roles", "the first start needs the roles"),
    "site": ("appSettings", "the link changes the functions' app too, and Azure refuses two changes at once"),
}
_REGIONS = {"backendRegion": "location"}
"""A parameter that must be given that very name: the region of the functions, not of the page."""


def check_wiring(templates: list[Template]) -> Iterator[Finding]:
    """Every module that `main.bicep` calls, and every child resource."""
    for template in templates:
        for module in template.of("module"):
            yield from _parameters(template.path, module)
            yield from _order(template.path, module)
        for resource in template.of("resource"):
            is_child = resource.target.partition("@")[0].count("/") > 1
            if is_child and "parent" not in resource.value:
                yield Finding(template.path, resource.line, "parent-missing", f"{resource.name} must name its parent.")


def _parameters(path: str, module: Declaration) -> Iterator[Finding]:
    """An output goes into a parameter whose name ends like its own: a `clientId` is no `principalId`."""
    for name, value in module.value.get("params", {}).items():
        given = value.text if isinstance(value, Expression) else ""
        found = _OUTPUT.fullmatch(given)
        if found and not name.lower().endswith(found.group(2).lower()):
            yield Finding(path, module.line, "wiring", f"{module.name}.{name} is given '{found.group(2)}'.")
        if given != _REGIONS.get(name, given):
            yield Finding(path, module.line, "wiring", f"{module.name}.{name} must be {_REGIONS[name]}.")


def _order(path: str, module: Declaration) -> Iterator[Finding]:
    if module.name not in _AFTER:
        return
    earlier, reason = _AFTER[module.name]
    waited_for = [getattr(one, "text", one) for one in module.value.get("dependsOn", [])]
    if earlier not in waited_for:
        yield Finding(path, module.line, "order", f"{module.name} must wait for {earlier}: {reason}.")
