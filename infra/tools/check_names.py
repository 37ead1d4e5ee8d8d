"""Templates in, findings out: the names that `main.bicep` makes, against what each kind of resource may be called.

Rules: Microsoft's page "Naming rules and restrictions for Azure resources".
"""

import re
from collections.abc import Iterator

from infra.tools.bicep import Expression, Template
from infra.tools.finding import Finding

_INTERPOLATION = re.compile(r"\$\{(\w+)\}")
_LONGEST = {"environmentName": "prod", "suffix": "abc123"}
"""`suffix` is six of the letters and digits of uniqueString()."""
_RULES = {
    "storage": (re.compile(r"[a-z0-9]{3,24}"), "3-24 small letters and digits"),
    "keyVault": (re.compile(r"(?=.{3,24}$)[a-zA-Z]([a-zA-Z0-9]|-(?!-))*[a-zA-Z0-9]"), "3-24 letters, digits, dashes"),
    "serviceBus": (re.compile(r"[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]"), "6-50 letters, digits, dashes"),
    "functionApp": (re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,41}[a-zA-Z0-9]"), "2-43 letters, digits, dashes"),
    "site": (re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,38}[a-zA-Z0-9]"), "2-40 letters, digits, dashes"),
}
"""By module. 43: with more the host id, its first 32 letters, may collide or be cut."""


def check_names(templates: list[Template]) -> Iterator[Finding]:
    """Every `name` that a module of `main.bicep` is given."""
    for template in templates:
        if not template.path.endswith("main.bicep"):
            continue
        for module in template.of("module"):
            pattern, words = _RULES.get(module.name, (None, ""))
            value = module.value.get("params", {}).get("name")
            name = _spelt(value.text if isinstance(value, Expression) else value, template) if value else ""
            if pattern and not pattern.fullmatch(name):
                yield Finding(template.path, module.line, "name", f"{module.name} would be '{name}'; allowed: {words}.")


def _spelt(text: str, template: Template) -> str:
    """The text with its variables put in, at their longest."""

    def put(found: re.Match[str]) -> str:
        name = found.group(1)
        declared = template.named(name)
        inner = declared.value.text if declared and isinstance(declared.value, Expression) else ""
        return _LONGEST.get(name) or _spelt(inner, template)

    return _INTERPOLATION.sub(put, text.strip("'"))
