"""What the browser is given: modules, headers, words. Mostly without a browser."""

import json
import re
from pathlib import Path
from typing import get_args

import requests

from shared.causes import CAUSES
from shared.codes import FAILURES, PROBLEMS
from shared.rules.change_watch import MOVES
from shared.rules.dynamics.marks import MARKS, STAND_INS
from shared.rules.dynamics.standing import NOTES
from shared.rules.events import EVENTS
from shared.rules.explanation import GAPS, HEADLINES, LINES
from shared.rules.refusal import REASONS
from shared.rules.score_change import SUBJECTS
from shared.rules.taking_in import TOLD
from shared.rules.values import RunKind
from tests.sandbox_process import SandboxProcess
from tests.ui.conftest import Visit

PAGE = Path(__file__).parent.parent.parent / "static-ui"
SCRIPTS = sorted(PAGE.rglob("*.js"))
WORDS = re.compile(r'^\s*"([^"]+)": "((?:[^"\\]|\\.)*)",$', re.MULTILINE)


OUTCOMES = ("new", "changed", "unchanged", "skipped", "review", "blocked", "failed")
"""What a push comes to (functions/push.py), or its fault."""


def texts(language: str) -> dict[str, str]:
    """The words of one language, by key."""
    return dict(WORDS.findall((PAGE / "texts" / f"{language}.js").read_text(encoding="utf-8")))


def test_every_language_has_the_same_keys_and_the_same_gaps_to_fill() -> None:
    english, turkish = texts("en"), texts("tr")
    assert len(english) > 500
    assert english.keys() == turkish.keys()
    for key in english:
        assert set(re.findall(r"\{\w+\}", english[key])) == set(re.findall(r"\{\w+\}", turkish[key])), key


def test_every_code_of_the_registries_has_words() -> None:
    keys = {f"failure.{code}" for code in FAILURES} | {f"failure_action.{code}" for code in FAILURES}
    keys |= {f"problem.{code}" for code in PROBLEMS} | {f"event.{code}" for code in EVENTS}
    keys |= (
        {f"rule.{code}" for code in LINES}
        | {f"gap.{code}" for code in GAPS}
        | {f"no_domain.{code}" for code in REASONS}
    )
    keys |= {f"sentence.headline_{code.lower()}" for code in HEADLINES} | {f"refused_domain.{code}" for code in REASONS}
    keys |= {f"dynamics_note.{why}" for why in NOTES} | {f"subject.{subject}" for subject in SUBJECTS}
    keys |= {f"cause.{why}" for why in CAUSES} | {f"mark.{code}" for code in MARKS}
    keys |= {f"stand_in.{name}" for name in STAND_INS} | {f"outcome.{name}" for name in OUTCOMES}
    keys |= {f"run_kind.{kind}" for kind in get_args(RunKind)}
    keys |= {f"field.{name}" for name in TOLD} | {f"change.{move}" for move, _ in MOVES.values()}
    assert keys <= texts("en").keys()
    assert not CAUSES.keys() & NOTES.keys()


def test_the_words_of_a_cause_are_those_of_the_registry() -> None:
    english = texts("en")
    for why, known in CAUSES.items():
        words = "; ".join(part for part in known if part)
        said = json.loads(f'"{english[f"cause.{why}"]}"')
        assert said in (f"{{field}}: {words}.", f"{words[0].upper()}{words[1:]}.")


def test_the_words_of_a_failure_are_those_of_the_registry() -> None:
    english = texts("en")
    for code, known in FAILURES.items():
        assert json.loads(f'"{english[f"failure.{code}"]}"') == known.cause
        assert json.loads(f'"{english[f"failure_action.{code}"]}"') == known.action


def test_every_key_that_the_page_uses_exists() -> None:
    keys = texts("en").keys()
    used = {key for script in SCRIPTS for key in re.findall(r'\bt\("([^"$]+)"', script.read_text(encoding="utf-8"))}
    used |= set(
        re.findall(r'data-(?:text|label|placeholder)="([^"]+)"', (PAGE / "index.html").read_text(encoding="utf-8"))
    )
    missing = {key for key in used if key not in keys and f"{key}.one" not in keys}
    assert not missing


def test_no_visible_word_stands_outside_the_texts() -> None:
    literal = re.compile(
        r'(?:textContent = |aria-label": |title": |placeholder: )"([A-Za-z][^"]*)"|, "([A-Z][a-z]+(?: [^"]*)?)"\)'
    )
    for script in SCRIPTS:
        if script.parent.name != "texts" or script.name == "events.js":
            found = [
                match for match in literal.findall(script.read_text(encoding="utf-8")) if "contoso" not in str(match)
            ]
            assert not found, f"{script}: {found}"
    body = re.sub(
        r"<noscript>.*?</noscript>|<title>.*?</title>|<[^>]+>", " ", (PAGE / "index.html").read_text(encoding="utf-8")
    )
    assert body.split() in ([], ["Hunter"])


def test_the_page_names_each_module_once_and_has_no_inline_script_or_style() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'rel="modulepreload" href="([^"]+)"', html)
    reached: set[Path] = set()
    waiting = [PAGE / "app.js"]
    while waiting:
        script = waiting.pop()
        for target in re.findall(r'from "(\.[^"]+)"', script.read_text(encoding="utf-8")):
            found = (script.parent / target).resolve()
            if "@import" not in target and found not in reached and found.name != "types.js":
                reached.add(found)
                waiting.append(found)
    assert sorted(named) == sorted(str(one.relative_to(PAGE)) for one in reached)
    assert len(named) == len(set(named))
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", html)


def test_nothing_is_taken_from_elsewhere_and_nothing_is_made_from_markup() -> None:
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        assert not re.findall(r'from "(?!\.)', text), script
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser", text
        ), script
        assert "serviceWorker" not in text


def test_the_front_door_sends_a_strict_policy_and_an_etag(sandbox: SandboxProcess) -> None:
    answer = requests.get(f"{sandbox.url('front')}/", timeout=10)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
    assert answer.headers["Cache-Control"] == "no-cache"
    again = requests.get(
        f"{sandbox.url('front')}/app.js",
        headers={"If-None-Match": requests.get(f"{sandbox.url('front')}/app.js", timeout=10).headers["ETag"]},
        timeout=10,
    )
    assert again.status_code == 304


def test_a_broken_trusted_type_would_be_noticed(visit: Visit) -> None:
    """The other tests fail on violations; this one proves that they are seen at all."""
    page = visit("/")
    visit.noise += ["TrustedHTML", "Trusted", "requires"]
    refused = page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }"
    )
    assert refused
    page.evaluate("window.violations = []")
