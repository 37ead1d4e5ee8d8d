"""The page over 10,000 leads in a real browser: how soon the first rows stand, how long a keystroke blocks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from playwright.sync_api import Browser, Page, sync_playwright

from sandbox.browser import find
from tests.bench import Row
from tests.bench.leads import lead_rows
from tests.sandbox_process import running_sandbox, wait_for
from tests.table_double.process import running_table_double

LEADS = 10_000
_TIMES = 5
"""The best of so many counts: others use the machine too."""
_PAGE_SIZES = (50, 200)
"""Rows on a page: the usual number, and the most."""
_FIRST_ROWS = """
  new MutationObserver((_, observer) => {
    if (!document.querySelector("tr[data-key]")) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => (window.firstRows = performance.now())));
  }).observe(document, { childList: true, subtree: true });
"""
_TASKS = ["disabled-by-default-devtools.timeline"]
"""Chromium's own account of each task of the page, with the processor time that it took."""


def rows() -> Iterator[Row]:
    """Loading and typing, with the usual and with the longest page."""
    with _front() as front, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--disable-dev-shm-usage"])
        first = min(_load(browser, front) for _ in range(_TIMES))
        yield Row(f"first rows of {LEADS:,} leads after load", f"{first:.0f} ms", "at most 1,000 ms", first <= 1_000)
        for size in _PAGE_SIZES:
            longest = min(_type(browser, front, size) for _ in range(_TIMES))
            name = f"longest work of a keystroke in the search, {size} rows"
            yield Row(name, f"{longest:.0f} ms", "at most 50 ms", longest <= 50)
        browser.close()


@contextmanager
def _front() -> Iterator[str]:
    """The page over so many leads; nothing else is at work."""
    with running_table_double() as double:
        off = [f"{name}={value}" for name, value in _SETTINGS.items()]
        storage = f"Storage={double.connection_string()}"
        options = [part for setting in (storage, *off) for part in ("--set", setting)]
        with running_sandbox(*options) as sandbox:
            front = sandbox.url("front")
            wait_for(lambda: requests.get(f"{front}/api/leads?limit=1", timeout=30).ok, seconds=60)
            double.fill("leads", lead_rows(LEADS))
            sandbox.kill_host()
            wait_for(lambda: _total(front) == LEADS, seconds=60, every=0.5)
            yield front


_SETTINGS = {"PARTNER_CENTER_ENABLED": "false", "DYNAMICS_ENABLED": "false"}


def _total(front: str) -> int:
    answer = requests.get(f"{front}/api/leads?limit=1", timeout=30)
    return int(answer.json()["total"]) if answer.ok else 0


def _open(browser: Browser, front: str, size: int, script: str) -> Page:
    """The list to somebody who was never here."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(f"localStorage.setItem('hunter:page-size', '{size}'); {script}")
    page.goto(f"{front}/?view=leads")
    page.wait_for_selector("tr[data-key]")
    return page


def _load(browser: Browser, front: str) -> float:
    """Milliseconds from the navigation to the frame that shows rows."""
    page = _open(browser, front, _PAGE_SIZES[0], _FIRST_ROWS)
    found = float(wait_for(lambda: page.evaluate("window.firstRows ?? 0")))
    page.context.close()
    return found


def _type(browser: Browser, front: str, size: int) -> float:
    """The longest task, in milliseconds of its own work, from the first key to the rows that fit."""
    page = _open(browser, front, size, "")
    page.wait_for_load_state("networkidle")
    page.focus("#search")
    browser.start_tracing(page=page, categories=_TASKS)
    page.keyboard.type("ege", delay=150)
    page.wait_for_url("**q=ege*")
    page.wait_for_selector("#list-region:not([aria-busy]) tr[data-key]")
    page.wait_for_load_state("networkidle")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    page.context.close()
    main = {one["tid"] for one in events if one.get("args", {}).get("name") == "CrRendererMain"}
    return (
        max(one["tdur"] for one in events if one["name"] == "RunTask" and one["tid"] in main and "tdur" in one) / 1000
    )
