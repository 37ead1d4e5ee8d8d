"""The repository's files in, one immutable set of texts out: what the checks read, so that a test can change one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.tools.bicep import Template, read_template

ROOT = Path(__file__).resolve().parents[2]
_PATTERNS = (
    "infra/*.bicep", "infra/modules/*.bicep", "infra/env/*.bicepparam", "infra/bicepconfig.json", "infra/workbook.json",
    "host.json", "static-ui/staticwebapp.config.json", "functions/*.py", "shared/**/*.py", "docs/operations.md",
    ".github/workflows/*.yml", "local.settings.example.json",
)  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """Texts by path relative to the repository."""

    texts: Mapping[str, str]

    def templates(self) -> list[Template]:
        """Every Bicep and parameter file."""
        return [
            read_template(path, text)
            for path, text in sorted(self.texts.items())
            if ".bicep" in path and "json" not in path
        ]

    def with_text(self, path: str, text: str) -> "Sources":
        """The same with one file changed."""
        return Sources({**self.texts, path: text})

    def under(self, folder: str) -> dict[str, str]:
        """The files of a folder."""
        return {path: text for path, text in self.texts.items() if path.startswith(f"{folder}/")}


def read_sources(root: Path = ROOT) -> Sources:
    """What is on the disk."""
    files = sorted({file for pattern in _PATTERNS for file in root.glob(pattern)})
    return Sources({file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files})
