"""What the doors may be asked: a model per query string and per body. A parameter that is not here is refused."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

from shared.rules import values
from shared.rules.list_columns import LEAD_COLUMNS, REFERRAL_COLUMNS
from shared.rules.run_rates import MOST_DAYS

CLOSED_FILTERS = (
    "segment", "provider", "referral_type", "referral_status", "priority", "technical_heat", "dynamics_status", "stage",
)  # fmt: skip
"""The list's filters by closed values."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Limit = Annotated[int, Field(ge=1, le=200)]


def _moment(given: Any) -> Any:
    """Bare numbers are refused, which pydantic would take for seconds since 1970; no zone means UTC."""
    if given is None or isinstance(given, datetime):
        return given
    try:
        moment = datetime.fromisoformat(str(given).strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"'{str(given)[:40]}' is no time in ISO 8601. Write 2026-11-23T12:00:00Z") from None


Moment = Annotated[datetime, BeforeValidator(_moment)]


class _Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _any_of(text: str, allowed: Sequence[str]) -> str:
    chosen = [one.strip() for one in text.split(",") if one.strip()]
    if strange := [one for one in chosen if one not in allowed]:
        raise ValueError(f"'{strange[0][:40]}' is not known. Known: {', '.join(allowed)}")
    return ",".join(chosen)


class LeadFilter(_Question):
    """The list's filters; commas mean any of."""

    q: Text = ""
    segment: Text = ""
    provider: Text = ""
    referral_type: Text = ""
    referral_status: Text = ""
    priority: Text = ""
    technical_heat: Text = ""
    dynamics_status: Text = ""
    stage: Text = ""
    min_score: Annotated[int, Field(ge=0, le=100)] | None = None
    max_score: Annotated[int, Field(ge=0, le=100)] | None = None
    first_seen_after: Moment | None = None
    respond_by_before: Moment | None = None
    updated_after: Moment | None = None

    @field_validator(*CLOSED_FILTERS)
    @classmethod
    def _known_values(cls, text: str, info: Any) -> str:
        return _any_of(text, LEAD_COLUMNS.codes[info.field_name])


class LeadQuery(LeadFilter):
    """`GET /api/leads`."""

    sort: Text = ""
    limit: Limit = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = None


class ExportQuery(LeadFilter):
    """`GET /api/leads/export`: the list's filters and order, plus what the file looks like."""

    format: Literal["csv", "xlsx"]
    columns: Annotated[str, Field(max_length=2_000)] = ""
    lang: Literal["en", "tr"] = "en"
    separator: Literal[",", ";"] = ","
    sort: Text = ""
    view: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = "leads"


class ReferralQuery(_Question):
    """`GET /api/referrals`."""

    q: Text = ""
    domain: Text = ""
    status: Text = ""
    type: Text = ""
    has_domain: bool | None = None
    sort: Text = ""
    limit: Limit = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = None

    @field_validator("status", "type")
    @classmethod
    def _known_values(cls, text: str, info: Any) -> str:
        return _any_of(text, REFERRAL_COLUMNS.codes[info.field_name])


class TodayQuery(_Question):
    """`GET /api/today`."""

    since: Moment | None = None


class PageQuery(_Question):
    """Lists that are only paged."""

    limit: Limit = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = None


class RunQuery(PageQuery):
    """`GET /api/runs`."""

    kind: values.RunKind | None = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    """Also tells how each of so many days went."""


class RunItemsQuery(PageQuery):
    """`GET /api/runs/{id}`: the run, and a page of its items."""

    outcome: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")] | None = None


class FailureQuery(PageQuery):
    """`GET /api/failures`."""

    state: values.FailureState | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")] | None = None


class SyncBody(_Question):
    """`POST /api/referrals/sync`."""

    mode: Literal["filter", "scan", "full"] | None = None
    since: Moment | None = None

    @property
    def since_text(self) -> str | None:
        """`since` as ISO text, or None."""
        return self.since.astimezone(UTC).isoformat().replace("+00:00", "Z") if self.since else None


class DomainBody(_Question):
    """`POST /api/referrals/{id}/domain`."""

    domain: Annotated[str, Field(min_length=1, max_length=400)]


class NewLeadBody(DomainBody):
    """`POST /api/leads`."""

    company_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=160)] | None = None


class ReplayBody(_Question):
    """`POST /api/failures/replay`: every open fault, or those of one code."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")] | None = None


def _objects(given: Any) -> list[Any]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


class RolesBody(BaseModel):
    """`POST /api/roles`: what the platform sends after sign-in. Its shape is the platform's business.

    What is no claim is left out, and a body that cannot be read counts as empty (`shared.doors.requests`).
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    provider: Any = Field("aad", alias="identityProvider")
    claims: Annotated[list[dict[str, Any]], BeforeValidator(_objects)] = Field(default_factory=list)


class PushQuery(_Question):
    """`POST /api/dynamics/sync/{domain}`."""

    dry_run: bool = False


_Host = Annotated[str, Field(min_length=1, max_length=400)]
_Guid = Annotated[
    str, StringConstraints(to_lower=True, pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
]


class BulkBody(_Question):
    """`POST /api/dynamics/bulk-sync`: `domains` or `filter`, both with `except` and the number that the person saw."""

    domains: Annotated[list[_Host], Field(min_length=1, max_length=10_000)] | None = None
    filter: LeadFilter | None = None
    exceptions: Annotated[list[_Host], Field(max_length=10_000, alias="except")] = []
    expected: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "BulkBody":
        if (self.domains is None) == (self.filter is None):
            raise ValueError("give either domains or filter; {} as filter means every lead")
        return self


class DecisionBody(_Question):
    """`POST /api/dynamics/reviews/{id}`."""

    decision: Literal["link", "separate"]
    account_id: _Guid | None = None


class MergeBody(_Question):
    """`POST /api/dynamics/merge`: two accounts' ids."""

    target: _Guid
    subordinate: _Guid
    dry_run: bool = True
