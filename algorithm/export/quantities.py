"""Amounts as readable text, rounded."""

import math

# Smaller values are shown as 0.
TINIEST = 1e-6


def three(value: float) -> str:
    """Return a value with three digits, or all those before the point if more: 2227.463 -> 2,227.

    Below 1 it has two decimals, or three significant digits if it is below 0.01: 0.00123.
    """
    seen = abs(value) >= 1 or TINIEST <= abs(value) < 0.01
    whole = math.floor(math.log10(abs(value))) + 1 if seen else 1
    return f"{value:,.{max(0, 3 - whole) if value else 0}f}"


def amount(value: float, unit: str) -> str:
    """2227.463, 'kW' -> '2,227 kW'."""
    return f"{three(value)} {unit}"


def energy(kwh: float) -> str:
    """12_345_678.0 -> '12.3 GWh'."""
    steps = ((1e9, "TWh"), (1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"))
    # A value just below the next unit would be rounded to 1000 of this one.
    size = abs(kwh) * 1.0005
    step, unit = next((step for step in steps if size >= step[0]), steps[-1])
    return amount(kwh / step, unit)


def percent(share: float) -> str:
    """Return a gap as a percentage, rounded up so that it never claims too much."""
    hundredths = math.ceil(share * 1e4 - 1e-6)
    return f"{max(0, hundredths) / 100:.2f} %"


def duration(seconds: float) -> str:
    """187 -> '3 min 07 s'."""
    if seconds < 60:
        return f"{seconds:.{int(seconds < 9.95)}f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def estimate(low: float, high: float | None = None) -> str:
    """Return a remaining time, rounded coarsely, as it is an estimate: 93 -> '2 min left'; or a
    range of it in one unit: 110, 350 -> '2 to 6 min left'."""
    high = low if high is None else high
    if high < 5:
        return "a few seconds left"
    if high < 55:
        figures, unit = [f"{math.ceil(seconds / 5) * 5}" for seconds in (low, high)], "s"
    elif high < 3570:
        figures, unit = [f"{max(1, round(seconds / 60))}" for seconds in (low, high)], "min"
    else:
        figures, unit = [f"{seconds / 3600:.1f}" for seconds in (low, high)], "h"
    # A range whose ends look the same is one figure.
    return f"{' to '.join(dict.fromkeys(figures))} {unit} left"
