"""The licences of what runs in Azure are listed, and somebody looked at each kind."""

import pytest

from infra.tools import licences
from infra.tools.licences import FILE, ROOT, listing, pinned

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_listing_names_every_installed_package_of_the_lock() -> None:
    text, _ = listing(LOCK)
    written = FILE.read_text(encoding="utf-8")
    assert set(text.splitlines()) <= set(written.splitlines()), "run python -m infra.tools.licences"
    listed = {line.split(" | ")[0].removeprefix("| ") for line in written.splitlines() if line.startswith("| ")}
    assert listed - {"package"} <= set(pinned(LOCK))


def test_every_licence_is_one_that_somebody_looked_at() -> None:
    assert listing(LOCK)[1] == []


def test_a_licence_that_nobody_looked_at_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "licence_of", lambda name: "AGPL-3.0-only")
    assert listing("strange==1.0 \\\n")[1] == ["strange: AGPL-3.0-only"]
