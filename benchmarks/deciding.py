"""What deciding costs: a simulated day of a show with 100 products and 10,000 facts. Ends in one JSON line.

    python benchmarks/deciding.py [--hours 24] [--products 100] [--facts 10000]

The director, the answers, the chat policy and the crowd are the real ones (sosie.rehearsal); the shop is made up, and so are the
points of meaning: an encoder that costs nothing stands in for the real one (10 ms a question), so that what is left is ours.
Milliseconds are of computing (CPU), so that a shared machine says the same as a quiet one. ``wanted_ms``: the most that an event
may cost.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np

import sosie.show.answers
from sosie.clock import VirtualClock
from sosie.rehearsal.air import Log, Rehearsal
from sosie.rehearsal.crowd import Crowd
from sosie.rehearsal.weight import weight
from sosie.shop.catalogue import Catalogue, Fact, Product
from sosie.shop.feed import open_shop
from sosie.show.answers import Answers
from sosie.show.rundown import Rundown, Segment, Wordings, check_rundown, read_rundown
from sosie.types import LANGUAGES, Floats, Language

SAMPLE = Path(sosie.show.answers.__file__).parents[1] / "sample" / "shop"
WANTED_MS = 5.0
QUESTIONS = 300


class FreeEncoder:
    """Points of known questions, one for each text by its letters, a little off: every intent comes up, at no cost."""

    def __init__(self) -> None:
        with np.load(Path(sosie.show.answers.__file__).with_name("intents.npz")) as stored:
            self._known = np.asarray(stored["vectors"], np.float32)

    def embed(self, texts: Sequence[str]) -> Floats:
        seeds = [int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) for text in texts]
        points = self._known[[seed % len(self._known) for seed in seeds]]
        noise = np.stack([np.random.default_rng(seed).standard_normal(points.shape[1]) for seed in seeds])
        points = points + 0.01 * noise
        return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


def big_shop(n_products: int, n_facts: int) -> tuple[Rundown, Catalogue]:
    """The sample's products and lines over and over, each under a name of its own, with many more facts."""
    rundown = read_rundown(SAMPLE / "show.toml")
    catalogue = open_shop(rundown.shop)
    products, segments = [], []
    for number in range(n_products):
        model, segment = catalogue.products[number % 3], rundown.segments[number % 3]
        n_more = n_facts // n_products - len(model.facts)
        products.append(_another(model, number, n_more))
        segments.append(Segment(products[-1].id, segment.lines))
    # The sample's own greeting counts its three products.
    greeting: dict[Language, Wordings] = {
        "zh": ("欢迎来到{shop}。",),
        "en": ("Welcome to {shop}.",),
        "fr": ("Bienvenue à {shop}.",),
    }
    rundown = replace(rundown, segments=tuple(segments), greeting=greeting, closing=greeting)
    big = replace(catalogue, products=tuple(products)), rundown
    check_rundown(big[1], big[0])
    return big[1], big[0]


def _another(model: Product, number: int, n_facts: int) -> Product:
    def numbered(name: str, kind: str) -> str:
        return f"{name} {kind}{number:03}"

    more = tuple(
        Fact(
            f"detail-{index}",
            dict.fromkeys(LANGUAGES, f"{number}-{index}."),
            (f"what about detail {index} of number {number}",),
        )
        for index in range(max(0, n_facts))
    )
    return replace(
        model,
        id=f"{model.id}-{number}",
        name={language: numbered(name, "M") for language, name in model.name.items()},
        called={language: tuple(numbered(name, "M") for name in names) for language, names in model.called.items()},
        price=model.price + Decimal(number * 3),
        sale_price=None,
        stock=model.stock + number,
        facts=(*model.facts, *more),
    )


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    costs = 1000 * np.array(seconds)
    return {
        "n": len(costs),
        "median": round(float(np.median(costs)), 4),
        "p99": round(float(np.percentile(costs, 99)), 4),
        "worst": round(float(costs.max()), 3),
    }


def finding(answers: Answers, catalogue: Catalogue) -> dict[str, float]:
    """Understanding a question, the encoder's own work left out."""
    comments = Crowd(catalogue, comments_per_minute=60, seed=2).comments()
    costs = []
    for posted, _ in zip(comments, range(QUESTIONS), strict=False):
        begun = time.thread_time()
        answers.find(posted.text, catalogue.products[0].id)
        costs.append(time.thread_time() - begun)
    return milliseconds(costs)


def simulated(rundown: Rundown, catalogue: Catalogue, answers: Answers, hours: float) -> Log:
    return Rehearsal(
        rundown,
        catalogue,
        answers,
        seconds=hours * 3600,
        seed=1,
        comments_per_minute=6,
        clock=VirtualClock(),
        timer=time.thread_time,
        weigh=lambda director: weight(director, without=(Rundown, Catalogue)),
    ).run()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--facts", type=int, default=10_000)
    options = parser.parse_args()
    rundown, catalogue = big_shop(options.products, options.facts)
    begun = time.perf_counter()
    answers = Answers(catalogue, FreeEncoder(), rundown.languages)
    built = time.perf_counter() - begun
    found = finding(answers, catalogue)
    gc.collect()
    begun = time.perf_counter()
    log = simulated(rundown, catalogue, answers, options.hours)
    wall = time.perf_counter() - begun
    kinds = sorted({kind for kind, _ in log.decisions})
    line = {
        "benchmark": "deciding",
        "machine": {
            "cpu": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
        },
        "products": len(catalogue.products),
        "facts": sum(len(product.facts) for product in catalogue.products),
        "hours": options.hours,
        "wall_seconds": round(wall, 1),
        "wanted_ms": WANTED_MS,
        "all_events_ms": milliseconds([seconds for _, seconds in log.decisions]),
        "events_over_wanted": sum(1000 * seconds > WANTED_MS for _, seconds in log.decisions),
        "by_event_ms": {kind: milliseconds([s for name, s in log.decisions if name == kind]) for kind in kinds},
        "understanding_ms_without_the_encoder": found,
        "answers_built_seconds_without_the_encoder": round(built, 2),
        "director_kb_by_hour": [round(n_bytes / 1000) for _, n_bytes in log.weights],
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
