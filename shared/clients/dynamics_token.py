"""A bearer token for Dynamics: by managed identity, or by client secret where one is set."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from shared.errors import HunterError, PermanentError, TransientError

_PASSING = ("AADSTS90006", "AADSTS90033", "AADSTS90055")
"""Refusals that pass: an outside service or Entra's own store is away, the tenant is throttled
(learn.microsoft.com/entra/identity-platform/reference-error-codes)."""


_PATIENT: dict[str, Any] = {
    "connection_timeout": 5, "read_timeout": 20, "retry_total": 2, "retry_backoff_factor": 0.2,
}  # fmt: skip
"""azure-core by itself waits 300 s for an Entra that hangs, three times over, and every push waits with it."""
_REST = 5.0
"""Seconds in which an Entra that was away is not asked again."""


class DynamicsToken:
    """Callable; azure-identity caches the token and renews it before it ends."""

    def __init__(
        self,
        scope: str,
        *,
        tenant_id: str,
        client_id: str,
        client_secret: str,
        authority: str,
        identity_client_id: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret = (tenant_id, client_id, client_secret) if client_secret else None
        self._authority = authority
        self._identity = identity_client_id or None
        self._scope = scope
        self._clock = clock
        self._credential = self._made()
        self._lock = threading.Lock()
        self._away: TransientError | None = None
        self._rests_until = 0.0

    def __call__(self, force_refresh: bool = False) -> str:
        """A valid token. Raises `PermanentError` `dyn_signin` when Entra refuses, `TransientError` `dyn_unavailable`
        when it is away; those who waited meanwhile get the same answer without asking."""
        from azure.core.exceptions import ClientAuthenticationError
        from azure.identity import CredentialUnavailableError

        with self._lock:
            if self._away and self._clock() < self._rests_until:
                raise TransientError(self._away.code, **self._away.params)
            if force_refresh and self._secret:
                self._credential = self._made()  # azure-identity has no other switch against a token of its cache
            try:
                return str(self._credential.get_token(self._scope).token)
            except CredentialUnavailableError:
                raise PermanentError("dyn_signin", why="no_identity") from None
            except ClientAuthenticationError as error:
                fault = _fault(error)
                if isinstance(fault, TransientError):
                    self._away, self._rests_until = fault, self._clock() + _REST
                raise fault from None

    def _made(self) -> Any:
        if self._secret is None:
            from azure.identity import ManagedIdentityCredential

            return ManagedIdentityCredential(client_id=self._identity)
        from azure.identity import ClientSecretCredential

        tenant_id, client_id, secret = self._secret
        return ClientSecretCredential(
            tenant_id, client_id, secret, authority=self._authority, disable_instance_discovery=True, **_PATIENT
        )


def _fault(error: Exception) -> HunterError:
    """azure-identity makes one error of everything. What kept Entra from answering stands behind it; nothing does where
    Entra itself said no, and a plain `ValueError` where it knows no such tenant."""
    behind = error.__cause__
    if behind is None:
        if passing := next((number for number in _PASSING if number in str(error)), None):
            return TransientError("dyn_unavailable", why="entra_said", answer=passing)
        return PermanentError("dyn_signin", why="entra_refused")
    if isinstance(behind, ValueError) and not isinstance(behind, json.JSONDecodeError):
        return PermanentError("dyn_signin", why="entra_refused")
    return TransientError("dyn_unavailable", why="entra_away", error=type(behind).__name__)
