"""What was checked is trusted later, and read only: in each part of a search, by each version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from algorithm import Options, RequirementError, check, load_sample
from algorithm.requirement.checked import read_checked


@pytest.mark.parametrize("as_json", [True, False])
def test_what_was_checked_is_read_as_it_was_checked(as_json: bool) -> None:
    tiny = load_sample("tiny")
    written: Any = json.loads(tiny.model_dump_json(exclude_unset=True)) if as_json else tiny
    options = {"gap": 0.1}
    assert read_checked(written, ["battery"], options) == check(written, ["battery"], options)


def test_a_stored_requirement_that_cannot_be_read_is_said_to_be_so() -> None:
    with pytest.raises(RequirementError, match=r"^demands: can't be read as it is stored"):
        read_checked({"demands": 5}, [], {})
    with pytest.raises(RequirementError, match=r"submit the search again"):
        read_checked(load_sample("tiny"), [], {"an option of another version": 1})


def test_consistency_is_not_looked_into_again() -> None:
    wrong: dict[str, Any] = {
        "demands": {"heat": [1.0, 2.0]},
        "supplies": {"heat": {"price": [0.1, 0.2, 0.3]}},
        "devices": {},
    }
    with pytest.raises(RequirementError):
        check(wrong)
    requirement, disabled, options = read_checked(wrong, [], {})
    assert (requirement.horizon, disabled, options) == (2, (), Options())
