"""Promises of Partner Center's times: seven digits, never compared as text."""

from datetime import UTC, datetime

import pytest

from shared.rules.ticks import moment_of, ticks, ticks_of, ticks_text

BASE = 639057033420000000


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2026-02-03T08:15:42Z", BASE),
        ("2026-02-03T08:15:42.1Z", BASE + 1_000_000),
        ("2026-02-03T08:15:42.1234567Z", BASE + 1_234_567),
        ("2026-02-03T08:15:42.12345678Z", BASE + 1_234_567),
        ("2026-02-03T08:15:42", BASE),
        ("2026-02-03 08:15:42z", BASE),
        ("2026-02-03T11:15:42.0000001+03:00", BASE + 1),
        ("2026-02-03T08:15Z", BASE - 420_000_000),
        ("2026-02-03", BASE - 297_420_000_000),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+03:00", None),
        ("2026-02-30T00:00:00Z", None),
        ("2026-02-03T25:00:00Z", None),
        ("soon", None),
        ("", None),
        (None, None),
        (1234, None),
        ("٢٠٢٦-02-03", None),
    ],
)
def test_dates_become_ticks_or_none(text, count):
    assert ticks(text) == count


def test_later_is_later_although_the_text_sorts_before():
    earlier, later = "2026-02-05T07:00:00.040469Z", "2026-02-05T07:00:00.0404691Z"
    assert earlier > later and ticks(earlier) < ticks(later)


@pytest.mark.parametrize("text", ["2026-02-03T08:15:42.1234567Z", "9999-12-31T23:59:59.9999999Z"])
def test_texts_and_ticks_go_there_and_back(text):
    assert ticks_text(ticks(text)) == text


def test_ticks_and_datetimes_go_there_and_back():
    moment = datetime(2026, 2, 3, 8, 15, 42, 123456, tzinfo=UTC)
    assert moment_of(ticks_of(moment)) == moment
    assert moment_of(None) is None and moment_of(10**30) is None
