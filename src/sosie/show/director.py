"""The director: what the host says next. Events in, actions out; no clock, no files, no threads.

The session performs the actions and reports what has really been played. It keeps two lanes (live/lanes.py): whatever is not of
kind "line" goes in at the end of the clause on air, and the interrupted line goes on afterwards. So the director only has to keep
the script two lines ahead, hand over answers and notices when their time has come, and never too many in a row.

Every line and answer passes the claims firewall (claims/) at the moment of speaking: Refuse. Words that are ours and never change
(the notices, "are you real?", "I don't know that one") do not ask it; a test holds them against it.

    Started ────────► AI notice; once it was heard, greeting and first line
    Finished(line) ─► next line (one is always waiting, so there is never a gap)
    CommentArrived ─► FindAnswer, or at once the truth about "are you real?"
    AnswerFound ────► Say(answer) at the next clause
    Tick ───────────► the AI notice when it is due
    Reconnected ────► the AI notice again, before anything else
    Stop ───────────► closing words, then End
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sosie.chat.language import language_of
from sosie.chat.message import Comment
from sosie.chat.policy import ChatPolicy
from sosie.claims import Author, Claims, Reason
from sosie.shop.catalogue import Catalogue
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.events import (
    Action,
    AnswerFound,
    CatalogueChanged,
    CommentArrived,
    Drop,
    End,
    Event,
    FindAnswer,
    Finished,
    PassOver,
    Reconnected,
    Refuse,
    Say,
    Started,
    Stop,
    Tick,
)
from sosie.show.identity import asks_if_real
from sosie.show.rundown import Rundown
from sosie.show.script import Line, script
from sosie.types import Language, Utterance, UtteranceKind

MOST_REFUSED = 20
"""Lines in a row that the firewall may leave out before the host is quiet until the next event; a loop may have no other."""
LINES_AHEAD = 2
"""Script lines handed over and not yet finished: the one on air and one that is being made meanwhile."""
ANSWERS_IN_A_ROW = 3
"""After so many answers the script has a line, or a busy chat would never see the products."""
WAITING_ANSWERS = 6
"""Answers that wait for their turn; when one more comes, the oldest is passed over: nobody waits for it any more."""
OPEN_QUESTIONS = 8
"""Questions that are being looked up; more are passed over, the oldest stay."""
SAME_ANSWER_SECONDS = 30.0
"""Whoever asks for what was answered so shortly before has just heard it, however it was worded."""
SMALL_TALK_SECONDS = 120.0
"""The same for greetings and thanks; the host is not a doorman."""
NOTICE_MARGIN = 20.0
"""Seconds by which a notice is handed over before it is due: the clause on air must end and the voice must begin."""


OUR_OWN = frozenset((*phrases.IDENTITY.values(), *phrases.UNKNOWN.values()))
"""Answers that are said whatever the firewall thinks: what the host is, and what it does not know."""


@dataclass(frozen=True, slots=True)
class _Told:
    """An utterance under way, with what it was made from, so that it can be made again with new prices."""

    utterance: Utterance
    line: Line | None = None
    answer: Answer | None = None
    comment_id: str | None = None


class Director:
    """One show. ``handle`` is called with one event after the other; nothing else goes in or out."""

    def __init__(self, rundown: Rundown, catalogue: Catalogue) -> None:
        """``rundown`` checked against ``catalogue`` (check_rundown); its languages are those that the consent allows."""
        self._rundown = rundown
        self._catalogue = catalogue
        self._claims = Claims(catalogue)
        self._script: Iterator[Line] = script(rundown)
        self._again: deque[Line] = deque()
        self._policy = ChatPolicy()
        self._open: dict[str, None] = {}
        self._waiting: deque[tuple[str, Answer]] = deque()
        self._under_way: dict[int, _Told] = {}
        self._language: Language = rundown.languages[0]
        self._product_id: str | None = None
        self._generation = 0
        self._next_id = 0
        self._answers_in_a_row = 0
        self._answered_at: dict[Answer, float] = {}
        self._noticed_at = 0.0
        self._noticed_in: set[Language] = set()
        self._first_notice = 0
        self._phase: Literal["before", "on air", "closing", "ended"] = "before"

    def handle(self, event: Event) -> list[Action]:
        if self._phase == "ended" or (self._phase == "before" and not isinstance(event, Started)):
            return []
        match event:
            case Started(now):
                return self._start(now)
            case Finished(now, utterance_id):
                return self._finished(now, utterance_id)
            case CommentArrived(now, comment):
                return self._comment(now, comment)
            case AnswerFound(now, comment_id, answer):
                return self._found(now, comment_id, answer)
            case CatalogueChanged(_, catalogue):
                return self._reprice(catalogue)
            case Reconnected(now):
                return [*self._reconnected(now)]
            case Tick(now):
                return [*self._notice_if_due(now), *self._next_answer(), *self._keep_ahead()]
            case Stop():
                return self._stop()

    # The script

    def _start(self, now: float) -> list[Action]:
        if self._phase != "before":
            return []
        self._phase = "on air"
        (notice,) = self._notice(now)
        self._first_notice = notice.utterance.id
        return [notice]

    def _keep_ahead(self) -> list[Action]:
        """Lines until enough are under way. Lines that cannot be said now (sold out, no sale) are left out."""
        actions: list[Action] = []
        # Whichever the voice makes first, nothing is sold before the first notice was heard to its end.
        if self._phase != "on air" or self._first_notice in self._under_way or not self._has_something_to_sell():
            return actions
        n_lines = sum(told.utterance.kind == "line" for told in self._under_way.values())
        refused = 0
        while n_lines < LINES_AHEAD and refused < MOST_REFUSED:
            line = self._again.popleft() if self._again else next(self._script, None)
            if line is None:
                return actions + ([] if self._under_way else self._stop())
            text = self._filled(line)
            if text is None:
                continue
            # A person wrote it and answers for it, so any word will do; a model's lines would be a machine's.
            if reason := self._refused(text, line.language, line.product_id, "person"):
                actions.append(Refuse("line", reason))
                refused += 1
                continue
            actions.append(self._say(text, line.language, "line", product_id=line.product_id, line=line))
            n_lines += 1
        return actions

    def _refused(self, text: str, language: Language, product_id: str | None, author: Author) -> Reason | None:
        return self._claims.check(text, language, product_id, author=author).reason

    def _has_something_to_sell(self) -> bool:
        return any(self._catalogue[segment.product_id].offered for segment in self._rundown.segments)

    def _filled(self, line: Line) -> str | None:
        if line.product_id is None:
            return line.text.replace("{shop}", self._catalogue.shop[line.language])
        product = self._catalogue[line.product_id]
        return product.fill(line.text, line.language) if product.offered else None

    def _finished(self, now: float, utterance_id: int) -> list[Action]:
        told = self._under_way.pop(utterance_id, None)
        if told is None:
            return []
        if told.utterance.kind == "line":
            self._answers_in_a_row = 0
        self._look_at(self._first_line())
        if self._phase == "closing":
            return [] if self._under_way else self._end()
        return [*self._notice_if_due(now), *self._next_answer(), *self._keep_ahead()]

    def _first_line(self) -> _Told | None:
        return next((told for told in self._under_way.values() if told.utterance.kind == "line"), None)

    def _look_at(self, told: _Told | None) -> None:
        """What is on air now: its language is the one of notices, its product the one that "it" means."""
        if told is not None:
            self._language = told.utterance.language
            self._product_id = told.utterance.product_id or self._product_id

    # The chat

    def _comment(self, now: float, comment: Comment) -> list[Action]:
        if self._phase != "on air":
            return [PassOver(comment.id, "ending")]
        if not self._rundown.chat:
            return [PassOver(comment.id, "chat off")]
        if asks_if_real(comment.text):
            # Whoever asks this is told, politely asked or not, and however much they wrote before.
            return self._queue(now, comment.id, Answer("identity", self._allowed(comment.text), None))
        verdict = self._policy.judge(comment, now)
        if verdict != "take":
            return [PassOver(comment.id, verdict)]
        if len(self._open) >= OPEN_QUESTIONS:
            return [PassOver(comment.id, "too many")]
        self._open[comment.id] = None
        return [FindAnswer(comment, self._product_id)]

    def _allowed(self, text: str) -> Language:
        language = language_of(text, self._language)
        return language if language in self._rundown.languages else self._language

    def _found(self, now: float, comment_id: str, answer: Answer) -> list[Action]:
        if comment_id not in self._open:
            return []
        del self._open[comment_id]
        return self._queue(now, comment_id, answer)

    def _queue(self, now: float, comment_id: str, answer: Answer) -> list[Action]:
        if self._is_being_told(answer, now):
            return [PassOver(comment_id, "repeated")]
        actions: list[Action] = []
        if answer.intent == "identity":
            self._waiting.appendleft((comment_id, answer))
        else:
            self._waiting.append((comment_id, answer))
        self._answered_at[answer] = now
        if len(self._waiting) > WAITING_ANSWERS:
            actions.append(PassOver(self._oldest(), "too late"))
        return actions + self._next_answer()

    def _is_being_told(self, answer: Answer, now: float) -> bool:
        """The same answer waits, is on air or was given a moment ago: who asks has it, or will have it at once."""
        if any(waiting == answer for _, waiting in self._waiting):
            return True
        if any(told.answer == answer for told in self._under_way.values()):
            return True
        window = SMALL_TALK_SECONDS if answer.intent in ("hello", "thanks") else SAME_ANSWER_SECONDS
        return now - self._answered_at.get(answer, now - window) < window

    def _oldest(self) -> str:
        """Takes out the answer that has waited longest; the truth about the host is never passed over for another."""
        for index, (comment_id, answer) in enumerate(self._waiting):
            if answer.intent != "identity":
                del self._waiting[index]
                return comment_id
        return self._waiting.pop()[0]

    def _next_answer(self) -> list[Action]:
        """One answer at a time, and the script between every few."""
        answering = any(told.utterance.kind == "answer" for told in self._under_way.values())
        if answering or not self._waiting or self._answers_in_a_row >= ANSWERS_IN_A_ROW:
            return []
        comment_id, answer = self._waiting.popleft()
        self._answers_in_a_row += 1
        text, product_id = answer.text(self._catalogue), answer.product_id
        actions: list[Action] = []
        if text not in OUR_OWN and (reason := self._refused(text, answer.language, product_id, "machine")):
            actions.append(Refuse("answer", reason))
            text, product_id = phrases.UNKNOWN[answer.language], None
        actions.append(
            self._say(text, answer.language, "answer", product_id=product_id, answer=answer, comment_id=comment_id)
        )
        return actions

    # The notice

    def _notice_if_due(self, now: float) -> list[Say]:
        """When the interval is over, and once in every language of the show, as soon as it is spoken."""
        due = self._noticed_at + self._rundown.notice_seconds - NOTICE_MARGIN
        wanted = now >= due or self._language not in self._noticed_in
        return self._notice(now) if wanted and self._phase == "on air" else []

    def _notice(self, now: float) -> list[Say]:
        if any(told.utterance.kind == "notice" for told in self._under_way.values()):
            return []
        self._noticed_at = now
        self._noticed_in.add(self._language)
        return [self._say(phrases.NOTICE[self._language], self._language, "notice")]

    def _reconnected(self, now: float) -> list[Say]:
        """There may be viewers who have heard no notice in any language."""
        notice = self._notice(now)
        under_way = [told.utterance for told in self._under_way.values()]
        self._noticed_in = {utterance.language for utterance in under_way if utterance.kind == "notice"}
        return notice

    # Prices, and the end

    def _reprice(self, catalogue: Catalogue) -> list[Action]:
        self._catalogue = catalogue
        self._claims = self._claims.renewed(catalogue)
        if self._phase != "on air":
            return []
        self._generation += 1
        actions: list[Action] = [Drop(self._generation)]
        old, self._under_way = self._under_way, {}
        self._again.extendleft(reversed([told.line for told in old.values() if told.line]))
        for told in old.values():
            if told.line:
                continue
            if told.answer and told.comment_id is not None:
                self._waiting.appendleft((told.comment_id, told.answer))
                self._answers_in_a_row = max(0, self._answers_in_a_row - 1)
            else:
                again = self._say(told.utterance.text, told.utterance.language, told.utterance.kind)
                if told.utterance.id == self._first_notice:
                    self._first_notice = again.utterance.id
                actions.append(again)
        return actions + self._next_answer() + self._keep_ahead()

    def _stop(self) -> list[Action]:
        if self._phase != "on air":
            return []
        self._phase = "closing"
        self._generation += 1
        late: list[Action] = [PassOver(comment_id, "ending") for comment_id, _ in self._waiting]
        late += [PassOver(comment_id, "ending") for comment_id in self._open]
        unheard = self._first_notice in self._under_way
        self._waiting.clear()
        self._open.clear()
        self._under_way.clear()
        # However short a show is, nobody hears its closing words without having heard that it is AI.
        notice = [self._say(phrases.NOTICE[self._language], self._language, "notice")] if unheard else []
        return [*late, Drop(self._generation), *notice, self._close()]

    def _close(self) -> Say:
        # Asked of the firewall when the show was read; it holds no template but the shop's name, so no price can change it.
        text = self._rundown.closing[self._language][0].replace("{shop}", self._catalogue.shop[self._language])
        return self._say(text, self._language, "line")

    def _end(self) -> list[Action]:
        self._phase = "ended"
        return [End()]

    def _say(
        self,
        text: str,
        language: Language,
        kind: UtteranceKind,
        *,
        product_id: str | None = None,
        line: Line | None = None,
        answer: Answer | None = None,
        comment_id: str | None = None,
    ) -> Say:
        utterance = Utterance(self._next_id, text, language, kind, product_id, self._generation)
        self._next_id += 1
        self._under_way[utterance.id] = _Told(utterance, line, answer, comment_id)
        self._look_at(self._first_line())
        return Say(utterance, comment_id)
