"""What a show gains by learning, and what it misses by not knowing: regret on simulated shoppers. Ends in one JSON line.

    python benchmarks/learning.py [--days 3] [--seeds 10] [--whole-hours 24]

The sample show's script, the real chooser, and shoppers whose tastes are drawn by a seed (rehearsal/shoppers.py); a line takes
as long as it would be spoken. Each day is a show of 24 hours that begins with what the days before have counted. Regret is in
orders, of the shoppers' expectation and not of their luck: what the lines of the day would have brought had each been its point's
best wording for that time of day, less what they brought. No show that keeps to the bounds can bring that; "knowing" keeps to
them and knows every taste, and regret within the bounds is against it, products' turns included. "turns" does not choose.
Intervals are of the mean over seeds, 95 %, by Student's t.

``--whole-hours``: after that the whole show is rehearsed (director, firewall, trade, nobody writes) with and without learning,
for how often it repeats itself. 0 leaves that out.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

import sosie
from sosie.clock import VirtualClock
from sosie.rehearsal.air import Rehearsal
from sosie.rehearsal.measures import free, repeats, runs, sentences
from sosie.rehearsal.pace import clauses
from sosie.rehearsal.shoppers import Shoppers
from sosie.shop.feed import open_shop
from sosie.shop.learned import Counted, Tally, Way, together
from sosie.show.answers import Answers
from sosie.show.compared import compared
from sosie.show.daytime import part_of_day
from sosie.show.events import Started
from sosie.show.learning import OVERDUE, Learning, line_of
from sosie.show.onair import ways_of
from sosie.show.rundown import Rundown, read_rundown
from sosie.show.script import Aside, script

SAMPLE = Path(sosie.__file__).parent / "sample" / "shop"
SHOP = open_shop(SAMPLE / "shop.toml")


def rundown_of(n_languages: int, n_wordings: int) -> Rundown:
    """The sample, or less of it: what there is to learn grows with both numbers."""
    whole = read_rundown(SAMPLE / "show.toml")
    segments = tuple(
        replace(
            segment,
            lines={key: tuple(wordings[:n_wordings] for wordings in lines) for key, lines in segment.lines.items()},
        )
        for segment in whole.segments
    )
    return replace(whole, languages=whole.languages[:n_languages], segments=segments)


def points_of(rundown: Rundown) -> dict[Way, tuple[Way, ...]]:
    return {
        way: ways
        for segment in rundown.segments
        for language in rundown.languages
        for wordings in segment.lines[language]
        for ways in [ways_of(language, segment.product_id, wordings)]
        for way in ways
    }


RUNDOWN = rundown_of(3, 64)
POINTS = points_of(RUNDOWN)
BEGINS_AT = datetime(2026, 11, 23, tzinfo=UTC)
DAY = 86400.0
POLICIES = ("turns", "learning", "knowing")


class Knowing(Learning):
    """Keeps to the same bounds, and knows what the shoppers like."""

    def __init__(self, shoppers: Shoppers) -> None:
        super().__init__()
        self._shoppers, self.now = shoppers, 0.0

    def _values(self, ways: Sequence[Way]) -> list[float] | None:
        if ways[0].kind == "turn":
            # Any of a product's wordings, on average.
            return [self._of_product(way) for way in ways]
        return [self._shoppers.expected(self.now, way, self._part) for way in ways]

    def _of_product(self, turn: Way) -> float:
        lines = [way for way in POINTS if way.product_id == turn.product_id]
        some = lines[:: max(1, len(lines) // 40)]
        return statistics.fmean(self._shoppers.expected(self.now, way, self._part) for way in some)


def can_say(way: Way) -> bool:
    return way.product_id is None or not way.words or SHOP[way.product_id].fill(way.words, way.language) is not None


def day(
    policy: str, shoppers: Shoppers, learned: Sequence[Counted], number: int
) -> tuple[dict[str, Any], list[Counted]]:
    """One show: regret by hour, orders expected, and what is known after it."""
    learning = Knowing(shoppers) if policy == "knowing" else Learning(learned, seed=number)
    local = BEGINS_AT.astimezone(datetime.now(UTC).tzinfo)
    learning.start(local)
    choose: Callable[[Sequence[Way]], int | None] | None = None
    if policy != "turns":
        choose = lambda ways: learning.choose(ways, can_say)  # noqa: E731
    now, buying, news = 0.0, [], ()
    regret, expected, uniform = np.zeros(24), np.zeros(24), np.zeros(24)
    for step in script(RUNDOWN, choose):
        if now >= DAY:
            break
        if isinstance(step, Aside):
            now += 5.0
            continue
        if step.product_id is None:
            now += 6.0
            continue
        text = SHOP[step.product_id].fill(step.text, step.language)
        if text is None:
            continue
        now += sum(clause.seconds for clause in clauses(text, step.language, "line"))
        while buying and buying[0][0] <= now:
            at, product_id = heapq.heappop(buying)
            learning.bought(at, product_id)
        if more := learning.tick(now):
            news = together(news, more)
        if isinstance(learning, Knowing):
            learning.now = now
        way = line_of(step.product_id, step.language, step.text)
        part = part_of_day(local, now) or "any"
        learning.told(now, way)
        for purchase in shoppers.hear(now, way, part):
            heapq.heappush(buying, (purchase.at, purchase.product_id))
        rivals = [shoppers.expected(now, each, part) for each in POINTS[way] if can_say(each)]
        own, hour = shoppers.expected(now, way, part), min(23, int(now // 3600))
        regret[hour] += max(rivals) - own
        uniform[hour] += statistics.fmean(rivals)
        expected[hour] += own
    news = together(news, learning.stop())
    rows = {(row.way, row.part): row.tally for row in learned}
    for one in news:
        rows[one.way, one.part] = rows.get((one.way, one.part), Tally()).then(one.kept, one.more)
    found = {
        "regret": regret.cumsum(),
        "expected": expected.sum(),
        "by_hour": expected.cumsum(),
        "uniform": uniform.sum(),
    }
    return found, [Counted(way, part, tally) for (way, part), tally in rows.items()]


def mean(values: Sequence[float]) -> list[float]:
    """Mean, and the ends of its interval."""
    middle = statistics.fmean(values)
    if len(values) < 2:
        return [round(middle, 2)]
    half = float(student.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / len(values) ** 0.5
    return [round(middle, 2), round(middle - half, 2), round(middle + half, 2)]


def simulated(orders_an_hour: float, n_days: int, n_seeds: int, spread: float | None = None) -> dict[str, Any]:
    """All policies over the same tastes."""
    kept: dict[str, list[list[dict[str, Any]]]] = {policy: [] for policy in POLICIES}
    verdicts, told_apart = [], []
    for seed in range(n_seeds):
        for policy in POLICIES:
            more = {} if spread is None else {"spread": spread}
            # About 520 lines an hour.
            shoppers = Shoppers(seed=seed, orders_a_line=orders_an_hour / 520, **more)
            learned: list[Counted] = []
            days = []
            for number in range(n_days):
                found, learned = day(policy, shoppers, learned, number)
                days.append(found)
            kept[policy].append(days)
            if policy == "learning":
                rows = compared(learned)
                said = [row for row in rows if row.verdict != "too few to say"]
                right = 0
                for row in said:
                    if row.way.kind == "turn":
                        continue
                    others = [shoppers.expected(0, each, "night") for each in POINTS[row.way] if each != row.way]
                    own = shoppers.expected(0, row.way, "night")
                    right += (own > statistics.fmean(others)) == (row.verdict == "sells more")
                lines = [row for row in said if row.way.kind != "turn"]
                verdicts.append(len(lines))
                told_apart.append(right)
    turns = kept["turns"]
    return {
        "orders_an_hour": orders_an_hour,
        "spread": "as given" if spread is None else spread,
        "regret_by_day": {
            policy: [mean([days[n]["regret"][-1] for days in kept[policy]]) for n in range(n_days)] for policy in POLICIES
        },
        "regret_within_the_bounds_by_day": {
            policy: [
                mean([a[n]["expected"] - b[n]["expected"] for a, b in zip(kept["knowing"], kept[policy], strict=True)])
                for n in range(n_days)
            ]
            for policy in POLICIES
        },
        "first_day_cumulative_regret_within_the_bounds_by_hour": {
            policy: [
                round(float(statistics.fmean(
                    a[0]["by_hour"][hour] - b[0]["by_hour"][hour] for a, b in zip(kept["knowing"], kept[policy], strict=True)
                )), 1)
                for hour in range(24)
            ]
            for policy in POLICIES
        },
        "first_day_cumulative_regret_by_hour": {
            policy: [round(float(statistics.fmean(days[0]["regret"][hour] for days in kept[policy])), 1) for hour in range(24)]
            for policy in POLICIES
        },
        "orders_more_than_turns_percent_by_day": {
            policy: [
                mean([100 * (a[n]["expected"] / b[n]["expected"] - 1) for a, b in zip(kept[policy], turns, strict=True)])
                for n in range(n_days)
            ]
            for policy in POLICIES[1:]
        },
        "wordings_that_the_table_says_sell_more_or_less": mean(verdicts),
        "of_them_rightly_at_night": mean(told_apart),
    }  # fmt: skip


class Silent:
    """Nobody writes, so nothing is understood."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.ones((len(texts), 384), np.float32) / 384**0.5


