"""The value of an `@odata.bind` goes in; the row that it points to comes out, or the refusal."""

from collections.abc import Mapping
from typing import Any

from sandbox.dataverse.errors import (
    BAD_REQUEST,
    OWNER_DISABLED,
    OWNER_LACKS_READ,
    Refusal,
    bad_payload,
    gone,
    no_row_with_key,
)
from sandbox.dataverse.organisation import Organisation, fixed_id
from sandbox.dataverse.resource import reference
from sandbox.dataverse.rows import Link
from sandbox.dataverse.tables import Column, Table

BIND = "@odata.bind"


def bound(
    org: Organisation, references: Mapping[str, Link], table: Table, name: str, value: Any
) -> tuple[Column, Link | None]:
    """The lookup column behind a navigation property and the row it is bound to; `references` are `$1` and so on."""
    if name not in table.navigation:
        raise bad_payload(
            table.entity_set,
            f"An undeclared property '{name}' which only has property annotations in the payload but no property "
            f"value was found in the payload. In OData, only declared navigation properties and declared named "
            f"streams can be represented as properties without values.",
        )
    column, target = table.navigation[name]
    if value is None:
        return column, None
    if not isinstance(value, str):
        raise bad_payload(table.entity_set, f"The annotation '{name}{BIND}' must be a text.")
    link = linked(org, references, value)
    if link.table not in (("systemuser", "team") if column.kind == "Owner" else (target,)):
        raise bad_payload(table.entity_set, f"'{name}' cannot point to a row of '{link.table}'.")
    if column.kind == "Owner":
        _refuse_owner(org, link)
    return column, link


def linked(org: Organisation, references: Mapping[str, Link], url: str) -> Link:
    """The row behind a URL or a `$1`.

    A row that does not exist is 404 `0x80040217`, as for the row itself: the status does not say which one is gone.
    """
    if url.startswith("$"):
        if url not in references:
            raise Refusal(BAD_REQUEST, f"Content-ID Reference: '{url}' does not exist in the batch context.")
        return references[url]
    target, link = reference(org.schema, org.rows, url)
    if link is not None:
        return link
    if target.id is not None:
        raise gone(target.table.name, target.id)
    raise no_row_with_key(target.table.name)


def _refuse_owner(org: Organisation, link: Link) -> None:
    row = org.rows.get(link.table, link.id) or {}
    if row.get("isdisabled"):
        raise Refusal(OWNER_DISABLED, f"The specified user(Id = {link.id}) is disabled. Consider enabling this user.")
    if link.id == fixed_id("person", "no-role"):
        raise Refusal(
            OWNER_LACKS_READ, f"The principal (Id = {link.id}) does not have Read access on the record it would own."
        )
