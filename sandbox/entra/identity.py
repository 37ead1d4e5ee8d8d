"""Who signed in goes in; the two texts from which MSAL learns it come out: `id_token` and `client_info`."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from sandbox.entra.sign_in import SignInState


def identity(
    issuer: str, who: SignInState, *, tenant_id: str, client_id: str, now: float, nonce: str | None = None
) -> dict[str, str]:
    """Both fields of a token answer. The id token comes over TLS and needs no signature (OpenID Connect 3.1.3.7)."""
    claims = {
        "aud": client_id,
        "iss": issuer,
        "iat": int(now),
        "exp": int(now) + 3600,
        "sub": who.user_id,
        "oid": who.user_id,
        "tid": tenant_id,
        "preferred_username": who.username,
        "ver": "2.0",
    } | ({"nonce": nonce} if nonce else {})
    return {
        "id_token": f"{_encoded({'typ': 'JWT', 'alg': 'none'})}.{_encoded(claims)}.",
        "client_info": _encoded({"uid": who.user_id, "utid": tenant_id}),
    }


def _encoded(content: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
