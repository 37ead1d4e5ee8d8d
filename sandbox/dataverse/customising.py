"""A metadata write (new column, new key, their removal) goes in; the schema is changed, or the refusal comes out."""

from collections.abc import Container
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sandbox.dataverse.definitions import NewColumn, NewKey
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

Definition = TypeVar("Definition", bound=BaseModel)

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
        made = _add_key(org, table, request, key_delay) if is_key else _add_column(org, table, request)
        org.rows.changes += 1
        made_id = metadata_id(table.name, "key" if is_key else "column", made)
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


def _add_key(org: Organisation, table: Table, request: Request, delay: float) -> str:
    key = _new_key(table, _read(NewKey, request))
    table.keys[key.name] = key
    start(org, key, delay)
    return key.name


def _add_column(org: Organisation, table: Table, request: Request) -> str:
    column = _new_column(org, table, _read(NewColumn, request))
    table.add(column)
    return column.name


def _read(model: type[Definition], request: Request) -> Definition:
    try:
        return model.model_validate(request.json())
    except ValidationError as error:
        first = error.errors()[0]
        raise Refusal(BAD_PAYLOAD, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


def _new_column(org: Organisation, table: Table, wanted: NewColumn) -> Column:
    name = _free_name(wanted.schema_name, table.columns)
    kind = wanted.kind.removeprefix("#").removeprefix(CRM).removesuffix("AttributeMetadata")
    if kind not in _KINDS:
        raise Refusal(BAD_PAYLOAD, f"'@odata.type' must name one of {', '.join(_KINDS)} AttributeMetadata.")
    if kind in _LONGEST and not 1 <= (wanted.length or 0) <= _LONGEST[kind]:
        raise Refusal(INVALID_ARGUMENT, f"MaxLength of {name} must be between 1 and {_LONGEST[kind]}.")
    return Column(
        name,
        kind,
        schema_name=wanted.schema_name,
        label=wanted.label.text() or wanted.schema_name,
        length=wanted.length if kind in _LONGEST else None,
        low=wanted.low,
        high=wanted.high,
        precision=wanted.precision,
        date_only=wanted.behaviour.value == "DateOnly",
        options={option.value: option.label.text() for option in wanted.option_set.options},
        required=wanted.required.value or "None",
        custom=True,
        born=org.now(),
    )


def _new_key(table: Table, wanted: NewKey) -> Key:
    name = _free_name(wanted.schema_name, table.keys)
    if not 1 <= len(wanted.columns) <= _COLUMNS_PER_KEY or len(table.keys) >= _KEYS_PER_TABLE:
        raise Refusal(INVALID_ARGUMENT, "A table has at most 10 keys, a key has 1 to 16 columns.")
    size = 0
    for one in wanted.columns:
        column = table.columns.get(one)
        if column is None or column.kind not in _KEY_KINDS:
            raise Refusal(INVALID_ARGUMENT, f"The column '{one}' does not exist on {table.name} or cannot be in a key.")
        size += 2 * (column.length or 8)
    if size > _KEY_BYTES:
        raise Refusal(INVALID_ARGUMENT, f"The key {name} would be {size} bytes long; at most {_KEY_BYTES} fit.")
    return Key(name, wanted.schema_name, tuple(wanted.columns))


def _free_name(schema_name: str, taken: Container[str]) -> str:
    name = schema_name.lower()
    if "_" not in name:
        raise Refusal(INVALID_ARGUMENT, "SchemaName must begin with the publisher's prefix: hnt_Name.")
    if name in taken:
        raise Refusal(METADATA_EXISTS, f"A column or key with the name {name} already exists.")
    return name


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
