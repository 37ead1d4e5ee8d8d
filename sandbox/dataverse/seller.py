"""What a seller does in Dynamics (`/_sandbox/seller…`) goes in; it is done as that person, not as Hunter."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from sandbox.dataverse.actions import close_opportunity
from sandbox.dataverse.errors import INVALID_ARGUMENT, Refusal, gone
from sandbox.dataverse.merge import merge
from sandbox.dataverse.organisation import Organisation, fixed_id
from sandbox.dataverse.qualify import qualify
from sandbox.dataverse.rows import Link
from sandbox.dataverse.tables import Table
from sandbox.dataverse.write import Writer


class Wanted(BaseModel):
    """The body of a seller door. `set` is a row body as for the Web API."""

    model_config = ConfigDict(extra="forbid")
    table: str = Field("lead", description="a logical name such as lead")
    id: str | None = Field(None, description="the row's id, or give key")
    key: dict[str, Any] | None = Field(None, description='columns and values, such as {"hnt_referralid": "…"}')
    set: dict[str, Any] = Field(default_factory=dict, description='columns to change, such as {"subject": "…"}')
    statuscode: int | None = Field(None, description="the status reason to close with")
    into: str | None = Field(None, description="merge: the id of the row that stays")
    create_account: bool = Field(True, description="qualify: whether to make an account")
    create_contact: bool = Field(True, description="qualify: whether to make a contact")
    create_opportunity: bool = Field(True, description="qualify: whether to make an opportunity")


def act(org: Organisation, deed: str, wanted: Wanted) -> dict[str, Any]:
    """Does the deed; the answer names the row, or the new rows."""
    writer = Writer(org, fixed_id("person", "seller"))
    table = org.schema.tables.get(wanted.table)
    if table is None:
        raise Refusal(INVALID_ARGUMENT, f"table: there is no '{wanted.table}'; give a logical name such as lead.")
    if deed == "create":
        return {"id": writer.create(table, wanted.set)}
    row_id = _row_id(org, table, wanted)
    if deed == "edit":
        writer.update(table, row_id, wanted.set)
    elif deed == "delete":
        writer.delete(table, row_id)
    elif deed == "qualify":
        return {"id": row_id, "made": _qualify(writer, row_id, wanted)}
    elif deed == "disqualify":
        writer.update(table, row_id, {"statecode": 2, "statuscode": wanted.statuscode or 5})
    elif deed in ("win", "lose"):
        close: dict[str, Any] = {"subject": deed, "opportunityid@odata.bind": f"/opportunities({row_id})", **wanted.set}
        given = {"OpportunityClose": close, "Status": wanted.statuscode or -1}
        close_opportunity(writer, f"{deed.capitalize()}Opportunity", given)
    elif deed == "merge":
        _merge(writer, table, row_id, wanted)
    elif deed == "deactivate-owner":
        _deactivate_owner(writer, table, row_id)
    else:
        raise Refusal(INVALID_ARGUMENT, f"There is no seller door '{deed}'; there are {', '.join(DEEDS)}.")
    return {"id": row_id}


DEEDS = ("edit", "create", "delete", "qualify", "disqualify", "win", "lose", "merge", "deactivate-owner")


def _row_id(org: Organisation, table: Table, wanted: Wanted) -> str:
    if wanted.id is not None:
        return wanted.id.lower()
    if not wanted.key:
        raise Refusal(INVALID_ARGUMENT, 'id: missing; give "id", or "key" with columns and values.')
    found = org.rows.find(table.name, tuple(wanted.key), tuple(wanted.key.values()))
    if not found:
        raise gone(table.name, str(wanted.key))
    return min(found)


def _qualify(writer: Writer, lead_id: str, wanted: Wanted) -> list[dict[str, Any]]:
    given = {"CreateAccount": wanted.create_account, "CreateContact": wanted.create_contact, "Status": -1}
    return qualify(writer, lead_id, {**given, "CreateOpportunity": wanted.create_opportunity})


def _merge(writer: Writer, table: Table, row_id: str, wanted: Wanted) -> None:
    if wanted.into is None:
        raise Refusal(INVALID_ARGUMENT, "into: missing; give the id of the row that stays.")
    kind = f"Microsoft.Dynamics.CRM.{table.name}"
    names = {"Target": wanted.into, "Subordinate": row_id}
    given = {name: {"@odata.type": kind, table.id_column: one} for name, one in names.items()}
    merge(writer, {**given, "UpdateContent": wanted.set, "PerformParentingChecks": False})


def _deactivate_owner(writer: Writer, table: Table, row_id: str) -> None:
    row = writer.org.rows.get(table.name, row_id)
    if row is None:
        raise gone(table.name, row_id)
    owner = row.get("ownerid")
    if not isinstance(owner, Link) or owner.table != "systemuser":
        raise Refusal(INVALID_ARGUMENT, f"id: the {table.name} is not owned by a user; give one that is.")
    writer.settle(writer.org.schema.tables["systemuser"], owner.id, {"isdisabled": True})
