"""Partner Center's bad days as data: what is injected, what the run's record must say, what must be there after it.

Source: issue "Partner Center to the letter". `docs/weather.md` holds the last results; a test keeps its rows and these
together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

LIST = "/v1.0/engagements/referrals"
PAGE = 2
COUNT = 5
"""Referrals per bad day, in pages of two."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Weather:
    """One bad day. `change` is done to the day's five sound records; the rest says what must come of it."""

    name: str
    fault: Mapping[str, Any] | None = None
    oddities: Mapping[str, Any] = field(default_factory=dict)
    change: Callable[[list[Record]], list[Any]] | None = None
    mode: str = "full"
    state: str = "succeeded"
    reasons: frozenset[str] = frozenset()
    """Codes in the run's record, in any number."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    quarantined: int = 0
    kept: int = COUNT
    """Referrals there when the weather is over and one more sync has been made."""
    leads: int | None = None
    """Leads then; None stands for as many as referrals."""
    edits_while_paging: bool = False
    waits_an_hour: bool = False


def _nth(nth: int, **fault: Any) -> dict[str, Any]:
    return {"match": {"path": f"{LIST}*", "nth": nth}, **fault}


def _always(**fault: Any) -> dict[str, Any]:
    return {"match": {"path": f"{LIST}*"}, **fault}


def _date(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def _each(records: list[Record], **fields: Any) -> list[Any]:
    return [{**record, **fields} for record in records]


def _variants(values: tuple[Any, ...]) -> Callable[[list[Record]], list[Any]]:
    """Every field but the id, with each of these values, over the day's records in turn."""

    def change(records: list[Record]) -> list[Any]:
        names = [name for name in records[0] if name != "id"]
        cases = [(name, value) for name in names for value in values]
        return [
            {**records[number % COUNT], "id": f"{records[0]['id']}-{number}", name: value}
            for number, (name, value) in enumerate(cases)
        ]

    return change


FIELDS = 14
"""Fields of a record beside its id, each of which takes its turn."""
_WRONG: tuple[Any, ...] = (7, -1.5, True, "text", "", [], [None], ["a"], {}, {"a": 1})
_ENUMS = {name: "Zeppelin" for name in ("type", "status", "substatus", "qualification", "direction")}
_HTML = "<html><body>We are sorry</body></html>"

