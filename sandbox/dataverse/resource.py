"""The path of a request goes in; its segments with their keys come out: `leads(hnt_referralid='a')/fullname`."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from sandbox.dataverse.errors import BAD_REQUEST, NO_SUCH_SEGMENT, UNUSABLE_KEY_VALUE, Refusal
from sandbox.dataverse.literals import Token, is_literal, tokens
from sandbox.dataverse.rows import Link, Rows
from sandbox.dataverse.tables import Key, Schema, Table
from sandbox.dataverse.values import guid

API = "/api/data/v9.2/"
_API_PATH = re.compile(r"(?:https?://[^/]+)?/?api/data/v9\.\d/(.*)", re.IGNORECASE | re.DOTALL)
_UNUSABLE = set("/<>*%&:\\?+")


@dataclass(slots=True)
class Segment:
    """One step of a path. `key` is the text between the parentheses, None without them."""

    name: str
    key: str | None = None


@dataclass(slots=True)
class Target:
    """A row that a path names: by id, or by an alternate key with its values."""

    table: Table
    id: str | None = None
    key: Key | None = None
    key_values: dict[str, Token] = field(default_factory=dict)
    shown: str = ""


def segments(path: str) -> list[Segment]:
    """The steps of a resource path, decoded; slashes inside quotes do not divide."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, character in enumerate(path):
        if character == "'":
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif character == "/" and not quoted and depth == 0:
            parts.append(path[start:place])
            start = place + 1
    return [_segment(unquote(part)) for part in [*parts, path[start:]] if part]


def _segment(text: str) -> Segment:
    name, bracket, rest = text.partition("(")
    if not bracket:
        return Segment(name)
    if not rest.endswith(")"):
        raise Refusal(BAD_REQUEST, f"Bad Request - Error in query syntax: '{text}'.")
    return Segment(name, rest[:-1])


def table_of(schema: Schema, entity_set: str) -> Table:
    """The table with that entity set name; names are case sensitive."""
    table = schema.sets.get(entity_set)
    if table is None:
        raise Refusal(NO_SUCH_SEGMENT, f"Resource not found for the segment '{entity_set}'.")
    return table


def target_of(table: Table, key: str) -> Target:
    """The row that a key predicate names, without looking whether it exists."""
    bare = guid(key)
    if bare is not None:
        return Target(table, id=bare, shown=f"{table.entity_set}({bare})")
    given = key_values(key)
    if set(given) == {table.id_column} and given[table.id_column].kind == "guid":
        return target_of(table, given[table.id_column].value)
    names = {_column_name(table, name) for name in given}
    found = table.key_over(names)
    if found is None:
        raise Refusal(
            BAD_REQUEST,
            f"The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.{table.name}'. Ensure that "
            f"the names and number of key properties match the declared alternate key properties for the resource.",
        )
    if any(token.kind == "text" and _UNUSABLE & set(token.value) for token in given.values()):
        raise Refusal(UNUSABLE_KEY_VALUE, "A potentially dangerous Request.Path value was detected from the client.")
    values = {_column_name(table, name): token for name, token in given.items()}
    return Target(table, key=found, key_values=values, shown=f"{table.entity_set}({key})")


def key_values(key: str) -> dict[str, Token]:
    """`a='x',b=1` as a dict; anything else is refused."""
    given: dict[str, Token] = {}
    pieces = tokens(key)
    while pieces:
        if len(pieces) < 3 or pieces[0].kind != "name" or pieces[1].value != "=" or not is_value(pieces[2]):
            raise Refusal(BAD_REQUEST, f"Bad Request - Error in query syntax: '({key})'.")
        given[pieces[0].value] = pieces[2]
        if len(pieces) > 3 and (pieces[3].value != "," or len(pieces) == 4):
            raise Refusal(BAD_REQUEST, f"Bad Request - Error in query syntax: '({key})'.")
        pieces = pieces[4:]
    return given


def is_value(token: Token) -> bool:
    """True for what may stand behind a `=`: a literal or a parameter alias."""
    return is_literal(token) or token.kind == "alias"


def find(rows: Rows, target: Target) -> str | None:
    """The id of the row that a target names, or None when there is none."""
    if target.id is not None:
        return target.id if rows.get(target.table.name, target.id) is not None else None
    assert target.key is not None
    values = tuple(target.key_values[column].value for column in target.key.columns)
    return next(iter(rows.find(target.table.name, target.key.columns, values)), None)


def api_path(url: str) -> str | None:
    """What follows `/api/data/v9.x/` in a path or full URL, or None when it points elsewhere."""
    match = _API_PATH.fullmatch(url)
    return None if match is None else match.group(1)


def reference(schema: Schema, rows: Rows, url: str) -> tuple[Target, Link | None]:
    """The row that a URL in a body points to (`accounts(…)`, with `/` or the full address before it), and its link."""
    relative = api_path(url)
    steps = segments(url.lstrip("/") if relative is None else relative)
    if len(steps) != 1 or steps[0].key is None:
        raise Refusal(BAD_REQUEST, f"The URI '{url}' is not valid for @odata.bind.")
    target = target_of(table_of(schema, steps[0].name), steps[0].key)
    found = find(rows, target)
    return target, None if found is None else Link(target.table.name, found)


def _column_name(table: Table, name: str) -> str:
    column = table.by_property.get(name)
    return name if column is None else column.name
