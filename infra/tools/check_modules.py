"""Templates in, findings out: what modules and parameter files are given against what they ask for."""

import posixpath
from collections.abc import Iterator

from infra.tools.bicep import Declaration, Template
from infra.tools.finding import Finding


def check_modules(templates: list[Template]) -> Iterator[Finding]:
    """Files that exist, known and complete parameters, outputs that are offered, in every environment alike."""
    by_path = {template.path: template for template in templates}
    for template in templates:
        if template.using:
            yield from _parameter_file(template, by_path)
        for module in template.of("module"):
            yield from _module(template, module, by_path)
    yield from _environments([template for template in templates if template.using])


def _module(template: Template, module: Declaration, by_path: dict[str, Template]) -> Iterator[Finding]:
    called = by_path.get(_beside(template.path, module.target))
    if called is None:
        yield Finding(template.path, module.line, "module-missing", f"There is no {module.target}.")
        return
    yield from _given(template.path, module.line, set(module.value.get("params", {})), called)
    offered = {one.name for one in called.of("output")}
    for text, line in template.members:
        parts = text.split(".")
        if parts[:2] == [module.name, "outputs"] and len(parts) == 3 and parts[2] not in offered:
            yield Finding(template.path, line, "unknown-output", f"{module.target} has no output '{parts[2]}'.")


def _parameter_file(template: Template, by_path: dict[str, Template]) -> Iterator[Finding]:
    main = by_path.get(_beside(template.path, template.using))
    if main is None:
        yield Finding(template.path, 1, "module-missing", f"There is no {template.using}.")
        return
    yield from _given(template.path, 1, {one.name for one in template.declarations}, main)


def _given(path: str, line: int, given: set[str], called: Template) -> Iterator[Finding]:
    asked = {one.name: one.has_default for one in called.of("parameter")}
    for name in sorted(given - set(asked)):
        yield Finding(path, line, "unknown-param", f"{called.path} has no parameter '{name}'.")
    for name, has_default in asked.items():
        if not has_default and name not in given:
            yield Finding(path, line, "missing-param", f"{called.path} wants '{name}'.")


def _environments(files: list[Template]) -> Iterator[Finding]:
    """The same names everywhere, so that what was tested is what is deployed."""
    everything = {one.name for file in files for one in file.declarations}
    for file in files:
        for name in sorted(everything - {one.name for one in file.declarations}):
            yield Finding(file.path, 1, "environments", f"'{name}' is set in another environment but not here.")


def _beside(path: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
