"""The connections in, the checklist out: each line green or red, and the fix for what is red.

Calls everybody, writes nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from shared.causes import explain
from shared.codes import FAILURES
from shared.connections import Connections
from shared.doors.http import place_of
from shared.errors import HunterError
from shared.messages import QUEUES
from shared.rules.sign_in_standing import sign_in_standing

_CLOCK_MAY_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist. `state` is `ok`, `failed` or `off`; `code` says which failure it would be.

    `detail` and `fix` are English; `params` say the detail by its code (`shared.causes`).
    """

    name: str
    state: str
    detail: str = ""
    fix: str = ""
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def preflight_checks(to: Connections) -> list[dict[str, Any]]:
    """Every check, in the order in which a person would mend them; one that fails never hides the next."""
    return [asdict(check) for check in _checks(to)]


def _checks(to: Connections) -> Iterator[Check]:
    yield _tried("storage tables", lambda: to.state.get("connection", "storage"))
    yield _tried("clock", lambda: _clock(to))
    yield _tried("queues", lambda: to.queues.reachable(QUEUES))
    yield _principal(to)
    yield _tried("vault", lambda: _vault(to)) if to.settings.key_vault_url else _off("vault", "no_vault")
    if to.settings.partner_center_enabled:
        yield _tried("sign-in", lambda: _sign_in(to))
        yield _tried("partner center", lambda: _partner_center(to))
        yield _mfa(to)
    else:
        yield _off("partner center", "flag_off", flag="PARTNER_CENTER_ENABLED")
    if to.settings.dynamics_enabled:
        for one in _dynamics(to):
            yield Check(one.name, "ok" if one.ok else "failed", one.detail, one.fix, one.code, one.params)
    else:
        yield _off("dynamics", "flag_off", flag="DYNAMICS_ENABLED")
    yield _tried("dns", lambda: _dns(to))
    if "registration" in to.settings.check_set:
        yield _tried("rdap", lambda: _rdap(to))
    else:
        yield _off("rdap", "registration_left_out")
    if to.settings.maxmind_path:
        yield _tried("maxmind", lambda: _maxmind(to.settings.maxmind_path))


def _tried(name: str, check: Callable[[], Any]) -> Check:
    """The check's own text when it passes; code, cause and fix when it does not."""
    try:
        passed = check()
    except HunterError as error:
        return _failed(name, error)
    except Exception as error:
        met = HunterError("bug", why="unexpected", error=type(error).__name__, place=place_of(error))
        return _failed(name, met)
    return Check(name, "ok", passed if isinstance(passed, str) else "")


def _failed(name: str, error: HunterError) -> Check:
    fix = FAILURES[error.code].action
    return Check(name, "failed", error.cause or error.code, fix, error.code, error.particulars)


def _off(name: str, why: str, **params: str) -> Check:
    return Check(name, "off", explain(why, params)["text"], params={"why": why, **params})


def _clock(to: Connections) -> str:
    """Compares with the storage account's own clock."""
    server = to.tables.server_date()
    theirs = parsedate_to_datetime(server) if server else datetime.now(UTC)
    difference = abs(to.now() - theirs)
    if difference > _CLOCK_MAY_DIFFER:
        raise HunterError("clock_wrong", why="clock_differs", seconds=round(difference.total_seconds()))
    return f"Differs from Storage's by {difference.total_seconds():.1f} s."


def _principal(to: Connections) -> Check:
    """The trust setting against what the platform says of itself."""
    of = to.settings
    if of.trust_client_principal and not of.website_auth_enabled:
        return _failed("principal", HunterError("settings_invalid", why="principal_unlinked"))
    if not of.trust_client_principal:
        return _off("principal", "principal_off")
    return Check("principal", "ok")


def _vault(to: Connections) -> str:
    """Lists what it holds: names and ends, never values."""
    from azure.core.exceptions import AzureError

    try:
        ends = to.token_cache.ends()
    except AzureError as error:
        raise HunterError("vault_forbidden", why="vault_refused", error=type(error).__name__) from None
    soonest = min(ends.values(), default=None)
    return f"The first secret ends on {soonest:%Y-%m-%d}." if soonest else "No secret has an end."


def _mfa(to: Connections) -> Check:
    """What Partner Center said of the sign-in when it was asked just before."""
    compliant = to.partner_center.mfa_compliant
    if compliant is False:
        return _failed("mfa", HunterError("signin_no_mfa", why="mfa_absent"))
    return Check("mfa", "ok") if compliant else _off("mfa", "mfa_unsaid")


def _sign_in(to: Connections) -> str:
    stands = sign_in_standing(to.partner_center_token.sign_in(), now=to.now())
    if stands["state"] != "ok":
        raise HunterError("signin_needed", **stands["params"])
    return f"Ends {stands['ends_at']} unless it is used."


def _partner_center(to: Connections) -> str:
    to.partner_center_gate.check()
    page = to.partner_center.page("full", since_ticks=None, skiptoken=None)
    return f"The first page has {len(page.records)} referrals."


def _dynamics(to: Connections) -> list[Any]:
    from shared.clients.dynamics_preflight import dynamics_checks

    return list(dynamics_checks(to.dynamics, scores=to.settings.dynamics_predictive_scores))


def _dns(to: Connections) -> str:
    result = to.scan_domain("microsoft.com", only=frozenset({"mx"}), before=None)
    if result.signals.mx == "unknown":
        raise HunterError("dns_unavailable", why="no_name_server", domain="microsoft.com")
    return ""


def _rdap(to: Connections) -> str:
    """A closed way out to registries would look like domains that nobody registered."""
    result = to.scan_domain("microsoft.com", only=frozenset({"registration"}), before=None)
    registration = result.checks.get("registration")
    if registration is None or registration.state == "unknown":
        raise HunterError("rdap_unavailable", why="no_registry", domain="microsoft.com")
    return ""


def _maxmind(path: str) -> None:
    """Scans go on without the file, so nothing else would tell."""
    from shared.clients.maxmind import MaxMindFile, MaxMindWrongError

    try:
        MaxMindFile(path)
    except (OSError, MaxMindWrongError) as error:
        raise HunterError("settings_invalid", why="maxmind_unusable", error=type(error).__name__) from None
