"""Rule tables from a file: what a person writes into it, and what he reads when it is wrong."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.rule_file import RuleFileError, parse_rule_table, read_rule_table
from shared.rules.rule_table import flaws
from shared.rules.scoring import TABLE


def test_the_shipped_table_is_whole() -> None:
    assert flaws(TABLE) == []


def test_a_whole_table_survives_the_way_through_a_file() -> None:
    table = parse_rule_table(json.dumps(asdict(TABLE)), path="rules.json")
    assert table == TABLE
    assert table.version == TABLE.version


def test_what_a_file_does_not_name_stays_as_shipped() -> None:
    table = parse_rule_table('{"name": "trial", "prices": {"no_dkim": -10}, "provider": {"Local": 25}}', path="a.json")
    assert (table.prices.no_dkim, table.prices.no_spf, table.provider["Local"], table.provider["M365"]) == (
        -10,
        -10,
        25,
        50,
    )
    assert table.segments == TABLE.segments
    assert table.version.startswith("trial+")


def test_toml_does_as_well(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('name = "trial"\n[prices]\nspf = 12\n[[segments]]\nsegment = "Cold"\n', encoding="utf-8")
    table = read_rule_table(str(file))
    assert table.prices.spf == 12
    assert [row.segment for row in table.segments] == ["Cold"]


def test_two_tables_of_one_name_have_two_versions() -> None:
    one = parse_rule_table('{"name": "trial", "prices": {"spf": 1}}', path="a.json")
    two = parse_rule_table('{"name": "trial", "prices": {"spf": 2}}', path="a.json")
    assert one.version != two.version


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "rules.json: is not valid JSON"),
        ("[]", "must be an object such as"),
        ("{}", "name: is missing; give the table a short name of its own"),
        ('{"name": ""}', "name: must have 1 to 40 characters"),
        ('{"name": "t", "price": {}}', "price: is not known; correct the spelling or remove it"),
        ('{"name": "t", "prices": {"dmarc": 3}}', "prices.dmarc: is not known"),
        ('{"name": "t", "prices": {"spf": "10"}}', 'prices.spf: input should be a valid integer; it is "10"'),
        ('{"name": "t", "prices": {"spf": 1.5}}', "prices.spf: "),
        ('{"name": "t", "prices": {"spf": true}}', "prices.spf: "),
        ('{"name": "t", "prices": {"spf": 101}}', "prices.spf: 101 is out of range; give points from -100 to 100"),
        ('{"name": "t", "prices": {"tenant": -1}}', "prices.tenant: is a whole score; give 0 to 100"),
        ('{"name": "t", "provider": {"Exchange": 3}}', "provider.Exchange: is no provider; use one of M365"),
        ('{"name": "t", "many_includes": -1}', "many_includes: must not be negative"),
        ('{"name": "t", "segments": []}', "segments: no row fits M365 at 0; end the list with"),
        ('{"name": "t", "segments": [{"segment": "Warm"}]}', "segments.0.segment: input should be 'Migration'"),
        ('{"name": "t", "segments": [{"segment": "Cold", "high": 59}]}', "segments: no row fits M365 at 60"),
        ('{"name": "t", "technical_heats": []}', "technical_heats: the last row must hold for every lead"),
        (
            '{"name": "t", "commercial_heats": [{"heat": "LOW", "low": 5}]}',
            "commercial_heats: the last row must hold for every lead",
        ),
        ('{"name": "t", "priorities": [{"priority": "P7", "label": "", "handling": ""}]}', "priorities.0.priority: "),
    ],
)
def test_a_wrong_file_is_refused_with_the_field_the_problem_and_the_fix(text: str, problem: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        parse_rule_table(text, path="rules.json")
    assert problem in str(caught.value)


def test_every_flaw_is_named_at_once() -> None:
    with pytest.raises(RuleFileError) as caught:
        parse_rule_table('{"name": "t", "prices": {"spf": "a", "dkim": "b"}}', path="rules.json")
    assert len(caught.value.problems) == 2


def test_a_missing_file_is_said_so() -> None:
    with pytest.raises(RuleFileError, match="/nowhere/rules.json: cannot be read"):
        read_rule_table("/nowhere/rules.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("name", "prices", "spf", "provider", "segments", "low")), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(json_values)
def test_no_content_makes_reading_fail_in_any_other_way(content: object) -> None:
    try:
        table = parse_rule_table(json.dumps(content), path="rules.json")
    except RuleFileError as error:
        assert error.problems
    else:
        assert flaws(table) == []
