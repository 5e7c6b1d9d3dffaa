"""What a capacity costs: a device's size, or a store's power.

With the price p per unit, the fixed part f, the annuity factor a of its life L, the maintenance m
(share of the investment a year), and e units that stand today and are g years old:

    new, of size s:            (a + m) (p s + f)
    kept, of what stands:      (a d + m) (p e + f)
    enlarged beyond it:        (a + m) p (s - e)

d is the share of the replacement's annuities that the horizon has: what stands costs no investment
until its life ends, in r = L - g years; then it is replaced by the like. Over N years at the
interest rate i, with v(n) = (1 - (1 + i)^-n) / i, d = 1 - v(r) / v(N).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from algorithm.components.annuity import annuity, deferred_share
from algorithm.components.site import Site


class Investment(NamedTuple):
    """An investment, and its replacements by the like whenever its life ends.

    amount: currency each time. life: years. due: years until the first payment; 0 at once.
    """

    amount: float
    life: float
    due: float


@dataclass(frozen=True)
class Capital:
    """The figures of a capacity's cost.

    per_unit: currency per unit. fixed: currency if built, whatever the size. life: years.
    maintenance: % of the investment a year. existing: units that stand today; age: theirs, years.
    """

    per_unit: float
    fixed: float
    life: float
    maintenance: float
    existing: float = 0.0
    age: float = 0.0

    def new_share(self, site: Site) -> float:
        """Return the yearly cost of 1 that is invested now."""
        return annuity(site.interest_rate, self.life) + self.maintenance / 100

    def first_share(self, site: Site) -> float:
        """Return the yearly cost of 1 of the first units: those that stand, or new ones."""
        return self._first_annuity(site) + self.maintenance / 100

    def _first_annuity(self, site: Site) -> float:
        factor = annuity(site.interest_rate, self.life)
        if not self.existing:
            return factor
        return factor * deferred_share(site.interest_rate, self._left, site.horizon_years)

    @property
    def _left(self) -> float:
        """The years that are left of the life of what stands."""
        return max(0.0, self.life - self.age)

    @property
    def new_fixed(self) -> float:
        """The fixed part, where it is still to be invested; 0 where something stands."""
        return 0.0 if self.existing else self.fixed

    def investments(self, size: float) -> Iterator[Investment]:
        """Yield the investments in a size: what is kept of what stands, and what is new."""
        if size <= 0:
            return
        kept = min(size, self.existing)
        if kept:
            yield Investment(self.per_unit * kept + self.fixed, self.life, self._left)
        if size > kept:
            yield Investment(self.per_unit * (size - kept) + self.new_fixed, self.life, 0.0)

    def invested(self, size: float) -> float:
        """Return what is invested in addition to what stands, currency."""
        return self.per_unit * max(0.0, size - self.existing) + self.new_fixed * (size > 0)

    def annuities(self, site: Site, size: float) -> float:
        """Return the annuities of a size, currency a year."""
        kept = self.per_unit * min(size, self.existing) + (self.fixed if self.existing else 0.0)
        new = self.invested(size) * annuity(site.interest_rate, self.life)
        return new + (kept * self._first_annuity(site) if size > 0 and self.existing else 0.0)

    def yearly(self, site: Site, size: float) -> float:
        """Return annuities and maintenance of a size, currency a year."""
        return self.annuities(site, size) + self.upkeep(size)

    def upkeep(self, size: float) -> float:
        """Return the maintenance of a size, currency a year."""
        return (self.per_unit * size + self.fixed * (size > 0)) * self.maintenance / 100
