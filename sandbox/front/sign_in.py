"""The doors under /.auth: who am I, choose whom to be (in place of Entra's page), sign out."""

from html import escape
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from sandbox.front.sessions import COOKIE, ROLES, Principal, Sessions

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in · Hunter sandbox</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 10vh auto; padding: 0 1rem; }
  button { display: block; width: 100%; margin: .5rem 0; padding: .75rem; font: inherit; text-align: left; }
</style>
<main>
<h1>Who do you want to be?</h1>
<p>In Azure this is Microsoft's sign-in. In the sandbox, choose a role.</p>
<form method="post">CHOICES</form>
</main>
</html>
"""
WORDS = {
    "reader": "Reader: sees and exports",
    "operator": "Operator: also starts, repeats and repairs",
    "admin": "Admin: also merges and forgets",
    "none": "Nobody in particular: signed in, without a role",
}


def safe_target(target: str | None) -> str:
    """A path of this site; anything else becomes the start page."""
    if not target:
        return "/"
    parts = urlsplit(target)
    if not parts.path.startswith("/") or parts.path.startswith("//") or "\\" in target or "\n" in target:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def choice_page() -> web.Response:
    """The page that stands for Entra's."""
    choices = "\n".join(f'<button name="role" value="{role}">{escape(words)}</button>' for role, words in WORDS.items())
    return web.Response(text=PAGE.replace("CHOICES", choices), content_type="text/html")


def chosen_role(role: str) -> str | None:
    """The role of the form. ValueError for one that is none of the choices."""
    if role not in WORDS:
        raise ValueError(f"role must be one of {', '.join(WORDS)}")
    return role if role in ROLES else None


def me(principal: Principal | None) -> web.Response:
    """What `/.auth/me` says."""
    told = principal.as_json() | {"claims": principal.claims()} if principal else None
    return web.json_response({"clientPrincipal": told}, headers={"Cache-Control": "no-store"})


def remember(response: web.StreamResponse, cookie: str) -> None:
    """Set the session cookie."""
    response.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="Lax")


def signed_out(request: web.Request, sessions: Sessions) -> web.Response:
    """Leave, and stay signed out until a sign-in."""
    response = web.Response(
        status=302, headers={"Location": safe_target(request.query.get("post_logout_redirect_uri"))}
    )
    remember(response, sessions.open(None))
    return response


def to_sign_in(request: web.Request, redirect: str) -> str:
    """The address of a 401 override: `.referrer` in it becomes the page to come back to."""
    if ".referrer" not in redirect:
        return redirect
    back = urlencode({"post_login_redirect_uri": request.path_qs})
    return redirect.replace("post_login_redirect_uri=.referrer", back)
