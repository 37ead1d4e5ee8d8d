"""The runbook's steps say how long they take, what to expect and how failure looks; what it names is there."""

import re
from pathlib import Path

import pytest

from infra.tools.check_alerts import anchor
from infra.tools.sources import read_sources

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
STEPS = dict(re.findall(r"^### (\d+\. .+?)\n(.*?)(?=^##)", RUNBOOK, re.MULTILINE | re.DOTALL))
_NEEDS_NO_REGISTRATION = {"Authorization"}


def test_there_are_ten_steps_in_order() -> None:
    assert [int(heading.partition(".")[0]) for heading in STEPS] == list(range(1, 11))


@pytest.mark.parametrize("heading", STEPS)
def test_a_step_says_how_long_what_to_expect_and_how_failure_looks(heading: str) -> None:
    assert re.search(r" · \d+ min$", heading)
    assert "Expected" in STEPS[heading]
    assert re.search(r"[Ff]ailure|FAILED|means|Missing settings", STEPS[heading])


def test_every_provider_that_the_templates_need_is_registered_first() -> None:
    needed = {
        resource.target.partition("/")[0].removeprefix("Microsoft.")
        for template in read_sources().templates()
        for resource in template.of("resource")
    } - _NEEDS_NO_REGISTRATION
    registered = re.search(r"for PROVIDER in ([\w ]+);", RUNBOOK)
    assert registered and needed <= set(registered.group(1).split())


def test_every_link_within_the_runbook_leads_somewhere() -> None:
    sections = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", RUNBOOK, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= sections


def test_every_file_and_module_that_the_runbook_names_is_there() -> None:
    paths = re.findall(r"(?:infra|docs|tests|\.github|static-ui)/[\w./-]+\.(?:bicep|py|sh|yml|txt|json|md)", RUNBOOK)
    modules = re.findall(r"python -m ([\w.]+)", RUNBOOK)
    assert len(paths) > 5 and len(modules) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []
    places = [ROOT / name.replace(".", "/") for name in modules]
    assert [place for place in places if not (place.with_suffix(".py").exists() or place.is_dir())] == []
