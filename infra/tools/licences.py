"""`python -m infra.tools.licences`: `requirements.lock` and what is installed in, `LICENSES.md` out.

Only what runs in Azure is listed; a licence that nobody looked at ends it with exit code 1.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "LICENSES.md"
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)
_LOOKED_AT = ("MIT", "BSD", "Apache", "ISC", "MPL", "Mozilla Public License 2.0", "PSF")
_HEAD = """# Licences of what runs in Azure

Made from `requirements.lock` by `python -m infra.tools.licences`; a test keeps it in step. MPL covers the files of
those packages, which are used unchanged.

| package | licence |
|---|---|
"""


def pinned(lock: str) -> dict[str, str]:
    """Name and version of each package in a lock."""
    return dict(_PINNED.findall(lock))


def licence_of(name: str) -> str | None:
    """What an installed package says of itself: the expression, else its classifier, else its free text."""
    try:
        told: Any = metadata(name)
    except PackageNotFoundError:
        return None
    classifiers = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License ::")
    ]
    free_text = (told.get("License") or "").strip().splitlines()
    found = [told.get("License-Expression"), *[one for one in classifiers if one != "OSI Approved"], *free_text[:1]]
    return next((one for one in found if one), "unknown")


def listing(lock: str) -> tuple[str, list[str]]:
    """The page, and the packages that want a look."""
    rows, strange = [], []
    for name in sorted(pinned(lock), key=str.casefold):
        licence = licence_of(name)
        if licence is None:
            continue  # for another system or Python
        rows.append(f"| {name} | {licence} |")
        if not any(known in licence for known in _LOOKED_AT):
            strange.append(f"{name}: {licence}")
    return _HEAD + "\n".join(rows) + "\n", strange


def main() -> int:
    """Writes the file."""
    text, strange = listing((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    FILE.write_text(text, encoding="utf-8")
    print(*strange, sep="\n", file=sys.stderr)
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main())
