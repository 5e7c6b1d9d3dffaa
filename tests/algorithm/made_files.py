"""Files of meters, prices and weather, made as people have them."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from openpyxl import Workbook

UTC, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
YEAR = 8760


def times(
    count: int = YEAR, minutes: int = 60, start: datetime = datetime(2023, 1, 1)
) -> list[datetime]:
    return [start + timedelta(minutes=minutes * number) for number in range(count)]


def in_berlin(count: int = YEAR, minutes: int = 60) -> list[datetime]:
    """Equal steps of 2023 as clocks in Berlin show them."""
    first = datetime(2022, 12, 31, 23, tzinfo=UTC)
    return [moment.astimezone(BERLIN) for moment in times(count, minutes, first)]


def lines(header: str, rows: Iterable[str], above: str = "", below: str = "") -> bytes:
    return "\n".join([*filter(None, [above]), header, *rows, below]).encode()


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@cache
def pvgis(years: Sequence[int] = (2008,), kwp: float = 1.0) -> bytes:
    """Hourly values as PVGIS gives them: W, at 10 minutes past, with a header and a footer."""
    rows = []
    for year in years:
        first = datetime(year, 1, 1)
        for moment in times((datetime(year + 1, 1, 1) - first).days * 24, 60, first):
            sun = max(0.0, math.sin((moment.hour - 6) / 12 * math.pi))
            rows.append(
                f"{moment:%Y%m%d:%H}10,{600 * sun * kwp:.1f},{750 * sun:.1f},0.0,10.0,3.0,0.0"
            )
    return lines(
        "time,P,G(i),H_sun,T2m,WS10m,Int",
        rows,
        "Latitude (decimal degrees):\t48.200\nLongitude (decimal degrees):\t16.400\n"
        "Elevation (m):\t190\nRadiation database:\tPVGIS-SARAH2\n\n\nSlope: 35 deg. \n"
        f"Azimuth: 0 deg. \nNominal power of the PV system (c-Si) (kWp):\t{kwp}\n"
        "System losses (%):\t14.0\n",
        "\nP: PV system power (W)\nG(i): Global irradiance on the inclined plane (W/m2)\n"
        "PVGIS (c) European Union, 2001-2024",
    )


def epw(sky: Callable[[datetime], tuple[float, float, float]]) -> bytes:
    """A typical year of EnergyPlus in Vienna, 10 °C and 3 m/s. sky: GHI, DNI, DHI of an hour."""
    rows = []
    for moment in times():
        ghi, dni, dhi = sky(moment)
        cells = [f"{1980 + moment.month}", f"{moment.month}", f"{moment.day}"]
        cells += [f"{moment.hour + 1}", "60", "?9", "10.0", "5", "80", "98000", "0", "0", "300"]
        cells += [f"{ghi:.0f}", f"{dni:.0f}", f"{dhi:.0f}", "0", "0", "0", "0", "180", "3.0"]
        rows.append(",".join(cells + ["0"] * 13))
    head = "LOCATION,Wien,-,AUT,IWEC,110360,48.12,16.57,1.0,190.0\n" + "X,0\n" * 6
    return lines("DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31", rows, head.rstrip("\n"))


@cache
def entsoe() -> bytes:
    """Day-ahead prices of the ENTSO-E Transparency Platform, 50 EUR/MWh, one N/A."""
    rows = []
    for number, moment in enumerate(in_berlin()):
        after = (moment.astimezone(UTC) + timedelta(hours=1)).astimezone(BERLIN)
        price = "N/A" if number == 77 else "50.00"
        rows.append(
            f'"{moment:%d/%m/%Y %H:%M:%S} - {after:%d/%m/%Y %H:%M:%S}","BZN|AT",'
            f'"Without Sequence","{price}","",""'
        )
    header = '"MTU (CET/CEST)","Area","Sequence","Day-ahead Price (EUR/MWh)"'
    return lines(f'{header},"Intraday Period (CET/CEST)","Intraday Price (EUR/MWh)"', rows)


@cache
def home_assistant() -> bytes:
    """A week of a history export: a power of 600 W, and the counter of the same energy."""
    rows = []
    for number in range(7 * 24 * 6 + 1):
        moment = datetime(2023, 2, 28, 23) + timedelta(minutes=10 * number)
        rows.append(f"sensor.house_power,{500 + 200 * (number % 2)},{moment.isoformat()}.123Z")
        rows.append(f"sensor.meter_energy,{100 + 0.1 * number:.2f},{moment.isoformat()}.223Z")
    rows.insert(9, "sensor.house_power,unavailable,2023-02-28T23:30:00.000Z")
    return lines("entity_id,state,last_changed", rows)


@cache
def green_button() -> bytes:
    """A week of hours, 1,500 Wh each, from a site at UTC-5."""
    first = int(datetime(2023, 1, 2, 5, tzinfo=UTC).timestamp())
    readings = "".join(
        f"<IntervalReading><timePeriod><duration>3600</duration><start>{first + 3600 * hour}"
        "</start></timePeriod><value>1500</value></IntervalReading>"
        for hour in range(7 * 24)
    )
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><content>'
        '<LocalTimeParameters xmlns="http://naesb.org/espi"><tzOffset>-18000</tzOffset>'
        '</LocalTimeParameters><ReadingType xmlns="http://naesb.org/espi">'
        "<powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType>"
        f'<IntervalBlock xmlns="http://naesb.org/espi">{readings}</IntervalBlock>'
        "</content></entry></feed>"
    ).encode()
