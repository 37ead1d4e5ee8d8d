"""`docs/task-list.md`: every line of the customer's list is there and names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LIST = ROOT / "docs" / "task-list.md"
LINES = ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"]
LINES += ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"]


def test_every_line_of_the_customers_list_names_tests_that_exist() -> None:
    rows = dict(re.findall(r"^\| (\d\.\d) (.*) \|$", LIST.read_text(encoding="utf-8"), re.MULTILINE))
    assert list(rows) == LINES
    for line, row in rows.items():
        named = re.findall(r"\]\(\.\./([\w/]+\.py)#(test_\w+)\)", row)
        assert named, f"{line} names no test"
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{line}: {file} has no {test}"
