"""The built-in requirements, by name.

A sample is a JSON file, with its hourly columns in a CSV file of the same name, which
`make_samples.py` generates; README.md names the sources.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from algorithm.errors import RequirementError
from algorithm.files.reading import read_columns
from algorithm.messages import Message
from algorithm.requirement.schema import Requirement
from algorithm.suggestions import near_miss


@dataclass(frozen=True)
class Sample:
    """A sample's texts in a list of samples."""

    label: str
    description: str


SAMPLES = {
    "tiny": Sample(
        "One winter day",
        "A small site over 24 hours with a handful of devices: solved in seconds.",
    ),
    "campus": Sample(
        "University campus",
        "A year of hours, electricity, heat, cooling and hydrogen, and every kind of device.",
    ),
    "hospital": Sample(
        "Hospital",
        "A year of hours with steam and much cooling, existing devices, and a grid "
        "that fails for two days.",
    ),
    "industrial-park": Sample(
        "Industrial park",
        "A year of hours at two places with links between them, waste heat, wind and a CO2 limit.",
    ),
}


@cache  # reading a year of hours takes a quarter of a second
def load_sample(name: str) -> Requirement:
    """Return a sample by its name; raises RequirementError for an unknown name."""
    if name not in SAMPLES:
        message = Message(
            "'%(name)s' is not a sample%(near)s", name=name, near=near_miss(name, SAMPLES)
        )
        raise RequirementError([{"field": "sample", "message": message}])
    folder = files("algorithm.samples")
    requirement = json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
    table = f"{name}.csv"
    requirement["profiles"] = read_columns(table, folder.joinpath(table).read_bytes())
    return Requirement.model_validate(requirement)
