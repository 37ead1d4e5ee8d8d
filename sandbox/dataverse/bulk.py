"""CreateMultiple, UpdateMultiple, UpsertMultiple with their `Targets` go in; rows are written, all or none.

The caller holds the transaction: on standard tables any error undoes the whole call (reference 4.4).
"""

from typing import Any

from sandbox.dataverse.errors import BAD_PAYLOAD, INVALID_ARGUMENT, Refusal
from sandbox.dataverse.exchange import Answer
from sandbox.dataverse.resource import find, reference
from sandbox.dataverse.tables import Table
from sandbox.dataverse.values import accept
from sandbox.dataverse.write import Writer

BULK_ACTIONS = ("CreateMultiple", "UpdateMultiple", "UpsertMultiple")


def write_many(writer: Writer, action: str, table: Table, given: dict[str, Any]) -> Answer:
    """Writes every target in order; CreateMultiple answers with the new ids."""
    targets, ids = given.get("Targets"), []
    for body in targets if isinstance(targets, list) else [None]:
        if not isinstance(body, dict) or str(body.get("@odata.type")).rpartition(".")[2] != table.name:
            raise Refusal(
                BAD_PAYLOAD, f"Each of 'Targets' needs '@odata.type' {table.name}, as the action's address says."
            )
        if action == "CreateMultiple":
            ids.append(writer.create(table, body))
        else:
            _change(writer, table, body, create=action == "UpsertMultiple")
    return Answer(200, {"Ids": ids}) if action == "CreateMultiple" else Answer(204)


def _change(writer: Writer, table: Table, body: dict[str, Any], *, create: bool) -> None:
    row_id, key = (
        accept(table, table.columns[table.id_column], body[table.id_column]) if table.id_column in body else None,
        {},
    )
    if "@odata.id" in body:
        target, _ = reference(writer.org.schema, writer.org.rows, str(body["@odata.id"]))
        row_id, key = find(writer.org.rows, target) or target.id, target.key_values
    if row_id is not None and (not create or writer.org.rows.get(table.name, row_id) is not None):
        writer.update(table, row_id, body)
    elif create:
        writer.create(table, body, row_id=row_id, key={column: token.value for column, token in key.items()})
    else:
        raise Refusal(INVALID_ARGUMENT, f"Each of 'Targets' needs '{table.id_column}'.")
