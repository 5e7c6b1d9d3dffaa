"""From the times of a table's rows to equal steps from a midnight on.

Steps are equal in real time. Local time lacks an hour in spring and has one twice in autumn: these
are recognised by the clock changes of some time zone. No value is added or dropped for that: a year
of hours has 8760 values in local time, too, and in summer the clock shows an hour more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from algorithm.files.importing.choices import Choices
from algorithm.files.importing.stamps import DAY_S, NONE
from algorithm.messages import Message
from algorithm.series import Floats, Integers

HOUR_S = 3600
MOST_SPREAD = 10
"""Times that go on for this many times their number of steps have a wrong date among them."""

UTC_TAKEN = Message("times are in UTC, and taken for the site's clock")

EVEN_SHARE = 0.8
"""Share of the distances between rows that must be whole steps for rows to count as steps."""

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = (
    int((datetime(year, 1, 1, tzinfo=UTC) - _UNIX).total_seconds()) for year in (1900, 2200)
)
# Zones whose clock changes are tried first; many others have the same.
_USUAL_ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
_FIXED = re.compile(r"(?:UTC|GMT)\s*([+-])\s*(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
_UTC = re.compile(r"(?<![A-Za-z])(?:UTC|GMT|Zulu)(?![A-Za-z])", re.IGNORECASE)
_CET = re.compile(r"(?<![A-Za-z])(?:CET|MEZ)(?![A-Za-z])(?!\s*/)")
_END = re.compile(
    r"(?<![^\W_])(?:bis|ende?|to|until|endzeit|interval end|period end)(?![^\W_])", re.I
)
_BEGIN = re.compile(r"(?<![^\W_])(?:von|ab|begin\w*|start\w*|from)(?![^\W_])", re.IGNORECASE)


@dataclass
class Grid:
    """Equal steps. start_s: s on the site's clock since 1970, a midnight. step_s, count: of steps.

    place: (N,) the step of each row, -1 if it's beyond. offset_s: the site's UTC offset, None if
    unknown. zone: how times were understood. stamps: what a time is of its interval. irregular:
    whether rows are changes at any time; `moments` are then their s on the site's clock.
    """

    start_s: int
    step_s: int
    count: int
    place: Integers
    offset_s: int | None
    zone: str
    stamps: Literal["start", "end"]
    moments: Integers
    holes: list[tuple[str, int]] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    irregular: bool = False
    remarks: list[Message] = field(default_factory=list)

    @property
    def start(self) -> date:
        return day_of(self.start_s)

    @property
    def days(self) -> float:
        return self.count * self.step_s / DAY_S


class NoClock(Exception):
    """Times can't be understood; the message says why."""


def day_of(seconds: int) -> date:
    return (_UNIX + timedelta(seconds=int(seconds))).date()


def shown(seconds: int) -> str:
    """Return a time as text: "2023-03-26 02:00"."""
    return f"{_UNIX + timedelta(seconds=int(seconds)):%Y-%m-%d %H:%M}"


def _spread(clock: Integers) -> Message:
    return Message(
        "should have times one step after the other; they go from %(first)s to %(last)s",
        first=str(np.datetime64(int(clock.min()), "s"))[:16],
        last=str(np.datetime64(int(clock.max()), "s"))[:16],
    )


