"""The back room: what a comment asks is found out, and a language model is waited for; the show waits for neither."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from sosie.clock import Clock
from sosie.live.worker import taken
from sosie.ports import Writer
from sosie.shop.catalogue import Catalogue
from sosie.show.answers import Answers
from sosie.show.events import AnswerFound, AskWriter, Drafted, Event, FindAnswer
from sosie.writer.task import WriterCost, task


class Backroom:
    """``look_up`` is the answers thread, ``draft`` each of the writer threads; what is asked waits in a queue for each.

    Neither queue is bounded by itself: the director asks for no more than the comments that wait, which the desk bounds.
    """

    def __init__(
        self,
        answers: Answers,
        writer: Writer | None,
        catalogue: Callable[[], Catalogue],
        *,
        clock: Clock,
        now: Callable[[], float],
        tell: Callable[[Event], None],
        over: threading.Event,
    ) -> None:
        """``now``: media time, for events; ``clock`` measures what the writer costs."""
        self._answers, self._writer, self._catalogue = answers, writer, catalogue
        self._clock, self._now, self._tell, self._over = clock, now, tell, over
        self._questions: queue.Queue[FindAnswer] = queue.Queue()
        self._drafts: queue.Queue[AskWriter] = queue.Queue()
        self._lock = threading.Lock()
        self.cost = WriterCost()

    def ask(self, asked: FindAnswer | AskWriter) -> None:
        if isinstance(asked, FindAnswer):
            self._questions.put(asked)
        else:
            self._drafts.put(asked)

    def look_up(self) -> None:
        for asked in taken(self._questions, self._over):
            answer = self._answers.find(asked.comment.text, asked.product_id)
            self._tell(AnswerFound(self._now(), asked.comment.id, answer))

    def draft(self) -> None:
        assert self._writer is not None
        for asked in taken(self._drafts, self._over):
            begun = self._clock.now()
            given = task(asked.comment.text, asked.language, self._catalogue(), asked.product_id, asked.refused)
            draft = self._writer.write(given, asked.seconds)
            with self._lock:
                self.cost = self.cost.plus(draft, self._clock.now() - begun)
            self._tell(Drafted(self._now(), asked.comment.id, draft.sentences))
