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

from shared.causes import explain
from shared.clients.secrets import Secret
from shared.errors import PermanentError, TransientError

logger = logging.getLogger(__name__)
# MSAL's debug lines quote Entra's description, which names the user.
logging.getLogger("msal").setLevel(logging.WARNING)

SCOPE = "https://api.partner.microsoft.com/.default"
REFRESH_LIFE = timedelta(days=90)
"""How long Entra keeps an unused refresh token; each use gives a new one."""
SIGN_IN = "python -m operate sign-in"
PATIENCE = 20.0
"""Seconds to wait for an answer of Entra; MSAL by itself waits for ever, and the poll with it."""
_EARLY = 300

_WHY: dict[int, str] = {
    50076: "signin_mfa_needed",
    50079: "signin_mfa_not_set_up",
    50173: "signin_revoked",
    50057: "signin_user_disabled",
    53003: "signin_blocked",
    65001: "signin_no_consent",
    700016: "signin_client_unknown",
    700082: "signin_unused",
    7000218: "signin_no_public_client",
}
"""Entra's AADSTS numbers by what they mean. Its own description stays out: it names the user."""


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

        Raises `PermanentError` `signin_needed` with the next step when a person must act, and `TransientError`
        `pc_unavailable` when Entra is away: nobody is told to sign in again for that.
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
                self._client_id,
                authority=self._authority,
                token_cache=cache,
                instance_discovery=False,
                timeout=PATIENCE,
            )
            accounts = app.get_accounts(username=self._username or None)
            if not accounts:
                raise sign_in_needed("signin_other_account", reason="no_account")
            result = app.acquire_token_silent_with_error([SCOPE], account=accounts[0], force_refresh=force_refresh)
        except (MsalServiceError, requests.RequestException) as error:
            raise TransientError("pc_unavailable", why="entra_away", error=type(error).__name__) from None
        except ValueError:
            raise sign_in_needed("signin_authority_wrong", reason="authority") from None
        finally:
            self._store(cache)
        return self._read(result)

    def _stored_text(self) -> str | None:
        from azure.core.exceptions import AzureError

        try:
            return self._secret.load()
        except (OSError, AzureError) as error:
            raise TransientError("signin_needed", why="signin_not_fetched", error=type(error).__name__) from None

    def _stored_cache(self, msal: Any) -> Any:
        text = self._stored_text()
        if not text:
            raise sign_in_needed("signin_never", reason="never")
        if not _is_a_cache(text):
            raise sign_in_needed("signin_corrupt", reason="corrupt")
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
            raise TransientError("pc_unavailable", why="entra_said", answer=error)
        logger.warning("partner_center.sign_in_needed error=%s numbers=%s", error, _numbers(result))
        raise refused(result)


def refused(result: dict[str, Any]) -> PermanentError:
    """MSAL's refusal by Entra's numbers; its description stays out."""
    answer, numbers = str(result.get("error")), _numbers(result)
    why = next((_WHY[number] for number in numbers if number in _WHY), "entra_said")
    return sign_in_needed(why, reason=answer, answer=answer, numbers=numbers)


def _numbers(result: dict[str, Any]) -> list[int]:
    return [number for number in result.get("error_codes") or [] if isinstance(number, int)]


def _is_a_cache(text: str) -> bool:
    """MSAL itself takes any JSON, and stumbles later."""
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and all(isinstance(part, dict) for part in content.values())


def sign_in_needed(why: str, **params: Any) -> PermanentError:
    """The error that stops until a person has signed in, with that next step."""
    cause = f"{explain(why, params)['text']} Next step: {SIGN_IN}"
    return PermanentError("signin_needed", cause, why=why, next_step=SIGN_IN, **params)
