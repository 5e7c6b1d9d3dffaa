"""Units as they stand in the headers of columns, and their factors to those of the model."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Quantity = Literal[
    "power", "energy", "price", "co2", "temperature", "irradiance", "speed", "yield", "other"
]

MODEL_UNITS: dict[Quantity, str] = {
    "power": "kW",
    "energy": "kW",
    "price": "currency/kWh",
    "co2": "kg/kWh",
    "temperature": "°C",
    "irradiance": "W/m²",
    "speed": "m/s",
    "yield": "kW/kW",
}


@dataclass(frozen=True)
class Unit:
    """A unit. factor: to the model's (energy: to kWh). currency: of a price, None if not stated."""

    name: str
    quantity: Quantity
    factor: float = 1.0
    currency: str | None = None


_POWERS = {"W": 1e-3, "kW": 1.0, "MW": 1e3, "GW": 1e6}
_SIMPLE: dict[str, Unit] = {
    **{name.lower(): Unit(name, "power", factor) for name, factor in _POWERS.items()},
    **{f"{name}h".lower(): Unit(f"{name}h", "energy", f) for name, f in _POWERS.items()},
    **{f"{name}h/h".lower(): Unit(f"{name}h/h", "power", f) for name, f in _POWERS.items()},
    "mj": Unit("MJ", "energy", 1 / 3.6),
    "gj": Unit("GJ", "energy", 1000 / 3.6),
    "kj/s": Unit("kJ/s", "power"),
    "千瓦": Unit("kW", "power"),
    "兆瓦": Unit("MW", "power", 1e3),
    "千瓦时": Unit("kWh", "energy"),
    "兆瓦时": Unit("MWh", "energy", 1e3),
    "度": Unit("kWh", "energy"),
    "°c": Unit("°C", "temperature"),
    "℃": Unit("°C", "temperature"),
    "degc": Unit("°C", "temperature"),
    "celsius": Unit("°C", "temperature"),
    "w/m2": Unit("W/m²", "irradiance"),
    "wh/m2": Unit("Wh/m²", "irradiance"),
    "kw/m2": Unit("kW/m²", "irradiance", 1000.0),
    "m/s": Unit("m/s", "speed"),
    "km/h": Unit("km/h", "speed", 1 / 3.6),
    "kw/kw": Unit("kW/kW", "yield"),
    "kw/kwp": Unit("kW/kWp", "yield"),
    "w/kwp": Unit("W/kWp", "yield", 1e-3),
    "w/kw": Unit("W/kW", "yield", 1e-3),
    "kwh/kwp": Unit("kWh/kWp", "yield"),
    "g/kwh": Unit("g/kWh", "co2", 1e-3),
    "gco2/kwh": Unit("g/kWh", "co2", 1e-3),
    "gco2eq/kwh": Unit("g/kWh", "co2", 1e-3),
    "kg/kwh": Unit("kg/kWh", "co2"),
    "kg/mwh": Unit("kg/MWh", "co2", 1e-3),
    "t/mwh": Unit("t/MWh", "co2"),
}
_OTHER = {
    "kvar", "kvarh", "mvar", "mvarh", "var", "varh", "kva", "va", "mva", "v", "kv", "a", "hz", "%",
    "°f", "k", "m3", "nm3", "m³", "m³/h", "m3/h", "l", "l/h", "kg", "t", "kg/h", "hpa", "pa",
    "mbar", "bar", "mm", "cm", "°", "deg", "lux", "€", "eur", "$", "usd", "chf", "min", "s",
}  # fmt: skip
_CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "元": "CNY", "¥": "CNY", "rmb": "CNY"}
# Hundredths of a currency: ct/kWh doesn't say which.
_CENTS = {
    "ct": None, "cent": None, "cents": None, "c": None, "€ct": "EUR", "eurct": "EUR",
    "eurocent": "EUR", "ct€": "EUR", "c€": "EUR", "¢": "USD", "rp": "CHF", "rp.": "CHF", "p": "GBP",
    "分": "CNY", "pence": "GBP",
}  # fmt: skip
_PER_ENERGY = {"kwh": 1.0, "mwh": 1e-3, "gwh": 1e-6, "wh": 1e3, "千瓦时": 1.0, "度": 1.0}
_PRICE = re.compile(r"([^/\s]+)\s*(?:/|per|pro|je)\s*([^/\s]+)", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Z]{3}")
_BRACKETS = re.compile(
    "[\\[(\uff08\u3010{]([^\\[\\](){}\uff08\uff09\u3010\u3011]*)[\\])\uff09\u3011}]"
)
_BETWEEN = re.compile(r"[\s_,;:|]+")
_SUFFIXED = re.compile(r"^([kmg]?wh?)_?(?:th|el|therm|elec)$")  # kWth, kWh_el
_TAIL = re.compile(
    r"(kWh|MWh|GWh|Wh)\s*(?:/|pro|per|je)\s*(?:1?5|10|15|30|60|1)?\s*"
    r"(?:min|minutes|minuten|h|hour|stunde|viertelstunde|step|interval)",
    re.IGNORECASE,
)


