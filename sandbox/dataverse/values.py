"""A JSON value for a column goes in; the value to store comes out, or the refusal that the service would give."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sandbox.dataverse.errors import (
    DATE_TOO_EARLY,
    INVALID_ARGUMENT,
    INVALID_CHARACTER,
    NO_SUCH_OPTION,
    OUT_OF_RANGE,
    TEXT_TOO_LONG,
    Refusal,
    bad_payload,
)
from sandbox.dataverse.tables import CHOICES, TEXTS, Column, Table

EDM = {
    "String": "Edm.String",
    "Memo": "Edm.String",
    "Integer": "Edm.Int32",
    "Picklist": "Edm.Int32",
    "State": "Edm.Int32",
    "Status": "Edm.Int32",
    "BigInt": "Edm.Int64",
    "Decimal": "Edm.Decimal",
    "Money": "Edm.Decimal",
    "Double": "Edm.Double",
    "Boolean": "Edm.Boolean",
    "DateTime": "Edm.DateTimeOffset",
    "Uniqueidentifier": "Edm.Guid",
    "Lookup": "Edm.Guid",
    "Customer": "Edm.Guid",
    "Owner": "Edm.Guid",
}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_FIRST_DAY = "1753-01-01"  # SQL Server's datetime begins here


def edm_type(column: Column) -> str:
    """The OData type of a column."""
    return "Edm.Date" if column.date_only else EDM[column.kind]


def utf16_length(text: str) -> int:
    """Length as the service counts it: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def accept(table: Table, column: Column, value: Any) -> Any:
    """The stored form of a value that a client sends for a column that is no lookup."""
    if value is None:
        if column.required == "SystemRequired":
            raise Refusal(INVALID_ARGUMENT, f"Attribute: {column.name} cannot be set to NULL")
        return None
    if column.kind in TEXTS:
        return _text(table, column, value)
    if column.kind in CHOICES:
        return _option(table, column, value)
    if column.kind == "Boolean":
        return _of_type(table, column, value, bool)
    if column.kind == "DateTime":
        return _date(table, column, value) if column.date_only else _moment(table, column, value)
    if column.kind == "Uniqueidentifier":
        return _guid(table, column, value)
    return _number(table, column, value)


def guid(text: str) -> str | None:
    """The id in lower case, or None when the text is no GUID of the form 8-4-4-4-12."""
    try:
        return str(UUID(text)) if len(text) == 36 else None
    except ValueError:
        return None


def _text(table: Table, column: Column, value: Any) -> str | None:
    _of_type(table, column, value, str)
    if found := _FORBIDDEN.search(value):
        raise Refusal(
            INVALID_CHARACTER,
            f"Invalid character in field '{column.name}': '', hexadecimal value "
            f"0x{ord(found.group()):02X}, is an invalid character.",
        )
    if column.length is not None and utf16_length(value) > column.length:
        raise Refusal(
            TEXT_TOO_LONG,
            f"A validation error occurred.  The length of the '{column.name}' attribute of the '{table.name}' entity "
            f"exceeded the maximum allowed length of '{column.length}'.",
        )
    return value or None  # the service keeps no empty text


def _option(table: Table, column: Column, value: Any) -> int:
    _of_type(table, column, value, int)
    if value not in column.options:
        accepted = ",".join(str(option) for option in column.options)
        raise Refusal(
            NO_SUCH_OPTION,
            f"A validation error occurred. The value {value} of '{column.name}' on record of type '{table.name}' is "
            f"outside the valid range. Accepted Values: {accepted}",
        )
    return int(value)


def _number(table: Table, column: Column, value: Any) -> int | float:
    whole = column.kind in ("Integer", "BigInt")
    _of_type(table, column, value, int if whole else (int, float))
    if (column.low is not None and value < column.low) or (column.high is not None and value > column.high):
        raise Refusal(
            OUT_OF_RANGE,
            f"A validation error occurred. The value {value} of '{column.name}' on record of type '{table.name}' is "
            f"outside the valid range.",
        )
    return int(value) if whole else round(float(value), column.precision if column.precision is not None else 2)


def _of_type(table: Table, column: Column, value: Any, wanted: type | tuple[type, ...]) -> Any:
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise _unreadable(table, column, value)
    return value


def _unreadable(table: Table, column: Column, value: Any) -> Refusal:
    shown = "composite value" if isinstance(value, dict | list) else f"literal '{value}'"
    return bad_payload(
        table.entity_set,
        f"Cannot convert the {shown} to the expected type '{edm_type(column)}' (property '{column.name}').",
    )


def _moment(table: Table, column: Column, value: Any) -> str:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise _unreadable(table, column, value)
    try:
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", value).replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unreadable(table, column, value) from error
    return _not_too_early(column, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _date(table: Table, column: Column, value: Any) -> str:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return _not_too_early(column, date.fromisoformat(value).isoformat())
    except ValueError as error:
        raise _unreadable(table, column, value) from error


def _not_too_early(column: Column, text: str) -> str:
    if text < _FIRST_DAY:
        raise Refusal(
            DATE_TOO_EARLY,
            f"DateTime is less than minimum value supported by CrmDateTime ({column.name}): 01/01/1753",
        )
    return text


def _guid(table: Table, column: Column, value: Any) -> str:
    found = guid(value) if isinstance(value, str) else None
    if found is None:
        raise _unreadable(table, column, value)
    return found
