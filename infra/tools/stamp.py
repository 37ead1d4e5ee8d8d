"""`python -m infra.tools.stamp --tenant GUID --commit SHA`: `static-ui/` in, `dist/` out, ready to be deployed.

The tenant of the sign-in cannot come from a setting, so it is written into the copy of `staticwebapp.config.json`. What
is left of a mark, or a file that a browser has no use for, ends it with exit code 1 and no `dist/`.
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "__TENANT_ID__"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_SERVED = frozenset({".css", ".html", ".ico", ".js", ".json", ".png", ".svg", ".txt", ".woff2"})
_FOR_DEVELOPERS = frozenset({"tsconfig.json", "types.js"})
_CONFIG = "staticwebapp.config.json"


class StampError(Exception):
    """The page cannot be deployed like this, in words."""


def stamp(source: Path, target: Path, *, tenant: str, commit: str) -> int:
    """Copies and stamps; returns the number of files. Raises `StampError`, and leaves no target behind."""
    if not _GUID.fullmatch(tenant.lower()):
        raise StampError(f"'{tenant}' is no tenant id; it looks like 11111111-2222-3333-4444-555555555555.")
    if not _COMMIT.fullmatch(commit):
        raise StampError(f"'{commit}' is no commit; it has 7 to 40 hexadecimal digits.")
    shutil.rmtree(target, ignore_errors=True)
    try:
        return _copy(source, target, tenant=tenant.lower(), commit=commit)
    except StampError:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _copy(source: Path, target: Path, *, tenant: str, commit: str) -> int:
    files = [file for file in sorted(source.rglob("*")) if file.is_file() and file.name not in _FOR_DEVELOPERS]
    for file in files:
        if file.suffix not in _SERVED:
            raise StampError(f"{file.relative_to(source)} does not belong to the page: remove it.")
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.name == _CONFIG:
            copy.write_text(_stamped(file.read_text(encoding="utf-8"), tenant), encoding="utf-8")
        else:
            copy.write_bytes(file.read_bytes())
    (target / "release.json").write_text(json.dumps({"commit": commit}), encoding="utf-8")
    for file in sorted(target.rglob("*")):
        if file.is_file() and MARK.encode() in file.read_bytes():
            raise StampError(f"{file.relative_to(target)} still holds {MARK}.")
    return len(files) + 1


def _stamped(text: str, tenant: str) -> str:
    if text.count(MARK) != 1:
        raise StampError(f"{_CONFIG} holds {MARK} {text.count(MARK)} times instead of once.")
    return text.replace(MARK, tenant)


def main() -> int:
    """Reads the command line. 0: stamped, 1: refused."""
    parser = argparse.ArgumentParser(prog="python -m infra.tools.stamp", description=__doc__)
    parser.add_argument("--tenant", required=True, help="id of the Entra tenant whose people sign in")
    parser.add_argument("--commit", required=True, help="what is deployed; release.json and the smoke test show it")
    parser.add_argument("--source", type=Path, default=ROOT / "static-ui")
    parser.add_argument("--target", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    try:
        count = stamp(given.source, given.target, tenant=given.tenant, commit=given.commit)
    except StampError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} files in {given.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
