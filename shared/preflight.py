"""The connections in, the checklist out: each line green or red, and the fix for what is red.

Calls everybody, writes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from shared.codes import FAILURES
from shared.connections import Connections
from shared.errors import HunterError
from shared.messages import QUEUES
from shared.rules.sign_in_standing import sign_in_standing

_NO_VAULT = "KEY_VAULT_URL is not set: the sign-in is kept in a file."
_CLOCK_MAY_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist. `state` is `ok`, `failed` or `off`; `code` says which failure it would be."""

    name: str
    state: str
    detail: str = ""
    fix: str = ""
    code: str = ""


def preflight_checks(to: Connections) -> list[dict[str, Any]]:
    """Every check, in the order in which a person would mend them; one that fails never hides the next."""
    return [asdict(check) for check in _checks(to)]


def _checks(to: Connections) -> Iterator[Check]:
    yield _tried("storage tables", lambda: to.state.get("connection", "storage"))
    yield _tried("clock", lambda: _clock(to))
    yield _tried("queues", lambda: to.queues.reachable(QUEUES))
    yield _principal(to)
    yield _tried("vault", lambda: _vault(to)) if to.settings.key_vault_url else Check("vault", "off", _NO_VAULT)
    if to.settings.partner_center_enabled:
        yield _tried("sign-in", lambda: _sign_in(to))
        yield _tried("partner center", lambda: _partner_center(to))
        yield _mfa(to)
    else:
        yield Check("partner center", "off", "PARTNER_CENTER_ENABLED is false.")
    if to.settings.dynamics_enabled:
        for one in _dynamics(to):
            yield Check(one.name, "ok" if one.ok else "failed", one.detail, one.fix, one.code)
    else:
        yield Check("dynamics", "off", "DYNAMICS_ENABLED is false.")
    yield _tried("dns", lambda: _dns(to))
    if "registration" in to.settings.check_set:
        yield _tried("rdap", lambda: _rdap(to))
    else:
        yield Check("rdap", "off", "SCAN_CHECKS leaves registration out.")


def _tried(name: str, check: Callable[[], Any]) -> Check:
    """The check's own text when it passes; code, cause and fix when it does not."""
    try:
        passed = check()
    except HunterError as error:
        return Check(name, "failed", error.cause or error.code, FAILURES[error.code].action, error.code)
    except Exception as error:
        return Check(name, "failed", f"Unexpected {type(error).__name__}.", "Look into the log, then repeat.", "bug")
    return Check(name, "ok", passed if isinstance(passed, str) else "")


def _clock(to: Connections) -> str:
    """Compares with the storage account's own clock."""
    server = to.tables.server_date()
    theirs = parsedate_to_datetime(server) if server else datetime.now(UTC)
    difference = abs(to.now() - theirs)
    if difference > _CLOCK_MAY_DIFFER:
        seconds = f"{difference.total_seconds():.0f}"
        raise HunterError("settings_invalid", f"This clock differs from Storage's by {seconds} s.")
    return f"Differs from Storage's by {difference.total_seconds():.1f} s."


def _principal(to: Connections) -> Check:
    """The trust setting against what the platform says of itself."""
    of = to.settings
    if of.trust_client_principal and not of.website_auth_enabled:
        fix = "Link the Static Web App, or set TRUST_CLIENT_PRINCIPAL=false."
        wrong = "TRUST_CLIENT_PRINCIPAL is true, but the platform's sign-in is off."
        return Check("principal", "failed", wrong, fix, "settings_invalid")
    if not of.trust_client_principal:
        return Check("principal", "off", "TRUST_CLIENT_PRINCIPAL is false: every door but health answers 401.")
    return Check("principal", "ok")


def _vault(to: Connections) -> str:
    """Lists what it holds: names and ends, never values."""
    from azure.core.exceptions import AzureError

    try:
        ends = to.token_cache.ends()
    except AzureError as error:
        cause = f"It lists no secrets ({type(error).__name__}); give this identity Key Vault Secrets Officer."
        raise HunterError("settings_invalid", cause) from None
    soonest = min(ends.values(), default=None)
    return f"The first secret ends on {soonest:%Y-%m-%d}." if soonest else "No secret has an end."


def _mfa(to: Connections) -> Check:
    """What Partner Center said of the sign-in when it was asked just before."""
    compliant = to.partner_center.mfa_compliant
    if compliant is False:
        fix = "Give the account multi-factor authentication, then run `python -m operate sign-in`."
        return Check("mfa", "failed", "Partner Center sees no multi-factor authentication in the sign-in.", fix)
    return Check("mfa", "ok") if compliant else Check("mfa", "off", "Partner Center did not say.")


def _sign_in(to: Connections) -> str:
    stands = sign_in_standing(to.partner_center_token.sign_in(), now=to.now())
    if stands["state"] != "ok":
        raise HunterError("signin_needed", stands["reason"])
    return f"Ends {stands['ends_at']} unless it is used."


def _partner_center(to: Connections) -> str:
    to.partner_center_gate.check()
    page = to.partner_center.page("full", since_ticks=None, skiptoken=None)
    return f"The first page has {len(page.records)} referrals."


def _dynamics(to: Connections) -> list[Any]:
    from shared.clients.dynamics_preflight import dynamics_checks

    return list(dynamics_checks(to.dynamics))


def _dns(to: Connections) -> str:
    result = to.scan_domain("microsoft.com", only=frozenset({"mx"}), before=None)
    if result.signals.mx == "unknown":
        raise HunterError("dns_unavailable", "No name server answered for microsoft.com.")
    return ""


def _rdap(to: Connections) -> str:
    """A closed way out to registries would look like domains that nobody registered."""
    result = to.scan_domain("microsoft.com", only=frozenset({"registration"}), before=None)
    registration = result.checks.get("registration")
    if registration is None or registration.state == "unknown":
        raise HunterError("rdap_unavailable", "No registry answered for microsoft.com.")
    return ""
