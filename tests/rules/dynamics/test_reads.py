"""What is asked of Dynamics before a push."""

from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.reads import reads_for, selected
from tests.rules.dynamics.cases import wanted


def test_reads_are_filters_only_and_the_lead_comes_last() -> None:
    reads = reads_for(wanted(company={"company_name": "O'Neil & Söhne"}), Remembered())
    assert [read.record for read in reads][-1] == "lead"
    assert all(read.filter for read in reads)
    assert any("name eq 'O''Neil & Söhne'" in read.filter for read in reads)
    assert all("masterid" in " ".join(selected(record)) for record in ("account", "contact", "lead"))
