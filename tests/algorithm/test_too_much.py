"""A requirement that is too large, or wrong too often: refused soon, in few words."""

from typing import Any

import pytest

from algorithm import RequirementError, check
from algorithm.files.json_text import MOST_PARTS, TooDeep, TooManyParts, parse_json
from algorithm.requirement.validation import MOST_ENTRIES, MOST_ERRORS

MANY = MOST_ENTRIES + 1


def errors_of(requirement: dict[str, Any], **more: Any) -> list[Any]:
    with pytest.raises(RequirementError) as wrong:
        check(requirement, **more)
    return list(wrong.value.errors)


@pytest.mark.parametrize(
    ("field", "most"), [("demands", 50), ("profiles", 500), ("devices", 100), ("meters", 50)]
)
def test_a_part_with_too_many_entries_is_named_and_not_looked_into(field: str, most: int) -> None:
    (error,) = errors_of({"demands": {"heat": 1.0}} | {field: {f"x{i}": "?" for i in range(MANY)}})
    said = f"should have at most {most} entries, not {MANY}"
    assert error == {"field": field, "message": said}


@pytest.mark.parametrize(
    "requirement",
    [
        {f"x{i}": 1 for i in range(MANY)},
        {"demands": {"heat": {f"x{i}": 1 for i in range(MANY)}}},
        {"demands": {"heat": 1.0}, "devices": {"a": {"x": {f"x{i}": 1 for i in range(MANY)}}}},
    ],
)
def test_too_many_entries_wherever_they_are_are_one_mistake(requirement: dict[str, Any]) -> None:
    (error,) = errors_of(requirement)
    assert error["field"] == "requirement"
    assert error["message"].startswith(f"should have at most {MOST_ENTRIES} entries")


def test_too_many_options_are_one_mistake() -> None:
    (error,) = errors_of({"demands": {"heat": 1.0}}, options={f"x{i}": 1 for i in range(MANY)})
    assert error["field"] == "options"


def test_of_many_mistakes_the_first_are_told() -> None:
    many = {f"x{i}": 1 for i in range(MOST_ENTRIES // 2)}
    assert len(errors_of({"demands": {"heat": {"power": 1.0, **many}}})) == MOST_ERRORS
    unknown = [f"x{i}" for i in range(1000)]
    assert len(errors_of({"demands": {"heat": 1.0}}, disabled_devices=unknown)) == MOST_ERRORS


def test_half_a_surrogate_pair_is_refused_in_a_name() -> None:
    (error,) = errors_of({"name": "a\ud800", "demands": {"heat": 1.0}})
    assert error["field"] == "name"


@pytest.mark.parametrize("deep", [200, 900, 100_000])
def test_what_is_nested_too_deeply_to_be_walked_through_is_no_requirement(deep: int) -> None:
    for opening, closing in ("[]", ('{"a":', "}")):
        with pytest.raises((TooDeep, TooManyParts)):
            parse_json(opening * deep + "1" + closing * deep)


def test_more_parts_than_can_be_read_soon_are_refused_unread() -> None:
    with pytest.raises(TooManyParts):
        parse_json(b"[" + b"[]," * MOST_PARTS + b"[]]")
    assert len(parse_json(b"[" + b"1," * MOST_PARTS + b"1]")) == MOST_PARTS + 1
