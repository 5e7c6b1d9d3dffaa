"""What a column is, from its header and unit: a demand, a price, weather, or nothing of use."""

import re
from dataclasses import dataclass

from algorithm.files.importing.choices import Taken
from algorithm.files.importing.units import MODEL_UNITS, Quantity, Unit, without_unit
from algorithm.messages import Message

# Before and after a word there may be a letter: "Fernwärmeverbrauch", "Stromlast".
_CARRIERS = {
    "steam": r"dampf|steam|蒸汽|蒸气",
    "cooling": r"kälte|kaelte|kühl|cool|chill|cold(?!.?water)|refriger|冷",
    "heat": r"wärme|waerme|heat|heiz|thermal|thermisch|warmwasser|hot.?water|\bdhw\b|热",
    "hydrogen": r"wasserstoff|hydrogen|\bh2\b|氢",
    "gas": r"(?<![a-z])gas|erdgas|燃气|天然气",
    "electricity": r"strom|elektr|electr|elec\b|grid|netz|wirk|\bpower\b|电",
}
_UNUSED = re.compile(
    r"einspeis|feed.?in|export|rückliefer|rueckliefer|lieferung|erzeug|generat|produ[ck]|blind|"
    r"reactive|apparent|schein|solar|\bpv\b|photovolt|发电|上网",
    re.IGNORECASE,
)
_SALE = re.compile(r"verg[üu]|sale|sell|feed.?in|einspeis|export|上网", re.IGNORECASE)
_PRICE = re.compile(r"pric|preis|tarif|spot|day.?ahead|intraday|cost|kosten|价", re.IGNORECASE)
_TEMPERATURE = re.compile(r"temp|dry.?bulb|t2m|气温|温度", re.IGNORECASE)
_READING = re.compile(
    r"z[äa]e?hlerst|stand\b|reading|cumul|kumul|counter|index|1\.8\.0|total_increasing|lifetime|读数|表底",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"verbrauch|consum|usage|energ|arbeit|bezug|menge|amount|用量|用电量", re.IGNORECASE
)
_LOAD = re.compile(r"load|last|leistung|power|demand|bedarf|负荷|功率", re.IGNORECASE)
PROFILES = ("sun", "wind", "solar-heat", "heat-pump-input")
"""Profiles that devices of the catalogue look for; the last one by being named."""


@dataclass(frozen=True)
class Role:
    """What a column is taken for, and why. carrier: of a demand or price. profile: its name."""

    taken: Taken
    why: Message
    carrier: str | None = None
    profile: str | None = None


def is_reading(header: str) -> bool:
    return _READING.search(header) is not None


def names_amount(header: str) -> bool:
    """Whether a header without a unit could as well be of energy as of power."""
    return _AMOUNT.search(header) is not None and _LOAD.search(header) is None


def carrier_of(header: str) -> str | None:
    """Return the carrier that a header names, in English, German or Chinese."""
    plain = header.replace("_", " ")
    return next(
        (name for name, words in _CARRIERS.items() if re.search(words, plain, re.IGNORECASE)), None
    )


def role_of(header: str, unit: Unit | None) -> Role:
    """Return what a column with numbers is taken for."""
    plain = header.replace("_", " ")
    name = without_unit(header).strip().lower().replace("_", "-").replace(" ", "-")
    if name in PROFILES and (unit is None or unit.quantity == "yield"):
        return Role("profile", Message("it is named like the catalogue's profile"), profile=name)
    quantity: Quantity | None = unit.quantity if unit else None
    if quantity == "other":
        assert unit is not None
        return Role("ignored", Message("no figure of the model is in %(unit)s", unit=unit.name))
    if quantity == "price" or (unit is None and _PRICE.search(plain)):
        taken: Taken = "sale" if _SALE.search(plain) else "price"
        priced = carrier_of(_PRICE.sub(" ", plain)) or "electricity"
        return Role(taken, Message("its unit or name is that of a price"), priced)
    if quantity == "co2":
        return Role(
            "co2", Message("its unit is that of emissions"), carrier_of(plain) or "electricity"
        )
    if quantity == "temperature" or (unit is None and _TEMPERATURE.search(plain)):
        return Role("temperature", Message("its unit or name is that of a temperature"))
    if quantity == "irradiance":
        return Role("irradiance", Message("its unit is that of irradiance"))
    if quantity == "speed":
        return Role("wind speed", Message("its unit is that of a speed"))
    if quantity == "yield":
        wind = re.search(r"wind|风", plain, re.IGNORECASE)
        why = Message("its unit is power per power of the plant")
        return Role("profile", why, profile="wind" if wind else "sun")
    if _UNUSED.search(plain) and not re.search("consum|verbrauch|bezug|load|last", plain, re.I):
        why = Message("it is named after feed-in, generation or reactive power, not a demand")
        return Role("ignored", why)
    if carrier := carrier_of(plain):
        return Role("demand", Message("its name has '%(carrier)s'", carrier=carrier), carrier)
    if unit is not None:
        why = Message("its unit is that of a load, and its name has no other carrier")
        return Role("demand", why, "electricity")
    if _AMOUNT.search(plain) or _LOAD.search(plain):
        why = Message("its name is that of a load, and has no other carrier")
        return Role("demand", why, "electricity")
    return Role("ignored", Message("neither its name nor a unit says what it is"))


def model_unit(taken: Taken, currency: str = "currency") -> str:
    """Return the unit that the model has a column's values in."""
    quantity: dict[Taken, Quantity] = {
        "demand": "power",
        "price": "price",
        "sale": "price",
        "co2": "co2",
        "temperature": "temperature",
        "irradiance": "irradiance",
        "wind speed": "speed",
    }
    known = quantity.get(taken)
    return MODEL_UNITS[known].replace("currency", currency) if known else ""
