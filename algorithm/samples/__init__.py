"""Requirements that come with the package, by name. Loaded by `search`, terminal and web.

A sample is a JSON file, its hourly columns in a CSV file of the same name beside it. Both are made
by `make_samples.py` here; README.md names the sources.
"""

import csv
import json
from dataclasses import dataclass
from importlib.resources import files

from algorithm.errors import RequirementError
from algorithm.near_miss import near_miss
from algorithm.requirement import Requirement


@dataclass(frozen=True)
class Sample:
    """What a list of samples shows."""

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
}


def load_sample(name: str) -> Requirement:
    """Return a sample by its name; raises RequirementError for a name that there isn't."""
    if name not in SAMPLES:
        message = f"'{name}' is not a sample{near_miss(name, SAMPLES)}"
        raise RequirementError([{"field": "sample", "message": message}])
    folder = files("algorithm.samples")
    requirement = json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
    header, *rows = csv.reader(folder.joinpath(f"{name}.csv").read_text(encoding="utf-8").split())
    columns = zip(*(map(float, row) for row in rows), strict=True)
    requirement["profiles"] = dict(zip(header, map(list, columns), strict=True))
    return Requirement.model_validate(requirement)
