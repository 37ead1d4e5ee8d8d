"""The table of bad days in `docs/weather.md` is that of `python -m tests.chaos --weather`, and all is well in it."""

from pathlib import Path

from tests.chaos.bad_weather import CLOCKS
from tests.chaos.weather import WEATHER

_DOCUMENT = Path(__file__).parent.parent / "docs" / "weather.md"


def test_every_bad_day_is_in_the_document_with_what_came_of_it() -> None:
    lines = _DOCUMENT.read_text(encoding="utf-8").partition("| bad day |")[2].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert [row[0] for row in rows] == [*(one.name for one in WEATHER), *(name for name, _ in CLOCKS)]
    assert {row[-1] for row in rows} == {"ok"}
    for row, weather in zip(rows, WEATHER, strict=False):
        leads = weather.kept if weather.leads is None else weather.leads
        assert row[2].startswith(f"**{weather.state}**") and row[3:5] == [str(weather.kept), str(leads)], row
        assert all(code in row[2] for code in weather.reasons), row
