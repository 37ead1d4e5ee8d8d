"""A stored sign-in goes in; a bearer token for Partner Center comes out, renewed silently, or the exact next step.

Only a signed-in user may call the Referrals API, with MFA (section 2 of the reference). A person signs in once with
`python -m operate sign-in`; MSAL's cache, kept as one secret, renews itself from then on.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.clients.secrets import Secret
from shared.errors import PermanentError, TransientError

logger = logging.getLogger(__name__)
# MSAL's debug lines quote Entra's description, which names the user.
logging.getLogger("msal").setLevel(logging.WARNING)

SCOPE = "https://api.partner.microsoft.com/.default"
REFRESH_LIFE = timedelta(days=90)
"""How long Entra keeps an unused refresh token; each use gives a new one."""
SIGN_IN = "python -m operate sign-in"
_EARLY = 300

_WHY: dict[int, str] = {
    50076: "Multi-factor authentication is needed.",
    50079: "The user must set up multi-factor authentication first.",
    50173: "The password was changed or the sign-in was revoked.",
    50057: "The user account is disabled.",
    53003: "Conditional Access blocked the sign-in.",
    65001: "An administrator must consent to the application first.",
    700016: "PARTNER_CENTER_CLIENT_ID is not known in PARTNER_CENTER_TENANT_ID.",
    700082: "Nobody used the sign-in for 90 days.",
    7000218: "The application must allow public client flows.",
}
"""Entra's AADSTS numbers in plain words. Its own description stays out: it names the user."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the stored sign-in stands: when it was last renewed, and when it ends if it is not used again."""

    renewed_at: datetime
    ends_at: datetime


class PartnerCenterToken:
    """Callable. Safe for many threads; the stored cache is read only when a new token is due."""

    def __init__(
        self,
        *,
        tenant_id: str,
        client_id: str,
        username: str,
        authority: str,
        secret: Secret,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client_id = client_id
        self._username = username
        self._authority = f"{authority.rstrip('/')}/{tenant_id}"
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def __call__(self, force_refresh: bool = False) -> str:
        """A token that is good for five more minutes.

        Raises `PermanentError` `signin_needed` with the next step when a person must act, and `TransientError` with the
        same code when Entra is away.
        """
        with self._lock:
            if force_refresh or self._clock() > self._ends - _EARLY:
                self._token, self._ends = self._renewed(force_refresh)
            return self._token

    def sign_in(self) -> SignIn | None:
        """How the stored sign-in stands; None when there is none that can be read.

        Raises `TransientError` `signin_needed` when its store is away.
        """
        text = self._stored_text()
        try:
            cache = json.loads(text or "{}")
            stamps = [float(entry["last_modification_time"]) for entry in cache["RefreshToken"].values()]
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        if not stamps:
            return None
        renewed = datetime.fromtimestamp(max(stamps), UTC)
        return SignIn(renewed, renewed + REFRESH_LIFE)

    def _renewed(self, force_refresh: bool) -> tuple[str, float]:
        import msal  # type: ignore[import-untyped]
        import requests
        from msal.exceptions import MsalServiceError  # type: ignore[import-untyped]

        cache = self._stored_cache(msal)
        try:
            app = msal.PublicClientApplication(
                self._client_id, authority=self._authority, token_cache=cache, instance_discovery=False
            )
            accounts = app.get_accounts(username=self._username or None)
            if not accounts:
                raise sign_in_needed("no_account", "The stored sign-in is of another user or application.")
            result = app.acquire_token_silent_with_error([SCOPE], account=accounts[0], force_refresh=force_refresh)
        except (MsalServiceError, requests.RequestException) as error:
            raise TransientError("signin_needed", f"Entra did not answer ({type(error).__name__}).") from None
        except ValueError:
            raise sign_in_needed("authority", "AZURE_AUTHORITY_HOST or PARTNER_CENTER_TENANT_ID is wrong.") from None
        finally:
            self._store(cache)
        return self._read(result)

    def _stored_text(self) -> str | None:
        from azure.core.exceptions import AzureError

        try:
            return self._secret.load()
        except (OSError, AzureError) as error:
            cause = f"The stored sign-in could not be fetched ({type(error).__name__})."
            raise TransientError("signin_needed", cause) from None

    def _stored_cache(self, msal: Any) -> Any:
        text = self._stored_text()
        if not text:
            raise sign_in_needed("never", "Nobody has signed in yet.")
        if not _is_a_cache(text):
            raise sign_in_needed("corrupt", "The stored sign-in cannot be read.")
        cache = msal.SerializableTokenCache()
        cache.deserialize(text)
        cache.has_state_changed = False
        return cache

    def _store(self, cache: Any) -> None:
        """Keeps a renewed cache. Losing it costs nothing at once: the refresh token before it stays good."""
        from azure.core.exceptions import AzureError

        if not cache.has_state_changed:
            return
        try:
            self._secret.save(cache.serialize())
        except (OSError, AzureError) as error:
            logger.warning("partner_center.sign_in_not_stored cause=%s", type(error).__name__)

    def _read(self, result: dict[str, Any] | None) -> tuple[str, float]:
        result = result or {"error": "no_token"}
        if "access_token" in result:
            return str(result["access_token"]), self._clock() + float(result.get("expires_in", 3600))
        error = str(result.get("error"))
        if error in ("temporarily_unavailable", "server_error"):
            raise TransientError("signin_needed", f"Entra answered {error}.")
        logger.warning("partner_center.sign_in_needed error=%s numbers=%s", error, _numbers(result))
        raise sign_in_needed(error, why(result), numbers=_numbers(result))


def why(result: dict[str, Any]) -> str:
    """MSAL's refusal in plain words, by Entra's numbers; its description stays out."""
    known = (_WHY[number] for number in _numbers(result) if number in _WHY)
    return next(known, f"Entra answered {result.get('error')}.")


def _numbers(result: dict[str, Any]) -> list[int]:
    return [number for number in result.get("error_codes") or [] if isinstance(number, int)]


def _is_a_cache(text: str) -> bool:
    """MSAL itself takes any JSON, and stumbles later."""
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and all(isinstance(part, dict) for part in content.values())


def sign_in_needed(reason: str, cause: str, **params: Any) -> PermanentError:
    """The error that stops until a person has signed in, with that next step."""
    return PermanentError("signin_needed", f"{cause} Next step: {SIGN_IN}", reason=reason, next_step=SIGN_IN, **params)
