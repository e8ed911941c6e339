"""A post of ours in a chat: text that begins with the AI mark, or nothing (rules.md L7). Sinks take nothing else.

The words of the mark are written by show/phrases.py; tests/chat/test_post.py holds them against this.
"""

from __future__ import annotations

from dataclasses import dataclass

from sosie.errors import Refused

MARKS = ("[AI]", "[AI生成]", "[IA]")
"""English, Chinese, French."""


@dataclass(frozen=True, slots=True)
class MarkedPost:
    """Cannot be made without the mark, and shortening it keeps the mark: it is at the beginning."""

    text: str
    """One line, begun with one of MARKS and a space, then words."""
    reply_to: str = ""
    """``event_id`` of the comment that it answers, for platforms that show this; empty otherwise."""

    def __post_init__(self) -> None:
        if not begins_with_mark(self.text):
            raise Refused("A post that does not begin with the AI mark", wanted=f"one of {', '.join(MARKS)} first")
        if not self.text.isprintable() or not self.text.split("]", 1)[1].strip():
            raise Refused("A post that is not one line of words after the AI mark", wanted="plain text in one line")

    def within(self, longest: int) -> str:
        """At most ``longest`` letters, cut between words where there are any."""
        if len(self.text) <= longest:
            return self.text
        cut = self.text[: longest - 1]
        at_a_space = cut.rfind(" ")
        if at_a_space > longest // 2:
            cut = cut[:at_a_space]
        return cut.rstrip() + "…"


def begins_with_mark(text: str) -> bool:
    return text.startswith(MARKS)