def grid_of(
    clock: Integers, offset: Floats, header: str, choices: Choices, *, begins: bool = False
) -> Grid:
    """Return the steps of rows with times; raises NoClock.

    clock, offset: (N,) as in `Stamps`, none of them NONE. header: of the column of times. begins:
    whether times are known to be beginnings, as they were written as intervals.
    """
    if clock.min() < _EARLIEST or clock.max() > _LATEST:
        raise NoClock(_spread(clock))
    remarks: list[Message] = []
    instants, site, zone = _in_real_time(clock, offset, header, choices, remarks)
    local = instants + (site or 0)
    order = np.argsort(local, kind="stable")
    ordered = local[order]
    if len(order) > 2 and np.mean(np.diff(clock) < 0) > 0.5:
        remarks.append(Message("rows were in descending order of time"))
    gaps = np.diff(ordered)
    gaps = gaps[gaps > 0]
    if not len(gaps) and choices.step_minutes is None:
        raise NoClock(Message("should have more than one time, or a stated length of a step"))
    step, even = _step_of(gaps, choices)
    if ordered[-1] - ordered[0] > MOST_SPREAD * step * (len(ordered) + 1000):
        raise NoClock(_spread(ordered))
    if step > DAY_S:
        raise NoClock(
            Message(
                "should have a value for each hour or day, not one in %(days)s days: for sums of "
                "months or a year, take a standard load profile",
                days=round(step / DAY_S),
            )
        )
    if not even:
        step = round(choices.step_minutes * 60) if choices.step_minutes else HOUR_S
        remarks.append(
            Message(
                "values at any time: taken to hold until the next, and averaged in steps of "
                "%(step)s min",
                step=step // 60,
            )
        )
        start, count = _days_of(int(ordered[0]), int(ordered[-1]), step, remarks, choices)
        place = np.floor_divide(local - start, step)
        return Grid(
            start, step, count, place, site, zone, "start", local, irregular=True, remarks=remarks
        )
    stamps = _stamps(ordered, step, header, choices, remarks, begins=begins)
    if stamps == "end":
        local, ordered = local - step, ordered - step
    rests = np.mod(ordered, step)
    near = np.mean((rests > 0.9 * step) | (rests < 0.1 * step)) > 0.99 and rests.min() < 0.1 * step
    shift = step // 2 if near and rests.max() > 0.9 * step else 0
    if rests.max() > 0:
        remarks.append(
            Message(
                "times don't fall on whole steps, such as %(time)s; taken for the step they are in",
                time=f"{_UNIX + timedelta(seconds=int(ordered[int(np.argmax(rests))])):%H:%M:%S}",
            )
        )
    begins_at = (int(ordered[0]) + shift) // step * step
    ends_at = (int(ordered[-1]) + shift) // step * step + step
    start, count = _days_of(begins_at, ends_at, step, remarks, choices)
    place = np.floor_divide(local + shift - start, step)
    place = np.where((place >= 0) & (place < count), place, -1)
    grid = Grid(start, step, count, place, site, zone, stamps, local, remarks=remarks)
    _find_holes(grid)
    return grid


def _find_holes(grid: Grid) -> None:
    """List runs of steps without a row, and steps with more than one."""
    counts = np.bincount(grid.place[grid.place >= 0], minlength=grid.count)
    missing = np.flatnonzero(counts == 0)
    for run in np.split(missing, np.flatnonzero(np.diff(missing) > 1) + 1):
        if len(run):
            grid.holes.append((shown(grid.start_s + int(run[0]) * grid.step_s), len(run)))
    for place in np.flatnonzero(counts > 1):
        grid.doubled.append(shown(grid.start_s + int(place) * grid.step_s))


def _step_of(gaps: Integers, choices: Choices) -> tuple[int, bool]:
    """Return the usual distance between rows, in whole minutes, and whether most keep to it."""
    if choices.step_minutes is not None and not len(gaps):
        return round(choices.step_minutes * 60), True
    rounded = np.round(gaps / 60).astype(np.int64) * 60
    values, counts = np.unique(rounded[rounded > 0], return_counts=True)
    if not len(values):
        return 60, False
    step = int(values[np.argmax(counts)])
    whole = np.abs(gaps - np.round(gaps / step) * step) <= max(60, step * 0.1)
    even = bool(np.mean(whole & (gaps > step / 2)) >= EVEN_SHARE) and counts.max() >= 0.5 * len(
        gaps
    )
    if step < DAY_S and DAY_S % step:
        even = False
    return step, even


def _stamps(
    ordered: Integers,
    step: int,
    header: str,
    choices: Choices,
    remarks: list[Message],
    *,
    begins: bool,
) -> Literal["start", "end"]:
    if choices.stamps is not None:
        return choices.stamps
    if begins or _BEGIN.search(header):
        return "start"
    first, last = int(ordered[0]) % DAY_S, int(ordered[-1]) % DAY_S
    if _END.search(header) or (step < DAY_S and first == step and last == 0):
        remarks.append(
            Message("times are the ends of steps: the first is %(first)s", first=shown(ordered[0]))
        )
        return "end"
    return "start"


