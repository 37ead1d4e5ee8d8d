"""`python -m infra.tools.package --commit SHA --out app.zip`: the repository in, what Azure builds and runs out.

Leaves out what `.funcignore` names. The lock, with its hashes, goes in as `requirements.txt`, so that the remote build
installs exactly what was tested; `commit.txt` is what `/api/health` shows. The same tree gives the same bytes.
"""

import argparse
import fnmatch
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TIME = (2020, 1, 1, 0, 0, 0)


def package(root: Path, out: Path, *, commit: str) -> list[str]:
    """Writes the zip; returns the names in it."""
    contents = {file.relative_to(root).as_posix(): file.read_bytes() for file in packaged_files(root)}
    contents["requirements.txt"] = (root / "requirements.lock").read_bytes()
    contents.pop("requirements.lock", None)
    contents["commit.txt"] = commit.encode()
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    return sorted(contents)


def packaged_files(root: Path) -> Iterator[Path]:
    """Every file that no pattern of `.funcignore` leaves out."""
    lines = (root / ".funcignore").read_text(encoding="utf-8").splitlines()
    patterns = [line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#")]
    yield from _kept(root, [*patterns, ".funcignore"])


def _kept(folder: Path, patterns: list[str]) -> Iterator[Path]:
    """As in .gitignore, a pattern without a slash fits a file or folder of that name anywhere."""
    for entry in sorted(folder.iterdir()):
        if any(fnmatch.fnmatch(entry.name, pattern) for pattern in patterns):
            continue
        if entry.is_dir():
            yield from _kept(entry, patterns)
        elif entry.is_file():
            yield entry


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.tools.package", description=__doc__)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    names = package(ROOT, given.out, commit=given.commit)
    print(f"{given.out}: {len(names)} files, {given.out.stat().st_size / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
