"""The colours of carriers and technologies: everybody can tell them apart, in both themes."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import algorithm.export.diagram
from algorithm.export.diagram.look import name_hash
from algorithm.samples import SAMPLES
from tests.algorithm.colour_vision import VISIONS, ciede2000, contrast, difference

LOOK: dict[str, Any] = json.loads(
    (Path(algorithm.export.diagram.__file__).parent / "look.json").read_text("utf-8")
)
TOKENS = Path(__file__).parents[2] / "frontend/src/style/tokens.css"
THEMES = ("light", "dark")
# ΔE00: about 2 is what can just be seen side by side; fields apart from each other take more.
LEAST_DIFFERENCE = 8.0
LEAST_CONTRAST = 3.0  # WCAG 1.4.11


def technology_of(like: str) -> tuple[str, dict[str, Any]]:
    for name, look in LOOK["technologies"].items():
        if like in look["devices"]:
            return name, look
    number = name_hash(like) % len(LOOK["other_technologies"])
    return f"other-{number}", LOOK["other_technologies"][number]


def looks_of(sample: str) -> dict[str, dict[str, Any]]:
    """What a sample's charts show: its technologies, and what is bought, used, sold and unmet."""
    stated = json.loads((files("algorithm.samples") / f"{sample}.json").read_text("utf-8"))
    likes = [device.get("like", name) for name, device in stated["devices"].items()]
    return dict(technology_of(like) for like in likes) | LOOK["trades"]


def alike(colours: dict[str, str]) -> list[str]:
    """Pairs of names whose colours can't be told apart with some vision."""
    return [
        f"{one} and {other}, {vision}: {found:.1f}"
        for (one, first), (other, second) in combinations(colours.items(), 2)
        for vision in VISIONS
        if (found := difference(first, second, vision)) < LEAST_DIFFERENCE
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_technologies_of_a_site_can_be_told_apart_by_the_colour_blind(
    sample: str, theme: str
) -> None:
    assert alike({name: look[theme] for name, look in looks_of(sample).items()}) == []


def test_colours_that_the_colour_blind_confuse_are_found() -> None:
    # Eight colours that only normal vision tells apart.
    usual = ["e3a21a", "3f7cb8", "c0562f", "4c9a5f", "8465b5", "d178a3", "2f9c98", "9b7440"]
    found = alike({colour: f"#{colour}" for colour in usual})
    assert "3f7cb8 and 8465b5, deuteranopia: 0.9" in found
    assert not any("normal" in pair for pair in found)


@pytest.mark.parametrize("theme", THEMES)
def test_carriers_can_be_told_apart_by_colour_or_dash(theme: str) -> None:
    looks = [*LOOK["carriers"].values(), *LOOK["other_carriers"]]
    dashes = [look["dash"] for look in looks]
    assert len(set(dashes)) == len(dashes)


@pytest.mark.parametrize("theme", THEMES)
def test_colours_stand_off_from_what_they_are_drawn_on(theme: str) -> None:
    grounds = re.findall(
        r"--(?:ground|card|raised): light-dark\((#\w+), (#\w+)\)", TOKENS.read_text("utf-8")
    )
    assert len(grounds) == 3
    drawn = [
        *LOOK["carriers"].values(),
        *LOOK["other_carriers"],
        *LOOK["technologies"].values(),
        *LOOK["other_technologies"],
        *LOOK["trades"].values(),
    ]
    for look in drawn:
        for ground in grounds:
            against = ground[THEMES.index(theme)]
            assert contrast(look[theme], against) >= LEAST_CONTRAST, (look, against)


def test_no_colour_stands_for_two_things() -> None:
    for theme in THEMES:
        colours = [
            look[theme] for group in ("technologies", "trades") for look in LOOK[group].values()
        ] + [look[theme] for look in LOOK["other_technologies"]]
        assert len(set(colours)) == len(colours)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_of_colours_is_as_published(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)
