"""The documents: what they name as proof exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
_PROOF = re.compile(r"\]\(\.\./(tests/[\w/]+\.py)#(\w+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    named = _PROOF.findall(document.read_text(encoding="utf-8"))
    missing = [test for file, test in named if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert missing == []


def test_every_attack_names_its_tests() -> None:
    table = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| attack")]
    assert rows and [row[:40] for row in rows if not _PROOF.search(row)] == []
