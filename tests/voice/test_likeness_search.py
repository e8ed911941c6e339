from __future__ import annotations

import numpy as np

from sosie.types import Floats
from sosie.voice.likeness_search import Heard, Numbers, Target, search

N = 12


class BentWorld:
    """Places to embeddings by a bent, noisy map with an offset for each phrase: what a speaker encoder is like, small."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self._map = rng.standard_normal((N, 40)) * 0.4
        self._offsets = rng.standard_normal((2, 40)) * 0.3 + rng.standard_normal(40)
        self._rng = rng
        self.person = (rng.standard_normal(N) * 0.8).astype(np.float32)
        self.target = Target(self._embedding(self.person, 0), 150.0)
        self.tries = 0

    def _embedding(self, place: Floats, phrase: int) -> Floats:
        values = np.tanh((place @ self._map + self._offsets[phrase]) * 0.7)
        return (values / np.linalg.norm(values)).astype(np.float32)

    def hear(self, place: Floats, phrase: int) -> Numbers:
        self.tries += 1
        noise = self._rng.standard_normal(40).astype(np.float32) * np.float32(0.01)
        return self.target.heard(
            self._embedding(place, phrase) + noise, 150.0 * 2 ** (0.2 * float(place[0] - self.person[0]))
        )

    def score(self, place: Floats) -> float:
        pitch = 150.0 * 2 ** (0.2 * float(place[0] - self.person[0]))
        return float(np.mean([self.target.score(self.target.heard(self._embedding(place, p), pitch)) for p in (0, 1)]))

    def known(self, n: int = 30) -> Heard:
        known = Heard(2)
        for _ in range(n):
            place = self._rng.standard_normal(N).astype(np.float32)
            for phrase in (0, 1):
                known.add(place, phrase, self.hear(place, phrase))
        self.tries = 0
        return known


def find(world: BentWorld, tries: int) -> Floats:
    start = np.zeros(N, np.float32)
    return search(world.known(), world.target, start, world.hear, lambda done: done < tries, n_phrases=2, seed=1)


def test_it_comes_near_the_person_in_a_few_dozen_tries() -> None:
    world = BentWorld()
    before, possible = world.score(np.zeros(N, np.float32)), world.score(world.person)
    after = world.score(find(world, 40))
    assert after > before + 0.8 * (possible - before)


def test_it_makes_as_many_tries_as_it_may_and_no_more() -> None:
    world = BentWorld()
    find(world, 7)
    assert world.tries == 7


def test_the_same_seed_and_tries_give_the_same_place() -> None:
    np.testing.assert_array_equal(find(BentWorld(3), 10), find(BentWorld(3), 10))


def test_with_no_time_at_all_the_start_is_kept() -> None:
    np.testing.assert_array_equal(find(BentWorld(), 0), np.zeros(N))


def test_a_wrong_pitch_costs_likeness() -> None:
    target = Target(np.array([1, 0], np.float32), 120.0)
    embedding = np.array([1, 0], np.float32)
    assert target.score(target.heard(embedding, 120.0)) == 1
    assert target.score(target.heard(embedding, 240.0)) < 0.7
