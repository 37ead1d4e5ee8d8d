"""The text of a Bicep or parameter file in, its declarations out: what the checks in this folder look at.

Syntax by tree-sitter's grammar, which knows no names and no types. It does not read `.bicepparam`, so `using` is taken
out and `param x = v` becomes `var x = v` first; line numbers stay.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

_USING = re.compile(r"^using\s+'([^']+)'[^\n]*$", re.MULTILINE)
_ESCAPE = {"\\'": "'", "\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\$": "$"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A value that is only known when deployed, as it is written."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """A param, var, resource, module or output: its name, where it stands, and its value as far as it is literal."""

    kind: str
    name: str
    line: int
    value: Any = None
    target: str = ""
    """`Type@version` of a resource, path of a module, type of a param."""
    existing: bool = False
    has_default: bool = False
    decorators: dict[str, Any] = field(default_factory=dict)
    """First argument by name: `@minValue(40)` is `{"minValue": 40}`."""


@dataclass(slots=True)
class Template:
    """One file. `uses` are identifiers that must be declared, `calls` functions, each with its line."""

    path: str
    using: str = ""
    declarations: list[Declaration] = field(default_factory=list)
    uses: list[tuple[str, int]] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    members: list[tuple[str, int]] = field(default_factory=list)
    """`a.b.c` as written."""
    repeated_keys: list[tuple[str, int]] = field(default_factory=list)
    """A key that an object has twice."""
    syntax_errors: list[int] = field(default_factory=list)

    def of(self, kind: str) -> list[Declaration]:
        """The declarations of one kind."""
        return [one for one in self.declarations if one.kind == kind]

    def named(self, name: str) -> Declaration | None:
        """The declaration with this name."""
        return next((one for one in self.declarations if one.name == name), None)


@cache
def read_template(path: str, text: str) -> Template:
    """The declarations of one file; with syntax errors as many as can be read."""
    template = Template(path)
    if path.endswith(".bicepparam"):
        found = _USING.search(text)
        template.using = found.group(1) if found else ""
        text = re.sub(r"^param\b", "var  ", _USING.sub("", text), flags=re.MULTILINE)
    root = _parser().parse(text.encode()).root_node
    template.syntax_errors = sorted({_line(node) for node in _walk(root) if node.is_error or node.is_missing})
    decorators: dict[str, Any] = {}
    for node in root.named_children:
        if node.type == "decorators":
            decorators = dict(_decorators(node))
        elif declaration := _declaration(node):
            template.declarations.append(replace(declaration, decorators=decorators))
            decorators = {}
    _collect_names(root, frozenset(), template)
    return template


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bicep.language()))


def _decorators(node: Node) -> Iterator[tuple[str, Any]]:
    for call in (decorator.named_children[0] for decorator in node.named_children):
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children if arguments else []
        yield _text(call.named_children[0]), value_of(given[0]) if given else None


def _declaration(node: Node) -> Declaration | None:
    kind = node.type.removesuffix("_declaration")
    parts = [child for child in node.named_children if child.type not in ("decorators", "comment")]
    if kind not in ("parameter", "variable", "resource", "module", "output") or not parts:
        return None
    name, line, rest = _text(parts[0]), _line(node), parts[1:]
    if kind in ("resource", "module"):
        body = _body(rest[-1]) if len(rest) > 1 else None
        return Declaration(
            kind, name, line, value_of(body) if body else {}, str(value_of(rest[0])),
            existing=any(child.type == "existing" or _text(child) == "existing" for child in node.children),
        )  # fmt: skip
    if kind == "parameter":
        target = _text(rest[0]) if rest else ""
        return Declaration(
            kind, name, line, value_of(rest[1]) if len(rest) > 1 else None, target, has_default=len(rest) > 1
        )
    return Declaration(kind, name, line, value_of(rest[-1]) if rest else None)


def _body(node: Node) -> Node | None:
    """The object inside a loop or a condition."""
    if node.type == "object":
        return node
    return next((found for child in reversed(node.named_children) if (found := _body(child))), None)


def value_of(node: Node) -> Any:
    """A literal as a Python value; anything else as an `Expression`."""
    match node.type:
        case "object":
            return dict(_property(child) for child in node.named_children if child.type == "object_property")
        case "array":
            return [value_of(child) for child in node.named_children if child.type != "comment"]
        case "string":
            return _string(node)
        case "number":
            return int(_text(node))
        case "boolean":
            return _text(node) == "true"
        case "null":
            return None
        case "for_statement":
            body = _body(node)
            return [value_of(body)] if body else []
    return Expression(_text(node), _line(node))


def _property(node: Node) -> tuple[str, Any]:
    key, value = [child for child in node.named_children if child.type != "comment"][:2]
    return (_text(key).strip("'"), value_of(value))


def _string(node: Node) -> Any:
    if any(child.type == "interpolation" for child in node.named_children):
        return Expression(_text(node), _line(node))
    return "".join(_ESCAPE.get(_text(child), _text(child)) for child in node.named_children)


def _collect_names(node: Node, bound: frozenset[str], template: Template) -> None:
    """Identifiers that are read, leaving out keys, declared names and the variables of loops and lambdas."""
    if node.type in ("for_statement", "lambda_expression"):
        bound |= frozenset(_bound_by(node))
    if node.type == "object":
        keys = [child.named_children[0] for child in node.named_children if child.type == "object_property"]
        names = [_text(key).strip("'") for key in keys]
        template.repeated_keys += [(name, _line(keys[i])) for i, name in enumerate(names) if name in names[:i]]
    if node.type == "member_expression":
        template.members.append((_text(node).replace("!", "").replace("?", ""), _line(node)))
    for position, child in enumerate(node.named_children):
        if child.type == "identifier":
            if _is_name_only(node, position):
                continue
            if node.type == "call_expression" and position == 0:
                template.calls.append((_text(child), _line(child)))
            elif _text(child) not in bound:
                template.uses.append((_text(child), _line(child)))
        else:
            _collect_names(child, bound, template)


def _is_name_only(parent: Node, position: int) -> bool:
    if parent.type.endswith("_declaration") or parent.type == "object_property":
        return position == 0
    return False


def _bound_by(node: Node) -> Iterator[str]:
    if node.type == "lambda_expression":
        yield from (_text(child) for child in node.named_children[:-1] for child in _walk(child))
        return
    for child in node.children:
        if child.type == "in":
            return
        yield from (
            _text(leaf) for leaf in _walk(child) if leaf.type in ("identifier", "loop_variable", "loop_enumerator")
        )


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _line(node: Node) -> int:
    return node.start_point.row + 1
