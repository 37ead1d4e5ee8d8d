"""How sign-ins go at present: who signs in, with which roles, for how long, and what is refused.

Tests and people change it at `POST /_sandbox/sign-in-state`; the fields of `SignInState` are the fields of its body.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["ok", "invalid_grant", "interaction_required", "mfa_required"]


class SignInState(BaseModel):
    """`outcome` is what a grant of a user meets; apps that sign in for themselves meet it only with `apps` true."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    outcome: Outcome = "ok"
    error_code: int | None = Field(None, description="AADSTS number; by outcome when left out")
    apps: bool = False
    username: str = "referrals-admin@hunter-partner.example"
    user_id: str = "5d0c1f6e-0a55-4c1c-9d6a-8a3f0f2f6b01"
    roles: tuple[str, ...] = ("Referrals Admin",)
    mfa: bool = True
    token_life: float = Field(3600, gt=0, description="seconds that an access token lives")
    refresh_life: float = Field(90 * 86_400, gt=0, description="seconds that a refresh token lives")
    auto_approve: bool = True


class Refusal(BaseModel):
    """An answer of the token endpoint that is no token, in Entra's shape."""

    error: str
    code: int
    text: str
    status: int = 400
    suberror: str | None = None
    claims: str | None = None

    def to_json(self, *, trace_id: str, correlation_id: str, timestamp: str) -> dict[str, Any]:
        """The body as Entra writes it."""
        body: dict[str, Any] = {
            "error": self.error,
            "error_description": f"AADSTS{self.code}: {self.text} Trace ID: {trace_id} "
            f"Correlation ID: {correlation_id} Timestamp: {timestamp}",
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
        }
        return body | self.model_dump(include={"suberror", "claims"}, exclude_none=True)


_REFUSALS = {
    "invalid_grant": Refusal(
        error="invalid_grant",
        code=700082,
        text="The refresh token has expired due to inactivity. User {user}.",
        suberror="token_expired",
    ),
    "interaction_required": Refusal(
        error="interaction_required",
        code=50158,
        text="External security challenge was not satisfied for user {user}.",
        claims='{"access_token":{"capolids":{"essential":true,"values":["00000000-0000-0000-0000-000000000001"]}}}',
    ),
    "mfa_required": Refusal(
        error="invalid_grant",
        code=50076,
        text="User {user} must use multi-factor authentication to access the resource.",
        suberror="basic_action",
    ),
}


def refusal_of(state: SignInState) -> Refusal | None:
    """What a grant of the user is refused with at present, if it is. The text names the user, as Entra's do."""
    refusal = _REFUSALS.get(state.outcome)
    if refusal is None:
        return None
    changes: dict[str, Any] = {"text": refusal.text.format(user=state.username)}
    if state.error_code is not None:
        changes["code"] = state.error_code
    return refusal.model_copy(update=changes)
