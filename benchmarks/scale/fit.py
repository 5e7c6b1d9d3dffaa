"""The simplest law that measured points follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Law:
    """y = a + b x, or y = a x^b.

    residual: the root mean square of (fitted - measured) / measured.
    """

    kind: str
    a: float
    b: float
    residual: float

    def at(self, x: float) -> float:
        return self.a + self.b * x if self.kind == "linear" else self.a * x**self.b

    def reaches(self, y: float) -> float:
        """The x at which it reaches `y`; infinite if it doesn't grow."""
        if self.b <= 0:
            return float("inf")
        return (y - self.a) / self.b if self.kind == "linear" else (y / self.a) ** (1 / self.b)

    def __str__(self) -> str:
        shown = (
            f"{self.a:.3g} + {self.b:.3g} n"
            if self.kind == "linear"
            else f"{self.a:.3g} n^{self.b:.2f}"
        )
        return f"{shown}, residual {self.residual:.0%}"


def fit(x: Sequence[float], y: Sequence[float]) -> Law:
    """Whichever of the two has the smaller residual; all x and y are positive.

    Both are fitted to relative errors: points at 10 and at 2,000 count alike.
    """
    n, measured = np.asarray(x, float), np.asarray(y, float)
    columns = np.column_stack([np.ones_like(n), n]) / measured[:, None]
    (a, b), *_ = np.linalg.lstsq(columns, np.ones_like(n), rcond=None)
    exponent, logarithm = np.polyfit(np.log(n), np.log(measured), 1)
    laws = [
        _law("linear", a, b, a + b * n, measured),
        _law("power", np.exp(logarithm), exponent, np.exp(logarithm) * n**exponent, measured),
    ]
    return min(laws, key=lambda law: law.residual)


def _law(kind: str, a: float, b: float, fitted: np.ndarray, measured: np.ndarray) -> Law:
    residual = float(np.sqrt(np.mean((fitted / measured - 1) ** 2)))
    return Law(kind, float(a), float(b), residual)
