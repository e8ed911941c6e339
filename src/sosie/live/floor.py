"""The floor: what happens is given to the director here, and what the director wants is done. Nothing else performs actions."""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sosie.claims import Reason
from sosie.live.backroom import Backroom
from sosie.live.booth import Booth
from sosie.live.camera import Camera
from sosie.live.desk import CommentDesk
from sosie.live.duty import Duty
from sosie.live.microphone import Microphone
from sosie.live.shelf import Goods, Shelf
from sosie.live.worker import taken
from sosie.shop.learned import News, together
from sosie.show.director import Director
from sosie.show.events import (
    Action,
    AskWriter,
    CatalogueChanged,
    CommentArrived,
    Drop,
    End,
    Event,
    FindAnswer,
    Finished,
    HumanHolds,
    HumanSpeaks,
    Learned,
    NotThanked,
    PaidMessageArrived,
    PassOver,
    Refuse,
    Say,
    Slate,
    Started,
    TellOperator,
    Tick,
)
from sosie.show.guests import Deed
from sosie.types import Utterance

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Crew:
    """Those who do what the director wants."""

    booth: Booth
    camera: Camera
    backroom: Backroom
    desk: CommentDesk
    duty: Duty
    microphone: Microphone
    shelf: Shelf


class Floor:
    def __init__(
        self,
        director: Director,
        crew: Crew,
        inbox: queue.Queue[Event | Goods],
        *,
        begins: Callable[[], datetime | None],
        may_go_on: Callable[[], object],
        now: Callable[[], float],
        end: Callable[[], None],
        over: threading.Event,
    ) -> None:
        """``begins``: the hour where the show is, if it is known; asked once. ``now``: media time.

        ``may_go_on``: asked each second; raises what forbids it. ``end``: ends the show in good order.
        """
        self._director, self._crew, self._inbox = director, crew, inbox
        self._begins, self._may_go_on, self._now, self._end, self._over = begins, may_go_on, now, end, over
        self._learned: tuple[News, ...] = ()
        self._lock = threading.Lock()
        self.refused: Counter[Reason] = Counter()
        self.unthanked: Counter[Deed] = Counter()

    def direct(self) -> None:
        """The show thread: events to actions."""
        desk, shelf = self._crew.desk, self._crew.shelf
        self._hand_on(Started(0.0, self._begins()))
        for event in taken(self._inbox, self._over):
            if isinstance(event, Goods):
                shelf.take(event)
                self._keep_to_dates()
                continue
            if isinstance(event, CommentArrived | PaidMessageArrived):
                desk.handed_over()
                if desk.is_withdrawn(event.comment.id):
                    continue
            if isinstance(event, Tick):
                self._may_go_on()
                self._keep_to_dates()
            self._hand_on(event)

    def learned(self) -> tuple[News, ...]:
        """What was counted since the last time this was asked."""
        with self._lock:
            news, self._learned = self._learned, ()
        return news

    def _keep_to_dates(self) -> None:
        catalogue = self._crew.shelf.turn()
        if catalogue is not None:
            self._hand_on(CatalogueChanged(self._now(), catalogue))

    def _hand_on(self, event: Event) -> None:
        self.perform(self._director.handle(event))

    def perform(self, actions: Sequence[Action]) -> None:
        crew = self._crew
        for action in actions:
            match action:
                case Say(utterance, comment_id):
                    self._say(utterance, comment_id, action.post)
                case FindAnswer() | AskWriter():
                    crew.backroom.ask(action)
                case PassOver(comment_id):
                    crew.desk.passed_over(comment_id)
                case NotThanked(deed, n):
                    self.unthanked[deed] += n
                case Refuse(kind, reason):
                    # Never the sentence: it may hold what a viewer wrote.
                    _LOG.warning("claims: one %s was not said: %s", kind, reason)
                    self.refused[reason] += 1
                case Drop(generation, spared, cut):
                    crew.booth.drop(generation, spared, cut)
                case TellOperator():
                    crew.duty.tell(action)
                case HumanHolds(holds):
                    crew.duty.holds(holds, self._now())
                case HumanSpeaks(language):
                    crew.microphone.speaks(language)
                case Slate(on):
                    crew.camera.slate(on)
                case Learned(news):
                    with self._lock:
                        self._learned = together(self._learned, news)
                case End():
                    self._end()

    def _say(self, utterance: Utterance, comment_id: str | None, post: str) -> None:
        if comment_id is not None and self._crew.desk.is_withdrawn(comment_id):
            # Nobody asks any more; the director hears that this one is done with, as of one that cannot be spoken.
            self._inbox.put(Finished(self._now(), utterance.id))
            return
        if comment_id is not None:
            self._crew.desk.answered(comment_id, utterance.id, post)
        self._crew.booth.say(utterance)
