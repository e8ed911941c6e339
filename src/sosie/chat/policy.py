"""Which comments are answered: not the same one twice, not one viewer's flood, not what is only rude."""

from __future__ import annotations

import re
from collections import deque
from typing import Literal

from sosie.chat.message import Comment, folded

Verdict = Literal["take", "repeated", "too many", "rude"]

PER_USER = 3
"""Comments of one viewer that are looked at within ``USER_WINDOW``."""
USER_WINDOW = 60.0
"""Seconds."""
SAME_WINDOW = 90.0
"""Seconds within which the same question is answered once, whoever asks."""
PER_SECOND = 5
"""Comments that are looked at within any second; each costs about 10 ms of one core to understand."""

_RUDE = re.compile(
    r"傻[逼比b]|操你|草泥马|去死|滚蛋|妈的|贱人|\bf+u+c+k|\bshit\b|\bbitch|\basshole|\bcunt\b|\bwhore\b|\bnigg"
    r"|\bputain\b|\bconnard|\bsalope|\bencul|\bmerde\b|\bta gueule|nique ta",
    re.IGNORECASE,
)


class ChatPolicy:
    """Decides comment by comment; remembers no more than its windows."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, str, str]] = deque()
        self._ids: deque[str] = deque(maxlen=500)

    def judge(self, comment: Comment, now: float, *, paid: bool = False) -> Verdict:
        """``now`` in seconds, never going back. Only what is taken counts; who ``paid`` is not held to the limits."""
        while self._recent and self._recent[0][0] < now - max(USER_WINDOW, SAME_WINDOW):
            self._recent.popleft()
        question = folded(comment.text)
        if comment.id in self._ids or any(q == question and t > now - SAME_WINDOW for t, _, q in self._recent):
            return "repeated"
        if is_rude(comment.text):
            return "rude"
        mine = sum(user == comment.user_hash and t > now - USER_WINDOW for t, user, _ in self._recent)
        if not paid and (mine >= PER_USER or sum(t > now - 1 for t, _, _ in self._recent) >= PER_SECOND):
            return "too many"
        self._recent.append((now, comment.user_hash, question))
        self._ids.append(comment.id)
        return "take"


def is_rude(text: str) -> bool:
    return _RUDE.search(text) is not None
