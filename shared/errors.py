"""The two ways in which work can fail, sorted by what the caller must do: try later, or ask a person.

    HunterError
    ├── TransientError     the same message may work later; the door sends a copy scheduled for later
    │   └── GateClosed     an outside identity is throttled; waiting costs no attempt
    └── PermanentError     repeating changes nothing; the failure inbox keeps it for a person

Every error carries a code of `shared.codes.FAILURES`, and mostly `why`, a code of `shared.causes.CAUSES`. Params and
cause are shown to people: no secret, no personal data.
"""

from typing import Any

from shared.causes import explain


class HunterError(Exception):
    """A failure with a stable code, parameters for its text, and the cause in plain words.

    A param `why` names the cause: its sentence is the cause unless one is given, and what would mend it is added as the
    params `problem` and `fix`. A param `said` quotes the other system; it is English and may be of any length.
    """

    def __init__(self, code: str, cause: str = "", **params: Any) -> None:
        if why := params.get("why"):
            told = explain(why, params)
            cause = cause or f"{told['text']} {params.get('said') or ''}".strip()
            params = {**({"problem": told["problem"], "fix": told["fix"]} if "fix" in told else {}), **params}
        super().__init__(f"{code}: {cause}" if cause else code)
        self.code = code
        self.cause = cause
        self.params: dict[str, Any] = params

    @property
    def particulars(self) -> dict[str, Any]:
        """The params that people see; `sent` is between a client and its caller."""
        return {name: value for name, value in self.params.items() if name != "sent"}


class TransientError(HunterError):
    """May work later. `retry_after`: seconds the other side asked for, if it did."""

    def __init__(self, code: str, cause: str = "", *, retry_after: float | None = None, **params: Any) -> None:
        super().__init__(code, cause, **params)
        self.retry_after = retry_after


class GateClosed(TransientError):
    """The other side throttles this identity. `retry_after` seconds are left; no attempt is spent by waiting."""


class PermanentError(HunterError):
    """Will not work by repeating; a person decides in the failure inbox."""
