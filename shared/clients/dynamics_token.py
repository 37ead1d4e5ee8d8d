"""A bearer token for Dynamics: by managed identity, or by client secret where one is set."""

import json
import threading
from typing import Any

from shared.errors import HunterError, PermanentError, TransientError

_PASSING = ("AADSTS90006", "AADSTS90033", "AADSTS90055")
"""Refusals that pass: an outside service or Entra's own store is away, the tenant is throttled
(learn.microsoft.com/entra/identity-platform/reference-error-codes)."""


class DynamicsToken:
    """Callable; azure-identity caches the token and renews it before it ends."""

    def __init__(
        self, scope: str, *, tenant_id: str, client_id: str, client_secret: str, authority: str, identity_client_id: str
    ) -> None:
        if client_secret:
            from azure.identity import ClientSecretCredential

            self._credential: Any = ClientSecretCredential(
                tenant_id, client_id, client_secret, authority=authority, disable_instance_discovery=True
            )
        else:
            from azure.identity import ManagedIdentityCredential

            self._credential = ManagedIdentityCredential(client_id=identity_client_id or None)
        self._scope = scope
        self._make = (tenant_id, client_id, client_secret, authority)
        self._lock = threading.Lock()

    def __call__(self, force_refresh: bool = False) -> str:
        """A valid token. Raises `PermanentError` `dyn_signin` when Entra refuses, `TransientError` `dyn_unavailable`
        when it is away."""
        from azure.core.exceptions import ClientAuthenticationError
        from azure.identity import CredentialUnavailableError

        with self._lock:
            if force_refresh:
                self._forget()
            try:
                return str(self._credential.get_token(self._scope).token)
            except CredentialUnavailableError:
                raise PermanentError("dyn_signin", why="no_identity") from None
            except ClientAuthenticationError as error:
                raise _fault(error) from None

    def _forget(self) -> None:
        """A token that Dynamics refused is not used again; azure-identity has no switch for that but a new
        credential."""
        tenant_id, client_id, client_secret, authority = self._make
        if client_secret:
            from azure.identity import ClientSecretCredential

            self._credential = ClientSecretCredential(
                tenant_id, client_id, client_secret, authority=authority, disable_instance_discovery=True
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
