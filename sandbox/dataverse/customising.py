"""A metadata write (new column, new key, their removal) goes in; the schema is changed, or the refusal comes out."""

from typing import Any

from sandbox.dataverse.errors import (
    BAD_PAYLOAD,
    INVALID_ARGUMENT,
    METADATA_EXISTS,
    METHOD_NOT_ALLOWED,
    NOT_IMPLEMENTED,
    Refusal,
)
from sandbox.dataverse.exchange import Answer, Request
from sandbox.dataverse.keys import start
from sandbox.dataverse.metadata import Metadata
from sandbox.dataverse.metadata_json import CRM
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.resource import Segment
from sandbox.dataverse.tables import Column, Key, Table, metadata_id

_LONGEST = {"String": 4000, "Memo": 1_048_576}
_KINDS = ("String", "Memo", "Integer", "BigInt", "Decimal", "Double", "Money", "Boolean", "DateTime", "Picklist")
_KEY_KINDS = ("String", "Integer", "Decimal", "DateTime", "Lookup", "Customer", "Owner", "Picklist")
_KEY_BYTES, _KEYS_PER_TABLE, _COLUMNS_PER_KEY = 900, 10, 16


def customise(org: Organisation, request: Request, steps: list[Segment], *, key_delay: float) -> Answer:
    """Does a POST or DELETE below `EntityDefinitions(…)`; tables and relationships cannot be made here."""
    metadata = Metadata(org, visible_until=float("inf"))
    if len(steps) != 2 or steps[0].key is None or steps[1].name not in ("Attributes", "Keys"):
        raise Refusal(NOT_IMPLEMENTED, "This sandbox can add and remove columns and keys, nothing else.")
    table, is_key = metadata.table(steps[0].key), steps[1].name == "Keys"
    if request.method == "POST" and steps[1].key is None:
        _refuse_unknown_solution(org, request)
        made = _new_key(table, request.json()) if is_key else _new_column(org, table, request.json())
        if isinstance(made, Key):
            table.keys[made.name] = made
            start(org, made, key_delay)
        else:
            table.add(made)
        org.rows.changes += 1
        made_id = metadata_id(table.name, "key" if is_key else "column", made.name)
        address = f"{org.api}EntityDefinitions({metadata_id(table.name)})/{steps[1].name}({made_id})"
        return Answer(204, None, {"OData-EntityId": address})
    if request.method == "DELETE" and steps[1].key is not None:
        _remove(metadata, table, steps[1].key, is_key=is_key)
        org.rows.changes += 1
        return Answer(204)
    raise Refusal(METHOD_NOT_ALLOWED, f"The method {request.method} is not allowed for '{steps[1].name}'.")


def _refuse_unknown_solution(org: Organisation, request: Request) -> None:
    name = request.headers.get("mscrm.solutionuniquename")
    if name is not None and not org.rows.find("solution", ("uniquename",), (name,)):
        raise Refusal(INVALID_ARGUMENT, f"The solution specified - {name} was not found.")


def _new_column(org: Organisation, table: Table, body: dict[str, Any]) -> Column:
    schema_name = _new_name(table, body, "column")
    kind = str(body.get("@odata.type", "")).removeprefix("#").removeprefix(CRM).removesuffix("AttributeMetadata")
    if kind not in _KINDS:
        raise Refusal(BAD_PAYLOAD, f"'@odata.type' must name one of {', '.join(_KINDS)} AttributeMetadata.")
    length = body.get("MaxLength")
    if kind in _LONGEST and (not isinstance(length, int) or not 1 <= length <= _LONGEST[kind]):
        raise Refusal(INVALID_ARGUMENT, f"MaxLength of {schema_name} must be between 1 and {_LONGEST[kind]}.")
    options = body.get("OptionSet", {}).get("Options", []) if kind == "Picklist" else []
    return Column(
        schema_name.lower(),
        kind,
        schema_name=schema_name,
        label=_first_label(body, schema_name),
        length=length if kind in _LONGEST else None,
        low=body.get("MinValue"),
        high=body.get("MaxValue"),
        precision=body.get("Precision"),
        date_only=body.get("DateTimeBehavior", {}).get("Value") == "DateOnly",
        options={int(option["Value"]): _first_label({"DisplayName": option.get("Label")}, "") for option in options},
        required=body.get("RequiredLevel", {}).get("Value", "None"),
        custom=True,
        born=org.now(),
    )


def _new_key(table: Table, body: dict[str, Any]) -> Key:
    schema_name = _new_name(table, body, "key")
    names = body.get("KeyAttributes")
    if not isinstance(names, list) or not 1 <= len(names) <= _COLUMNS_PER_KEY or len(table.keys) >= _KEYS_PER_TABLE:
        raise Refusal(INVALID_ARGUMENT, "A table has at most 10 keys, a key has 1 to 16 columns.")
    size = 0
    for name in names:
        column = table.columns.get(name)
        if column is None or column.kind not in _KEY_KINDS:
            raise Refusal(
                INVALID_ARGUMENT, f"The column '{name}' does not exist on {table.name} or cannot be in a key."
            )
        size += 2 * (column.length or 8)
    if size > _KEY_BYTES:
        raise Refusal(INVALID_ARGUMENT, f"The key {schema_name} would be {size} bytes long; at most {_KEY_BYTES} fit.")
    return Key(schema_name.lower(), schema_name, tuple(names))


def _new_name(table: Table, body: dict[str, Any], what: str) -> str:
    name = body.get("SchemaName")
    if not isinstance(name, str) or "_" not in name:
        raise Refusal(INVALID_ARGUMENT, f"SchemaName of a {what} must begin with the publisher's prefix: hnt_Name.")
    if name.lower() in (table.keys if what == "key" else table.columns):
        raise Refusal(METADATA_EXISTS, f"A {what} with the name {name.lower()} already exists on {table.name}.")
    return name


def _first_label(body: dict[str, Any], otherwise: str) -> str:
    labels = (body.get("DisplayName") or {}).get("LocalizedLabels") or []
    return str(labels[0].get("Label", otherwise)) if labels else otherwise


def _remove(metadata: Metadata, table: Table, key: str, *, is_key: bool) -> None:
    if is_key:
        del table.keys[metadata.key(table, key).name]
        return
    column = metadata.column(table, key)
    if not column.custom:
        raise Refusal(METHOD_NOT_ALLOWED, f"The column {column.name} is part of the system and cannot be deleted.")
    using = next((one for one in table.keys.values() if column.name in one.columns), None)
    if using is not None:
        raise Refusal(METHOD_NOT_ALLOWED, f"The column {column.name} is used by the key {using.schema_name}.")
    table.drop(column.name)
