"""A bearer token for Dynamics: by managed identity, or by client secret where one is set."""

import threading
from typing import Any

from shared.errors import PermanentError, TransientError


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
        """A valid token. Raises `PermanentError` `dyn_signin` when Entra refuses, `TransientError` when it is away."""
        from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError
        from azure.identity import CredentialUnavailableError

        with self._lock:
            if force_refresh:
                self._forget()
            try:
                return str(self._credential.get_token(self._scope).token)
            except CredentialUnavailableError:
                raise PermanentError("dyn_signin", why="no_identity") from None
            except ClientAuthenticationError as error:
                status = getattr(error.response, "status_code", None)
                if status is not None and (status == 429 or status >= 500):
                    raise TransientError("dyn_signin", why="entra_said", answer=status) from None
                raise PermanentError("dyn_signin", why="entra_refused") from None
            except (ServiceRequestError, ServiceResponseError) as error:
                raise TransientError("dyn_signin", why="entra_away", error=type(error).__name__) from None

    def _forget(self) -> None:
        """A token that Dynamics refused is not used again; azure-identity has no switch for that but a new
        credential."""
        tenant_id, client_id, client_secret, authority = self._make
        if client_secret:
            from azure.identity import ClientSecretCredential

            self._credential = ClientSecretCredential(
                tenant_id, client_id, client_secret, authority=authority, disable_instance_discovery=True
            )
