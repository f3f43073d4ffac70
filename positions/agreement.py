"""How sure a measured share is, and how far two readers agree. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

# The quantile of the normal distribution for 95 % of both sides.
Z_95 = 1.959964

Counts = Mapping[Any, float]
Distance = Callable[[Any, Any, Counts], float]


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `n`, with Wilson's 95 % interval. Everything is None where n is 0.

    `effect`: how many times wider than of single draws the variance is, where cases come in clusters.
    """

    right: int
    n: int
    effect: float = 1.0

    @property
    def value(self) -> float | None:
        return self.right / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return Wilson's score interval; it stays within 0 and 1 and is sound for small n."""
        if not self.n:
            return None
        p, n, z = self.right / self.n, self.n / self.effect, Z_95
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        # At 0 and 1 the exact bound is 0 and 1; rounding must not leave the interval short of it.
        low = 0.0 if self.right == 0 else max(0.0, middle - reach)
        high = 1.0 if self.right == self.n else min(1.0, middle + reach)
        return low, high

    @property
    def low(self) -> float | None:
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> float | None:
        return self.interval[1] if self.interval else None


def clustered(groups: Iterable[tuple[int, int]]) -> Share:
    """Return the share over groups of (right, n), its interval as wide as their likeness within makes it.

    Statements of one article are found or overlooked together, so that ten of one tell less than one of ten.
    The variance is that of a ratio over clusters (Cochran, Sampling Techniques, 6.4), never less than that of
    single draws.
    """
    held = [(right, n) for right, n in groups if n]
    right, n, m = sum(r for r, _ in held), sum(k for _, k in held), len(held)
    if m < 2 or right in (0, n):
        return Share(right, n)
    p = right / n
    between = m / (m - 1) * sum((r - p * k) ** 2 for r, k in held) / n**2
    return Share(right, n, max(1.0, between / (p * (1 - p) / n)))


def nominal(a: Any, b: Any, counts: Counts) -> float:
    return float(a != b)


def interval(a: Any, b: Any, counts: Counts) -> float:
    return float((a - b) ** 2)


def days(a: Any, b: Any, counts: Counts) -> float:
    """Krippendorff's metric for intervals, between dates."""
    return float((a - b).days ** 2)


def ordinal(a: Any, b: Any, counts: Counts) -> float:
    """Krippendorff's metric for ranks: how many values lie between the two, squared."""
    low, high = min(a, b), max(a, b)
    between = sum(n for value, n in counts.items() if low <= value <= high)
    return float((between - (counts[low] + counts[high]) / 2) ** 2) if a != b else 0.0


def krippendorff_alpha(
    units: Iterable[Sequence[Hashable | None]], distance: Distance = nominal
) -> float | None:
    """Return Krippendorff's alpha: 1 for perfect agreement, 0 for chance, below 0 for worse.

    A unit holds the value each reader gave it, None where a reader gave none. None comes back where
    nothing can be said: no unit was read twice, or all values are the same.
    """
    read = [[value for value in unit if value is not None] for unit in units]
    pairable = [values for values in read if len(values) > 1]
    counts = Counter(value for values in pairable for value in values)
    total = sum(counts.values())
    if len(counts) < 2:
        return None
    observed = sum(
        distance(a, b, counts) / (len(values) - 1)
        for values in pairable
        for i, a in enumerate(values)
        for j, b in enumerate(values)
        if i != j
    )
    expected = sum(counts[a] * counts[b] * distance(a, b, counts) for a in counts for b in counts if a != b)
    return 1.0 - (total - 1) * observed / expected
