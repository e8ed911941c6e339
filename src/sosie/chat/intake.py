"""The one queue between all chats and the show: bounded, each event once, most important first. Pure: for one thread.

When it is full, what is least important goes: likes, then who entered, viewer counts, shares, follows, then the oldest comments,
subscriptions, gifts, paid messages. Orders, deletions and the stream's state are never dropped: when the queue is full of them,
the source has to wait, which the platform sees as a slow reader or an answer "again later".
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from dataclasses import replace
from typing import Literal

from sosie.chat.events import Commented, Deleted, Kind, PaidMessage, RoomEvent, StreamState, Watched
from sosie.errors import YourInput

CAPACITY = 2000
"""Events that wait: one second of the largest burst that is planned for."""
DROP_ORDER: tuple[Kind, ...] = (
    "like", "enter", "viewers", "share", "follow", "comment", "subscribe", "gift", "paid_message",
)  # fmt: skip
NEVER_DROPPED: tuple[Kind, ...] = ("order", "delete", "stream_state")
_HEARD_FIRST: tuple[Kind, ...] = ("delete", "order", "stream_state", *reversed(DROP_ORDER))
SEEN = 5000
"""Event ids remembered for each kind, so that a flood of likes cannot make an order look new."""
DELETIONS = 500
"""Deletions remembered, because they may arrive before what they delete."""
GREETING_SECONDS = 30.0
"""After so long in the queue a name is forgotten: nobody is greeted that late."""

Taken = Literal["waits", "repeated", "dropped", "deleted", "full"]
"""``full`` only: offer it again when something was taken out. ``dropped``: it was the least important."""


class Intake:
    def __init__(self, capacity: int = CAPACITY) -> None:
        if capacity < 1:
            raise YourInput(f"a queue for {capacity} events", wanted="1 or more")
        self._capacity = capacity
        self._waiting: dict[Kind, deque[tuple[float, RoomEvent]]] = {kind: deque() for kind in _HEARD_FIRST}
        self._size = 0
        self._seen: dict[Kind, OrderedDict[str, None]] = {kind: OrderedDict() for kind in _HEARD_FIRST}
        self._deletions: deque[Deleted] = deque(maxlen=DELETIONS)
        self.heard: Counter[Kind] = Counter()
        """New ones that came, by kind, whatever became of them."""
        self.dropped: Counter[Kind] = Counter()
        """For want of room."""
        self.repeated = 0
        """Delivered again."""
        self.deleted = 0
        """Comments and paid messages that never reached the show, because they were deleted."""

    def __len__(self) -> int:
        return self._size

    def offer(self, event: RoomEvent, now: float) -> Taken:
        """``now``: seconds, never going back."""
        seen = self._seen[event.kind]
        if event.origin.key in seen:
            self.repeated += 1
            return "repeated"
        if self._size >= self._capacity and not self._make_room(event.kind):
            if event.kind in NEVER_DROPPED:
                return "full"
            self._remember(event)
            self.dropped[event.kind] += 1
            return "dropped"
        self._remember(event)
        if isinstance(event, Deleted):
            self._delete(event)
        elif isinstance(event, Commented | PaidMessage) and self._was_deleted(event):
            self.deleted += 1
            return "deleted"
        self._waiting[event.kind].append((now, event))
        self._size += 1
        return "waits"

    def take(self, now: float) -> RoomEvent | None:
        """The most important one, the oldest of its kind; None when nothing waits."""
        for kind in _HEARD_FIRST:
            if self._waiting[kind]:
                since, event = self._waiting[kind].popleft()
                self._size -= 1
                return _nameless(event) if now - since > GREETING_SECONDS else event
        return None

    def _remember(self, event: RoomEvent) -> None:
        seen = self._seen[event.kind]
        seen[event.origin.key] = None
        if len(seen) > SEEN:
            seen.popitem(last=False)
        self.heard[event.kind] += 1

    def _make_room(self, kind: Kind) -> bool:
        """Drops the oldest of the least important kind that waits, unless ``kind`` itself is less important."""
        for other in DROP_ORDER:
            if self._waiting[other]:
                self._waiting[other].popleft()
                self._size -= 1
                self.dropped[other] += 1
                return True
            if other == kind:
                return False
        return False

    def _delete(self, deletion: Deleted) -> None:
        # A room that is wiped says nothing about what is written later, so that deletion is not kept.
        if not deletion.everything:
            self._deletions.append(deletion)
        kinds: tuple[Kind, ...] = ("comment", "paid_message")
        for kind in kinds:
            kept = deque(item for item in self._waiting[kind] if not _covered(deletion, item[1]))
            gone = len(self._waiting[kind]) - len(kept)
            self._waiting[kind] = kept
            self._size -= gone
            self.deleted += gone

    def _was_deleted(self, said: Commented | PaidMessage) -> bool:
        # A viewer who was sent away may have come back since, and what they write then is new.
        return any(
            deletion.covers(said)
            for deletion in self._deletions
            if deletion.comment_ids or said.origin.at <= deletion.origin.at
        )


def _covered(deletion: Deleted, event: RoomEvent) -> bool:
    return isinstance(event, Commented | PaidMessage) and deletion.covers(event)


def _nameless(event: RoomEvent) -> RoomEvent:
    if isinstance(event, Watched | Deleted | StreamState) or event.viewer is None:
        return event
    return replace(event, viewer=replace(event.viewer, name=""))
