"""Session cookies → principals, as Static Web Apps tells them: `/.auth/me` to the page, a header to the API."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

COOKIE = "StaticWebAppsAuthCookie"
ROLES = ("reader", "operator", "admin")
PROVIDER = "aad"
ROLE_CLAIM = "roles"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is signed in. `chosen` is the role of the demonstration, `roles` those that the API gave for it."""

    user_id: str
    details: str
    chosen: str | None
    roles: tuple[str, ...]

    @property
    def all_roles(self) -> tuple[str, ...]:
        """The two that the platform adds, and the app's."""
        return ("anonymous", "authenticated", *self.roles)

    def as_json(self) -> dict[str, Any]:
        """What the API is told. Claims are not in it, on Static Web Apps either."""
        return {
            "identityProvider": PROVIDER,
            "userId": self.user_id,
            "userDetails": self.details,
            "userRoles": list(self.all_roles),
        }

    def claims(self) -> list[dict[str, str]]:
        """What Entra says about the person."""
        role = [{"typ": ROLE_CLAIM, "val": self.chosen}] if self.chosen else []
        return [{"typ": "name", "val": self.details}, *role]

    def header(self) -> str:
        """The value of `x-ms-client-principal`."""
        return base64.b64encode(json.dumps(self.as_json()).encode()).decode("ascii")


def make_principal(role: str | None, roles: Iterable[str]) -> Principal:
    """One demonstration person per role, always with the same id."""
    digest = hashlib.sha256(f"hunter-demo-{role}".encode()).hexdigest()[:32]
    return Principal(digest, f"Demo · {role or 'no role'}", role, tuple(roles))


class Sessions:
    """Who holds which cookie. A cookie of an earlier sandbox counts as none."""

    def __init__(self) -> None:
        self._principals: dict[str, Principal | None] = {}

    def open(self, principal: Principal | None) -> str:
        """A new cookie; without a principal it says that its holder has signed out."""
        cookie = secrets.token_urlsafe(24)
        self._principals[cookie] = principal
        return cookie

    def knows(self, cookie: str | None) -> bool:
        """False for a first visit."""
        return cookie in self._principals

    def find(self, cookie: str | None) -> Principal | None:
        """Who holds the cookie; None when signed out, ended or unknown."""
        return self._principals.get(cookie) if cookie else None

    def end_all(self) -> int:
        """End every session, as when they time out; how many there were."""
        ended = [cookie for cookie, principal in self._principals.items() if principal is not None]
        for cookie in ended:
            self._principals[cookie] = None
        return len(ended)
