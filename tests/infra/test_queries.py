"""Every query of alerts and workbook is sound KQL over the columns that Application Insights has.

Judged by Microsoft's own Kusto language service, which the portal's editor uses.
"""

import json
import subprocess
from pathlib import Path

import pytest

from infra.tools.check_queries import queries
from infra.tools.sources import Sources, read_sources

TESTS = Path(__file__).parents[1]
TABLES = {
    "traces": (
        "(timestamp:datetime, message:string, severityLevel:int, itemType:string, customDimensions:dynamic, "
        "operation_Name:string, operation_Id:string, operation_ParentId:string, cloud_RoleName:string, "
        "cloud_RoleInstance:string, appId:string, appName:string, itemId:string, itemCount:int)"
    ),
    "_LogOperation": "(TimeGenerated:datetime, Category:string, Operation:string, Level:string, Detail:string)",
}
"""Classic names, as a rule sees them whose scope is the component (infra.md 6)."""


def _faults(asked: list[str]) -> list[list[str]]:
    told = subprocess.run(
        ["node", TESTS / "infra/kql.cjs"], cwd=TESTS, input=json.dumps({"tables": TABLES, "queries": asked}),
        capture_output=True, text=True, timeout=60, check=True, env=None,
    )  # fmt: skip
    faults: list[list[str]] = json.loads(told.stdout)
    return faults


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources()


def test_every_query_is_sound(sources: Sources) -> None:
    asked = [query for _, _, query in queries(sources.templates(), sources)]
    assert len(asked) > 15
    assert [(query, found) for query, found in zip(asked, _faults(asked), strict=True) if found] == []


def test_a_fault_in_a_query_is_told() -> None:
    wrong = [
        'trace | where message startswith "gate.closed"',
        'traces | where messages startswith "gate.closed"',
        'traces | where toint(extract("a=([0-9]+)", 1, message) > 3',
        "traces | summarize percentil(itemCount, 50)",
        'traces | where message startwith "gate.closed"',
        "traces | summarize n = count() | where m > 3",
    ]
    assert all(_faults(wrong))
