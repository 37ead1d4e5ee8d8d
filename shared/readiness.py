"""The connections in, one line per dependency out: `ok`, `off`, or what is wrong with it."""

from typing import Any

from shared.connection_state import connection_state
from shared.connections import Connections
from shared.errors import HunterError
from shared.rules.list_shape import Conditions
from shared.rules.sign_in_standing import sign_in_standing


def readiness(to: Connections) -> list[dict[str, Any]]:
    """Storage is asked; the outside services are as their last use left them, so that nobody is called for a look."""
    return [
        _storage(to),
        _outside("partner-center", to.settings.partner_center_enabled, to),
        _sign_in(to),
        _dynamics(to),
        _inbox(to),
    ]


def _told(error: HunterError) -> dict[str, Any]:
    return {"reason": error.cause, "params": error.particulars}


def _storage(to: Connections) -> dict[str, Any]:
    try:
        to.state.get("connection", "storage")
    except HunterError as error:
        return {"name": "storage", "state": error.code, **_told(error)}
    return {"name": "storage", "state": "ok"}


def _outside(name: str, enabled: bool, to: Connections) -> dict[str, Any]:
    if not enabled:
        return {"name": name, "state": "off"}
    try:
        known = connection_state(name, to)
    except HunterError as error:
        return {"name": name, "state": "unknown", **_told(error)}
    return {"name": name, **known}


def _dynamics(to: Connections) -> dict[str, Any]:
    """As the last pull left it; before the first one a lead that is there shows that it works."""
    known = _outside("dynamics", to.settings.dynamics_enabled, to)
    if known["state"] != "unknown" or "reason" in known:
        return known
    synced = Conditions(any_of={"dynamics_status": frozenset({"synced"})})
    with to.lead_list.read() as table:
        return {**known, "state": "ok"} if table.count(table.matching(synced)) else known


def _sign_in(to: Connections) -> dict[str, Any]:
    """The stored sign-in and when it ends, so that somebody renews it before."""
    if not to.settings.partner_center_enabled:
        return {"name": "sign-in", "state": "off"}
    try:
        stands = to.partner_center_token.sign_in()
    except HunterError as error:
        return {"name": "sign-in", "state": "unknown", **_told(error)}
    return {"name": "sign-in", **sign_in_standing(stands, now=to.now())}


def _inbox(to: Connections) -> dict[str, Any]:
    try:
        waiting = len(to.failures.all(state="open"))
    except HunterError as error:
        return {"name": "failures", "state": "unknown", **_told(error)}
    return {"name": "failures", "state": "ok", "open": waiting}
