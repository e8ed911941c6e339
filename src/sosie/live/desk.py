"""The comments of a show: what came in, what became of each, and how long each answer took. Safe for all threads of a session."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import replace

from sosie.chat.events import Commented, Deleted, PaidMessage
from sosie.chat.message import LONGEST_NAME, Comment, clean
from sosie.chat.message import comment as clean_comment
from sosie.chat.policy import is_rude
from sosie.live.state import ShownComment
from sosie.stage.cards import Toast

COMMENTS_WAITING = 200
"""Comments that may wait for the director; a viewer who comes then is told to try again."""
SHOWN_COMMENTS = 50
WITHDRAWN = 1000
"""Deleted comments that are remembered, because an answer to them may be on its way; far more than can be."""
NAMELESS = "guest"


class CommentDesk:
    """Remembers no more than what is shown and what is still to be answered."""

    def __init__(self, now: Callable[[], float]) -> None:
        """``now``: seconds on the session's clock, for measuring how long answers take."""
        self._now = now
        self._lock = threading.Lock()
        self._salt = secrets.token_bytes(16)
        self._shown: OrderedDict[str, ShownComment] = OrderedDict()
        self._arrived_at: dict[str, float] = {}
        self._asked: dict[int, str] = {}
        self._delays: deque[float] = deque(maxlen=1000)
        self._said: OrderedDict[str, Commented | PaidMessage] = OrderedDict()
        self._withdrawn: OrderedDict[str, None] = OrderedDict()
        self._posts: dict[int, str] = {}
        self._waiting = 0
        self._n = 0

    def take(self, text: str, name: str, media_now: float) -> Comment | None:
        """A comment as posted, cleaned; None when too many wait. Raises YourInput for text that is too long or says nothing."""
        with self._lock:
            if self._waiting >= COMMENTS_WAITING:
                return None
            self._n += 1
            taken = clean_comment(f"page-{self._n}", text, name, media_now, salt=self._salt)
            self._put_up(taken, clean(name)[:LONGEST_NAME])
        return taken

    def take_said(self, said: Commented | PaidMessage, media_now: float) -> Comment | None:
        """The same of what was said in a chat elsewhere; its id is ``said.origin.key``."""
        with self._lock:
            if self._waiting >= COMMENTS_WAITING:
                return None
            taken = Comment(said.origin.key, said.text, said.viewer.user_hash, media_now)
            self._said[taken.id] = said
            self._put_up(taken, said.viewer.name)
        return taken

    def _put_up(self, taken: Comment, name: str) -> None:
        self._waiting += 1
        self._arrived_at[taken.id] = self._now()
        shown = NAMELESS if not name or is_rude(name) else name
        self._shown[taken.id] = ShownComment(taken.id, shown, taken.text, "waiting", None)
        while len(self._shown) > SHOWN_COMMENTS:
            self._shown.popitem(last=False)
        # Whoever waits longer than this was passed over long ago.
        while len(self._said) > COMMENTS_WAITING + SHOWN_COMMENTS:
            self._said.popitem(last=False)

    def withdraw(self, deletion: Deleted) -> tuple[str, ...]:
        """Ids of what was deleted where it was written: shown no more, and answered no more unless the answer is being said."""
        with self._lock:
            gone = tuple(key for key, said in self._said.items() if deletion.covers(said))
            for key in gone:
                del self._said[key]
                self._shown.pop(key, None)
                self._arrived_at.pop(key, None)
                self._withdrawn[key] = None
            while len(self._withdrawn) > WITHDRAWN:
                self._withdrawn.popitem(last=False)
        return gone

    def is_withdrawn(self, comment_id: str) -> bool:
        with self._lock:
            return comment_id in self._withdrawn

    @property
    def has_room(self) -> bool:
        """Whether a chat may bring more; half of the places are kept for those who write on the page."""
        with self._lock:
            return self._waiting < COMMENTS_WAITING // 2

    def handed_over(self) -> None:
        """The director has it now."""
        with self._lock:
            self._waiting -= 1

    def passed_over(self, comment_id: str) -> None:
        with self._lock:
            self._arrived_at.pop(comment_id, None)
            if (shown := self._shown.get(comment_id)) is not None:
                self._shown[comment_id] = replace(shown, state="passed over")

    def answered(self, comment_id: str, utterance_id: int, post: str) -> None:
        """The answer is on its way to the voice; ``post`` is its text with the AI mark."""
        with self._lock:
            self._asked[utterance_id] = comment_id
            self._posts[utterance_id] = post
            if (shown := self._shown.get(comment_id)) is not None:
                self._shown[comment_id] = replace(shown, state="answered", answer=post)

    def begun(self, utterance_id: int) -> tuple[str, str] | None:
        """A clause of this utterance leaves the encoder. (comment id, answer with the AI mark) when it is an answer's first."""
        with self._lock:
            comment_id = self._asked.get(utterance_id, "")
            arrived = self._arrived_at.pop(comment_id, None)
            if arrived is not None:
                self._delays.append(self._now() - arrived)
            post = self._posts.pop(utterance_id, None)
            return None if post is None or comment_id in self._withdrawn else (comment_id, post)

    def finished(self, utterance_id: int) -> None:
        with self._lock:
            self._asked.pop(utterance_id, None)
            self._posts.pop(utterance_id, None)

    def toast(self, utterance_id: int) -> Toast | None:
        """The comment that this utterance answers, to be shown; a rude one is answered but not shown."""
        with self._lock:
            shown = self._shown.get(self._asked.get(utterance_id, ""))
        return None if shown is None or is_rude(shown.text) else Toast(shown.text, shown.name)

    @property
    def shown(self) -> tuple[ShownComment, ...]:
        """Newest last."""
        with self._lock:
            return tuple(self._shown.values())

    @property
    def delays(self) -> tuple[float, ...]:
        """Seconds from each comment to the first word of its answer leaving the encoder, newest last, at most 1000."""
        with self._lock:
            return tuple(self._delays)
