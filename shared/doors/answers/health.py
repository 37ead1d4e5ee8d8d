"""What `functions/health.py` answers: how Hunter is."""

from typing import Any, Literal

from shared.doors.answers.parts import Answer


class Health(Answer):
    """Alive."""

    status: Literal["ok"]
    version: str
    commit: str


class Readiness(Answer):
    """Each dependency."""

    status: Literal["ok", "degraded"]
    parts: list[dict[str, Any]]
    as_of: str


class Preflight(Answer):
    """The connection checklist."""

    checks: list[dict[str, Any]]
    as_of: str


class Roles(Answer):
    """The roles of a signed-in user."""

    roles: list[Literal["reader", "operator", "admin"]]


class DriftList(Answer):
    """Unknown values and fields."""

    items: list[dict[str, Any]]
    as_of: str
