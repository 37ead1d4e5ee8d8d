"""A request on an entity set (`leads`, `leads(…)`, `leads(…)/name`) goes in; rows are read or written."""

from dataclasses import dataclass
from typing import Any

from sandbox.dataverse.errors import (
    BAD_REQUEST,
    METHOD_NOT_ALLOWED,
    NO_SUCH_SEGMENT,
    ROW_EXISTS,
    STALE_VERSION,
    Refusal,
    gone,
    no_row_with_key,
)
from sandbox.dataverse.exchange import Answer, Request
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.reader import etag
from sandbox.dataverse.resource import Segment, Target, find, table_of, target_of
from sandbox.dataverse.rows import Link, Row
from sandbox.dataverse.tables import Table
from sandbox.dataverse.values import accept
from sandbox.dataverse.wish import wish_of
from sandbox.dataverse.write import Writer

_REPRESENTATION = {"Preference-Applied": "return=representation"}


@dataclass(slots=True)
class EntitySets:
    """Answers requests about rows; one per request, since the writer holds the request's user and references."""

    org: Organisation
    writer: Writer

    def answer(self, request: Request, steps: list[Segment], query: str) -> Answer:
        """Sorts by the form of the path, then by method."""
        table = table_of(self.org.schema, steps[0].name)
        if steps[0].key is None:
            return self._collection(request, table, steps, query)
        target = target_of(table, steps[0].key)
        if len(steps) == 1:
            return self._row(request, target, query)
        return self._inside(request, target, [step.name for step in steps[1:]])

    def _collection(self, request: Request, table: Table, steps: list[Segment], query: str) -> Answer:
        if request.method == "POST" and len(steps) == 1:
            return self._created(request, table, query)
        if request.method != "GET":
            raise Refusal(METHOD_NOT_ALLOWED, f"The method {request.method} is not allowed for '{table.entity_set}'.")
        self.org.require(self.writer.user, "read", table.name)
        wish = wish_of(query, request.prefer)
        if len(steps) == 2 and steps[1].name == "$count":
            return Answer(200, str(len(self.org.reader.matching(table, wish))).encode(), {"Content-Type": "text/plain"})
        if len(steps) > 1:
            raise Refusal(NO_SUCH_SEGMENT, f"Resource not found for the segment '{steps[1].name}'.")
        applied = ["odata.maxpagesize=" + str(wish.page_size)] if wish.page_size else []
        applied += ['odata.include-annotations="*"'] if wish.annotations else []
        headers = {"Preference-Applied": ",".join(applied)} if applied else {}
        return Answer(200, self.org.reader.page(table, wish), headers)

    def _created(self, request: Request, table: Table, query: str) -> Answer:
        new_id = self.writer.create(table, request.json())
        return self._written(request, table, new_id, f"{table.entity_set}({new_id})", query, created=True)

    def _row(self, request: Request, target: Target, query: str) -> Answer:
        if request.method == "GET":
            return self._read(request, target, query)
        if request.method == "PATCH":
            return self._patched(request, target, query)
        if request.method == "DELETE":
            row_id = self._existing(target)
            self._refuse_stale(request, target.table, row_id)
            self.writer.delete(target.table, row_id)
            return Answer(204)
        raise Refusal(METHOD_NOT_ALLOWED, f"The method {request.method} is not allowed for a row.")

    def _read(self, request: Request, target: Target, query: str) -> Answer:
        self.org.require(self.writer.user, "read", target.table.name)
        wish = wish_of(query, request.prefer)
        row = self._stored(target.table, self._existing(target))
        shown = self.org.reader.shown(target.table, row, wish)
        if request.header("if-none-match") == etag(row) and "$expand" not in wish.options and not wish.annotations:
            return Answer(304, None, {"ETag": etag(row)})
        context = f"{self.org.api}$metadata#{target.table.entity_set}"
        context += f"({wish.options['$select']})" if "$select" in wish.options else ""
        return Answer(200, {"@odata.context": context + "/$entity", **shown}, {"ETag": etag(row)})

    def _patched(self, request: Request, target: Target, query: str) -> Answer:
        table, body = target.table, request.json()
        row_id = find(self.org.rows, target)
        if row_id is None:
            if request.header("if-match") is not None:
                raise self._missing(target)
            key = {name: self._key_value(table, name, token.value) for name, token in target.key_values.items()}
            new_id = self.writer.create(table, body, row_id=target.id, key=key)
            return self._written(request, table, new_id, target.shown, query, created=True)
        if request.header("if-none-match") == "*":
            raise Refusal(ROW_EXISTS, "A record with matching key values already exists.")
        self._refuse_stale(request, table, row_id)
        ignored = set(target.key_values)
        self.writer.update(table, row_id, {name: value for name, value in body.items() if name not in ignored})
        return self._written(request, table, row_id, target.shown, query, created=False)

    def _key_value(self, table: Table, name: str, value: Any) -> Any:
        column = table.columns[name]
        return Link(next(iter(column.targets.values())), value) if column.is_lookup else accept(table, column, value)

    def _written(self, request: Request, table: Table, row_id: str, shown: str, query: str, *, created: bool) -> Answer:
        if request.prefer.get("return") != "representation":
            address = self.org.api + shown
            made = Link(table.name, row_id)
            return Answer(204, None, {"OData-EntityId": address, "Location": address}, made)
        self.org.require(self.writer.user, "read", table.name)
        row = self._stored(table, row_id)
        wish = wish_of(query, request.prefer)
        context = f"{self.org.api}$metadata#{table.entity_set}/$entity"
        content = {"@odata.context": context, **self.org.reader.shown(table, row, wish)}
        headers = {**_REPRESENTATION, "ETag": etag(row)}
        return Answer(201 if created else 200, content, headers, Link(table.name, row_id))

    def _inside(self, request: Request, target: Target, names: list[str]) -> Answer:
        table, row_id = target.table, self._existing(target)
        name, is_reference = names[0], names[1:] == ["$ref"]
        if names[1:] not in ([], ["$ref"]) or (is_reference and name not in table.navigation):
            raise Refusal(NO_SUCH_SEGMENT, f"Resource not found for the segment '{names[-1]}'.")
        if name in table.navigation and (is_reference or request.method == "GET"):
            return self._lookup(request, table, row_id, name)
        column = table.by_property.get(name)
        if column is None or column.is_lookup:
            raise Refusal(NO_SUCH_SEGMENT, f"Resource not found for the segment '{name}'.")
        if request.method == "GET":
            self.org.require(self.writer.user, "read", table.name)
            value = self._stored(table, row_id).get(name)
            return Answer(204) if value is None else Answer(200, {"value": value})
        if request.method in ("PUT", "DELETE"):
            self.writer.update(table, row_id, {name: request.json().get("value") if request.method == "PUT" else None})
            return Answer(204)
        raise Refusal(METHOD_NOT_ALLOWED, f"The method {request.method} is not allowed for a property.")

    def _lookup(self, request: Request, table: Table, row_id: str, name: str) -> Answer:
        column, _ = table.navigation[name]
        if request.method == "GET":
            self.org.require(self.writer.user, "read", table.name)
            link = self._stored(table, row_id).get(column.name)
            if link is None:
                return Answer(204)
            other = self.org.schema.tables[link.table]
            return Answer(200, self.org.reader.shown(other, self._stored(other, link.id), wish_of("", {})))
        value = request.json().get("@odata.id") if request.method == "PUT" else None
        if request.method == "PUT" and not isinstance(value, str):
            raise Refusal(BAD_REQUEST, "The body of a $ref request must hold '@odata.id'.")
        self.writer.update(table, row_id, {f"{name}@odata.bind": value})
        return Answer(204)

    def _existing(self, target: Target) -> str:
        row_id = find(self.org.rows, target)
        if row_id is None:
            raise self._missing(target)
        return row_id

    def _missing(self, target: Target) -> Refusal:
        if target.id is not None:
            return gone(target.table.name, target.id)
        return no_row_with_key(target.table.name)

    def _stored(self, table: Table, row_id: str) -> Row:
        row = self.org.rows.get(table.name, row_id)
        if row is None:
            raise gone(table.name, row_id)
        return row

    def _refuse_stale(self, request: Request, table: Table, row_id: str) -> None:
        wanted = request.header("if-match")
        if wanted not in (None, "*", etag(self._stored(table, row_id))):
            raise Refusal(
                STALE_VERSION, "The version of the existing record doesn't match the RowVersion property provided."
            )
