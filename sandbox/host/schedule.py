"""An NCRONTAB expression and a moment → the next moment that it names, in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
HORIZON_DAYS = 366 * 9  # 29 February comes at least every eight years


class ScheduleError(Exception):
    """Not an NCRONTAB expression, or one that never comes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`{second} {minute} {hour} {day} {month} {day-of-week}`; with five fields the second is 0."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def after(self, moment: datetime) -> datetime:
        """The first occurrence strictly later than `moment`."""
        start = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        for offset in range(HORIZON_DAYS):
            day = (start + timedelta(days=offset)).replace(hour=0, minute=0, second=0)
            if day.month in self.months and day.day in self.days and day.isoweekday() % 7 in self.weekdays:
                found = self._within(day, not_before=start)
                if found is not None:
                    return found
        raise ScheduleError("the schedule never comes")

    def _within(self, day: datetime, *, not_before: datetime) -> datetime | None:
        for hour in self.hours:
            for minute in self.minutes:
                if day.replace(hour=hour, minute=minute, second=59) < not_before:
                    continue
                for second in self.seconds:
                    moment = day.replace(hour=hour, minute=minute, second=second)
                    if moment >= not_before:
                        return moment
        return None


def parse_schedule(text: str) -> Schedule:
    """Read the expression; raises ScheduleError with the part that is wrong."""
    parts = text.split()
    if len(parts) == 5:
        parts = ["0", *parts]
    if len(parts) != 6:
        raise ScheduleError(f"The schedule expression '{text}' was not recognized as a valid cron expression.")
    return Schedule(
        seconds=tuple(sorted(_field(parts[0], 0, 59))),
        minutes=tuple(sorted(_field(parts[1], 0, 59))),
        hours=tuple(sorted(_field(parts[2], 0, 23))),
        days=_field(parts[3], 1, 31),
        months=_field(parts[4], 1, 12, MONTHS),
        weekdays=_field(parts[5], 0, 6, DAYS),
    )


def _field(text: str, lowest: int, highest: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isascii() and step.isdigit() and int(step)):
            raise ScheduleError(f"'{part}' in a schedule has no step that is a number above 0.")
        if span == "*":
            first, last = lowest, highest
        else:
            start, dash, end = span.partition("-")
            first = _number(start, lowest, names)
            last = _number(end, lowest, names) if dash else (highest if step else first)
        if not lowest <= first <= last <= highest:
            raise ScheduleError(f"'{part}' in a schedule is outside of {lowest}-{highest}.")
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, lowest: int, names: tuple[str, ...]) -> int:
    if text.lower()[:3] in names and len(text) >= 3:
        return names.index(text.lower()[:3]) + lowest
    if not (text.isascii() and text.isdigit()):
        raise ScheduleError(f"'{text}' in a schedule is no number.")
    return int(text)
