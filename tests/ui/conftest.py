"""The sandbox's front door and one Chromium → pages that fail their test on any script error or refused content."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from sandbox.browser import find
from tests.sandbox_process import SandboxProcess, wait_for

expect.set_options(timeout=15_000)
"""Milliseconds: the other core is at work on other tests."""

RECORDINGS = Path(__file__).parent / "recordings"
WIDE = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""The page needs no other site. Not by `page.route`: that would lead every request through the test."""
NOTE_VIOLATIONS = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Visit:
    """Opens pages. `noise`: parts of console messages that a test causes on purpose."""

    browser: Browser
    front: str
    noise: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def __call__(
        self,
        path: str = "/",
        *,
        role: str = "operator",
        viewport: dict[str, int] | None = None,
        answers: dict[str, Any] | None = None,
        storage: dict[str, Any] | None = None,
        ready: bool = True,
        **context: Any,
    ) -> Page:
        """A page of a new visitor. `answers`: glob of a path → answer instead of the sandbox's (see `answer_with`)."""
        made = self.browser.new_context(
            viewport=viewport or WIDE,
            locale=context.pop("locale", "en-GB"),
            timezone_id="Europe/Istanbul",
            reduced_motion=context.pop("reduced_motion", "reduce"),
            **context,
        )
        made.set_default_timeout(10_000)
        made.add_init_script(NOTE_VIOLATIONS)
        for name, value in (storage or {}).items():
            key, text = json.dumps(f"hunter:{name}"), json.dumps(json.dumps(value))
            made.add_init_script(f"localStorage.getItem({key}) ?? localStorage.setItem({key}, {text})")
        if role != "operator":
            made.request.post(f"{self.front}/.auth/login/aad", form={"role": role}, max_redirects=0)
        page = made.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        for glob, answer in (answers or {}).items():
            answer_with(page, glob, answer)
        page.goto(self.front + path)
        if ready:
            page.wait_for_selector("[data-ready]", state="attached")
        self.pages.append(page)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.noise):
            self.heard.append(message.text)

    def end(self) -> None:
        """Closes everything; nothing may have gone wrong in the pages."""
        violations = [one for page in self.pages if not page.is_closed() for one in page.evaluate("window.violations")]
        for page in self.pages:
            page.context.close()
        assert not violations
        assert not self.heard


@dataclass
class Held:
    """Requests that wait for their answer until the test lets them go."""

    routes: list[Route] = field(default_factory=list)
    released: bool = False

    def __call__(self, route: Route) -> None:
        if self.released:
            route.fallback()
        else:
            self.routes.append(route)

    def release(self) -> None:
        """Lets everything that waits, and what comes later, go on to the sandbox."""
        self.released = True
        while self.routes:
            self.routes.pop(0).fallback()


def answer_with(page: Page, glob: str, answer: Any) -> None:
    """Answers this path: JSON content, `(status, content)`, a callable of the route, or a recording's name."""

    def act(route: Route) -> None:
        if callable(answer):
            answer(route)
            return
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        content = recording(body) if isinstance(body, str) else body
        kind = "application/json" if status < 400 else "application/problem+json"
        route.fulfill(status=status, content_type=kind, body=json.dumps(content))

    page.route(lambda address: _fits(address, glob), act)


def recording(name: str) -> Any:
    """A recorded answer of the API."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def problem(code: str, **params: Any) -> dict[str, Any]:
    """A problem document as the doors answer it."""
    return {"code": code, "params": params, "detail": code, "correlation_id": "0af7651916cd43dd"}


def _fits(address: str, glob: str) -> bool:
    path = urlsplit(address).path
    return path.startswith(glob[:-1]) if glob.endswith("*") else path == glob


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder. Not for the session: its event loop would stand in the way of other tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find(), args=["--disable-dev-shm-usage", NOWHERE_ELSE])
        yield started
        started.close()


@dataclass(frozen=True)
class Api:
    """The same doors that the page uses, asked by the test."""

    front: str
    session: requests.Session

    def get(self, path: str, **query: Any) -> Any:
        """An answer as JSON."""
        answer = self.session.get(f"{self.front}/api/{path}", params=query, timeout=20)
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def api(sandbox: SandboxProcess) -> Api:
    """The sandbox's doors once the samples have gone the whole road."""
    session = requests.Session()
    front = sandbox.url("front")
    session.get(f"{front}/", timeout=20)
    session.post(f"{front}/api/referrals/sync", json={}, timeout=20).raise_for_status()
    asked = Api(front, session)

    def settled() -> bool:
        leads = asked.get("leads", limit=200)["items"]
        moving = [one for one in leads if one["score"] is None or one["dynamics_status"] in ("pending", "running")]
        return len(leads) > 40 and not moving

    wait_for(settled, seconds=90, every=0.5)
    return asked


@pytest.fixture
def visit(browser: Browser, api: Api) -> Iterator[Visit]:
    """Opens pages at the front door; at the end nothing may have been refused or thrown."""
    opened = Visit(browser, api.front)
    yield opened
    opened.end()


@pytest.fixture
def leads_of(api: Api) -> Callable[..., list[dict[str, Any]]]:
    """The leads that the list shows for a filter, in its order."""
    return lambda **query: api.get("leads", **{"limit": 50, **query})["items"]
