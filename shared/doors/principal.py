"""Who is calling: the platform's principal header in, a user with a role out.

The header means something only behind the platform that strips it from outside requests (azure-functions-host.md 2).
"""

import base64
import binascii
import json
from dataclasses import dataclass

ROLES = ("reader", "operator", "admin")
"""From least to most; each includes the ones before it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user. `user_id` is the platform's opaque id: the only name of a person that logs and events carry."""

    user_id: str
    name: str
    role: str | None

    def may(self, role: str) -> bool:
        """Whether this user's role includes that one."""
        return self.role is not None and ROLES.index(self.role) >= ROLES.index(role)


def read_principal(header: str | None, *, trusted: bool) -> Principal | None:
    """The user in the header, or None when there is none, when it is malformed, or when the header proves nothing."""
    if not header or not trusted or len(header) > 16_000:
        return None
    try:
        content = json.loads(base64.b64decode(header, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    user_id, roles = content.get("userId"), content.get("userRoles")
    if not isinstance(user_id, str) or not user_id or not isinstance(roles, list) or "authenticated" not in roles:
        return None
    held = [role for role in ROLES if role in roles]
    name = content.get("userDetails")
    return Principal(user_id[:128], name if isinstance(name, str) else "", held[-1] if held else None)
