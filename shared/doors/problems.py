"""A refusal of a door: status and code in, an RFC 9457 problem document out."""

from typing import Any

from shared.codes import PROBLEMS
from shared.errors import HunterError


class Problem(Exception):
    """What a door answers instead of a result. `detail` names the field, the problem and the fix, in English."""

    def __init__(self, status: int, code: str, detail: str = "", **params: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.params = params

    def document(self, trace: str) -> dict[str, Any]:
        """The body of `application/problem+json`."""
        known = PROBLEMS[self.code]
        return {
            "type": f"urn:hunter:problem:{self.code}",
            "title": known.cause,
            "status": self.status,
            "code": self.code,
            "params": self.params,
            "detail": self.detail or f"{known.cause} {known.action}",
            "correlation_id": trace,
        }


def from_fault(fault: HunterError, *, status: int, detail: str) -> Problem:
    """A fault of the work behind a door as the door's answer; its own params stay, `reason` is its code."""
    problem = Problem(status, "internal", detail)
    problem.params = {**fault.particulars, "reason": fault.code}
    return problem


def bad_request(field: str, problem: str, fix: str) -> Problem:
    """400 for a value that cannot be used."""
    return Problem(400, "bad_request", f"{field}: {problem} {fix}".strip(), field=field)


def not_found(what: str, key: str) -> Problem:
    """404 naming what was looked for."""
    return Problem(404, "not_found", f"No {what} '{key[:80]}'. Check the address.", what=what, key=key[:80])


def refuse_when_off(enabled: bool, flag: str) -> None:
    """Raises 400 naming the flag of a feature that is switched off."""
    if not enabled:
        raise Problem(400, "feature_disabled", f"{flag} is false. Set {flag}=true and restart.", flag=flag)
