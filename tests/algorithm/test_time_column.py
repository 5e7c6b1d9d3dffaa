"""The column of times: which one it is, how times are written, and steps that are equal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from algorithm.files.reading import read_table
from tests.algorithm.tables import error_of, xlsx

HOURS = [datetime(2023, 5, 1) + timedelta(hours=hour) for hour in range(48)]


def table(times: Iterable[str], name: str = "time") -> bytes:
    rows = "".join(f"{time};{row}\n" for row, time in enumerate(times))
    return f"{name};heat\n{rows}".encode()


def clock(times: Iterable[str], name: str = "time") -> dict[str, Any]:
    """What a table tells of its clock; all of its values, and no others, are read."""
    times = list(times)
    read = read_table("t.csv", table(times, name))
    assert read.columns == {"heat": [float(row) for row in range(len(times))]}
    return read.clock()


def local(
    zone: str, count: int, minutes: int, form: str, start: tuple[int, int] = (1, 1)
) -> list[str]:
    """Equal steps of 2023 as the clocks of a zone show them."""
    begin = datetime(2023, *start, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    times = (begin + timedelta(minutes=minutes * step) for step in range(count))
    return [time.astimezone(ZoneInfo(zone)).strftime(form) for time in times]


class TestSteps:
    @pytest.mark.parametrize("minutes", [15, 60])
    @pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M%z", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"])
    def test_a_year_by_the_clock_has_as_many_steps_as_any(self, form: str, minutes: int) -> None:
        times = local("Europe/Berlin", 8760 * 60 // minutes, minutes, form)
        assert clock(times) == {"start": "2023-01-01", "step_hours": minutes / 60}

    @pytest.mark.parametrize(
        ("zone", "start"),
        [
            ("Europe/London", (3, 26)),
            ("Europe/London", (10, 29)),
            ("Europe/Athens", (3, 20)),
            ("America/New_York", (3, 10)),
            ("America/New_York", (11, 1)),
            ("Australia/Sydney", (3, 30)),
            ("Australia/Sydney", (9, 25)),
        ],
    )
    def test_one_change_of_the_clocks_is_enough(self, zone: str, start: tuple[int, int]) -> None:
        times = local(zone, 24 * 14, 60, "%Y-%m-%d %H:%M", start)
        assert len(set(times)) in (24 * 14, 24 * 14 - 1)
        assert clock(times)["start"] == f"2023-{start[0]:02}-{start[1]:02}"

    def test_utc_is_read_as_it_is(self) -> None:
        times = [f"{moment.isoformat()}Z" for moment in HOURS]
        assert clock(times) == {"start": "2023-05-01", "step_hours": 1}

    def test_the_start_is_the_local_date(self) -> None:
        assert clock(["2023-05-01 00:00+09:00", "2023-05-01 01:00+0900"])["start"] == "2023-05-01"

    def test_an_hour_that_no_clocks_leave_out_is_refused_with_both_times(self) -> None:
        times = ["2023-03-27 00:00", "2023-03-27 01:00", "2023-03-27 03:00"]
        error = error_of("t.csv", table(times))
        assert "from 2023-03-27 01:00:00 to 2023-03-27 03:00:00 in row 4" in error
        assert "a step is 1:00:00" in error

    def test_a_change_of_clocks_that_is_not_undone_in_autumn_is_refused(self) -> None:
        times = dict.fromkeys(local("Europe/Berlin", 8760, 60, "%Y-%m-%d %H:%M"))
        assert "add UTC offsets" in error_of("t.csv", table(times))

    def test_steps_that_are_not_equal_are_refused_with_what_is_due(self) -> None:
        times = ["2023-05-01 00:00", "2023-05-01 00:20", "2023-05-01 00:40", "2023-05-01 01:05"]
        due = (
            "row 5 should be 2023-05-01 01:00:00, a step of 0:20:00 after 2023-05-01 00:40:00, not"
        )
        assert f"{due} 2023-05-01 01:05:00" in error_of("t.csv", table(times))

    def test_a_step_that_is_missing_at_the_beginning_is_the_one_that_is_named(self) -> None:
        times = ["2023-05-01 00:00", *(f"2023-05-01 {hour:02}:00" for hour in range(3, 9))]
        assert "row 3 should be 2023-05-01 01:00:00" in error_of("t.csv", table(times))

    def test_steps_that_are_not_equal_in_utc_are_refused_with_their_offsets(self) -> None:
        times = [
            "2023-03-26 00:00+01:00",
            "2023-03-26 01:00+01:00",
            "2023-03-26 02:00+01:00",
            "2023-03-26 05:00+02:00",
        ]
        error = error_of("t.csv", table(times))
        assert "row 5 should be 2023-03-26 04:00:00+02:00, a step of 1:00:00 after" in error
        assert error.endswith("after 2023-03-26 02:00:00+01:00, not 2023-03-26 05:00:00+02:00")

    def test_offsets_in_some_rows_alone_are_refused(self) -> None:
        error = error_of("t.csv", table(["2023-05-01 00:00Z", "2023-05-01 01:00"]))
        assert "'2023-05-01 00:00Z' in row 2 and '2023-05-01 01:00' in row 3" in error

    @pytest.mark.parametrize("times", [HOURS[::-1], [HOURS[0]] * 3])
    def test_times_that_do_not_go_on_are_refused(self, times: list[datetime]) -> None:
        assert "row 3 should be later than 2023-05-0" in error_of("t.csv", table(map(str, times)))


class TestEnds:
    """Meters write when a step ends, not when it begins."""

    @pytest.mark.parametrize("minutes", [15, 60])
    def test_whole_days_of_them_begin_at_midnight(self, minutes: int) -> None:
        steps = range(1, 2 * 24 * 60 // minutes + 1)
        times = [str(HOURS[0] + timedelta(minutes=minutes * step)) for step in steps]
        assert clock(times) == {"start": "2023-05-01", "step_hours": minutes / 60}

    def test_midnight_may_be_the_days_last_hour(self) -> None:
        assert clock(f"01.05.2023 {hour}:00" for hour in range(1, 25))["start"] == "2023-05-01"

    def test_days_that_are_not_whole_are_refused(self) -> None:
        times = [str(moment) for moment in HOURS[1:-1]]
        says = "should begin at midnight, not at 2023-05-01 01:00:00"
        assert says in error_of("t.csv", table(times))


class TestForms:
    @pytest.mark.parametrize(
        "form",
        [
            "%Y-%m-%d %H:%M",
            "%Y-%m-%dT%H:%M:%S.000",
            "%Y-%m-%d %H:%M:%S +01",
            "%Y/%m/%d %H:%M",
            "%d.%m.%Y %H:%M",
            "%d.%m.%y, %H:%M",
            "%d/%m/%Y %H:%M",
            "%m/%d/%Y %I:%M %p",
            "%m/%d/%y %H:%M:%S",
            "%d-%m-%Y %H:%M",
        ],
    )
    def test_times_are_read_as_they_are_written(self, form: str) -> None:
        told = clock(moment.strftime(form) for moment in HOURS)
        assert told == {"start": "2023-05-01", "step_hours": 1}

    def test_an_order_of_day_and_month_that_steps_do_not_tell_is_refused(self) -> None:
        error = error_of("t.csv", table(moment.strftime("%d/%m/%Y %H:%M") for moment in HOURS[:24]))
        assert "row 2 could be 2023-05-01 or 2023-01-05" in error
        assert "year first, not '01/05/2023 00:00'" in error

    def test_the_order_does_not_matter_where_day_and_month_are_the_same(self) -> None:
        assert clock(f"05/05/2023 {hour}:00" for hour in range(24))["start"] == "2023-05-05"

    @pytest.mark.parametrize(
        "cell", ["2023-02-30", "2023-01-01 25:00", "01.01.2023 13:00 PM", "1.1.1"]
    )
    def test_a_time_that_there_is_not_is_refused_with_its_row(self, cell: str) -> None:
        error = error_of("t.csv", table(["2023-05-01", cell, "2023-05-03"]))
        assert error == f"column 'time', row 3 should be like '2023-01-01 00:00', not '{cell}'"

    def test_a_workbooks_times_may_be_text_with_offsets(self) -> None:
        rows = [["2023-03-26 01:00+01:00", 1], ["2023-03-26 03:00+02:00", 2]]
        data = xlsx(["when", "heat"], ["2023-03-26 00:00+01:00", 0], *rows)
        read = read_table("t.xlsx", data)
        assert (read.columns, read.clock()["step_hours"]) == ({"heat": [0, 1, 2]}, 1)


class TestColumn:
    @pytest.mark.parametrize("name", ["Zeitstempel", "Messzeitpunkt", "Date", "timestamp", "x"])
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_it_is_found_by_what_is_in_it(self, name: str, place: int) -> None:
        columns = [["heat", "1", "2"], ["sun", "0", "1"]]
        columns.insert(place, [name, "2023-05-01 00:00", "2023-05-01 01:00"])
        data = "\n".join(";".join(row) for row in zip(*columns, strict=True)).encode()
        read = read_table("t.csv", data)
        assert read.columns == {"heat": [1, 2], "sun": [0, 1]}
        assert read.clock() == {"start": "2023-05-01", "step_hours": 1}

    def test_a_workbooks_dates_are_times_whatever_they_are_called(self) -> None:
        read = read_table(
            "t.xlsx", xlsx(["heat", "Zeit"], [1, date(2023, 5, 1)], [2, date(2023, 5, 2)])
        )
        assert (read.columns, read.clock()["step_hours"]) == ({"heat": [1, 2]}, 24)

    def test_two_of_them_are_refused_by_their_names(self) -> None:
        data = "".join(f"{moment};{moment + timedelta(hours=1)};5\n" for moment in HOURS)
        error = error_of("t.csv", f"from;to;heat\n{data}".encode())
        assert error == "should have one column of times, not both 'from' and 'to'"

    def test_remarks_with_a_date_are_not_another(self) -> None:
        data = b"time;note\n2023-05-01 00:00;2023-04-30 read\n2023-05-01 01:00;\n"
        assert "column 'note', row 2 should be a number" in error_of("t.csv", data)

    def test_a_number_that_became_a_date_is_named_among_numbers(self) -> None:
        data = xlsx(["heat"], [3.2], [4.1], [datetime(2023, 5, 1)])
        assert "'heat', row 4 should be a number such as 1234.5" in error_of("t.xlsx", data)

    @pytest.mark.parametrize("name", ["time", "Date", "Zeitstempel"])
    def test_numbers_under_such_a_name_are_not_taken_for_a_profile(self, name: str) -> None:
        error = error_of("t.csv", table(["44927", "44927.0417"], name))
        assert f"column '{name}', row 2 should be like '2023-01-01 00:00', not '44927'" in error

    @pytest.mark.parametrize("form", ["{0:%H:%M}", "{0.hour}", "{0:%I:%M %p}"])
    def test_hours_may_have_a_column_of_their_own(self, form: str) -> None:
        rows = (f"{moment:%d.%m.%Y};{form.format(moment)};5\n" for moment in HOURS)
        read = read_table("t.csv", f"Datum;Uhrzeit;heat\n{''.join(rows)}".encode())
        assert read.columns == {"heat": [5.0] * 48}
        assert read.clock() == {"start": "2023-05-01", "step_hours": 1}

    def test_the_hours_of_a_workbook_too(self) -> None:
        rows = [[datetime(2023, 5, 1), time(hour), 5] for hour in range(24)]
        read = read_table("t.xlsx", xlsx(["day", "hour", "heat"], *rows))
        assert (set(read.columns), read.clock()["step_hours"]) == ({"heat"}, 1)

    def test_whole_numbers_beside_days_are_values(self) -> None:
        read = read_table("t.csv", b"day;heat\n2023-05-01;5\n2023-05-02;5\n2023-05-03;5\n")
        assert (read.columns, read.clock()["step_hours"]) == ({"heat": [5, 5, 5]}, 24)
