"""Numbers in tables: points, commas and spaces, and what could be either of two numbers."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from algorithm import RequirementError
from algorithm.files.reading import read_columns
from tests.algorithm.tables import error_of, xlsx


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a;b\n1.234,5;1\n2,25;1\n-7;1\n", [1234.5, 2.25, -7]),
        ("a;b\n1.234.567;1\n1.234;1\n", [1_234_567, 1234]),
        ("a;b\n1,5E-3;1\n,5;1\n", [0.0015, 0.5]),
        ("a\tb\n1,234.5\t1\n950\t1\n", [1234.5, 950]),
        ('a,b\n"1,234,567",1\n"1,234",1\n', [1_234_567, 1234]),
        ("a,b\n1.234,1\n1.2,1\n", [1.234, 1.2]),
        ("a,b\n1.234,1\n0.234,1\n", [1.234, 0.234]),
        ("a,b\n1234.567,1\n1.234,1\n", [1234.567, 1.234]),
        ("a,b\n1.234e3,1\n1.234,1\n", [1234, 1.234]),
        ("a;b\n1 234,5;1\n950;1\n", [1234.5, 950]),
        ("a;b\n1\xa0234\u202f567;1\n1\u2009234,567;1\n", [1_234_567, 1234.567]),
        ("a;b\n1'234.567;1\n12\u2019345;1\n", [1234.567, 12345]),
        ("verbrauch\n1,5\n12\n", [1.5, 12]),
    ],
)
def test_a_separator_is_what_the_whole_column_says(text: str, numbers: list[float]) -> None:
    assert next(iter(read_columns("t.csv", text.encode()).values())) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a;b\n1.234;0,5\n5.678;1\n", [1234, 5678]),
        ("a;b\n1.234;0.5\n5.678;1\n", [1.234, 5.678]),
        ("a;b\n1,234;0.5\n950;1\n", [1234, 950]),
    ],
)
def test_where_a_column_does_not_tell_the_files_others_do(text: str, numbers: list[float]) -> None:
    assert read_columns("t.csv", text.encode())["a"] == numbers


@pytest.mark.parametrize(
    "text",
    [
        "heat\n1.234\n5.678\n",
        "heat,sun\n1.234,1\n950,2\n",
        "heat;sun\n1.234;1\n5.678;2\n",
        'heat,sun\n"1,234",1\n950,1\n',
        "heat;sun;wind\n1.234;0.5;0,5\n5.678;1;1\n",
    ],
)
def test_what_could_be_two_numbers_is_refused(text: str) -> None:
    error = error_of("t.csv", text.encode())
    assert error.startswith("column 'heat', row 2 could be 1234 or 1.234: write 1234 without")


def test_it_is_read_once_it_is_written_as_the_refusal_says() -> None:
    assert "1.2340 with one more decimal" in error_of("t.csv", b"heat\n1.234\n5.678\n")
    assert read_columns("t.csv", b"heat\n1.2340\n5.678\n") == {"heat": [1.234, 5.678]}
    assert read_columns("t.csv", b"heat\n1234\n5678\n") == {"heat": [1234, 5678]}


def test_two_separators_of_decimals_in_one_column_are_refused_with_both_rows() -> None:
    error = error_of("t.csv", b"heat;sun\n0.5;1\n1;1\n1,5;1\n")
    says = "column 'heat', row 4 should have the decimal separator of row 2, '0.5', not '1,5'"
    assert error == says


@pytest.mark.parametrize(
    "cell", ["1.23.456,7", "12 34", "1,23,456.7", "0.123,5", "1.234 567", "5 %"]
)
def test_a_number_that_nobody_writes_so_is_refused(cell: str) -> None:
    assert f"not '{cell}'" in error_of("t.csv", f"heat;sun\n{cell};1\n".encode())


def test_text_in_a_workbook_is_read_as_in_any_other_file() -> None:
    assert read_columns("t.xlsx", xlsx(["a"], ["1.234,5"], [950], [2.5])) == {
        "a": [1234.5, 950, 2.5]
    }
    assert "could be 1234 or 1.234" in error_of("t.xlsx", xlsx(["a"], ["1.234"], [950.5]))


WAYS = {"plain": ".", "German": ",.", "English": ".,", "French": ",\u202f", "Swiss": ".'"}


def written(number: float, decimals: int, marks: str) -> str:
    text = f"{number:,.{decimals}f}" if len(marks) > 1 else f"{number:.{decimals}f}"
    return text.translate({ord("."): marks[0], ord(","): marks[1:]})


@given(
    st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=6),
    st.integers(0, 4),
    st.sampled_from(list(WAYS.values())),
    st.sampled_from(";\t"),
)
@example([1234.0, 5678.0], 0, WAYS["German"], ";")
@example([1.234, 5.678], 3, WAYS["plain"], ";")
def test_a_number_is_never_read_as_another(
    numbers: list[float], decimals: int, marks: str, delimiter: str
) -> None:
    cells = [written(number, decimals, marks) for number in numbers]
    assume("-0" not in cells)
    table = f"a{delimiter}b\n" + "".join(f"{cell}{delimiter}1\n" for cell in cells)
    expected = [float(f"{number:.{decimals}f}") for number in numbers]
    try:
        read = read_columns("t.csv", table.encode())["a"]
    except RequirementError as refused:
        read = expected if "could be" in str(refused) else []
    assert read == expected


def test_a_year_of_quarter_hours_takes_a_second_or_two() -> None:
    row = ";".join(["1.234,56", "0,5", "17"] * 10)
    names = ";".join(f"c{number}" for number in range(30))
    data = "\n".join([names, *[row] * 35_040]).encode()
    begun = process_time()
    assert len(read_columns("year.csv", data)) == 30
    assert process_time() - begun < 4
