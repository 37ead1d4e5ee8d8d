"""A stand-in for Microsoft Entra ID: OpenID metadata, instance discovery and the token endpoint, over HTTPS."""

from sandbox.entra.cache import signed_in_cache
from sandbox.entra.grants import App
from sandbox.entra.server import serve
from sandbox.entra.sign_in import SignInState
from sandbox.entra.tokens import Claims, TokenAuthority, TokenRefusedError

__all__ = ["App", "Claims", "SignInState", "TokenAuthority", "TokenRefusedError", "serve", "signed_in_cache"]
