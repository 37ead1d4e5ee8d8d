"""A row's JSON body goes in; a validated row in the store comes out, stamped with who and when. All refusals are here.

Order as in the service: names, types, lengths, then lookups, then states, then keys.
"""

from dataclasses import dataclass, field
from typing import Any

from sandbox.dataverse.bindings import BIND, bound
from sandbox.dataverse.duplicates import refuse_duplicates
from sandbox.dataverse.errors import (
    BAD_PAYLOAD,
    DUPLICATE_ID,
    DUPLICATE_KEY,
    INVALID_ARGUMENT,
    Refusal,
    bad_payload,
    gone,
)
from sandbox.dataverse.money import priced
from sandbox.dataverse.organisation import Organisation, fixed_id
from sandbox.dataverse.rows import Link, Row
from sandbox.dataverse.states import moved, refuse_closed
from sandbox.dataverse.tables import Column, Table
from sandbox.dataverse.values import accept

_FULL_NAMES = ("lead", "contact")


@dataclass(slots=True)
class Writer:
    """Writes rows of one organisation as one user. `references` are the rows that `$1` … stand for."""

    org: Organisation
    user: str
    references: dict[str, Link] = field(default_factory=dict)
    check_duplicates: bool = False

    def create(self, table: Table, body: dict[str, Any], *, row_id: str | None = None, key: Row | None = None) -> str:
        """Makes a row; its id is `row_id`, else the one in the body, else a new one."""
        self.org.require(self.user, "create", table.name)
        values = {**(key or {}), **self._accepted(table, body, creating=True)}
        new_id = row_id or values.get(table.id_column) or self.org.new_id()
        if self.org.rows.get(table.name, new_id) is not None:
            raise Refusal(DUPLICATE_ID, "Cannot insert duplicate key.")
        row: Row = {table.id_column: new_id, "createdon": values.get("overriddencreatedon") or self.org.stamp()}
        row["createdby"] = self._me
        if table.owned:
            row |= {"ownerid": self._me, "owningbusinessunit": Link("businessunit", fixed_id("unit"))}
        row |= {name: False for name, column in table.columns.items() if column.kind == "Boolean"}
        if "isrevenuesystemcalculated" in table.columns:
            row["isrevenuesystemcalculated"] = True
        self._finish(table, new_id, {}, row | values)
        return str(new_id)

    def update(self, table: Table, row_id: str, body: dict[str, Any]) -> None:
        """Changes the given columns of an existing row."""
        self.org.require(self.user, "write", table.name)
        old = self.org.rows.get(table.name, row_id)
        if old is None:
            raise gone(table.name, row_id)
        values = self._accepted(table, body, creating=False)
        values.pop(table.id_column, None)
        refuse_closed(table, old, values)
        if values.get("ownerid", old.get("ownerid")) != old.get("ownerid"):
            self.org.require(self.user, "assign", table.name)
        self._finish(table, row_id, old, {**old, **values})

    def settle(self, table: Table, row_id: str, values: Row) -> None:
        """Changes stored values of a row, closed or not: what the service's own actions do."""
        old = self.org.rows.get(table.name, row_id)
        if old is None:
            raise gone(table.name, row_id)
        self._finish(table, row_id, old, {**old, **values})

    def delete(self, table: Table, row_id: str) -> None:
        """Removes a row; lookups that pointed to it become empty."""
        self.org.require(self.user, "delete", table.name)
        if self.org.rows.get(table.name, row_id) is None:
            raise gone(table.name, row_id)
        self.org.rows.put(table.name, row_id, None)
        for other, column in self.org.schema.pointing_to(table.name):
            for pointing in sorted(self.org.rows.find(other.name, (column.name,), (row_id,))):
                row = self.org.rows.get(other.name, pointing)
                assert row is not None
                self.org.rows.put(other.name, pointing, {**row, column.name: None})

    @property
    def _me(self) -> Link:
        return Link("systemuser", self.user)

    def _finish(self, table: Table, row_id: str, old: Row, row: Row) -> None:
        row |= {"modifiedon": self.org.stamp(), "modifiedby": self._me}
        if "statecode" in table.columns:
            moved(table, row_id, old, row)
        if table.name in _FULL_NAMES:
            names = [row.get("firstname"), row.get("middlename"), row.get("lastname")]
            row["fullname"] = " ".join(name for name in names if name) or None
        if table.owned:
            owner = row["ownerid"]
            row["owninguser"], row["owningteam"] = (owner, None) if owner.table == "systemuser" else (None, owner)
        if table.money_bearing:
            priced(self.org.rows, table, row, fixed_id("currency", "USD"))
        if table.name == "opportunity":
            row["customerid"] = row.get("parentaccountid") or row.get("parentcontactid") or row.get("customerid")
        self._keep_keys_unique(table, row_id, row)
        if self.check_duplicates:
            refuse_duplicates(self.org.rows, table.name, row_id, row)
        self.org.rows.put(table.name, row_id, row)

    def _keep_keys_unique(self, table: Table, row_id: str, row: Row) -> None:
        for key in table.keys.values():
            values = tuple(row.get(column) for column in key.columns)
            if key.status != "Active" or None in values:
                continue
            if self.org.rows.find(table.name, key.columns, values) - {row_id}:
                labels = ", ".join(table.columns[column].label for column in key.columns)
                raise Refusal(
                    DUPLICATE_KEY,
                    f"A record that has the attribute values {labels} already exists. The entity key {key.schema_name} "
                    f"requires that this set of attributes contains unique values. Select unique values and try again.",
                )

    def _accepted(self, table: Table, body: dict[str, Any], *, creating: bool) -> Row:
        values: Row = {}
        for name, value in body.items():
            if name.endswith(BIND):
                column, link = bound(self.org, self.references, table, name.removesuffix(BIND), value)
                self.org.require(self.user, "append", table.name)
                self._take(table, column, link, values, creating=creating)
            elif "@" in name:
                continue
            elif name in table.navigation and (value is None or isinstance(value, dict)):
                column, target = table.navigation[name]
                link = None if value is None else Link(target, self._nested(target, value, creating=creating))
                self._take(table, column, link, values, creating=creating)
            else:
                column = self._column(table, name)
                self._take(table, column, accept(table, column, value), values, creating=creating)
        return values

    def _take(self, table: Table, column: Column, value: Any, values: Row, *, creating: bool) -> None:
        if column.writable == "never" or (creating and column.name == "statecode"):
            return  # the service ignores these without a word
        if column.writable == "create" and not creating and column.is_lookup:
            raise Refusal(
                INVALID_ARGUMENT, f"The attribute '{column.name}' of '{table.name}' cannot be changed after creation."
            )
        values[column.name] = value

    def _column(self, table: Table, name: str) -> Column:
        column = table.columns.get(name)
        if column is None or column.is_lookup:
            raise bad_payload(
                table.entity_set,
                f"Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{table.name}'. The property "
                f"'{name}' does not exist on type 'Microsoft.Dynamics.CRM.{table.name}'. Make sure to only use "
                f"property names that are defined by the type.",
            )
        return column

    def _nested(self, target: str, body: dict[str, Any], *, creating: bool) -> str:
        if not creating:
            raise Refusal(BAD_PAYLOAD, "Deep update of a navigation property is not supported: use @odata.bind.")
        return self.create(self.org.schema.tables[target], body)
