"""A table and a `Wish` go in; rows as JSON come out, page by page, with formatted values when asked for."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from sandbox.dataverse.conditions import Filter, Property
from sandbox.dataverse.errors import BAD_REQUEST, Refusal
from sandbox.dataverse.filters import compile_filter
from sandbox.dataverse.rows import Link, Row, Rows, fold
from sandbox.dataverse.tables import Column, Schema, Table
from sandbox.dataverse.values import edm_type
from sandbox.dataverse.wish import MAX_PAGE, Wish, expansions

_FORMATTED = "OData.Community.Display.V1.FormattedValue"


def no_such_property(table: Table, name: str) -> Refusal:
    """A name in a query is not a readable property of the table."""
    return Refusal(
        BAD_REQUEST, f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table.name}'."
    )


@dataclass(slots=True)
class Reader:
    """Reads rows of one organisation; `address` begins the links it writes."""

    schema: Schema
    rows: Rows
    address: str

    def page(self, table: Table, wish: Wish) -> dict[str, Any]:
        """The answer to a GET on an entity set: `value`, and `@odata.nextLink` when there is more."""
        found = self._sorted(table, self.matching(table, wish), wish)
        answer: dict[str, Any] = {"@odata.context": self._context(table, wish)}
        if wish.options.get("$count") == "true":
            answer["@odata.count"] = min(len(found), MAX_PAGE)
        if wish.top is not None:
            rows, following = found[: wish.top], None
        else:
            rows, following = self._paged(table, found, wish)
        answer["value"] = [self.shown(table, row, wish) for row in rows]
        if following is not None:
            answer["@odata.nextLink"] = following
        return answer

    def matching(self, table: Table, wish: Wish) -> list[Row]:
        """The rows that the filter lets through, oldest first."""
        text = wish.options.get("$filter")
        if text is None:
            return list(self.rows.all(table.name))
        wanted = compile_filter(text, lambda name: self.property(table, name), wish.aliases)
        return [row for row in self._candidates(table, wanted) if wanted.test(row)]

    def property(self, table: Table, name: str) -> Property:
        """What a name in a filter or an order stands for: a column, or one of a row that a lookup points to."""
        step, slash, rest = name.partition("/")
        if slash:
            column, target = table.navigation.get(step, (None, ""))
            if column is None:
                raise no_such_property(table, step)
            inner, linked = self.property(self.schema.tables[target], rest), column.name
            return Property(lambda row: self._through(row.get(linked), inner.read), inner.edm)
        found = table.by_property.get(name)
        if found is None:
            raise no_such_property(table, name)
        return Property(_reading(found), edm_type(found), None if found.kind == "DateTime" else found.name)

    def shown(self, table: Table, row: Row, wish: Wish) -> dict[str, Any]:
        """One row as JSON: `@odata.etag`, the selected columns (all without `$select`), the expanded rows."""
        answer: dict[str, Any] = {"@odata.etag": etag(row)}
        for column in self._selected(table, wish):
            value = row.get(column.name)
            if wish.annotations and value is not None:
                answer.update(self._annotations(column, value))
            answer[column.property_name] = value.id if isinstance(value, Link) else value
        for name, inner in expansions(wish):
            answer[name] = self._related(table, row, name, inner)
        return answer

    def _selected(self, table: Table, wish: Wish) -> Iterable[Column]:
        if not wish.selected:
            return table.columns.values()
        chosen = {}
        for name in wish.selected:
            if name not in table.by_property:
                raise no_such_property(table, name)
            chosen[name] = table.by_property[name]
        chosen.setdefault(table.id_column, table.columns[table.id_column])
        return chosen.values()

    def _related(self, table: Table, row: Row, name: str, inner: Wish) -> dict[str, Any] | None:
        if name not in table.navigation:
            raise no_such_property(table, name)
        column, target = table.navigation[name]
        link = row.get(column.name)
        if link is None or (link.table != target and column.kind != "Owner"):
            return None
        related = self.rows.get(link.table, link.id)
        return None if related is None else self.shown(self.schema.tables[link.table], related, inner)

    def _candidates(self, table: Table, wanted: Filter) -> Iterable[Row]:
        if wanted.equalities is None:
            return self.rows.all(table.name)
        ids: dict[str, None] = {}
        for column, value in wanted.equalities:
            ids.update(dict.fromkeys(sorted(self.rows.find(table.name, (column,), (value,)))))
        return [row for row_id in ids if (row := self.rows.get(table.name, row_id)) is not None]

    def _sorted(self, table: Table, rows: list[Row], wish: Wish) -> list[Row]:
        for part in reversed([part for part in wish.options.get("$orderby", "").split(",") if part.strip()]):
            name, _, direction = part.strip().partition(" ")
            if direction.strip() not in ("", "asc", "desc"):
                raise Refusal(BAD_REQUEST, f"Syntax error in $orderby: '{part}'.")
            read = self.property(table, name).read
            rows = sorted(rows, key=partial(_nulls_first, read), reverse=direction.strip() == "desc")
        return rows

    def _paged(self, table: Table, found: list[Row], wish: Wish) -> tuple[list[Row], str | None]:
        size, page, start = wish.page_size or MAX_PAGE, 1, 0
        if "$skiptoken" in wish.options:
            page, start = _resumed(table, found, wish.options["$skiptoken"], size)
        rows = found[start : start + size]
        if start + size >= len(found):
            return rows, None
        cookie = f'<cookie pagenumber="{page + 1}" pagingcookie="{rows[-1][table.id_column]}" istracking="False" />'
        kept = {name: value for name, value in wish.options.items() if name != "$skiptoken"} | wish.aliases
        query = "&".join(f"{name}={quote(value)}" for name, value in {**kept, "$skiptoken": cookie}.items())
        return rows, f"{self.address}{table.entity_set}?{query}"

    def _annotations(self, column: Column, value: Any) -> dict[str, Any]:
        name = column.property_name
        if isinstance(value, Link):
            target = self.schema.tables[value.table]
            linked = self.rows.get(value.table, value.id) or {}
            return {
                f"{name}@{_FORMATTED}": linked.get(target.name_column),
                f"{name}@Microsoft.Dynamics.CRM.lookuplogicalname": value.table,
            }
        shown = column.options.get(value) if column.options else None
        if column.kind == "Boolean":
            shown = "Yes" if value else "No"
        return {} if shown is None else {f"{name}@{_FORMATTED}": shown}

    def _through(self, link: Link | None, read: Callable[[Row], Any]) -> Any:
        row = None if link is None else self.rows.get(link.table, link.id)
        return None if row is None else read(row)

    def _context(self, table: Table, wish: Wish) -> str:
        chosen = wish.options.get("$select")
        return f"{self.address}$metadata#{table.entity_set}" + (f"({chosen})" if chosen else "")


def etag(row: Row) -> str:
    """The weak ETag of a row's present version."""
    return f'W/"{row["versionnumber"]}"'


def _reading(column: Column) -> Callable[[Row], Any]:
    name = column.name
    if column.kind == "DateTime" and not column.date_only:
        return lambda row: None if (held := row.get(name)) is None else held[:-1]
    return lambda row: fold(row.get(name))


def _nulls_first(read: Callable[[Row], Any], row: Row) -> tuple[bool, Any]:
    value = read(row)
    return value is not None, value


def _resumed(table: Table, found: list[Row], token: str, size: int) -> tuple[int, int]:
    match = re.search(r'pagenumber="(\d+)" pagingcookie="([^"]+)"', token)
    if match is None:
        raise Refusal(BAD_REQUEST, "Malformed XML in the Paging Cookie")
    page, last = int(match.group(1)), match.group(2)
    after = next((place + 1 for place, row in enumerate(found) if row[table.id_column] == last), None)
    return page, (page - 1) * size if after is None else after
