"""A grant, as a client posts it to the token endpoint, goes in; a token answer or a refusal comes out. No HTTP here."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.entra.identity import identity
from sandbox.entra.sign_in import Refusal, SignInState, refusal_of
from sandbox.entra.tokens import Claims, TokenAuthority, TokenRefusedError

_NOT_RESOURCES = frozenset({"openid", "profile", "offline_access", "email"})
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class App:
    """A registered application; without a secret it is a public client. `roles` are its own, for client credentials."""

    client_id: str
    secret: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(slots=True)
class Grants:
    """Who may sign in here, and the sign-ins that are under way."""

    authority: TokenAuthority
    apps: Mapping[str, App]
    state: SignInState
    issuer: Callable[[str], str]
    devices: dict[str, str] = field(default_factory=dict)
    """User code → `waiting`, `approved` or `declined`."""
    _used_codes: set[str] = field(default_factory=set)

    def answer(self, tenant: str, form: Mapping[str, str]) -> dict[str, Any] | Refusal:
        """The token endpoint's answer to a posted form."""
        app = self.apps.get(form.get("client_id", ""))
        if app is None:
            return Refusal(error="unauthorized_client", code=700016, text="The application was not found.")
        grant = form.get("grant_type", "")
        if app.secret is not None and grant != DEVICE_CODE and form.get("client_secret") != app.secret:
            return Refusal(error="invalid_client", code=7000215, text="Invalid client secret provided.", status=401)
        grants = {
            "client_credentials": self._client_credentials,
            "refresh_token": self._refresh_token,
            "authorization_code": self._authorization_code,
            DEVICE_CODE: self._device_code,
        }
        if grant not in grants:
            return Refusal(error="unsupported_grant_type", code=70003, text="The grant type is not supported.")
        return grants[grant](tenant, app, form)

    def start_device(self, tenant: str, form: Mapping[str, str]) -> tuple[str, str]:
        """A device code and the user code that a person types."""
        user_code = secrets.token_hex(4).upper()
        self.devices[user_code] = "waiting"
        details = json.dumps({"user_code": user_code, "scope": form.get("scope", "")})
        return self._note("device", tenant, form.get("client_id", ""), details, life=900), user_code

    def start_code(self, tenant: str, query: Mapping[str, str]) -> str:
        """An authorization code for a browser that came to sign in."""
        kept = ("redirect_uri", "code_challenge", "code_challenge_method", "nonce", "scope")
        details = json.dumps({name: query[name] for name in kept if name in query})
        return self._note("code", tenant, query.get("client_id", ""), details, life=600)

    def _note(self, kind: str, tenant: str, client_id: str, details: str, *, life: float) -> str:
        return self.authority.issue(
            audience="entra", app_id=client_id, tenant_id=tenant, life=life, kind=kind, extra=details
        )

    def _client_credentials(self, tenant: str, app: App, form: Mapping[str, str]) -> dict[str, Any] | Refusal:
        if app.secret is None:
            return Refusal(error="invalid_client", code=7000218, text="A client secret is required.", status=401)
        refusal = refusal_of(self.state) if self.state.apps else None
        if refusal is not None:
            return refusal
        life = self.state.token_life
        token = self.authority.issue(
            audience=_resource(form.get("scope", "")),
            app_id=app.client_id,
            tenant_id=tenant,
            life=life,
            roles=app.roles,
        )
        return {"token_type": "Bearer", "expires_in": int(life), "ext_expires_in": int(life), "access_token": token}

    def _refresh_token(self, tenant: str, app: App, form: Mapping[str, str]) -> dict[str, Any] | Refusal:
        try:
            claims = self.authority.verify(form.get("refresh_token"), kind="refresh")
        except TokenRefusedError as error:
            expired = error.reason == "expired"
            text = "The refresh token has expired." if expired else "The refresh token is malformed or invalid."
            return Refusal(error="invalid_grant", code=700082 if expired else 9002313, text=text)
        if claims.app_id != app.client_id:
            return Refusal(error="invalid_grant", code=700005, text="The token was issued to another client.")
        return self._user_tokens(tenant, app, form.get("scope", ""))

    def _authorization_code(self, tenant: str, app: App, form: Mapping[str, str]) -> dict[str, Any] | Refusal:
        code = form.get("code", "")
        try:
            claims = self.authority.verify(code, kind="code")
        except TokenRefusedError:
            return Refusal(error="invalid_grant", code=70008, text="The code has expired or is not one of ours.")
        asked = json.loads(claims.extra)
        if code in self._used_codes:
            return Refusal(error="invalid_grant", code=54005, text="The code was already redeemed.")
        if claims.app_id != app.client_id or asked.get("redirect_uri") != form.get("redirect_uri"):
            return Refusal(error="invalid_grant", code=50011, text="The code belongs to another client or address.")
        if not _proves(asked.get("code_challenge"), form.get("code_verifier", "")):
            return Refusal(error="invalid_grant", code=501481, text="The code verifier does not match the challenge.")
        self._used_codes.add(code)
        return self._user_tokens(tenant, app, form.get("scope") or asked.get("scope", ""), nonce=asked.get("nonce"))

    def _device_code(self, tenant: str, app: App, form: Mapping[str, str]) -> dict[str, Any] | Refusal:
        try:
            claims: Claims = self.authority.verify(form.get("device_code"), kind="device")
        except TokenRefusedError as error:
            code = "expired_token" if error.reason == "expired" else "bad_verification_code"
            return Refusal(error=code, code=70020, text="The device code is not valid any more.")
        asked = json.loads(claims.extra)
        approval = "approved" if self.state.auto_approve else self.devices.get(asked["user_code"], "waiting")
        if approval == "declined":
            return Refusal(error="authorization_declined", code=70018, text="The person declined.")
        if approval == "waiting":
            return Refusal(error="authorization_pending", code=70016, text="The person has not signed in yet.")
        return self._user_tokens(tenant, app, form.get("scope") or asked["scope"])

    def _user_tokens(self, tenant: str, app: App, scope: str, *, nonce: str | None = None) -> dict[str, Any] | Refusal:
        state = self.state
        refusal = refusal_of(state)
        if refusal is not None:
            return refusal
        whose = {"app_id": app.client_id, "tenant_id": tenant, "user": state.username}
        access = self.authority.issue(
            audience=_resource(scope), life=state.token_life, roles=state.roles, mfa=state.mfa, **whose
        )
        refresh = self.authority.issue(audience="entra", life=state.refresh_life, kind="refresh", **whose)
        return {
            "token_type": "Bearer",
            "scope": " ".join(part for part in scope.split() if part not in _NOT_RESOURCES),
            "expires_in": int(state.token_life),
            "ext_expires_in": int(state.token_life),
            "access_token": access,
            "refresh_token": refresh,
            **identity(
                self.issuer(tenant),
                state,
                tenant_id=tenant,
                client_id=app.client_id,
                now=self.authority.now(),
                nonce=nonce,
            ),
        }


def _resource(scope: str) -> str:
    """The audience of a scope such as `https://api.partner.microsoft.com/.default`."""
    wanted = next((part for part in scope.split() if part not in _NOT_RESOURCES), "")
    return wanted.rpartition("/")[0] or wanted


def _proves(challenge: str | None, verifier: str) -> bool:
    """PKCE with S256 (RFC 7636 section 4.6); a sign-in without a challenge needs no proof."""
    if not challenge:
        return True
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
