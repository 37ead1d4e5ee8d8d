"""How Partner Center and Dynamics were when they were last used: told by the runs, shown by readiness and the page.

Kept as facts `connection/{name}`: `{state, reason, params, at, ok_at}`. When one works again, the faults that it
caused close.
"""

import logging
from typing import Any

from shared.connections import Connections
from shared.errors import HunterError
from shared.rules.moments import iso

logger = logging.getLogger(__name__)

_OF = {"referrals": "partner-center", "reconcile": "partner-center", "pull": "dynamics"}
"""Whom a run of a kind talks to."""
_CODES = ("pc_", "signin_", "dyn_")


def connection_state(name: str, to: Connections) -> dict[str, Any]:
    """How it was when last used; `unknown` before that."""
    return to.state.get("connection", name) or {"state": "unknown"}


def tell_fault(kind: str, fault: HunterError, to: Connections) -> None:
    """A run of this kind failed; only what is the other side's is told."""
    if kind in _OF and fault.code.startswith(_CODES):
        name = "dynamics" if fault.code.startswith("dyn_") else _OF[kind]
        _put(name, {"state": fault.code, "reason": fault.cause, "params": fault.particulars}, to)


def tell_success(kind: str, run_id: str, to: Connections) -> None:
    """A run of this kind has read everything."""
    if kind not in _OF:
        return
    before = connection_state(_OF[kind], to)["state"]
    _put(_OF[kind], {"state": "ok", "reason": ""}, to)
    if before not in ("ok", "unknown"):
        for failure in to.failures.all(state="open"):
            if failure.queue == "runs" and failure.key in (kind, run_id):
                to.failures.overcome(failure)
                logger.info("inbox.overcome code=%s kind=%s run=%s", failure.code, kind, run_id)


def _put(name: str, stands: dict[str, Any], to: Connections) -> None:
    at = iso(to.now())
    ok_at = at if stands["state"] == "ok" else connection_state(name, to).get("ok_at")
    to.state.put("connection", name, {**stands, "at": at, "ok_at": ok_at})
