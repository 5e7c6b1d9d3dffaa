"""Messages: English texts that can be translated where they are read."""

import copy
import json
import pickle

import pytest

from algorithm.errors import Infeasible, RequirementError
from algorithm.messages import (
    Figure,
    Message,
    both,
    encoded,
    first_of,
    message_in,
    money,
    sentences,
    to_json,
    with_message,
)

BETTER = Message("Found a better plan: %(cost)s a year", cost=money(2_254_072.4, "EUR"))
BETTER_JSON = {
    "id": "Found a better plan: %(cost)s a year",
    "values": {
        "cost": {"id": "%(amount)s %(currency)s", "values": {"amount": 2254072, "currency": "EUR"}}
    },
}


def test_a_message_is_its_english_text_and_knows_what_it_is_made_of() -> None:
    assert BETTER == "Found a better plan: 2,254,072 EUR a year"
    assert to_json(BETTER) == BETTER_JSON


@pytest.mark.parametrize(
    ("value", "form", "shown", "number"),
    [
        (12_345.6, ",.0f", "12,346", 12346),
        (0.123456, ".3g", "0.123", 0.123),
        (1.5e7, "g", "1.5e+07", 15_000_000),
        (float("inf"), "g", "inf", "inf"),
    ],
)
def test_a_figure_is_a_number_to_other_languages(
    value: float, form: str, shown: str, number: float | str
) -> None:
    message = Message("not be above %(most)s", most=Figure(value, form))
    assert message == f"not be above {shown}"
    assert json.loads(json.dumps(to_json(message)))["values"] == {"most": number}


def test_lists_stay_lists_and_sentences_are_joined_by_a_template() -> None:
    helpful = Message("What may help: %(helpful)s.", helpful=["a", Message("earn")])
    assert helpful == "What may help: a, earn."
    assert to_json(helpful)["values"] == {"helpful": ["a", {"id": "earn", "values": {}}]}
    assert sentences(["One.", "Two.", "Three."]) == "One. Two. Three."
    assert both(["a", "b"]) == "a and b"
    assert first_of("abcdefg") == "a, b, c, d, e and 2 more"


def test_an_error_is_raised_with_its_message_and_says_it_again() -> None:
    assert to_json(str(Infeasible(BETTER))) == BETTER_JSON
    wrong = RequirementError([{"field": "budget", "message": Message("is required")}])
    assert str(wrong) == "budget: is required"
    assert to_json(str(wrong))["values"]["problem"] == {"id": "is required", "values": {}}


def test_what_crosses_a_border_has_its_messages_beside_the_english_texts() -> None:
    record = {"status": BETTER, "label": "My own", "parts": [{"label": BETTER}], "at": [BETTER]}
    crossed = json.loads(json.dumps(encoded(record)))
    assert crossed == {
        "status": str.__str__(BETTER),
        "status_i18n": BETTER_JSON,
        "label": "My own",
        "parts": [{"label": str.__str__(BETTER), "label_i18n": BETTER_JSON}],
        "at": [str.__str__(BETTER)],
        "at_i18n": [BETTER_JSON],
    }
    assert encoded(crossed) == crossed
    assert to_json(message_in(crossed, "status")) == BETTER_JSON
    assert to_json(message_in({"status": "Old."}, "status")) == to_json("Old.")
    assert with_message("status", "Old.")["status_i18n"] == {"id": "Old.", "values": {}}


def test_copies_of_a_message_are_messages() -> None:
    for copied in (copy.deepcopy(BETTER), pickle.loads(pickle.dumps(BETTER))):
        assert copied == BETTER
        assert to_json(copied) == BETTER_JSON
