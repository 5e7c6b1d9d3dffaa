"""The times of a table's steps, from its column of dates and times.

Steps are equal in real time, which UTC offsets define. Local time without offsets lacks an hour in
spring and repeats one in autumn; this is recognised if it matches the clock changes of some time
zone. No values are added or dropped: a year of hours has 8760 values in local time, too, and in
summer the clock shows an hour more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain, pairwise
from zoneinfo import ZoneInfo, available_timezones

from algorithm.errors import RequirementError
from algorithm.files.sheet import FIRST_ROW, Cell
from algorithm.files.timestamps import (
    begins_with_date,
    day_of,
    has_either_order,
    hour_of,
    is_date,
    is_timestamp,
    timestamps,
)
from algorithm.messages import Message

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)

# A column with one of these names must contain times, so that day numbers don't become a profile.
_NAMES = {"time", "timestamp", "datetime", "date", "zeit", "zeitstempel", "datum"}


@dataclass(frozen=True)
class Clock:
    """The times of the steps. start: the local date. step: None if there is only one step."""

    start: date
    step: timedelta | None


def read_clock(
    file: str, columns: Mapping[str, Sequence[Cell]]
) -> tuple[Clock | None, dict[str, Sequence[Cell]]]:
    """Return the times of a table's steps, None if it has none, and the other columns.

    Raises RequirementError.
    """
    others = dict(columns)
    name = _column_of_times(file, others)
    if name is None:
        return None, others
    cells = others.pop(name)
    if all(map(is_date, cells)) and len(set(cells)) < len(cells):
        cells = _with_hours(cells, others)
    return _Times(file, name, cells).clock(), others


def _column_of_times(file: str, columns: Mapping[str, Sequence[Cell]]) -> str | None:
    """Return the column with times in all or most cells, or else one with such a name."""
    found = [name for name, cells in columns.items() if any(map(begins_with_date, _probes(cells)))]
    whole = [name for name in found if all(map(is_timestamp, columns[name]))]
    if len(whole) > 1:
        message = Message(
            "should have one column of times, not both '%(one)s' and '%(other)s'",
            one=whole[0],
            other=whole[1],
        )
        raise _wrong(file, message)
    named = (name for name in columns if name.casefold() in _NAMES)
    mostly = (name for name in found if _share_of_dates(columns[name]) >= 0.5)
    return next(chain(whole, mostly, named), None)


def _probes(cells: Sequence[Cell]) -> list[Cell]:
    return [cells[0], cells[len(cells) // 2], cells[-1]]


def _share_of_dates(cells: Sequence[Cell]) -> float:
    return sum(map(begins_with_date, cells)) / len(cells)


def _with_hours(days: Sequence[Cell], columns: dict[str, Sequence[Cell]]) -> Sequence[Cell]:
    """Return days combined with a column of hours, which is removed; days alone if none fits."""
    found = {}
    for name in [name for name, cells in columns.items() if all(map(hour_of, cells))]:
        pairs = zip(days, columns[name], strict=True)
        cells = [f"{day_of(day)} {hour_of(hour)}" for day, hour in pairs]
        times = timestamps(cells)
        if len(times) == len(cells) and _has_equal_steps(times):
            found[name] = cells
    if len(found) != 1:
        return days
    name, cells = found.popitem()
    del columns[name]
    return cells


def _wrong(file: str, message: str) -> RequirementError:
    return RequirementError([{"field": file, "message": message}])


@dataclass(frozen=True)
class _Times:
    """A column of times."""

    file: str
    name: str
    cells: Sequence[Cell]

    def clock(self) -> Clock:
        times = self._read()
        step = self._step(times) if len(times) > 1 else None
        since_midnight = times[0] - times[0].replace(hour=0, minute=0, second=0)
        # Meters often stamp the end of a step: the first is a step after midnight, the last at it.
        ends = since_midnight == step and len(times) * since_midnight % DAY == timedelta()
        if since_midnight and not ends:
            message = Message(
                "column '%(time)s' should begin at midnight, not at %(times)s",
                time=self.name,
                times=times[0],
            )
            raise _wrong(self.file, message)
        return Clock(times[0].date(), step)

    def _read(self) -> list[datetime]:
        readings = [timestamps(self.cells)]
        if has_either_order(self.cells[0]):
            readings.append(timestamps(self.cells, month_first=True))
        whole = [times for times in readings if len(times) == len(self.cells)]
        if not whole:
            row = max(map(len, readings))
            message = Message(
                "column '%(time)s', row %(row)s should be like '2023-01-01 00:00', not %(found)s",
                time=self.name,
                row=row + FIRST_ROW,
                found=self._found(row),
            )
            raise _wrong(self.file, message)
        self._refuse_some_offsets(whole[0])
        return whole[0] if whole[0] == whole[-1] else self._in_order(*whole)

    def _refuse_some_offsets(self, times: Sequence[datetime]) -> None:
        """Refuse times if only some have a UTC offset."""
        aware = [time.tzinfo is not None for time in times]
        if (not aware[0]) in aware:
            row = aware.index(not aware[0])
            message = Message(
                "column '%(time)s' should have UTC offsets in all rows or in none, not %(one)s in "
                "row %(first)s and %(found)s in row %(row)s",
                time=self.name,
                one=self._found(0),
                first=FIRST_ROW,
                found=self._found(row),
                row=row + FIRST_ROW,
            )
            raise _wrong(self.file, message)

    def _in_order(self, *readings: list[datetime]) -> list[datetime]:
        """Return the reading, day first or month first, whose steps are equal."""
        equal = [times for times in readings if _has_equal_steps(times)]
        if len(equal) == 1:
            return equal[0]
        pairs = enumerate(zip(*readings, strict=True))
        row, (one, other) = next((row, both) for row, both in pairs if both[0] != both[1])
        message = Message(
            "column '%(time)s', row %(row)s could be %(one)s or %(other)s: write dates with the "
            "year first, not %(found)s",
            time=self.name,
            row=row + FIRST_ROW,
            one=one.date(),
            other=other.date(),
            found=self._found(row),
        )
        raise _wrong(self.file, message)

    def _step(self, times: Sequence[datetime]) -> timedelta:
        """Return the length of a step; refuse steps that aren't equal in real time."""
        step = _usual_step(times)
        if step <= timedelta():
            row = next(row for row, (one, other) in _pairs(times) if other <= one)
            message = Message(
                "column '%(time)s', row %(row)s should be later than %(before)s, not %(found)s",
                time=self.name,
                row=row + FIRST_ROW,
                before=times[row - 1],
                found=times[row],
            )
            raise _wrong(self.file, message)
        uneven = _uneven(times, step)
        if uneven is not None and not _changes_clocks(times, step):
            raise _wrong(self.file, self._no_step(times, step, uneven))
        return step

    def _no_step(self, times: Sequence[datetime], step: timedelta, row: int) -> str:
        before, found = times[row - 1], times[row]
        if found.tzinfo is None and abs(found - before - step) == HOUR:
            return Message(
                "column '%(time)s' goes from %(before)s to %(found)s in row %(row)s, where a step "
                "is %(step)s; if clocks change, add UTC offsets, such as 2023-03-26 03:00+02:00",
                time=self.name,
                before=before,
                found=found,
                row=row + FIRST_ROW,
                step=step,
            )
        due = times[0] + row * step
        return Message(
            "column '%(time)s', row %(row)s should be %(due)s, a step of %(step)s after "
            "%(before)s, not %(found)s",
            time=self.name,
            row=row + FIRST_ROW,
            due=due if found.tzinfo is None else due.astimezone(found.tzinfo),
            step=step,
            before=before,
            found=found,
        )

    def _found(self, row: int) -> str:
        return repr(str(self.cells[row])[:40])


