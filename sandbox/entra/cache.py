"""Who is signed in goes in; the text of an MSAL token cache, as a sign-in would have left it, comes out."""

from sandbox.entra.identity import identity
from sandbox.entra.sign_in import SignInState
from sandbox.entra.tokens import TokenAuthority


def signed_in_cache(
    *,
    authority: TokenAuthority,
    address: str,
    tenant_id: str,
    client_id: str,
    scope: str = "https://api.partner.microsoft.com/.default",
    state: SignInState | None = None,
) -> str:
    """A cache that holds the account and its refresh token; the first silent call asks `address` for an access token.

    MSAL itself writes it, so that its form is MSAL's. `address` is the stand-in's, such as `https://127.0.0.1:4290`.
    """
    from msal import SerializableTokenCache  # type: ignore[import-untyped]

    who = state or SignInState()
    refresh = authority.issue(
        audience="entra",
        app_id=client_id,
        tenant_id=tenant_id,
        life=who.refresh_life,
        kind="refresh",
        user=who.username,
    )
    cache = SerializableTokenCache()
    cache.add(
        {
            "client_id": client_id,
            "scope": [scope],
            "token_endpoint": f"{address}/{tenant_id}/oauth2/v2.0/token",
            "response": {
                "refresh_token": refresh,
                **identity(
                    f"{address}/{tenant_id}/v2.0", who, tenant_id=tenant_id, client_id=client_id, now=authority.now()
                ),
            },
        }
    )
    return str(cache.serialize())
