"""Where a value stands among all tracks of a catalogue: numbers of any shape become comparable.

Half of all tracks have an instrumentalness of nearly nothing and a few of nearly one: a difference
of 0.1 means much down there and nothing up here. Percentile ranks are spread evenly by definition.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Percentiles:
    """A distribution as its quantiles.

    Attributes:
        points: Values in ascending order; the i-th of n is the quantile (i + 0.5) / n. At least
            one; equal neighbours are a value that many tracks have.
    """

    points: tuple[float, ...]

    def rank(self, value: float) -> float:
        """The percentile rank as a share: of all tracks, how many lie below `value`, 0-1.

        Of those that are equal half counts. Between two points on a straight line, outside all of
        them as the nearest. Cost: two binary searches.
        """
        points = self.points
        below, upto = bisect_left(points, value), bisect_right(points, value)
        if upto > below:
            return (below + upto) / 2 / len(points)
        if below == 0:
            return 0.5 / len(points)
        if below == len(points):
            return 1 - 0.5 / len(points)
        low, high = points[below - 1], points[below]
        return (below - 0.5 + (value - low) / (high - low)) / len(points)