def unit_of(text: str) -> Unit | None:
    """Return the unit that a text is, None if it is none that is known."""
    plain = text.strip().strip(".").replace("²", "2").replace("^2", "2").replace("€/", "EUR/")
    plain = plain.replace("**2", "2").replace(" ", "") if len(plain) < 16 else plain
    low = _SUFFIXED.sub(r"\1", plain.lower())
    if low in _SIMPLE:
        if plain in ("w", "mw"):  # a word's letter, or milliwatt: not sure enough
            return None
        return _SIMPLE[low]
    if low in _OTHER:
        return Unit(text.strip(), "other")
    if tail := _TAIL.fullmatch(plain):
        return _SIMPLE[tail[1].lower()]
    return _price(plain, text.strip())


def _price(plain: str, shown: str) -> Unit | None:
    found = _PRICE.fullmatch(plain)
    if found is None or (per := _PER_ENERGY.get(found[2].lower())) is None:
        return None
    money = found[1].lower()
    if money in _CENTS:
        return Unit(shown, "price", per / 100, _CENTS[money])
    currency = _CURRENCIES.get(money)
    if currency is None and _PLAIN.fullmatch(found[1].upper()):
        currency = found[1].upper()
    return Unit(shown, "price", per, currency) if currency else None


def unit_in(header: str) -> Unit | None:
    """Return the unit in a header: in brackets, or as a word of its own; the last one counts."""
    bracketed = [unit for text in _BRACKETS.findall(header) if (unit := _of_part(text))]
    if bracketed:
        known = [unit for unit in bracketed if unit.quantity != "other"]
        return (known or bracketed)[-1]
    bare = _BRACKETS.sub(" ", header)
    if found := re.search(r"\b(?:in|unit|einheit)[\s:=]+(\S+)\s*$", bare, re.I):
        unit = unit_of(found[1])
        if unit is not None:
            return unit
    for word in reversed(list(_words(bare))):
        unit = unit_of(word)
        # Single letters are units in brackets alone: "A" and "t" are words, too.
        if unit is not None and (unit.quantity != "other" or word in ("kvar", "kvarh", "%", "kVA")):
            return unit
    return None


def _of_part(text: str) -> Unit | None:
    return unit_of(text) or next(filter(None, map(unit_of, _words(text))), None)


def _words(text: str) -> Iterator[str]:
    return (word for word in _BETWEEN.split(text) if word)


def without_unit(header: str) -> str:
    """Return a header without its unit, as a name: "Verbrauch (kWh)" -> "Verbrauch"."""
    bare = _BRACKETS.sub(lambda found: " " if _of_part(found[1]) else found[0], header)
    words = [word for word in bare.split() if unit_of(word) is None or len(word) == 1]
    return re.sub(r"\s+in$", "", " ".join(words)).strip(" _-,;:|/") or header
