"""NCRONTAB expressions and what comes next."""

from datetime import datetime

import pytest

from sandbox.host.schedule import ScheduleError, parse_schedule


@pytest.mark.parametrize(
    ("expression", "moment", "next_one"),
    [
        ("0 */10 * * * *", "2026-03-01T10:05:00Z", "2026-03-01T10:10:00Z"),
        ("0 */10 * * * *", "2026-03-01T10:10:00Z", "2026-03-01T10:20:00Z"),
        ("*/30 * * * * *", "2026-03-01T10:05:01.5Z", "2026-03-01T10:05:30Z"),
        ("*/5 * * * *", "2026-03-01T23:57:00Z", "2026-03-02T00:00:00Z"),
        ("0 30 3 * * *", "2026-12-31T04:00:00Z", "2027-01-01T03:30:00Z"),
        ("0 0 9-17/4 * * 1-5", "2026-03-06T17:00:00Z", "2026-03-09T09:00:00Z"),
        ("0 0 0 * * sun", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z"),
        ("0 0 0 1 jan,JULY *", "2026-03-02T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("0 0 0 29 2 *", "2026-03-02T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("5,10 0 0 * * *", "2026-03-02T00:00:05Z", "2026-03-02T00:00:10Z"),
        ("10/20 * * * * *", "2026-03-02T00:00:10Z", "2026-03-02T00:00:30Z"),
        ("0 0 0 * * *", "2026-03-02T01:30:00+03:00", "2026-03-02T00:00:00Z"),
    ],
)
def test_next_occurrence(expression: str, moment: str, next_one: str) -> None:
    assert parse_schedule(expression).after(datetime.fromisoformat(moment)) == datetime.fromisoformat(next_one)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * *",
        "* * * * * * *",
        "60 * * * * *",
        "* * * * * 7",
        "*/0 * * * *",
        "*/ * * * *",
        "x * * * *",
        "5-1 * * * *",
    ],
)
def test_expression_that_is_none_is_refused(expression: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(expression)


def test_schedule_that_never_comes_is_told() -> None:
    with pytest.raises(ScheduleError, match="never"):
        parse_schedule("0 0 0 31 2 *").after(datetime.fromisoformat("2026-03-02T00:00:00Z"))
