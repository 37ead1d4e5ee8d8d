"""The documents: where they lead and what they name as proof exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
ASKED_FOR = ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"]
ASKED_FOR += ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"]
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
_FUNCTION = re.compile(r"\[`(\w+)`\]\(([\w/]+\.py)\)")
_PROOF = re.compile(r"\]\(\.\./(tests/[\w/]+\.py)#(\w+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    linked = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in linked if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    named = _PROOF.findall(document.read_text(encoding="utf-8"))
    missing = [test for file, test in named if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")]
    assert missing == []


def test_the_readers_way_leads_through_functions_that_exist() -> None:
    way = _FUNCTION.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    files = {file: (ROOT / file).read_text(encoding="utf-8") for _, file in way}
    assert way and [name for name, file in way if not re.search(rf"^(def|class) {name}\b", files[file], re.M)] == []


def test_every_attack_names_its_tests() -> None:
    table = (DOCS / "attacks.md").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| attack")]
    assert rows and [row[:40] for row in rows if not _PROOF.search(row)] == []


def test_every_line_of_the_customers_list_names_its_tests() -> None:
    rows = dict(re.findall(r"^\| (\d\.\d) (.*) \|$", (DOCS / "task-list.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert list(rows) == ASKED_FOR
    assert [line for line, row in rows.items() if not _PROOF.search(row)] == []
