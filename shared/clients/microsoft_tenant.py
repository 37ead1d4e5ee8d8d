"""A domain in; whether Microsoft Entra knows a tenant for it, its id, and who signs its users in, out.

Only public sign-in metadata is read. Nobody can list a tenant's other domains, and this does not try.
"""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any

from shared.clients.checked_fetch import CheckedFetch, FetchError, Resolve
from shared.rules.evidence import Check
from shared.rules.moments import iso

_METADATA = "{login}/{domain}/v2.0/.well-known/openid-configuration"
_REALM = "{login}/getuserrealm.srf?login=user@{domain}&json=1"
_ISSUER = re.compile(r"https://[^/]+/(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/", re.IGNORECASE)
_NO_TENANT = "AADSTS90002"


async def check_tenant(domain: str, *, login_url: str, fetch: CheckedFetch, resolve: Resolve) -> Check:
    """Present with `tenant_id` and `sign_in` (managed, federated or unknown); absent when there is no such tenant."""
    at = iso(datetime.now(UTC))
    login = login_url.rstrip("/")
    try:
        metadata, realm = await asyncio.gather(
            fetch.get(_METADATA.format(login=login, domain=domain), resolve=resolve, accept="application/json"),
            _realm(_REALM.format(login=login, domain=domain), fetch, resolve),
        )
    except FetchError as error:
        return Check("unknown", error.reason, resolver=login, at=at)
    if metadata.status == 400 and _NO_TENANT.encode() in metadata.body:
        return Check("absent", "no_tenant", resolver=login, at=at)
    if metadata.status != 200:
        return Check("unknown", f"status_{metadata.status}", resolver=login, at=at)
    issuer = _ISSUER.match(str(_object(metadata.body).get("issuer", "")))
    if issuer is None:
        return Check("unknown", "malformed_answer", resolver=login, at=at)
    return Check(
        "present", "found", resolver=login, at=at, detail={"tenant_id": issuer["id"].lower(), "sign_in": realm}
    )


async def _realm(url: str, fetch: CheckedFetch, resolve: Resolve) -> str:
    """`managed` or `federated`; `unknown` when nobody could say, which does not spoil the tenant's id."""
    try:
        answer = await fetch.get(url, resolve=resolve, accept="application/json")
    except FetchError:
        return "unknown"
    kind = str(_object(answer.body).get("NameSpaceType", "")).lower() if answer.status == 200 else ""
    return kind if kind in ("managed", "federated") else "unknown"


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
