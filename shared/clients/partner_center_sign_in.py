"""A person signs in, once, by device code or browser; the token cache is stored, and whose tenant it is of comes out.

The account wants the role Referrals Admin and MFA. Conditional Access often blocks device codes; then use the browser.
"""

from collections.abc import Callable
from typing import Any

from shared.clients.partner_center_token import PATIENCE, SCOPE, refused, sign_in_needed
from shared.clients.secrets import Secret
from shared.errors import TransientError

BROWSER_SECONDS = 300


def sign_in(
    *,
    tenant_id: str,
    client_id: str,
    username: str,
    authority: str,
    browser: bool,
    secret: Secret,
    show: Callable[[str], None],
) -> str:
    """Waits for the person and returns the tenant's id. `show` gets what the person must read, the one-time code too.

    Raises `PermanentError` `signin_needed` when Entra refuses or somebody else than `username` signed in, and
    `TransientError` with the same code when Entra or the store is away.
    """
    import requests
    from azure.core.exceptions import AzureError
    from msal import PublicClientApplication, SerializableTokenCache  # type: ignore[import-untyped]
    from msal.exceptions import MsalServiceError  # type: ignore[import-untyped]

    cache = SerializableTokenCache()
    try:
        app = PublicClientApplication(
            client_id,
            authority=f"{authority.rstrip('/')}/{tenant_id}",
            token_cache=cache,
            instance_discovery=False,
            timeout=PATIENCE,
        )
        result = _by_browser(app, username, show) if browser else _by_device_code(app, show)
    except (MsalServiceError, requests.RequestException) as error:
        raise TransientError("signin_needed", why="entra_away", error=type(error).__name__) from None
    except ValueError:
        raise sign_in_needed("signin_authority_wrong", reason="authority") from None
    if "access_token" not in result:
        raise refused(result)
    if username and not app.get_accounts(username=username):
        raise sign_in_needed("signin_somebody_else", reason="no_account")
    try:
        secret.save(cache.serialize())
    except (OSError, AzureError) as error:
        raise TransientError("signin_needed", why="signin_not_stored", error=type(error).__name__) from None
    return str(result["id_token_claims"]["tid"])


def _by_device_code(app: Any, show: Callable[[str], None]) -> dict[str, Any]:
    flow = app.initiate_device_flow(scopes=[SCOPE])
    if "user_code" not in flow:
        return dict(flow)
    show(flow["message"])
    return dict(app.acquire_token_by_device_flow(flow))


def _by_browser(app: Any, username: str, show: Callable[[str], None]) -> dict[str, Any]:
    show("Your browser opens the sign-in page; this waits for five minutes.")
    return dict(
        app.acquire_token_interactive(
            [SCOPE], prompt="select_account", login_hint=username or None, timeout=BROWSER_SECONDS
        )
        or {"error": "timeout"}
    )