# Functions on times that all have a UTC offset, or all have none. Rows are counted from 0.


def _pairs(times: Iterable[datetime]) -> Iterator[tuple[int, tuple[datetime, datetime]]]:
    """Yield each row from the second on, with the times of the row before and of this row."""
    return enumerate(pairwise(times), start=1)


def _usual_step(times: Sequence[datetime]) -> timedelta:
    lengths = Counter(other - one for _, (one, other) in _pairs(times))
    return lengths.most_common(1)[0][0]


def _uneven(times: Iterable[datetime], step: timedelta) -> int | None:
    """Return the first row whose time isn't `row` steps after the first time; None if all are."""
    begin = None
    for row, moment in enumerate(times):
        begin = begin or moment
        if abs(moment - begin - row * step) > SECOND:
            return row
    return None


def _has_equal_steps(times: Sequence[datetime]) -> bool:
    if len(times) == 1:
        return True
    step = _usual_step(times)
    if not timedelta() < step <= DAY:
        return False
    return _uneven(times, step) is None or _changes_clocks(times, step)


def _changes_clocks(times: Sequence[datetime], step: timedelta) -> bool:
    """Whether times without UTC offsets are equal steps in the local time of some time zone."""
    if times[0].tzinfo is not None:
        return False
    jumps = {
        row: one - other + step
        for row, (one, other) in _pairs(times)
        if abs(one - other + step) > SECOND
    }
    if any(abs(back) != HOUR for back in jumps.values()):
        return False
    folds, fold = [], 0  # 1 between the change in autumn and the next in spring
    for row in range(len(times)):
        fold = jumps[row] > timedelta() if row in jumps else fold
        folds.append(int(fold))
    local = [time.replace(fold=fold) for time, fold in zip(times, folds, strict=True)]
    return any(_is_even_in(zone, local, step, jumps) for zone in _zones())


def _is_even_in(
    zone: ZoneInfo, local: Sequence[datetime], step: timedelta, jumps: Iterable[int]
) -> bool:
    """jumps: rows to check first, as they rule out most zones quickly."""
    return (
        all(_uneven(_in_utc(zone, local[row - 1 : row + 1]), step) is None for row in jumps)
        and _uneven(_in_utc(zone, local), step) is None
    )


def _in_utc(zone: ZoneInfo, local: Iterable[datetime]) -> Iterator[datetime]:
    return (time.replace(tzinfo=zone).astimezone(UTC) for time in local)


@cache
def _zones() -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in sorted(available_timezones())]
