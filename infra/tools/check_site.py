"""staticwebapp.config.json, the doors, the page's template in, findings out: who may reach what, and how to sign in."""

import json
import re
from collections.abc import Iterator
from typing import Any

from infra.tools.bicep import Expression, Template
from infra.tools.finding import Finding
from infra.tools.sources import Sources

FILE = "static-ui/staticwebapp.config.json"
OPEN = {"/api/health", "/api/roles"}
"""The only doors that answer to nobody in particular: the probe, and the platform asking for roles."""
HEADERS = {
    "Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options",
}  # fmt: skip
TENANT_MARK = "__TENANT_ID__"
_DOOR = re.compile(r'@door\(blueprint, "(?:GET|POST)", "([^"]+)"|route\(route="([^"]+)"')


def check_site(templates: list[Template], sources: Sources) -> Iterator[Finding]:
    """Routes, sign-in, headers."""
    config: dict[str, Any] = json.loads(sources.texts[FILE])
    routes: list[dict[str, Any]] = config.get("routes", [])
    yield from _routes(routes, doors(sources))
    yield from _sign_in(config)
    yield from _registration(templates, sources.texts.get("docs/operations.md", ""))
    for header in sorted(HEADERS - set(config.get("globalHeaders", {}))):
        yield Finding(FILE, 1, "site-header", f"{header} is missing.")
    for status in ("401", "403"):
        if status not in config.get("responseOverrides", {}):
            yield Finding(FILE, 1, "site-override", f"Nothing is said about {status}.")


def doors(sources: Sources) -> set[str]:
    """Every HTTP route of the functions, as the page's address spells it."""
    texts = "\n".join(sources.under("functions").values())
    return {f"/api/{one or other}" for one, other in _DOOR.findall(texts)}


def _routes(routes: list[dict[str, Any]], known: set[str]) -> Iterator[Finding]:
    allowed = {str(route["route"]): set(route.get("allowedRoles", [])) for route in routes}
    if allowed.get("/api/*") not in ({"authenticated"}, {"reader", "operator", "admin"}):
        yield Finding(FILE, 1, "site-route", "/api/* must want a signed-in user.")
    for route, roles in allowed.items():
        if route.startswith("/api/") and not roles:
            yield Finding(FILE, 1, "site-route", f"{route} has no allowedRoles.")
        if "anonymous" in roles and route not in OPEN:
            yield Finding(FILE, 1, "site-route", f"{route} is open to everybody.")
        if route.startswith("/api/") and "*" not in route and route not in known:
            yield Finding(FILE, 1, "site-route", f"{route} is no door of the functions.")
    names = list(allowed)
    if "/api/*" in names and any(route.startswith("/api/") for route in names[names.index("/api/*") + 1 :]):
        yield Finding(FILE, 1, "site-route", "The first rule that fits wins: /api/* must be the last of its kind.")


def _sign_in(config: dict[str, Any]) -> Iterator[Finding]:
    auth = config.get("auth", {})
    if auth.get("rolesSource") != "/api/roles":
        yield Finding(FILE, 1, "site-sign-in", "rolesSource must be /api/roles.")
    providers = auth.get("identityProviders", {})
    registration = providers.get("azureActiveDirectory", {}).get("registration", {})
    issuer = str(registration.get("openIdIssuer", ""))
    if set(providers) != {"azureActiveDirectory"} or TENANT_MARK not in issuer:
        yield Finding(FILE, 1, "site-sign-in", f"Only Entra signs in, and its issuer waits for {TENANT_MARK}.")
    names = (registration.get("clientIdSettingName"), registration.get("clientSecretSettingName"))
    if names != ("AAD_CLIENT_ID", "AAD_CLIENT_SECRET"):
        yield Finding(FILE, 1, "site-sign-in", "The registration's settings are AAD_CLIENT_ID and AAD_CLIENT_SECRET.")


def _registration(templates: list[Template], runbook: str) -> Iterator[Finding]:
    """The page's own settings: those that its configuration names, the secret by reference to one of the runbook's."""
    template = next(one for one in templates if one.path.endswith("staticwebapp.bicep"))
    settings = next(
        (one for one in template.of("resource") if one.target.startswith("Microsoft.Web/staticSites/config@")), None
    )
    given = settings.value.get("properties", {}) if settings else {}
    if set(given) != {"AAD_CLIENT_ID", "AAD_CLIENT_SECRET"}:
        yield Finding(template.path, 1, "site-sign-in", "The page's settings are AAD_CLIENT_ID and AAD_CLIENT_SECRET.")
    secret = given.get("AAD_CLIENT_SECRET")
    if not (isinstance(secret, Expression) and secret.text.startswith("'@Microsoft.KeyVault(SecretUri=${")):
        yield Finding(template.path, 1, "secret-value", "AAD_CLIENT_SECRET must be a reference into the vault.")
    name = template.named("secretName")
    if name is None or f" -n {name.value} " not in runbook:
        yield Finding(template.path, 1, "runbook", "docs/operations.md makes no secret of this name.")
