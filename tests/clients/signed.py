"""Who is signed in to the stand-in of Partner Center."""

from typing import Any

from sandbox.entra import TokenAuthority
from sandbox.partner_center import AUDIENCE

TOKENS = TokenAuthority(b"a key for tests")


class Signed:
    """A sign-in that counts how often it was renewed."""

    def __init__(self, **claims: Any) -> None:
        self.claims = {"user": "admin@hunter-partner.example", "roles": ("Referrals Admin",), "mfa": True, **claims}
        self.renewed = 0

    def __call__(self, force_refresh: bool = False) -> str:
        """A token that the stand-in believes."""
        self.renewed += force_refresh
        return TOKENS.issue(audience=AUDIENCE, app_id="app", tenant_id="tenant", **self.claims)
