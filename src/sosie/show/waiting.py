"""Answers that wait for their turn: by rank, never too many, and nothing twice that was just said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from sosie.show.answers import Answer
from sosie.types import Language

WAITING_ANSWERS = 6
"""Answers that wait for their turn; when one more comes, the oldest is passed over: nobody waits for it any more."""
SAME_ANSWER_SECONDS = 30.0
"""Whoever asks for what was answered so shortly before has just heard it, however it was worded."""
SAME_ANSWER_BUSY_SECONDS = 90.0
"""The same while others wait for an answer. What many asked is told once more when there is time (show/asides.py)."""
SMALL_TALK_SECONDS = 120.0
"""The same for greetings and thanks; the host is not a doorman."""
MOST_ANSWERED = 500
"""Answers of which it is remembered when they were given last."""


class Rank(IntEnum):
    """What waits is said in this order, and within one rank as it came."""

    HOST = 0
    """What the host is."""
    PAID = 1
    QUESTION = 2
    GREETING = 3


def rank_of(answer: Answer, *, paid: bool) -> Rank:
    if answer.intent == "identity":
        return Rank.HOST
    if paid:
        return Rank.PAID
    return Rank.GREETING if answer.intent in ("hello", "thanks") else Rank.QUESTION


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for its turn."""

    rank: Rank
    comment_id: str
    answer: Answer


class WaitingAnswers:
    """The queue of one show; seconds since its start come as arguments."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._answered_at: dict[Answer, float] = {}
        self._n_answered: Counter[tuple[str, Language]] = Counter()
        """By intent, for another wording each time."""

    @property
    def first(self) -> Waiting | None:
        """Whose turn is next."""
        return min(self._waiting, key=lambda waiting: waiting.rank, default=None)

    def is_told(self, answer: Answer, now: float, under_way: Iterable[Answer]) -> bool:
        """The same answer waits, is on air or was given a moment ago: who asks has it, or will have it at once."""
        same = [*(waiting.answer for waiting in self._waiting), *under_way]
        if any(_meaning(one) == _meaning(answer) for one in same):
            return True
        window = SAME_ANSWER_BUSY_SECONDS if self._waiting else SAME_ANSWER_SECONDS
        if answer.intent in ("hello", "thanks"):
            window = SMALL_TALK_SECONDS
        return now - self._answered_at.get(_meaning(answer), now - window) < window

    def add(self, now: float, comment_id: str, answer: Answer, *, paid: bool) -> str | None:
        """Returns the id of the comment that is passed over for it, if one is."""
        self._waiting.append(Waiting(rank_of(answer, paid=paid), comment_id, answer))
        if len(self._answered_at) >= MOST_ANSWERED:
            recent = {key: at for key, at in self._answered_at.items() if now - at < SMALL_TALK_SECONDS}
            self._answered_at = recent if len(recent) < MOST_ANSWERED else {}
        self._answered_at[_meaning(answer)] = now
        return self._oldest() if len(self._waiting) > WAITING_ANSWERS else None

    def back(self, comment_id: str, answer: Answer, *, paid: bool) -> None:
        """Its words were cut off or overtaken: of its rank it is the first again."""
        self._waiting.insert(0, Waiting(rank_of(answer, paid=paid), comment_id, answer))

    def take(self, first: Waiting) -> int:
        """It is answered now; returns the number of the wording."""
        self._waiting.remove(first)
        key = first.answer.intent, first.answer.language
        self._n_answered[key] += 1
        return self._n_answered[key] - 1

    def withdraw(self, comment_id: str) -> bool:
        """Whether it waited."""
        left = [one for one in self._waiting if one.comment_id != comment_id]
        was_there = len(left) < len(self._waiting)
        self._waiting = left
        return was_there

    def clear(self) -> list[str]:
        """Returns the ids of the comments whose answers waited."""
        ids = [waiting.comment_id for waiting in self._waiting]
        self._waiting.clear()
        return ids

    def _oldest(self) -> str:
        """Takes out the answer of the lowest rank that has waited longest; the truth about the host never for another."""
        lowest = max(self._waiting, key=lambda waiting: waiting.rank)
        self._waiting.remove(lowest)
        return lowest.comment_id


def _meaning(answer: Answer) -> Answer:
    """What is the same for all who ask it: whether they named the product or meant the one on screen is not."""
    return replace(answer, named=False)
