"""JSON in which a key is written twice."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithm import RequirementError
from algorithm.files.json_text import MOST, NoJson, parse_json


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"a": 1, "a": 1}', ["a"]),
        ('{"a": {"b": [1, {"c": 1, "c": 2, "c": 3}]}}', ["a.b.1.c"]),
        ('{"a": {"x": 1, "x": 2}, "a": 3, "b": {"y": 1, "y": 1}}', ["a", "b.y"]),
        ('[{"a\\n": 1, "a\\n": 2}]', ["0.'a\\n'"]),
    ],
)
def test_each_is_named_by_its_path(text: str, paths: list[str]) -> None:
    with pytest.raises(RequirementError) as wrong:
        parse_json(text)
    assert [error["field"] for error in wrong.value.errors] == paths
    assert {error["message"] for error in wrong.value.errors} == {
        "is written more than once; keep one of them"
    }


def test_not_more_are_named_than_anybody_reads() -> None:
    with pytest.raises(RequirementError) as wrong:
        parse_json(json.dumps([0] * 1000).replace("0", '{"a": 1, "a": 2}'))
    assert len(wrong.value.errors) == MOST


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON: .* in line 1"),
        (b"\xff", "not a UTF-8 text file"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5000, "numbers that long"),
    ],
)
def test_what_is_no_json_is_said_to_be_none(text: str | bytes, says: str) -> None:
    with pytest.raises(NoJson, match=says):
        parse_json(text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_all_else_is_read_as_ever(value: object) -> None:
    assert parse_json(json.dumps(value)) == value
