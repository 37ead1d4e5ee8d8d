"""`sales_tables.json` and `hunter_columns.json` go in; the schema of a Sales organisation comes out."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.dataverse.tables import Column, Key, Schema, Table

_HERE = Path(__file__).parent
_PREDICTIVE = "msdyn_predictivescore"
_OWNER_PARTS = {"owninguser": "systemuser", "owningteam": "team"}


@cache
def hunter_columns() -> dict[str, Any]:
    """Our publisher, solution, columns and keys as `hunter_columns.json` lists them."""
    listed: dict[str, Any] = json.loads((_HERE / "hunter_columns.json").read_text())
    return listed


@cache
def _sales_tables() -> dict[str, Any]:
    listed: dict[str, Any] = json.loads((_HERE / "sales_tables.json").read_text())
    return listed


def sales_schema(*, provisioned: bool, predictive_scores: bool) -> Schema:
    """A new schema: the stock tables, ours on them when `provisioned`, the predictive score table when wanted."""
    schema, listed = Schema(), _sales_tables()
    for name, facts in listed["tables"].items():
        if name != _PREDICTIVE or predictive_scores:
            schema.add(_table(name, facts, listed["choices"]))
    if provisioned:
        for name, columns in hunter_columns()["columns"].items():
            for schema_name, facts in columns.items():
                schema.tables[name].add(custom_column(schema_name, facts))
        for name, keys in hunter_columns()["keys"].items():
            for schema_name, parts in keys.items():
                schema.tables[name].keys[schema_name.lower()] = Key(schema_name.lower(), schema_name, tuple(parts))
    return schema


def offer_predictive_scores(schema: Schema, *, on: bool) -> None:
    """Adds Sales Premium's table of predictive scores, or takes it away."""
    listed = _sales_tables()
    table = _table(_PREDICTIVE, listed["tables"][_PREDICTIVE], listed["choices"])
    if on:
        schema.add(table)
    else:
        schema.tables.pop(table.name, None)
        schema.sets.pop(table.entity_set, None)


def custom_column(schema_name: str, facts: dict[str, Any]) -> Column:
    """A column as `hunter_columns.json` describes it; the logical name is the schema name in lower case."""
    low, high = facts.get("range", (None, None))
    return Column(
        schema_name.lower(),
        facts["type"],
        schema_name=schema_name,
        label=facts.get("label", schema_name),
        length=facts.get("length"),
        low=low,
        high=high,
        date_only=facts.get("format") == "DateOnly",
        custom=True,
    )


def _table(name: str, facts: dict[str, Any], choices: dict[str, Any]) -> Table:
    table = Table(
        name,
        facts["entity_set"],
        facts["schema_name"],
        facts["type_code"],
        id_column=facts.get("id", name + "id"),
        name_column=facts["name"],
        owned=facts.get("owned", False),
        money_bearing=facts.get("money_bearing", False),
    )
    table.add(Column(table.id_column, "Uniqueidentifier", writable="create", required="SystemRequired"))
    for column in [*_plain(facts), *_chosen(facts, choices), *_lookups(facts), *_kept_by_the_system(table)]:
        table.add(column)
    for level, names in facts.get("required", {}).items():
        for one in names:
            table.columns[one].required = level
    for one in facts.get("read_only", ()):
        table.columns[one].writable = "never"
    for one in facts.get("create_only", ()):
        table.columns[one].writable = "create"
    for schema_name, parts in facts.get("keys", {}).items():
        table.keys[schema_name.lower()] = Key(schema_name.lower(), schema_name, tuple(parts), custom=False)
    return table


def _plain(facts: dict[str, Any]) -> list[Column]:
    columns = [Column(name, "String", length=length) for name, length in facts.get("text", {}).items()]
    columns += [Column(name, "Memo", length=length) for name, length in facts.get("memo", {}).items()]
    columns += [Column(name, "Integer", low=a, high=b) for name, (a, b) in facts.get("whole", {}).items()]
    columns += [Column(name, "Double", low=a, high=b, precision=5) for name, (a, b) in facts.get("double", {}).items()]
    columns += [Column(name, "Money", low=-1e12, high=1e12, precision=2) for name in facts.get("money", ())]
    columns += [Column(f"{name}_base", "Money", precision=4, writable="never") for name in facts.get("money", ())]
    columns += [Column(name, "DateTime", date_only=True) for name in facts.get("date", ())]
    columns += [Column(name, "DateTime") for name in facts.get("moment", ())]
    columns += [Column(name, "Boolean") for name in facts.get("yes_no", ())]
    return columns + [Column(name, "Uniqueidentifier") for name in facts.get("guid", ())]


def _chosen(facts: dict[str, Any], choices: dict[str, Any]) -> list[Column]:
    columns = [Column(name, "Picklist", options=_options(choices[of])) for name, of in facts.get("choice", {}).items()]
    states: dict[str, dict[str, str]] = facts.get("states", {})
    if states:
        statuses = {int(v): label for each in states.values() for v, label in each.items()}
        state_of = {int(v): state for state, each in enumerate(states.values()) for v in each}
        columns.append(Column("statecode", "State", options=dict(enumerate(states)), required="SystemRequired"))
        columns.append(Column("statuscode", "Status", options=statuses, state_of=state_of))
    return columns


def _options(listed: list[str] | dict[str, str]) -> dict[int, str]:
    if isinstance(listed, list):
        return dict(enumerate(listed, start=1))
    return {int(value): label for value, label in listed.items()}


def _lookups(facts: dict[str, Any]) -> list[Column]:
    return [
        Column(name, "Lookup" if len(targets) == 1 else "Customer", targets=dict(targets))
        for name, targets in facts.get("lookup", {}).items()
    ]


def _kept_by_the_system(table: Table) -> list[Column]:
    columns = [
        Column("createdon", "DateTime", writable="never"),
        Column("modifiedon", "DateTime", writable="never"),
        Column("versionnumber", "BigInt", writable="never"),
        Column("overriddencreatedon", "DateTime", writable="create"),
        Column("importsequencenumber", "Integer", low=-(2**31), high=2**31 - 1, writable="create"),
    ]
    for name in ("createdby", "modifiedby"):
        columns.append(Column(name, "Lookup", targets={name: "systemuser"}, writable="never"))
    if table.owned:
        for name, target in _OWNER_PARTS.items():
            columns.append(Column(name, "Lookup", targets={name: target}, writable="never"))
        columns.append(Column("ownerid", "Owner", targets={"ownerid": "systemuser"}, required="SystemRequired"))
        unit = Column("owningbusinessunit", "Lookup", targets={"owningbusinessunit": "businessunit"}, writable="never")
        columns.append(unit)
    if table.money_bearing:
        columns.append(Column("exchangerate", "Decimal", precision=12, writable="never"))
        currency = {"transactioncurrencyid": "transactioncurrency"}
        columns.append(Column("transactioncurrencyid", "Lookup", targets=currency))
    return columns
