"""A GET below `EntityDefinitions` goes in; the wanted part of the metadata comes out, selected, filtered, expanded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.dataverse.conditions import Property
from sandbox.dataverse.errors import BAD_REQUEST, NO_SUCH_SEGMENT, OBJECT_DOES_NOT_EXIST, Refusal
from sandbox.dataverse.filters import compile_filter
from sandbox.dataverse.literals import Token
from sandbox.dataverse.metadata_json import CRM, column_json, expandable_json, key_json, table_json, typed_json
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.resource import Segment, key_values
from sandbox.dataverse.rows import fold
from sandbox.dataverse.tables import Column, Key, Table
from sandbox.dataverse.values import guid
from sandbox.dataverse.wish import Wish, expansions

Node = dict[str, Any]
Expand = dict[str, Callable[[Wish], Any]]


@dataclass(slots=True)
class Metadata:
    """Shows an organisation's metadata. Without Consistency: Strong, columns born after `visible_until` are unseen."""

    org: Organisation
    visible_until: float

    def get(self, steps: list[Segment], wish: Wish) -> Node:
        """The answer to `EntityDefinitions…`."""
        if steps[0].key is None:
            return self._many(
                "EntityMetadata", [self._table(one, wish) for one in self.org.schema.tables.values()], wish
            )
        table = self.table(steps[0].key)
        if len(steps) == 1:
            node, expand = self._table(table, wish)
            return project("EntityMetadata", node, expand, wish)
        if steps[1].name == "Keys":
            return self._keys(table, steps[1], wish)
        if steps[1].name != "Attributes":
            raise Refusal(NO_SUCH_SEGMENT, f"Resource not found for the segment '{steps[1].name}'.")
        cast = steps[2].name.removeprefix(CRM) if len(steps) > 2 else None
        if steps[1].key is None:
            wanted = [c for c in self._columns(table) if cast is None or cast == f"{c.kind}AttributeMetadata"]
            return self._many(cast or "AttributeMetadata", [_column(table, c, cast) for c in wanted], wish)
        node, expand = _column(table, self.column(table, steps[1].key), cast)
        return project(cast or "AttributeMetadata", node, expand, wish)

    def table(self, key: str) -> Table:
        """The table with that LogicalName or MetadataId."""
        for table in self.org.schema.tables.values():
            if _is_named(key, table_json(table)):
                return table
        raise Refusal(OBJECT_DOES_NOT_EXIST, f"Could not find an entity with specified criteria: {key}.")

    def column(self, table: Table, key: str) -> Column:
        """The column with that LogicalName or MetadataId."""
        for column in self._columns(table):
            if _is_named(key, column_json(table, column)):
                return column
        raise Refusal(OBJECT_DOES_NOT_EXIST, f"Could not find an attribute with specified criteria: {key}.")

    def key(self, table: Table, key: str) -> Key:
        """The alternate key with that LogicalName or MetadataId."""
        for one in table.keys.values():
            if _is_named(key, key_json(table, one)):
                return one
        raise Refusal(OBJECT_DOES_NOT_EXIST, f"Could not find an entity key with specified criteria: {key}.")

    def _columns(self, table: Table) -> Iterable[Column]:
        return [column for column in table.columns.values() if column.born <= self.visible_until]

    def _keys(self, table: Table, step: Segment, wish: Wish) -> Node:
        if step.key is not None:
            return project("EntityKeyMetadata", key_json(table, self.key(table, step.key)), {}, wish)
        return self._many("EntityKeyMetadata", [(key_json(table, one), {}) for one in table.keys.values()], wish)

    def _table(self, table: Table, _wish: Wish) -> tuple[Node, Expand]:
        def attributes(inner: Wish) -> list[Node]:
            nodes = [_column(table, column, None) for column in self._columns(table)]
            return [project("AttributeMetadata", node, expand, inner) for node, expand in nodes]

        def keys(inner: Wish) -> list[Node]:
            return [project("EntityKeyMetadata", key_json(table, one), {}, inner) for one in table.keys.values()]

        return table_json(table), {"Attributes": attributes, "Keys": keys}

    def _many(self, kind: str, nodes: list[tuple[Node, Expand]], wish: Wish) -> Node:
        if "$filter" in wish.options:
            known = nodes[0][0] if nodes else {}
            wanted = compile_filter(wish.options["$filter"], lambda name: _property(kind, known, name), wish.aliases)
            nodes = [(node, expand) for node, expand in nodes if wanted.test(node)]
        context = f"{self.org.api}$metadata#EntityDefinitions"
        return {"@odata.context": context, "value": [project(kind, node, expand, wish) for node, expand in nodes]}


def project(kind: str, node: Node, expand: Expand, wish: Wish) -> Node:
    """The selected properties of a node, MetadataId always, and what was expanded."""
    chosen = wish.selected
    for name in chosen:
        if name not in node:
            raise _unknown(kind, name)
    shown = {name: node[name] for name in (*chosen, "MetadataId")} if chosen else dict(node)
    if "@odata.type" in node:
        shown = {"@odata.type": node["@odata.type"], **shown}
    for name, inner in expansions(wish):
        if name not in expand:
            raise _unknown(kind, name)
        shown[name] = expand[name](inner)
    return shown


def _column(table: Table, column: Column, cast: str | None) -> tuple[Node, Expand]:
    """Typed properties show only behind a cast to the type, or where the whole column is shown without one."""
    node = {"@odata.type": f"#{CRM}{column.kind}AttributeMetadata", **column_json(table, column)}
    if cast is None:
        return node, {}
    hidden = expandable_json(column)
    expand: Expand = {name: partial(_part, held) for name, held in hidden.items()}
    return {**node, **typed_json(column)}, expand


def _part(held: Node | None, inner: Wish) -> Node | None:
    chosen = inner.selected
    return held if held is None or not chosen else {name: held[name] for name in chosen if name in held}


def _property(kind: str, known: Node, name: str) -> Property:
    path = name.split("/")
    if known and path[0] not in known:
        raise _unknown(kind, name)

    def read(node: Node) -> Any:
        value: Any = node
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return fold(value)

    return Property(read, "Edm.Untyped")


def _is_named(key: str, node: Node) -> bool:
    if (bare := guid(key)) is not None:
        return bool(node["MetadataId"] == bare)
    given = key_values(key)
    return given == {"LogicalName": Token("text", node["LogicalName"])}


def _unknown(kind: str, name: str) -> Refusal:
    return Refusal(BAD_REQUEST, f"Could not find a property named '{name}' on type '{CRM}{kind}'.")
