"""A requirement's file and the table beside it: what is read, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm import RequirementError, check
from algorithm.files.reading import MOST_BYTES, read_columns, read_requirement
from tests.algorithm.tables import error_of, xlsx

BASE: dict[str, Any] = {"demands": {"heat": "heat"}, "supplies": {"heat": {"price": 1}}}


FIXTURES = Path(__file__).parent / "fixtures"


class TestColumns:
    expected: tuple[tuple[str, list[float]], ...] = (("heat", [1.0, 2.5]), ("sun", [0.0, -1e-3]))

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.csv", b"heat,sun\n1,0\n2.5,-1e-3\n"),
            ("a.CSV", b"heat;sun\r\n1;0\r\n2.5;-0.001\r\n"),
            ("a.csv", b'\xef\xbb\xbf"heat", sun \n 1 ,"0"\n2.5,-.001'),
            ("a.csv", b"heat,sun,,\n1,0,,\n2.5,-0.001,,\n,,,\n\n"),
            ("a.csv", b"time,heat,sun\n2023-01-01 00:00,1,0\n2023-01-01 01:00,2.5,-0.001\n"),
            ("a.xlsx", xlsx(["heat", "sun"], [1, 0.0], [2.5, -0.001])),
            ("a.xlsx", xlsx(["heat", "sun", None], [1, "0", None], [2.5, -0.001], [None])),
        ],
    )
    def test_a_table_gives_its_columns_by_name(self, name: str, data: bytes) -> None:
        assert read_columns(name, data) == dict(self.expected)

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"", "a row of names, and below it a row for each step"),
            (b"heat\n", "a row for each step"),
            (b"heat,sun\n1,2\n3\n", "should have 2 cells in row 3, as row 1 has, not 1"),
            (b"heat,sun\n1,2\n3,4,5\n", "should have 2 cells in row 3, as row 1 has, not 3"),
            (b"heat,sun\n1,2\n\n3,4\n", "should have 2 cells in row 3, as row 1 has, not 0"),
            (b"heat,,sun\n1,2,3\n", "a name for column 2 in row 1"),
            (b"heat,heat\n1,2\n", "the column 'heat' once"),
            (b"2023-01-01 00:00,5\n2023-01-01 01:00,6\n", "names in row 1, not 2023-01-01 00:00"),
            (b"1.5;2\n2;3\n", "should have the columns' names in row 1, not 1.5"),
            (
                b"heat,sun\n1,2\n3,\n",
                "column 'sun', row 3 should be a number such as 1234.5, it is",
            ),
            (
                b"heat;sun\n1;2\n3;4,5,6\n",
                "column 'sun', row 3 should be a number such as 1234.5, no",
            ),
            (
                b"heat\n1\nnan\n",
                "column 'heat', row 3 should be a number such as 1234.5, not 'nan'",
            ),
            (b"heat\n1\n1e999\n", "not '1e999'"),
            (b"heat\n1\n1_000\n", "not '1_000'"),
            (b"heat\n" + b"1\n" * 35137, "more than 35136 rows"),
            (
                b",".join(b"c%d" % n for n in range(501)) + b"\n" + b"1," * 500 + b"1\n",
                "500 columns",
            ),
            (b"heat\n\xff\n", "is not a UTF-8 text file"),
            (b'heat\n"' + b"1" * 200_000, "not a table of comma-separated values"),
            (b"1" * (MOST_BYTES + 1), "more than 20 MB"),
        ],
    )
    def test_a_wrong_table_is_refused_with_column_and_row(self, data: bytes, says: str) -> None:
        assert says in error_of("site.csv", data)

    def test_the_first_wrong_cell_of_every_column_is_named(self) -> None:
        with pytest.raises(RequirementError) as wrong:
            read_columns("a.csv", b"heat,sun\nx,1\ny,z\n")
        messages = [error["message"] for error in wrong.value.errors]
        assert ["row 2" in messages[0], "row 3" in messages[1], len(messages)] == [True, True, 2]

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (["x", 1], "column 'heat', row 2 should be a number such as 1234.5, not 'x'"),
            ([None, 1], "column 'heat', row 2 should be a number such as 1234.5, it is empty"),
            ([True, 1], "not 'True'"),
            ([datetime(2023, 1, 1, 5), 1], "should begin at midnight, not at 2023-01-01 05:00:00"),
            ([1, 2, 3], "should have 2 cells in row 2"),
        ],
    )
    def test_a_wrong_cell_of_a_workbook_is_named_too(self, row: list[object], says: str) -> None:
        assert says in error_of("site.xlsx", xlsx(["heat", "sun"], row))

    def test_what_is_no_workbook_is_refused(self) -> None:
        unrelated = io.BytesIO()
        with zipfile.ZipFile(unrelated, "w") as packed:
            packed.writestr("a.txt", "hello")
        for data in (b"", b"heat,sun\n1,2\n", unrelated.getvalue(), xlsx(["heat"], [1])[:-50]):
            assert "is not a workbook that can be read" in error_of("site.xlsx", data)

    def test_a_workbook_that_unpacks_to_too_much_is_refused(self) -> None:
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for number in range(3):
                packed.writestr(str(number), bytes(70_000_000))
        assert len(bomb.getvalue()) < MOST_BYTES
        assert "should not unpack to over 200 MB" in error_of("site.xlsx", bomb.getvalue())

    def test_only_tables_are_read(self) -> None:
        assert "a .csv, .tsv or .xlsx file" in error_of("site.pdf", b"")

    @given(st.sampled_from(["a.csv", "a.xlsx"]), st.binary(max_size=80))
    @settings(max_examples=200, deadline=None)
    def test_any_bytes_are_columns_or_refused(self, name: str, data: bytes) -> None:
        for content in (data, b"time,heat\n" + data, b"heat\n" + data):
            try:
                columns = read_columns(name, content)
            except RequirementError:
                continue
            assert len({len(column) for column in columns.values()}) <= 1

    @given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=2), min_size=1, max_size=9))
    @settings(max_examples=30, deadline=None)
    def test_numbers_come_back_from_either_kind_of_file(self, rows: list[list[float]]) -> None:
        text = "a;b\n" + "".join(f"{a!r};{b!r}\n" for a, b in rows)
        expected = dict(zip("ab", map(list, zip(*rows, strict=True)), strict=True))
        assert read_columns("t.csv", text.encode()) == expected
        for name, column in read_columns("t.xlsx", xlsx(["a", "b"], *rows)).items():
            assert column == pytest.approx(expected[name], rel=1e-12)


class TestTimes:
    @pytest.mark.parametrize(
        ("times", "says"),
        [
            (["2023-01-01 01:00", "2023-01-01 02:00"], "should begin at midnight"),
            (["2023-01-01", "noon"], "row 3 should be like '2023-01-01 00:00', not 'noon'"),
            (
                ["2023-03-26 00:00", "2023-03-26 01:00", "2023-03-26 04:00"],
                "row 4 should be 2023-03-26 02:00:00, a step of 1:00:00 after 2023-03-26 01:00:00, "
                "not 2023-03-26 04:00:00",
            ),
            (["2023-01-01", ""], "row 3 should be like '2023-01-01 00:00', not ''"),
        ],
    )
    def test_wrong_times_are_refused_with_their_row(self, times: list[str], says: str) -> None:
        data = "time,heat\n" + "".join(f"{time},1\n" for time in times)
        assert says in error_of("site.csv", data.encode())

    def test_they_tell_the_start_and_the_length_of_a_step(self, tmp_path: Path) -> None:
        start, step = datetime(2024, 2, 28), timedelta(minutes=20)
        rows = [[start + n * step, float(n)] for n in range(2000)]
        (tmp_path / "site.xlsx").write_bytes(xlsx(["Time", "heat"], *rows))
        (tmp_path / "site.json").write_text(json.dumps(BASE | {"columns": "site.xlsx"}))
        read = read_requirement(tmp_path / "site.json")
        assert read["start"] == "2024-02-28"
        assert read["step_hours"] == pytest.approx(1 / 3)
        assert read["profiles"] == {"heat": [float(n) for n in range(2000)]}


class TestRequirement:
    def read(self, folder: Path, **fields: Any) -> dict[str, Any]:
        (folder / "site.csv").write_text("heat,sun\n1,0.1\n2,0.2\n")
        (folder / "site.json").write_text(json.dumps(BASE | fields))
        return read_requirement(folder / "site.json")

    def error(self, folder: Path, **fields: Any) -> tuple[str, str]:
        with pytest.raises(RequirementError) as wrong:
            self.read(folder, **fields)
        (error,) = wrong.value.errors
        return error["field"], error["message"]

    def test_a_file_without_a_table_is_read_as_it_is(self, tmp_path: Path) -> None:
        assert self.read(tmp_path) == BASE

    def test_the_tables_columns_become_profiles(self, tmp_path: Path) -> None:
        read = self.read(tmp_path, columns="site.csv", profiles={"wind": 0.3})
        assert read["profiles"] == {"heat": [1.0, 2.0], "sun": [0.1, 0.2], "wind": 0.3}
        assert "columns" not in read
        check(read)

    def test_a_table_below_the_requirements_folder_is_read_too(self, tmp_path: Path) -> None:
        (tmp_path / "tables").mkdir()
        (tmp_path / "tables" / "site.csv").write_text("heat\n1\n")
        assert self.read(tmp_path, columns="tables/site.csv")["profiles"] == {"heat": [1.0]}

    @pytest.mark.parametrize(
        ("columns", "says"),
        [
            ("../site.csv", "in the requirement's folder"),
            ("/etc/passwd", "in the requirement's folder"),
            ("away/site.csv", "in the requirement's folder"),
            ("a\0b", "should be a file's name"),
            (5, "the name of a .csv or .xlsx file"),
            ("", "the name of a .csv or .xlsx file"),
        ],
    )
    def test_a_table_elsewhere_is_refused(self, tmp_path: Path, columns: object, says: str) -> None:
        folder = tmp_path / "mine"
        folder.mkdir()
        (tmp_path / "site.csv").write_text("heat\n1\n")
        (folder / "away").symlink_to(tmp_path)
        field, message = self.error(folder, columns=columns)
        assert field == "columns"
        assert says in message

    def test_a_table_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        field, message = self.error(tmp_path, columns="other.csv")
        assert (field, message) == ("other.csv", "can't be read (No such file or directory)")

    def test_a_profile_is_not_said_twice(self, tmp_path: Path) -> None:
        field, message = self.error(tmp_path, columns="site.csv", profiles={"sun": 1})
        assert (field, message) == ("profiles.sun", "should not be a column of site.csv too")

    def test_what_the_times_say_is_not_contradicted(self, tmp_path: Path) -> None:
        (tmp_path / "times.csv").write_text("time,heat\n2023-05-01,1\n2023-05-01 03:00,2\n")
        agreed = {"columns": "times.csv", "step_hours": 3, "start": "2023-05-01"}
        assert self.read(tmp_path, **agreed)["step_hours"] == 3
        field, message = self.error(tmp_path, **agreed | {"step_hours": 1})
        assert (field, message) == ("step_hours", "should be 3.0, as the times in times.csv say")
        assert "'2023-05-01'" in self.error(tmp_path, **agreed | {"start": "2023-01-01"})[1]

    def test_local_time_with_utc_offsets_is_read_at_the_change_of_the_clocks(self) -> None:
        read = read_requirement(FIXTURES / "utc-offsets.json")
        assert read["profiles"] == {"strom": [1, 1, 1, 1]}
        assert (read["start"], read["step_hours"]) == ("2023-03-26", 1)
        requirement, _, _ = check(read)
        assert requirement.horizon == 4

    def test_a_key_that_is_written_twice_is_named(self) -> None:
        with pytest.raises(RequirementError, match=r"^demands: is written more than once"):
            read_requirement(FIXTURES / "key-twice.json")

    def test_wrong_profiles_are_left_for_the_check_to_refuse(self, tmp_path: Path) -> None:
        with pytest.raises(RequirementError, match="profiles: should be an object, not a list"):
            check(self.read(tmp_path, columns="site.csv", profiles=[]))

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"{", "is not JSON"),
            (b"[" * 100_000, "nested too deeply"),
            (b"[]", "one JSON object"),
            (b"\xff", "not a UTF-8 text file"),
            (b'{"co2_price": ' + b"9" * 5000 + b"}", "numbers that long"),
            (b" " * (MOST_BYTES + 1), "more than 20 MB"),
        ],
    )
    def test_what_is_no_requirement_is_refused(
        self, tmp_path: Path, data: bytes, says: str
    ) -> None:
        path = tmp_path / "site.json"
        path.write_bytes(data)
        with pytest.raises(RequirementError, match=says) as wrong:
            read_requirement(path)
        assert wrong.value.errors[0]["field"] == str(path)

    @pytest.mark.parametrize("name", ["nowhere.json", ".", "a\0b"])
    def test_what_cannot_be_read_is_refused(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(RequirementError, match="can't be read"):
            read_requirement(tmp_path / name)