def whole(hours: float, learning: bool, seed: int) -> dict[str, Any]:
    rundown = replace(read_rundown(SAMPLE / "show.toml"), learning=learning)
    answers = Answers(SHOP, Silent(), ())
    log = Rehearsal(
        rundown, SHOP, answers, seconds=3600 * hours, seed=seed, comments_per_minute=0, clock=VirtualClock(),
        timer=time.thread_time, weigh=lambda director: 0, started=Started(0.0, BEGINS_AT),
        shoppers=Shoppers(seed=seed, orders_a_line=60 / 520),
    ).run()  # fmt: skip
    script_lines = [one for one in free(log.said) if one.kind == "line"]
    told, five = repeats(list(sentences(script_lines))), repeats(list(runs(script_lines)))
    costs = [1000 * seconds for _, seconds in log.decisions]
    return {
        "learning": learning,
        "seed": seed,
        "bought": log.bought,
        "sentences": told.n,
        "sentences_again_in_an_hour_mean": round(told.hour_mean, 4),
        "sentences_again_in_the_worst_hour": round(told.hour_worst, 4),
        "sentences_again_within_ten_minutes": round(told.soon, 4),
        "runs_again_in_an_hour_mean": round(five.hour_mean, 4),
        "runs_again_in_the_worst_hour": round(five.hour_worst, 4),
        "refused": dict(log.refused),
        "decision_ms": {
            "median": round(statistics.median(costs), 4),
            "p99": round(float(np.percentile(costs, 99)), 3),
            "worst": round(max(costs), 2),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--orders-an-hour", type=float, nargs="+", default=[5.0, 60.0])
    parser.add_argument("--languages", type=int, default=3, help="of the sample, in the simulated days")
    parser.add_argument("--wordings", type=int, default=64, help="of a point at most, likewise")
    parser.add_argument("--whole-hours", type=float, default=24.0)
    options = parser.parse_args()
    global RUNDOWN, POINTS
    RUNDOWN = rundown_of(options.languages, options.wordings)
    POINTS = points_of(RUNDOWN)
    begun = time.perf_counter()
    line = {
        "benchmark": "learning",
        "machine": {
            "cpu": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
        },
        "days": options.days,
        "seeds": options.seeds,
        "wordings_of_a_point": mean([len(ways) for ways in set(POINTS.values())]),
        "least_share_of_n": f"1 / {OVERDUE} n",
        "simulated": [simulated(orders, options.days, options.seeds) for orders in options.orders_an_hour],
        "whole": [
            whole(options.whole_hours, learning, seed) for seed in (1, 2) for learning in (False, True)
        ] if options.whole_hours else [],
    }  # fmt: skip
    line["wall_seconds"] = round(time.perf_counter() - begun, 1)
    print(json.dumps(line))


if __name__ == "__main__":
    main()
