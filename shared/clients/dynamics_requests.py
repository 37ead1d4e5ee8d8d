"""A question or a record's plan in; the request that asks or carries it out, out."""

import uuid
from urllib.parse import quote

from shared.clients.dynamics_batch import BatchRequest
from shared.rules.dynamics.columns import ENTITY_SETS, find_column
from shared.rules.dynamics.reads import Read, selected
from shared.rules.dynamics.shapes import RecordPlan


def read_path(read: Read) -> str:
    """The address of a question, relative to the API, its filter percent-encoded."""
    select = ",".join(selected(read.record))
    options = {"$select": select, "$filter": read.filter, "$orderby": "createdon asc", "$top": str(read.top)}
    return f"{ENTITY_SETS[read.record]}?" + "&".join(
        f"{name}={quote(text, safe=',')}" for name, text in options.items()
    )


def write_request(plan: RecordPlan) -> BatchRequest:
    """A PATCH by our id: one that only creates, or one that only updates the version that was read."""
    guard = {"If-None-Match": "*"} if plan.action == "create" else {"If-Match": plan.etag or "*"}
    content = {}
    for name, value in plan.body.items():
        column = find_column(plan.record, name)
        content[column.write_name if column else name] = value
    return BatchRequest("PATCH", f"{ENTITY_SETS[plan.record]}({plan.id})", guard, content)


def headers_for(token: str, correlation: str) -> dict[str, str]:
    """The headers of every request: fresh ids, so that support can find it; `null` defeats caches."""
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "OData-Version": "4.0",
        "OData-MaxVersion": "4.0",
        "If-None-Match": "null",
        "x-ms-client-request-id": str(uuid.uuid4()),
        "x-ms-correlation-id": correlation or str(uuid.uuid4()),
    }
