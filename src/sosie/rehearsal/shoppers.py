"""Simulated shoppers whose chance to buy depends on the wording, the product and the time of day; a seed sets their tastes.

They are a test of learning, not a model of people: how much words matter (``SPREAD``) is set by hand. What they like is known to
whoever made them, so that what a show missed by not knowing it can be counted.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from sosie.shop.learned import Part, Way

SPREAD = 0.5
"""Of the logarithm of what a wording, and a product at a time of day, is worth: one in six is worth 1.45 times the mean."""
BY_PART = 0.3
"""The same of a wording from one part of the day to another."""
TIDE = 0.6
"""As of the crowd: quiet in the morning, busy at night."""
DELAY_SECONDS = 8.0
"""Least time from the last word to the order: the stream is late, and paying takes a moment."""
THINK_SECONDS = 35.0
"""Mean of what comes on top, exponential."""


@dataclass(frozen=True, slots=True)
class Purchase:
    at: float
    """Seconds since the start of the show."""
    product_id: str


class Shoppers:
    def __init__(self, *, seed: int, orders_a_line: float, spread: float = SPREAD) -> None:
        """``orders_a_line``: orders that a line of an average product brings, mean of a day; ``spread`` 0: all are equal."""
        self._seed, self._spread = seed, spread
        self._orders = orders_a_line
        self._chance = random.Random(f"shoppers {seed}")
        self._tastes: dict[tuple[Way, Part], float] = {}

    def expected(self, now: float, way: Way, part: Part) -> float:
        """Orders that a line brings, mean: what a show would have to know to choose best."""
        busy = 1 - TIDE * math.cos(2 * math.pi * now / 86400)
        if (way, part) not in self._tastes:
            words = self._taste("words", way.id, self._spread) * self._taste(f"words {part}", way.id, self._by_part)
            self._tastes[way, part] = words * self._taste(f"product {part}", way.product_id or "", self._spread)
        return self._orders * busy * self._tastes[way, part]

    def hear(self, now: float, way: Way, part: Part) -> list[Purchase]:
        """A line was heard to its end: who buys because of it, and when."""
        if way.product_id is None:
            return []
        n, left = 0, self._chance.expovariate(1)
        mean = self.expected(now, way, part)
        while left < mean:
            n, left = n + 1, left + self._chance.expovariate(1)
        delays = [DELAY_SECONDS + self._chance.expovariate(1 / THINK_SECONDS) for _ in range(n)]
        return [Purchase(now + delay, way.product_id) for delay in delays]

    @property
    def _by_part(self) -> float:
        return BY_PART if self._spread else 0.0

    def _taste(self, kind: str, name: str, spread: float) -> float:
        """Of mean 1."""
        chance = random.Random(f"{self._seed} {kind} {name}")
        return math.exp(chance.gauss(-spread * spread / 2, spread))