WEATHER = (
    Weather("a calm day"),
    Weather("401 in the middle of paging, one refresh helps", _nth(2, answer=401)),
    Weather("401 again after the refresh", _always(answer=401), state="failed", reasons=frozenset({"signin_needed"})),
    Weather(
        "401 in the middle of paging, for good", _nth(2, answer=401, times=50), state="failed",
        reasons=frozenset({"signin_needed"}),
    ),
    Weather("403", _nth(2, answer=403), state="failed", reasons=frozenset({"pc_forbidden"})),
    Weather("429 with seconds", _nth(2, answer=429, retry_after=2), reasons=frozenset({"pc_throttled"})),
    Weather("429 with a date", _nth(2, answer=429, retry_after="DATE"), reasons=frozenset({"pc_throttled"})),
    Weather("429 without a word", _nth(3, answer=429), reasons=frozenset({"pc_throttled"})),
    Weather(
        "429 with an hour", _nth(2, answer=429, retry_after=3600), state="running",
        reasons=frozenset({"pc_throttled"}), waits_an_hour=True,
    ),
    Weather("500", _nth(2, answer=500)),
    Weather("503 with seconds", _nth(2, answer=503, retry_after=2), reasons=frozenset({"pc_throttled"})),
    Weather("504 for long", _always(answer=504, times=4), reasons=frozenset({"pc_bad_answer"})),
    Weather("a reset connection", _nth(2, drop=True), reasons=frozenset({"pc_unavailable"})),
    Weather("truncated JSON", _nth(2, truncate=100), reasons=frozenset({"pc_unavailable"})),
    Weather("an HTML page with status 200", _nth(2, answer=200, body=_HTML)),
    Weather(
        "an HTML page with status 200, for long", _always(answer=200, body=_HTML, times=5),
        reasons=frozenset({"pc_bad_answer"}),
    ),
    Weather("a next link over http, to another path"),
    Weather(
        "a next link to another host", oddities={"link": "foreign"}, state="failed",
        reasons=frozenset({"pc_link_refused"}),
    ),
    Weather(
        "a next link to another host behind our name", oddities={"link": "userinfo"}, state="failed",
        reasons=frozenset({"pc_link_refused"}),
    ),
    Weather("a redirect", _nth(2, answer=302), state="failed", reasons=frozenset({"pc_link_refused"})),
    Weather("next links in a loop", oddities={"link": "loop"}, state="failed", reasons=frozenset({"pc_bad_answer"})),
    Weather("a stale next link", _nth(3, answer=410), reasons=frozenset({"link_stale"})),
    Weather(
        "a filter by date that is refused", oddities={"refuse_date_filters": True}, mode="filter",
        reasons=frozenset({"filter_refused"}),
    ),
    Weather("the same id on two pages", oddities={"repeat_last": True}, skipped={"duplicate": 2}),
    Weather("a record updated while we page", _nth(2, delay_ms=2_500), edits_while_paging=True),
    Weather("an empty page with a link", oddities={"empty_page": 2}),
    Weather("300 KB of notes", change=lambda day: _each(day, details={"notes": "Şirket ağ geçidi " * 18_000})),
    Weather("Partner Center's clock ten minutes behind", oddities={"clock_offset": -600}),
    Weather("Partner Center's clock ten minutes ahead", oddities={"clock_offset": 600}),
    Weather("dates of the far future", change=lambda day: _each(day, updatedDateTime="2099-01-01T00:00:00Z")),
    Weather("an unknown value in every enum", change=lambda day: _each(day, **_ENUMS)),
    Weather("null for every field", change=_variants((None,)), kept=FIELDS, leads=COUNT),
    Weather(
        "wrong types for every field", change=_variants(_WRONG), kept=FIELDS * len(_WRONG), leads=COUNT,
    ),
    Weather(
        "an id of 2,000 characters", change=lambda day: [*day, {**day[0], "id": "a" * 2_000}], state="partial",
        quarantined=1,
    ),
    Weather("our own referrals", change=lambda day: [*day, {**day[0], "id": "own", "direction": "Outgoing"}],
            skipped={"direction_outgoing": 1}),
    # The last one: what has no id cannot be taken away from Partner Center again.
    Weather(
        "no id, and what is no record at all",
        change=lambda day: [*day, {"name": "nameless"}, {"id": None}, "text", None, 7, []],
        state="partial", quarantined=6,
    ),
)  # fmt: skip


def a_day(number: int) -> list[Record]:
    """Five sound records of five companies, later than those of the day before."""
    return [_record(number, place) for place in range(1, COUNT + 1)]


def armed(weather: Weather) -> dict[str, Any] | None:
    """The fault as it is sent; a date is made at the last moment."""
    if weather.fault and weather.fault.get("retry_after") == "DATE":
        return {**weather.fault, "retry_after": _date(3)}
    return dict(weather.fault) if weather.fault else None


def _record(day: int, place: int) -> Record:
    at = datetime.now(UTC) - timedelta(minutes=14) + timedelta(seconds=day * 10 + place)
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{day:05}{place:02}Z"
    domain = f"day{day}-company{place}.example"
    return {
        "id": f"day{day}-{place}",
        "engagementId": f"engagement-{day}",
        "name": f"Deal {place} of day {day}",
        "createdDateTime": stamp,
        "updatedDateTime": stamp,
        "expirationDateTime": f"{at + timedelta(days=14):%Y-%m-%dT%H:%M:%SZ}",
        "status": "New",
        "substatus": "Pending",
        "type": "Shared",
        "qualification": "SalesQualified",
        "direction": "Incoming",
        "customerProfile": {"name": f"Company {place}", "team": [{"firstName": "Ada", "email": f"ada@{domain}"}]},
        "consent": {"consentToContact": True},
        "details": {"dealValue": 1000 * place, "currency": "EUR"},
        "inviteContext": {"invitedBy": {"organizationId": "msft"}},
    }
