"""An action or function by name goes in (WhoAmI, Merge, QualifyLead …); it is done, its answer comes out."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.dataverse.bulk import BULK_ACTIONS, write_many
from sandbox.dataverse.duplicates import matches
from sandbox.dataverse.errors import (
    BAD_PAYLOAD,
    BAD_REQUEST,
    INVALID_ARGUMENT,
    KEY_CANNOT_BE_REACTIVATED,
    OPPORTUNITY_ALREADY_CLOSED,
    Refusal,
    gone,
)
from sandbox.dataverse.exchange import Answer, Request
from sandbox.dataverse.keys import start
from sandbox.dataverse.merge import merge
from sandbox.dataverse.organisation import fixed_id
from sandbox.dataverse.qualify import qualify
from sandbox.dataverse.resource import Segment, find, key_values, reference, table_of, target_of
from sandbox.dataverse.wish import wish_of
from sandbox.dataverse.write import Writer

_OUTCOMES = {"WinOpportunity": (1, 3, {3}), "LoseOpportunity": (2, 4, {4, 5})}
_BOUND = "Microsoft.Dynamics.CRM."
UNBOUND = (
    "WhoAmI",
    "Merge",
    "WinOpportunity",
    "LoseOpportunity",
    "PublishXml",
    "PublishAllXml",
    "ReactivateEntityKey",
    "RetrieveDuplicates",
)


def unbound(writer: Writer, request: Request, step: Segment, query: str, *, key_delay: float) -> Answer:
    """Does an unbound action or function."""
    if step.name == "WhoAmI":
        ids = {"BusinessUnitId": fixed_id("unit"), "UserId": writer.user, "OrganizationId": fixed_id("organization")}
        context = f"{writer.org.api}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"
        return Answer(200, {"@odata.context": context, **ids})
    if step.name == "RetrieveDuplicates":
        return Answer(200, {"value": _duplicates(writer, step, wish_of(query, {}).aliases)})
    if request.method != "POST":
        raise Refusal(BAD_REQUEST, f"The action '{step.name}' must be called with POST.")
    if step.name in _OUTCOMES:
        close_opportunity(writer, step.name, request.json())
    elif step.name == "Merge":
        merge(writer, request.json())
    elif step.name == "ReactivateEntityKey":
        _reactivate_key(writer, request.json(), key_delay)
    return Answer(204)


def bound(writer: Writer, request: Request, steps: list[Segment]) -> Answer | None:
    """Does an action or function bound to a row or an entity set; None when the path ends in something else."""
    name = steps[-1].name.removeprefix(_BOUND)
    if (name, request.method, steps[0].name) == ("RetrieveUserPrivileges", "GET", "systemusers"):
        context = f"{writer.org.api}$metadata#Microsoft.Dynamics.CRM.RetrieveUserPrivilegesResponse"
        return Answer(200, {"@odata.context": context, "RolePrivileges": writer.org.privileges()})
    if name == steps[-1].name or request.method != "POST" or len(steps) != 2:
        return None
    table = table_of(writer.org.schema, steps[0].name)
    if name == "QualifyLead" and table.name == "lead" and steps[0].key is not None:
        found = find(writer.org.rows, target_of(table, steps[0].key))
        if found is None:
            raise gone("lead", steps[0].key)
        return Answer(200, {"value": qualify(writer, found, request.json())})
    if name in BULK_ACTIONS and steps[0].key is None:
        return write_many(writer, name, table, request.json())
    raise Refusal(BAD_REQUEST, f"The action '{steps[-1].name}' is not bound to '{steps[0].name}'.")


def close_opportunity(writer: Writer, action: str, given: dict[str, Any]) -> None:
    """Wins or loses an open opportunity and keeps the `opportunityclose` that says so."""
    close, (state, default, allowed) = given.get("OpportunityClose"), _OUTCOMES[action]
    url = close.get("opportunityid@odata.bind") if isinstance(close, dict) else None
    if not isinstance(close, dict) or not isinstance(url, str):
        raise Refusal(BAD_PAYLOAD, f"{action} needs 'OpportunityClose' with 'opportunityid@odata.bind'.")
    target, link = reference(writer.org.schema, writer.org.rows, url)
    row = None if link is None else writer.org.rows.get("opportunity", link.id)
    if link is None or row is None:
        raise gone("opportunity", target.id or url)
    if row["statecode"] != 0:
        raise Refusal(OPPORTUNITY_ALREADY_CLOSED, "The opportunity is already closed.")
    status = given.get("Status", -1)
    if status != -1 and status not in allowed:
        raise Refusal(INVALID_ARGUMENT, f"{status} is not a valid status for {action}.")
    writer.org.require(writer.user, "write", "opportunity")
    writer.create(writer.org.schema.tables["opportunityclose"], close)
    actual = {"actualvalue": close.get("actualrevenue"), "actualclosedate": writer.org.stamp()[:10]}
    outcome = {"statecode": state, "statuscode": default if status == -1 else status}
    writer.settle(writer.org.schema.tables["opportunity"], link.id, {**outcome, **actual})


def _reactivate_key(writer: Writer, given: dict[str, Any], delay: float) -> None:
    table = writer.org.schema.tables.get(str(given.get("EntityLogicalName")))
    key = table.keys.get(str(given.get("EntityKeyLogicalName")).lower()) if table is not None else None
    if key is None:
        raise Refusal(
            INVALID_ARGUMENT, "ReactivateEntityKey needs EntityLogicalName and EntityKeyLogicalName of a key."
        )
    if key.status != "Failed":
        raise Refusal(KEY_CANNOT_BE_REACTIVATED, f"The key {key.schema_name} cannot be reactivated: it has not failed.")
    start(writer.org, key, delay)


def _duplicates(writer: Writer, step: Segment, aliases: Mapping[str, str]) -> list[dict[str, Any]]:
    given = {name: aliases.get(token.value, token.value) for name, token in key_values(step.key or "").items()}
    try:
        text = str(given["BusinessEntity"])
        entity = json.loads(text if '"' in text else text.replace("'", '"'))
        table, matching = entity["@odata.type"].rpartition(".")[2], str(given["MatchingEntityName"]).strip("'")
        other, reader = writer.org.schema.tables[matching], writer.org.reader
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Refusal(
            BAD_REQUEST, "RetrieveDuplicates needs BusinessEntity, MatchingEntityName and PagingInfo."
        ) from error
    own = entity.get(f"{table}id")
    links = [link for link in matches(writer.org.rows, table, entity, matching=matching) if link.id != own]
    rows = [writer.org.rows.get(link.table, link.id) for link in links]
    return [reader.shown(other, row, wish_of("", {})) for row in rows if row is not None]
