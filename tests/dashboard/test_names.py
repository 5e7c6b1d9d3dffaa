"""Names: nobody can pass for somebody else, and everybody can be called as they are."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.db.names import LONGEST, likeness, normalised, refusal
from tests.dashboard.browsing import PASSWORD, add_user, command, sign_in, who


@pytest.mark.parametrize(
    "name",
    ["olga", "Olga Petrova", "王小明", "李Li", "田中さくら", "김철수", "Ольга", "Ελένη", "José",
     "d'Arc-2", "นภา", "x" * LONGEST],
)  # fmt: skip
def test_a_name_is_taken_in_whatever_script(name: str) -> None:
    assert refusal(name) is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "1 to 80 characters"),
        ("   ", "1 to 80 characters"),
        ("x" * (LONGEST + 1), "1 to 80 characters"),
        ("olga\n", "can't be seen"),
        ("ol\tga", "can't be seen"),
        ("olga\x1b[31m", "can't be seen"),
        ("olga\u200b", "can't be seen"),
        ("\u202eaglo", "can't be seen"),
        ("olga\ufe0f", "can't be seen"),
        ("\u3164", "can't be seen"),
        ("оlga", "one script"),  # the first letter is Cyrillic
        ("王ольга", "one script"),
    ],
)
def test_a_name_that_hides_something_is_refused(app: Flask, name: str, says: str) -> None:
    result = command(app, "users", "add", name, says=f"{PASSWORD}\n")
    assert (result.exit_code, says in result.output) == (2, True), result.output


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("olga", "Olga"),
        ("olga", "olga"),
        ("olga", " olga "),
        ("olga", "0lga"),
        ("Ivan", "lvan"),
        ("paul", "pau1"),
        ("copa", "сора"),  # all Cyrillic
        ("TOM", "ТОМ"),  # all Cyrillic
        ("modern", "modem"),
    ],
)
def test_a_name_that_looks_like_somebody_s_is_refused(app: Flask, name: str, other: str) -> None:
    add_user(app, name)
    result = command(app, "users", "add", other, says=f"{PASSWORD}\n")
    assert (result.exit_code, "already" in result.output) == (2, True), result.output


def test_names_that_do_not_look_alike_are_not_taken_for_each_other() -> None:
    looks = [likeness(name) for name in ("olga", "olgas", "王小明", "王小朋", "José", "Josef")]
    assert len(set(looks)) == len(looks)


def test_a_name_is_kept_in_its_normal_form_and_found_by_any(app: Flask) -> None:
    assert normalised(" Olga   Petrova ") == "Olga Petrova"
    add_user(app, "Ｏｌｇａ")
    assert who(sign_in(app, "Olga")) == "Olga"
