"""An organisation goes in, a JSON file comes out; the file goes in, and the organisation is as it was."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.rows import Link, Row
from sandbox.dataverse.tables import Column, Key

FILE_NAME = "dataverse.json"


def file_in(keep: Path) -> Path:
    """The snapshot's file: `keep` itself when it names a .json file, else one in that folder."""
    return keep if keep.suffix == ".json" else keep / FILE_NAME


def save(org: Organisation, keep: Path) -> None:
    """Writes the file anew, whole or not at all."""
    tables = {}
    for name, table in org.schema.tables.items():
        tables[name] = {
            "columns": [asdict(column) for column in table.columns.values() if column.custom],
            "keys": [asdict(key) for key in table.keys.values() if key.custom],
            "rows": list(org.rows.all(name)),
        }
    path = file_in(keep)
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_suffix(".new")
    half_done.write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
    os.replace(half_done, path)


def load(org: Organisation, keep: Path) -> bool:
    """Takes the file's columns, keys and rows for the organisation's; False when there is no file."""
    path = file_in(keep)
    if not path.exists():
        return False
    for name, kept in json.loads(path.read_text(encoding="utf-8")).items():
        if name in org.schema.tables:
            _load_table(org, name, kept)
    org.dice.seed(f"{org.seed} after {org.rows.version}")  # the same dice again would give ids that are taken
    return True


def _load_table(org: Organisation, name: str, kept: dict[str, Any]) -> None:
    table = org.schema.tables[name]
    for column in [column for column in table.columns.values() if column.custom]:
        table.drop(column.name)
    for facts in kept["columns"]:
        numbers = {name: {int(k): v for k, v in facts[name].items()} for name in ("options", "state_of")}
        table.add(Column(**{**facts, **numbers}))
    for key in [key for key in table.keys.values() if key.custom]:
        del table.keys[key.name]
    for facts in kept["keys"]:
        table.keys[facts["name"]] = Key(**{**facts, "columns": tuple(facts["columns"])})
    for row in kept["rows"]:
        org.rows.load(name, row[table.id_column], _row(table.columns, row))


def _row(columns: dict[str, Column], row: Row) -> Row:
    return {
        name: Link(*value) if value is not None and name in columns and columns[name].is_lookup else value
        for name, value in row.items()
    }
