"""Babel extractors for the texts to translate.

Babel itself finds calls of gettext functions. These extractors add texts that are translated where
they are read: those of `Message`, in the gettext context "said", and labels of the catalogue and
the samples, which are data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from babel.messages.extract import extract_python

from algorithm import CATALOGUE, SAMPLES, Requirement, load_sample
from algorithm.components.kinds import Figures
from algorithm.plan.graph import name_as_label
from algorithm.requirement.consistency import NAMES_TAKEN
from dashboard.i18n.languages import SAID, TITLE

Found = tuple[int, str | None, Any, list[str]]


def python(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Found]:
    """What is marked in Python."""
    marks: Any = [*keywords, "Message"]
    found: Iterator[Any] = extract_python(file, marks, tags, options)
    for line, function, texts, comments in found:
        if function != "Message":
            yield line, function, texts, comments
        elif text := texts[0] if isinstance(texts, tuple) else texts:
            yield _message(text, line)


def catalogue(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Found]:
    """What is marked in the catalogue, its devices' labels and groups, and what flows."""
    yield from python(file, keywords, tags, options)
    for device in CATALOGUE.values():
        yield _message(device.label)
        yield _message(device.group)
        yield _message(device.source)
        yield from _carriers(device.figures)
    for name in sorted(NAMES_TAKEN):
        yield from _carrier(name)


def samples(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Found]:
    """What is marked there, what the samples are called, and all that has a name in them."""
    yield from python(file, keywords, tags, options)
    for name, sample in SAMPLES.items():
        yield _message(sample.label)
        yield _message(sample.description)
        yield from _named(load_sample(name))


def _named(requirement: Requirement) -> Iterator[Found]:
    yield 0, "pgettext", (TITLE, requirement.name), []
    for parts in (requirement.demands, requirement.supplies, requirement.exports):
        for name, part in parts.items():
            yield from _carrier(name)
            yield from _carrier(part.carrier or name)
    for name in (*requirement.areas, *requirement.profiles):
        yield _message(name)
    for figures in (requirement.devices or {}).values():
        if figures.label:
            yield _message(figures.label)
        yield from _carriers(figures)


def _carriers(figures: Figures) -> Iterator[Found]:
    for carrier in figures.carriers:
        yield from _carrier(carrier)


def _carrier(name: str) -> Iterator[Found]:
    """A carrier and its place, if it has one: as they are named, and as labels."""
    for part in filter(None, name.split("@")):
        yield _message(part)
        yield _message(name_as_label(part))


def _message(text: str, line: int = 0) -> Found:
    return line, "pgettext", (SAID, text), []
