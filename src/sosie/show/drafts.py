"""Questions that the writer has: how long each is waited for, and when a writer that fails is left alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sosie.chat.message import Comment
from sosie.show.answers import Answer
from sosie.show.written import (
    FAILURES,
    LEAST_SECONDS,
    MOST_AT_ONCE,
    MOST_DRAFTS,
    PATIENCE_SECONDS,
    REST_SECONDS,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment that is being looked up."""

    comment: Comment
    product_id: str | None
    """On the card when it came: what "it" means."""
    paid: bool


@dataclass(frozen=True, slots=True)
class AtWriter:
    """A comment that the writer has."""

    asked: Asked
    unknown: Answer
    """What is said if nothing comes of it."""
    since: float
    drafts: int = 1


class Drafts:
    """Bounded by MOST_AT_ONCE; seconds since the show's start come as arguments."""

    def __init__(self) -> None:
        self._at_writer: dict[str, AtWriter] = {}
        self._failed = 0
        self._rests_until = float("-inf")

    def __getitem__(self, comment_id: str) -> AtWriter:
        return self._at_writer[comment_id]

    def __contains__(self, comment_id: str) -> bool:
        return comment_id in self._at_writer

    def may_ask(self, now: float) -> bool:
        return now >= self._rests_until and len(self._at_writer) < MOST_AT_ONCE

    def ask(self, now: float, asked: Asked, unknown: Answer) -> None:
        self._at_writer[asked.comment.id] = AtWriter(asked, unknown, now)

    def ask_again(self, now: float, comment_id: str) -> float | None:
        """Seconds for another draft; None when there is no time for one."""
        given = self._at_writer[comment_id]
        left = given.since + PATIENCE_SECONDS - now
        if given.drafts >= MOST_DRAFTS or left < LEAST_SECONDS:
            return None
        self._at_writer[comment_id] = replace(given, drafts=given.drafts + 1)
        return left

    def take(self, comment_id: str) -> AtWriter | None:
        return self._at_writer.pop(comment_id, None)

    def late(self, now: float) -> list[str]:
        """Ids of the comments that have been waited for too long. Whoever performs AskWriter keeps the time; this is for one
        who does not.
        """
        return [key for key, given in self._at_writer.items() if now > given.since + PATIENCE_SECONDS]

    def worked(self, now: float, *, well: bool) -> None:
        self._failed = 0 if well else self._failed + 1
        if self._failed >= FAILURES:
            self._failed, self._rests_until = 0, now + REST_SECONDS

    def clear(self) -> list[str]:
        ids = list(self._at_writer)
        self._at_writer.clear()
        return ids