def _days_of(
    begin: int, end: int, step: int, remarks: list[Message], choices: Choices
) -> tuple[int, int]:
    """Return the first midnight and the number of steps of whole days, of one year at most.

    A day at the edge counts if most of it is there: the rest becomes holes.
    """
    first, last = begin // DAY_S, -(-end // DAY_S)
    most = min(DAY_S // 4, (end - begin) // 20)  # that may be missing of a day at the edge
    if begin - first * DAY_S > most and last - first > 1:
        remarks.append(
            Message("begins at %(time)s: this day is left out", time=shown(begin)),
        )
        first += 1
    if last * DAY_S - end > most and last - first > 1:
        remarks.append(Message("ends at %(time)s: this day is left out", time=shown(end)))
        last -= 1
    if choices.year is not None or last - first > 366:
        first, last = _one_year(first, last, remarks, choices)
    return first * DAY_S, (last - first) * (DAY_S // step)


def _one_year(first: int, last: int, remarks: list[Message], choices: Choices) -> tuple[int, int]:
    """Return the days of one year: a calendar year if there is a whole one, the last if several."""
    began, ended = day_of(first * DAY_S), day_of(last * DAY_S)
    years = [
        year
        for year in range(began.year, ended.year + 1)
        if _number(date(year, 1, 1)) >= first and _number(date(year + 1, 1, 1)) <= last
    ]
    if choices.year is not None:
        if choices.year not in years:
            raise NoClock(
                Message(
                    "should have the whole year %(year)s; it has %(begin)s to %(end)s",
                    year=str(choices.year),
                    begin=began,
                    end=ended - timedelta(days=1),
                )
            )
        years = [choices.year]
    if years:
        begin, end = date(years[-1], 1, 1), date(years[-1] + 1, 1, 1)
    else:
        end = ended
        begin = date(end.year - 1, end.month, min(end.day, 28) if end.month == 2 else end.day)
    remarks.append(
        Message(
            "has %(days)s days; the year from %(begin)s to %(end)s is taken",
            days=last - first,
            begin=begin,
            end=end - timedelta(days=1),
        )
    )
    return _number(begin), _number(end)


def _number(day: date) -> int:
    return (day - _UNIX.date()).days


# Time zones


def _in_real_time(
    clock: Integers, offset: Floats, header: str, choices: Choices, remarks: list[Message]
) -> tuple[Integers, int | None, str]:
    """Return each row's s in real time, the site's UTC offset (None if unknown), and how times were
    understood. Without an offset, s count on a clock without changes."""
    zone = choices.zone_info()
    fixed = _FIXED.search(header)
    if not np.isnan(offset).all():
        if np.isnan(offset).any():
            row = int(np.flatnonzero(np.isnan(offset) != np.isnan(offset[0]))[0])
            raise NoClock(
                Message(
                    "should have UTC offsets in all rows or in none: %(time)s is the first that "
                    "differs",
                    time=shown(clock[row]),
                )
            )
        instants = clock - offset.astype(np.int64)
        stated = int(offset[int(np.argmin(instants))])
        if zone is None and (offset != 0).any():
            return instants, stated, "with UTC offsets"
        return instants, _site_offset(instants, zone, remarks), "UTC"
    if fixed is not None:
        hours = int(fixed[2]) + int(fixed[3] or 0) / 60
        seconds = round(hours * HOUR_S) * (-1 if fixed[1] == "-" else 1)
        return clock - seconds, seconds, fixed[0]
    if _UTC.search(header):
        return clock, _site_offset(clock, zone, remarks), "UTC"
    found = zone or _zone_of(clock)
    if found is not None:
        instants, strange = localised(clock, found)
        site = _offset_in(found, int(instants.min()))
        if strange:
            remarks.append(
                Message(
                    "%(count)s rows are in the hour that the clock change of %(zone)s leaves out",
                    count=strange,
                    zone=found.key,
                )
            )
        if zone is None:
            remarks.append(Message("local time: clocks change as in %(zone)s", zone=found.key))
        return instants, site, found.key
    if _CET.search(header):
        return clock - HOUR_S, HOUR_S, "UTC+1"
    return clock, None, "without clock changes"


def _site_offset(instants: Integers, zone: ZoneInfo | None, remarks: list[Message]) -> int:
    """Return a site's UTC offset if its times are in UTC: that by which it begins at midnight."""
    if zone is not None:
        return _offset_in(zone, int(instants.min()))
    since = int(instants.min()) % DAY_S
    offset = (DAY_S - since) % DAY_S
    offset -= DAY_S if offset > 14 * HOUR_S else 0
    if (
        since == 0
        or offset % HOUR_S
        or not -12 * HOUR_S <= offset <= 14 * HOUR_S
        or (since < 6 * HOUR_S and offset < -6 * HOUR_S)
    ):
        remarks.append(UTC_TAKEN)
        return 0
    remarks.append(
        Message(
            "times are in UTC; they begin at a midnight of UTC%(offset)s, which is taken for the "
            "site's clock",
            offset=f"{offset // HOUR_S:+d}",
        )
    )
    return offset


def _offset_in(zone: ZoneInfo, instant: int) -> int:
    offset = (_UNIX + timedelta(seconds=instant)).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def localised(clock: Integers, zone: ZoneInfo) -> tuple[Integers, int]:
    """Return the real time (UTC, s) of local times, and how many of them don't exist.

    Of an hour that is there twice, the first row is the first; a lone row is, too.
    """
    changes, offsets = _changes(zone, int(clock.min()) - 2 * DAY_S, int(clock.max()) + 2 * DAY_S)
    result = np.full(len(clock), NONE, dtype=np.int64)
    later = np.full(len(clock), NONE, dtype=np.int64)
    for offset in sorted(set(offsets.tolist()), reverse=True):  # the earlier moment first
        moments = clock - offset
        fits = offsets[np.searchsorted(changes, moments, side="right")] == offset
        later = np.where(fits & (result != NONE), moments, later)
        result = np.where(fits & (result == NONE), moments, result)
    strange = result == NONE
    if strange.any():
        # As if the clock had not changed yet.
        before = offsets[np.searchsorted(changes, clock - offsets.max(), side="left")]
        result = np.where(strange, clock - before, result)
    seen: set[int] = set()
    for row in np.flatnonzero(later != NONE):
        moment = int(result[row])
        if moment in seen:
            result[row] = later[row]
        seen.add(moment)
    _move_ends(clock, result, int(offsets.max()))
    return result, int(strange.sum())


def _move_ends(clock: Integers, result: Integers, summer: int) -> None:
    """Correct the end of the doubled hour's first pass, which some write as the hour's end."""
    moments, counts = np.unique(result, return_counts=True)
    taken = set(moments.tolist())
    for moment in moments[counts == 2]:
        first = int(np.flatnonzero(result == moment)[0])
        earlier = int(clock[first]) - summer
        if moment - earlier == HOUR_S and earlier not in taken:
            result[first] = earlier


def _changes(zone: ZoneInfo, begin: int, end: int) -> tuple[Integers, Integers]:
    """Return the moments (UTC, s) at which a zone's offset changes, and the offsets between."""
    moments, offsets = [], [_offset_in(zone, begin)]
    for day in range(begin, end, DAY_S):
        if _offset_in(zone, day + DAY_S) != offsets[-1]:
            low, high = day, day + DAY_S
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (
                    (middle, high) if _offset_in(zone, middle) == offsets[-1] else (low, middle)
                )
            moments.append(high)
            offsets.append(_offset_in(zone, high))
    return np.array(moments, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _zone_of(clock: Integers) -> ZoneInfo | None:
    """Return a zone whose clock changes explain where an hour is missing, or there twice."""
    if len(clock) < 4:
        return None
    if np.mean(np.diff(clock) < 0) > 0.5:
        clock = clock[::-1]
    steps = np.diff(clock)
    positive = steps[steps > 0]
    if not len(positive):
        return None
    values, counts = np.unique(positive, return_counts=True)
    step = int(values[np.argmax(counts)])
    if step > HOUR_S:
        return None
    gaps = [int(clock[at]) + step for at in np.flatnonzero(steps == step + HOUR_S)]
    unique, times = np.unique(clock, return_counts=True)
    twice = [int(moment) for moment in unique[times == 2]]
    # A missing hour that no zone leaves out is a hole.
    if not gaps and len(twice) not in range(1, 60 * 60 // step * 2 + 1):
        return None
    best, most = None, 0
    for zone in _zones():
        explained = sum(_is_left_out(zone, gap) for gap in gaps[:20])
        explained += sum(_is_ambiguous(zone, moment) for moment in twice[:20])
        if explained > most:
            best, most = zone, explained
            if explained == min(20, len(gaps)) + min(20, len(twice)):
                break
    return best


def _is_left_out(zone: ZoneInfo, clock: int) -> bool:
    """Whether a local time doesn't exist, as clocks are put forward to the hour after it."""
    naive = (_UNIX + timedelta(seconds=clock)).replace(tzinfo=zone)
    back = naive.astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None) != naive.replace(tzinfo=None)


def _is_ambiguous(zone: ZoneInfo, clock: int) -> bool:
    naive = (_UNIX + timedelta(seconds=clock)).replace(tzinfo=zone)
    return bool(naive.replace(fold=0).utcoffset() > naive.replace(fold=1).utcoffset())  # type: ignore[operator]


@cache
def _zones() -> Sequence[ZoneInfo]:
    return list(_by_use())


def _by_use() -> Iterator[ZoneInfo]:
    yield from map(ZoneInfo, _USUAL_ZONES)
    yield from (ZoneInfo(name) for name in sorted(available_timezones()) if "/" in name)


# Other steps


def averaged(values: Floats, step_s: int, to_s: int) -> Floats:
    """Return values (N,) per step as means in longer steps, or repeated in shorter ones."""
    common = int(np.gcd(step_s, to_s))
    fine = np.repeat(values, step_s // common)
    return np.asarray(fine.reshape(-1, to_s // common).mean(axis=1))


def held(moments: Integers, values: Floats, start: int, step: int, count: int) -> Floats:
    """Return the mean in each step of values that hold from their moment until the next.

    Steps before the first moment, and those after the last, are nan.
    """
    edges = start + step * np.arange(count + 1, dtype=np.float64)
    sums = np.concatenate([[0.0], np.cumsum(values[:-1] * np.diff(moments))])
    at_edges = np.interp(edges, moments, sums, left=np.nan, right=np.nan)
    return np.asarray(np.diff(at_edges) / step)
