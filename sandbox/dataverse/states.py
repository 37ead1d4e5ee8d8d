"""A row before and after goes in; its state and status come out in step, or a refusal: closed row, bad pair."""

from typing import Any

from sandbox.dataverse.errors import (
    BAD_STATUS_FOR_STATE,
    LEAD_ALREADY_CLOSED,
    OPPORTUNITY_ALREADY_CLOSED,
    OPPORTUNITY_CANNOT_BE_CLOSED,
    ROW_IS_READ_ONLY,
    Refusal,
)
from sandbox.dataverse.rows import Row
from sandbox.dataverse.tables import Table

CLOSABLE = ("lead", "opportunity")


def refuse_closed(table: Table, old: Row, values: dict[str, Any]) -> None:
    """Qualified and disqualified leads, won and lost opportunities can only be reopened, nothing else."""
    if table.name not in CLOSABLE:
        return
    state = values.get("statecode")
    if old["statecode"] == 0:
        if table.name == "opportunity" and state in (1, 2):
            shown = table.columns["statecode"].options[state]
            raise Refusal(
                OPPORTUNITY_CANNOT_BE_CLOSED,
                f"This message can not be used to set the state of opportunity to {shown}. In order to set state of "
                f"opportunity to {shown}, use the {'Win' if state == 1 else 'Lose'}OpportunityRequest message instead.",
            )
        return
    if state == 0:
        return
    if state is not None:
        closed = LEAD_ALREADY_CLOSED if table.name == "lead" else OPPORTUNITY_ALREADY_CLOSED
        raise Refusal(closed, f"The {table.name} is already closed.")
    raise Refusal(
        ROW_IS_READ_ONLY,
        f"The {table.name} is closed and cannot be updated because it is read-only. Reactivate it first.",
    )


def moved(table: Table, row_id: str, old: Row, row: Row) -> None:
    """Sets `statecode` and `statuscode` of the row: the first ones when new, the state's first when only it changed."""
    if not old:
        opening = table.opens_with
        assert opening is not None
        row.setdefault("statecode", opening[0])
        row.setdefault("statuscode", opening[1])
    state_changed = row["statecode"] != old.get("statecode", row["statecode"])
    if row.get("statuscode") is None or (state_changed and row["statuscode"] == old.get("statuscode")):
        row["statuscode"] = table.default_status(row["statecode"])
    if table.columns["statuscode"].state_of[row["statuscode"]] != row["statecode"]:
        shown = table.columns["statecode"].options[row["statecode"]]
        raise Refusal(
            BAD_STATUS_FOR_STATE,
            f"{row['statuscode']} is not a valid status code for state code {table.schema_name}State.{shown} on "
            f"{table.name} with Id {row_id}.",
        )
