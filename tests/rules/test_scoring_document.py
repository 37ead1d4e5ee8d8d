"""docs/scoring.md says what the rule table says, and every price is explained in it."""

from dataclasses import asdict
from pathlib import Path

from shared.rules.scoring import TABLE
from shared.rules.scoring_document import MEANINGS, scoring_document

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"


def test_the_document_is_what_the_table_generates() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == scoring_document(), (
        "run: python -m shared.rules.scoring_document > docs/scoring.md"
    )


def test_every_price_is_explained() -> None:
    assert list(MEANINGS) == list(asdict(TABLE.prices))


def test_every_worked_example_sums() -> None:
    for example in scoring_document().split("### ")[1:]:
        cells = [line.split("|")[3].strip(" *") for line in example.splitlines() if line.startswith("| `")]
        (score,) = [line.split("|")[3].strip(" *") for line in example.splitlines() if line.startswith("| **score**")]
        assert sum(map(int, cells)) == int(score)
