"""A domain of the samples goes in; whether a tenant goes by it, its id, and who signs its users in, come out."""

import json
import re
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

SAMPLES = Path(__file__).parent.parent / "samples" / "tenants.json"
_FOR_ALL = ("common", "organizations", "consumers")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def _sign_in() -> dict[str, str]:
    kinds: dict[str, str] = json.loads(SAMPLES.read_text(encoding="utf-8"))
    return kinds


def tenant_named(name: str) -> str | None:
    """The id behind a name in an address: a domain's tenant by its GUID; a GUID, or a name for all tenants, as it
    stands.

    None for a domain that no tenant has, and for what is no name of a tenant. Every `onmicrosoft.com` is some tenant's.
    """
    domain = name.lower()
    if domain.endswith(".onmicrosoft.com") or domain in _FOR_ALL or _GUID.fullmatch(domain):
        return name
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, domain)) if domain in _sign_in() else None


def no_such_tenant(name: str) -> web.Response:
    """What Entra says of a domain that no tenant has."""
    text = f"AADSTS90002: Tenant '{name}' not found. Check to make sure you have the correct tenant ID."
    return web.json_response({"error": "invalid_tenant", "error_description": text, "error_codes": [90002]}, status=400)


async def user_realm(request: web.Request) -> web.Response:
    """`/getuserrealm.srf?login=user@domain&json=1`."""
    domain = request.query.get("login", "").rpartition("@")[2].lower()
    found: dict[str, Any] = {"State": 4, "Login": request.query.get("login", ""), "NameSpaceType": "Unknown"}
    if domain in _sign_in():
        found |= {"State": 3, "DomainName": domain, "NameSpaceType": _sign_in()[domain]}
    return web.json_response(found)
