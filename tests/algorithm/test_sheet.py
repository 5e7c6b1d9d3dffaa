"""A table's file: encodings, what stands between cells, and formulas without values."""

from __future__ import annotations

import io
import zipfile

import pytest

from algorithm.files.reading import read_columns, read_table
from tests.algorithm.tables import error_of, xlsx

METER = "Messzeitpunkt;Wärme °C;\r\n01.01.2023 00:00;1,5;\r\n01.01.2023 01:00;2;\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_with_umlauts_are_read(encoding: str) -> None:
    assert read_columns("t.csv", METER.encode(encoding)) == {"Wärme °C": [1.5, 2]}


@pytest.mark.parametrize("encoding", ["gbk", "shift-jis", "cp1251"])
def test_text_of_another_encoding_is_not_taken_for_western(encoding: str) -> None:
    names = {"gbk": "电力", "shift-jis": "電力", "cp1251": "тепло"}
    data = f"{names[encoding]},sun\n1,2\n".encode(encoding)
    assert error_of("t.csv", data) == "is not a UTF-8 text file"


@pytest.mark.parametrize("name", ["t.tsv", "t.csv", "T.TXT"])
def test_tabs_may_stand_between_cells(name: str) -> None:
    assert read_columns(name, b"heat\tsun\n1,5\t2\n") == {"heat": [1.5], "sun": [2]}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("time;heat, kW\n2023-01-01;1,5\n", ["heat, kW"]),
        ('"heat; kW",sun\n1,2\n', ["heat; kW", "sun"]),
        ("heat;sun;;\n1;2;;\n", ["heat", "sun"]),
        ("heat;sun\n1;2;\n", ["heat", "sun"]),
    ],
)
def test_what_stands_between_cells_is_what_rows_agree_on(text: str, names: list[str]) -> None:
    assert list(read_columns("t.csv", text.encode())) == names


def test_spaces_that_could_stand_between_cells_are_refused() -> None:
    assert "no spaces in its numbers" in error_of("t.csv", b"heat sun\n100 200\n150 250\n")


NEVER = (
    "has a formula that was never calculated: open the file in a spreadsheet program and save it"
)


class TestFormulas:
    @pytest.mark.parametrize(
        ("rows", "place"),
        [
            ([["heat", "sun"], [1, 0], ["=A2*2", 0]], "column 'heat', row 3"),
            ([["heat"], [1], ["=A2"], ["=A3"]], "column 'heat', row 3"),
            ([["time", "heat"], ["2023-01-01", 1], ["=A2+1", 2]], "column 'time', row 3"),
            ([["=1+1", "heat"], [1, 2]], "column '1', row 1"),
            ([["heat"], ["=1"], [2]], "column 'heat', row 2"),
        ],
    )
    def test_one_without_a_value_is_not_called_empty(
        self, rows: list[list[object]], place: str
    ) -> None:
        assert error_of("t.xlsx", xlsx(*rows)) == f"{place} {NEVER}"

    def test_zeros_in_place_of_all_values_are_not_taken_for_them(self) -> None:
        data = stored(xlsx(["heat"], [1], ["=A2*2"], ["=A3*2"]), b"<v>0</v>")
        assert error_of("t.xlsx", data) == f"column 'heat', row 3 {NEVER}"

    def test_values_are_read(self) -> None:
        data = stored(xlsx(["heat"], [1], ["=A2*2"], ["=A3*2"]), b"<v>7</v>")
        assert read_columns("t.xlsx", data) == {"heat": [1, 7, 7]}

    def test_text_of_no_length_is_empty(self) -> None:
        data = stored(xlsx(["heat", "sun"], [1, 1], ['=""', 1]), b"<v></v>")
        data = replaced(data, b'<c r="A3">', b'<c r="A3" t="str">')
        assert "column 'heat', row 3 should be a number such as 1234.5, it is" in error_of(
            "t.xlsx", data
        )

    def test_an_empty_cell_is_still_called_empty(self) -> None:
        assert error_of("t.xlsx", xlsx(["heat", "sun"], [1, 1], [None, 1])).endswith("it is empty")

    def test_formulas_right_of_the_table_do_not_matter(self) -> None:
        data = xlsx(["heat", None, None], [1, None, "=A2"], [2, None, None])
        assert read_table("t.xlsx", data).columns == {"heat": [1, 2]}


def stored(workbook: bytes, value: bytes) -> bytes:
    """Return the workbook with a value stored for every formula, as other programs write it."""
    return replaced(replaced(workbook, b"<v />", value), b"<v></v>", value)


def replaced(workbook: bytes, old: bytes, new: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(written, "w") as after:
        for part in before.infolist():
            content = before.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(old, new)
            after.writestr(part.filename, content)
    return written.getvalue()
