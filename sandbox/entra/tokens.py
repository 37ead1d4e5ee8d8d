"""Facts about a sign-in go in, an opaque signed text comes out, and the facts again for who holds the key.

The stand-in for Entra issues such texts; Partner Center's and Dataverse's check audience, end, app and roles with the
same key, in whatever process they run. Clients see an opaque text, as the real tokens are to them.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. `kind` is `access`, `refresh`, `code` or `device`; times are Unix seconds."""

    kind: str
    audience: str
    app_id: str
    tenant_id: str
    issued_at: float
    expires_at: float
    user: str | None = None
    """None for an app's own token (client credentials)."""
    roles: tuple[str, ...] = ()
    mfa: bool = False
    extra: str = ""
    serial: int = 0
    """Tells two tokens of the same moment apart."""


class TokenRefusedError(Exception):
    """`reason` is `missing`, `malformed`, `forged`, `wrong_kind`, `wrong_audience` or `expired`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TokenAuthority:
    """Issues and verifies tokens with one HMAC key. `now` gives Unix seconds."""

    def __init__(self, key: bytes, *, now: Callable[[], float] = time.time) -> None:
        self._key = key
        self.now = now
        self._serial = 0

    def issue(
        self, *, audience: str, app_id: str, tenant_id: str, life: float = 3600, kind: str = "access", **more: Any
    ) -> str:
        """A token that ends after `life` seconds; `more` are further fields of `Claims`."""
        now = self.now()
        self._serial += 1
        claims = Claims(kind, _plain(audience), app_id, tenant_id, now, now + life, serial=self._serial, **more)
        body = base64.urlsafe_b64encode(json.dumps(asdict(claims)).encode()).decode().rstrip("=")
        return f"{body}.{self._sign(body)}"

    def verify(self, token: str | None, *, audience: str | None = None, kind: str = "access") -> Claims:
        """The claims of a token. Raises `TokenRefusedError`; `audience` None takes any."""
        if not token:
            raise TokenRefusedError("missing")
        body, dot, signature = token.partition(".")
        if not dot or not body.isascii():
            raise TokenRefusedError("malformed")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            raise TokenRefusedError("forged")
        fields = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        claims = Claims(**{**fields, "roles": tuple(fields["roles"])})
        if claims.kind != kind:
            raise TokenRefusedError("wrong_kind")
        if audience is not None and claims.audience != _plain(audience):
            raise TokenRefusedError("wrong_audience")
        if claims.expires_at <= self.now():
            raise TokenRefusedError("expired")
        return claims

    def verify_header(self, authorization: str | None, *, audience: str | None = None) -> Claims:
        """The claims of an `Authorization: Bearer …` header. Raises `TokenRefusedError`."""
        scheme, _, token = (authorization or "").partition(" ")
        return self.verify(token.strip() if scheme.lower() == "bearer" else None, audience=audience)

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _plain(audience: str) -> str:
    return audience.rstrip("/").lower()
