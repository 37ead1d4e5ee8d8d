"""What a deployment carries: our own package as it is sent, and what its lock unpacks beside it."""

import tempfile
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from infra.tools.licences import pinned
from infra.tools.package import ROOT, package
from tests.bench import Row

_MOST_KIB = 1000
_MOST_MB = 120
"""Flex Consumption copies all of it to each new instance: a cold start waits for that."""


def rows() -> list[Row]:
    """Two rows, within a second."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "app.zip"
        names = package(ROOT, out, commit="0" * 40)
        kib = out.stat().st_size / 1024
    sizes = {name: size for name in pinned((ROOT / "requirements.lock").read_text()) if (size := _installed(name))}
    largest = ", ".join(f"{name} {sizes[name]:.0f}" for name in sorted(sizes, key=lambda one: -sizes[one])[:3])
    total = sum(sizes.values())
    return [
        Row("package, zipped", f"{kib:.0f} KiB", f"at most {_MOST_KIB} KiB", kib <= _MOST_KIB, f"{len(names)} files"),
        Row(
            "what its lock unpacks", f"{total:.0f} MB", f"at most {_MOST_MB} MB", total <= _MOST_MB,
            f"{len(sizes)} packages; the largest in MB: {largest}",
        ),
    ]  # fmt: skip


def _installed(name: str) -> float:
    """MB on this machine; 0 for a package of another system or Python."""
    try:
        listed = files(name) or []
    except PackageNotFoundError:
        return 0.0
    return sum(Path(str(one.locate())).stat().st_size for one in listed if Path(str(one.locate())).is_file()) / 1e6
