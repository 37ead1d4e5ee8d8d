"""A zone in JSON: what is wrong with it is told by name, type, problem and fix, all at once."""

import asyncio
from typing import Any

import pytest

from sandbox import dns as stand_in
from sandbox.dns import ZoneWrongError

WRONG: list[tuple[Any, str, str, str]] = [
    ({"a..b": "NXDOMAIN"}, "a..b", "", "no domain name"),
    ({"": "NXDOMAIN"}, "", "", "no domain name"),
    ({"a.*.example": "NXDOMAIN"}, "a.*.example", "", "* stands first"),
    ({"a.example": "timeout"}, "a.example", "", "write one of NXDOMAIN, NODATA"),
    ({"a.example": 7}, "a.example", "", "neither an outcome nor an object"),
    ({"a.example": {}, "A.example.": {}}, "A.example.", "", "another spelling"),
    ({"a.example": {"HINFO": []}}, "a.example", "HINFO", "write one of A, AAAA"),
    ({"a.example": {"mx": []}}, "a.example", "mx", "MX"),
    ({"a.example": {"MX": ["ten mail"]}}, "a.example", "MX", "10 mail.contoso.com."),
    ({"a.example": {"A": ["300.1.1.1"]}}, "a.example", "A", "192.0.2.1"),
    ({"a.example": {"MX": "10 mail.a.example."}}, "a.example", "MX", "a list of records"),
    ({"a.example": {"MX": [["10 mail.a.example."]]}}, "a.example", "MX", "as one text"),
    ({"a.example": {"TXT": [["x" * 256]]}}, "a.example", "TXT", "256 bytes"),
    ({"a.example": {"TXT": [[]]}}, "a.example", "TXT", "as one text"),
    ({"a.example": {"TXT": ['"open']}}, "a.example", "TXT", "quotation marks"),
    ({"a.example": {"TXT": 5}}, "a.example", "TXT", "neither a list"),
    ({"a.example": {"CNAME": ["b.example.", "c.example."]}}, "a.example", "CNAME", "one CNAME"),
    ({"a.example": {"A": {"delay_ms": "soon", "records": []}}}, "a.example", "A", "milliseconds"),
    ({"a.example": {"A": {"delay_ms": -1, "records": []}}}, "a.example", "A", "milliseconds"),
    ({"a.example": {"A": {"delay_ms": 5}}}, "a.example", "A", "records is missing"),
    ({"a.example": {"A": {"records": {"records": []}}}}, "a.example", "A", "records is an object"),
    ({"a.example": {"A": {"truncate": 1, "records": []}}}, "a.example", "A", "true or false"),
    ({"a.example": {"A": {"delay": 5, "records": []}}}, "a.example", "A", "delay is not known"),
]


@pytest.mark.parametrize(("zone", "name", "rdtype", "words"), WRONG)
def test_a_wrong_zone_is_refused_with_name_type_problem_and_fix(zone, name, rdtype, words):
    with pytest.raises(ValueError) as refused:
        asyncio.run(stand_in.serve(zone=zone))
    assert isinstance(refused.value, ZoneWrongError)
    [problem] = refused.value.problems
    assert (problem.name, problem.type) == (name, rdtype)
    assert problem.fix and words in str(problem) and str(problem) in str(refused.value)


def test_all_problems_are_told_at_once():
    zone = {key: value for wrong, *_ in WRONG[:5] for key, value in wrong.items() if key != "a.example"}
    zone["a.example"] = {"A": ["x", "y"], "MX": "no", "TXT": [5]}
    with pytest.raises(ZoneWrongError) as refused:
        asyncio.run(stand_in.serve(zone=zone))
    assert len(refused.value.problems) == 7


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "no JSON object"),
        ("{", "not JSON"),
        (None, "cannot be read"),
        ('{"a.example": "NODATA", "a.example": "NXDOMAIN"}', "a.example: it is given more than once"),
        ('{"a.example": {"A": [], "A": []}}', "a.example A: it is given more than once"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path, content, words):
    file = tmp_path / "own-zone.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ZoneWrongError, match="own-zone.json") as refused:
        asyncio.run(stand_in.serve(zone=file))
    assert words in str(refused.value)
