"""The director: what the host says next. Events in, actions out; no clock, no files, no threads.

The session performs the actions and reports what has really been played. It keeps two lanes (live/lanes.py): whatever is not of
kind "line" goes in at the end of the clause on air, and the interrupted line goes on afterwards. So the director only has to keep
the script two lines ahead, hand over answers and notices when their time has come, and never too many in a row.

What goes in between the lines, by rank: corrections, the truth about the host, thanks to those who paid, answers to them,
answers, welcomes and small talk. The notice comes before all of it.

Every line, aside and answer passes the claims firewall at the moment of speaking (show/sayable.py): Refuse. What comes next
of the script is in show/telling.py, answers that wait for their turn are in show/waiting.py, what the writer has in
show/drafts.py, and what was handed over and is not heard yet in show/under_way.py.

    Started ────────► AI notice; once it was heard, greeting and first line
    Finished(line) ─► next line (one is always waiting, so there is never a gap)
    CommentArrived ─► FindAnswer, or at once the truth about "are you real?"
    GuestActed ─────► a few words of thanks or welcome, bunched (show/guests.py)
    AnswerFound ────► Say(answer) at the next clause; or AskWriter, where there is a writer and we know no answer
    Drafted ────────► Say(answer) of what may be said of it; else AskWriter once more, else "I don't know that one"
    Tick ───────────► the AI notice when it is due; while all is sold out, a few words now and then
    WentWrong ──────► Say(correction) at the next clause, before everything else, once (show/correction.py)
    Operated ───────► a person holds, takes over, leaves out, types: at once, and TellOperator (show/operator.py)
    Reconnected ────► the AI notice again, before anything else
    Bought, Watched ► counted for what was said just before (show/learning.py); Learned once a minute
    Stop ───────────► closing words, then End
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sosie.chat.language import language_of
from sosie.chat.message import Comment
from sosie.chat.policy import ChatPolicy
from sosie.shop.catalogue import Catalogue
from sosie.shop.learned import Counted
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.asides import Asides, Spoken
from sosie.show.correction import Corrections, Wrong, words_of
from sosie.show.drafts import Asked, Drafts
from sosie.show.events import (
    Action,
    AnswerFound,
    AskWriter,
    Bought,
    CatalogueChanged,
    CommentArrived,
    CommentWithdrawn,
    Drafted,
    Drop,
    End,
    Event,
    FindAnswer,
    Finished,
    GuestActed,
    HumanHolds,
    HumanSpeaks,
    NotThanked,
    Operated,
    OperatorSeen,
    PaidMessageArrived,
    PassOver,
    Reconnected,
    Refuse,
    Say,
    Slate,
    Started,
    Stop,
    TellOperator,
    Tick,
    Watched,
    WentWrong,
)
from sosie.show.guests import Deed, Guests
from sosie.show.identity import asks_if_real
from sosie.show.lessons import Lessons
from sosie.show.operator import (
    Command,
    HandBack,
    Hindrance,
    Hush,
    JumpTo,
    Pause,
    Resume,
    Skip,
    Speak,
    TakeOver,
    TypeLine,
)
from sosie.show.rundown import LONGEST_LINE, Rundown
from sosie.show.sayable import Sayable
from sosie.show.script import Aside, Line, script
from sosie.show.telling import Telling
from sosie.show.under_way import Told, UnderWay
from sosie.show.waiting import Rank, Waiting, WaitingAnswers
from sosie.show.written import PATIENCE_SECONDS, Written
from sosie.types import Language, UtteranceKind
from sosie.writer import task as writers

MOST_REFUSED = 20
"""Lines in a row that the firewall may leave out before the host is quiet until the next event; a loop may have no other."""
LINES_AHEAD = 2
"""Script lines handed over and not yet finished: the one on air and one that is being made meanwhile."""
ANSWERS_IN_A_ROW = 3
"""After so many answers the script has a line, or a busy chat would never see the products."""
OPEN_QUESTIONS = 8
"""Questions that are being looked up, and as many again of those who paid; more are passed over, the oldest stay."""
QUIET_SECONDS = 6.0
"""While everything is sold out nobody is talked at without a break, but for so long only is the host silent."""
SOLD_OUT_TURN = 4
"""Asides in one language while everything is sold out."""
NOTICE_MARGIN = 20.0
"""Seconds by which a notice is handed over before it is due: the clause on air must end and the voice must begin."""


class Director:
    """One show. ``handle`` is called with one event after the other; nothing else goes in or out."""

    def __init__(
        self, rundown: Rundown, catalogue: Catalogue, *, writer: bool = False, learned: Sequence[Counted] = ()
    ) -> None:
        """``rundown`` checked against ``catalogue`` (check_rundown); its languages are those that the consent allows.

        ``writer``: there is one who performs AskWriter. ``learned``: what earlier shows of the shop counted.
        """
        self._writer = writer
        self._rundown = rundown
        self._sayable = Sayable(catalogue, rundown.languages, rundown.barred)
        self._lessons = Lessons(self._sayable, learned, on=rundown.learning)
        self._telling = Telling(script(rundown, self._lessons.choose))
        self._asides = Asides(rundown)
        self._quiet_since = 0.0
        self._n_sold_out = 0
        self._paused = False
        self._taken_over = False
        self._speaks = False
        self._absent = False
        self._seen_at = 0.0
        self._policy = ChatPolicy()
        self._open: dict[str, Asked] = {}
        """Comments that are being looked up."""
        self._drafts = Drafts()
        self._waiting = WaitingAnswers()
        self._corrections = Corrections()
        self._guests = Guests()
        self._under_way = UnderWay(rundown.languages[0])
        self._answers_in_a_row = 0
        self._noticed_at = 0.0
        self._noticed_in: set[Language] = set()
        self._first_notice = 0
        self._phase: Literal["before", "on air", "closing", "ended"] = "before"

    def handle(self, event: Event) -> list[Action]:
        if self._phase == "ended" or (self._phase == "before" and not isinstance(event, Started)):
            return []
        match event:
            case Started(now, local_time):
                return self._start(now, local_time)
            case Finished(now, utterance_id):
                return self._finished(now, utterance_id)
            case CommentArrived(now, comment):
                return self._comment(now, comment)
            case PaidMessageArrived(now, comment, name):
                return self._paid_message(now, comment, name)
            case CommentWithdrawn(comment_id=comment_id):
                return self._withdraw(comment_id)
            case GuestActed(now, deed, user_hash, name):
                return self._acted(now, deed, user_hash, name)
            case AnswerFound(now, comment_id, answer):
                return self._found(now, comment_id, answer)
            case Drafted(now, comment_id, sentences):
                return self._drafted(now, comment_id, sentences)
            case CatalogueChanged(now, catalogue):
                return self._reprice(now, catalogue)
            case Bought() | Watched():
                self._lessons.learn(event)
                return []
            case WentWrong(_, utterance_id, wrong):
                self._corrections.add(utterance_id, wrong)
                return [*self._correct()]
            case Operated(now, order_id, order):
                return [*self._seen(now), *self._operated(now, order_id, order)]
            case OperatorSeen(now):
                return self._seen(now)
            case Reconnected(now):
                return [*self._reconnected(now)]
            case Tick(now):
                return self._tick(now)
            case Stop():
                return self._stop()

    def _tick(self, now: float) -> list[Action]:
        late = [NotThanked(deed, n) for deed, n in self._guests.stale(now)]
        return [
            *late,
            *self._lessons.tick(now),
            *self._missed(now),
            *self._too_slow(now),
            *self._notice_if_due(now),
            *self._next_urgent(now),
            *self._keep_ahead(now),
        ]

    # The script

    def _start(self, now: float, local_time: datetime | None) -> list[Action]:
        if self._phase != "before":
            return []
        self._asides.start(local_time)
        self._lessons.start(local_time)
        self._phase = "on air"
        self._seen_at = now
        (notice,) = self._notice(now)
        self._first_notice = notice.utterance.id
        return [notice]

    def _keep_ahead(self, now: float) -> list[Action]:
        """Lines until enough are under way. Lines that cannot be said now (sold out, no sale) are left out."""
        actions: list[Action] = []
        # Whichever the voice makes first, nothing is sold before the first notice was heard to its end.
        if self._phase != "on air" or self._first_notice in self._under_way:
            return actions
        if self._paused or self._human or self._absent:
            return actions
        if not self._has_something_to_tell():
            return [*self._wait_for_stock(now)]
        n_lines = self._under_way.n_lines
        refused = 0
        while n_lines < LINES_AHEAD and refused < MOST_REFUSED:
            line = self._telling.next()
            if line is None:
                return actions + ([] if self._under_way else self._stop())
            said = self._say_aside(line, now) if isinstance(line, Aside) else self._say_line(line)
            actions += said
            n_lines += sum(isinstance(action, Say) for action in said)
            refused += sum(isinstance(action, Refuse) for action in said)
        return actions

    def _say_line(self, line: Line) -> list[Action]:
        text = self._sayable.line(line)
        if text is None:
            return []
        # A person wrote it and answers for it, so any word will do; a model's lines would be a machine's.
        if reason := self._sayable.refused(text, line.language, line.product_id, line.author):
            return [Refuse("line", reason)]
        return [self._say(text, line.language, "line", line.product_id, topic=line.topic, line=line)]

    def _say_aside(self, place: Aside, now: float) -> list[Action]:
        if place.product_id is not None and not self._sayable.is_offered(place.product_id):
            return []
        said = self._asides.say(place, self._sayable.catalogue, now)
        return [] if said is None else self._put_in(said, place)

    def _put_in(self, said: Spoken, place: Aside) -> list[Action]:
        if reason := self._sayable.refused_aside(said, place.language, place.product_id):
            return [Refuse("line", reason)]
        return [self._say(said.text, place.language, "line", place.product_id, topic=place.topic, aside=said)]

    def _wait_for_stock(self, now: float) -> list[Action]:
        """Everything is sold out. The host says so, speaks a little now and then, sells nothing, and is never long silent."""
        if self._under_way or now < self._quiet_since + QUIET_SECONDS:
            return []
        turn = 0 if self._rundown.turns == "none" else self._n_sold_out // SOLD_OUT_TURN
        self._n_sold_out += 1
        language = self._rundown.languages[turn % len(self._rundown.languages)]
        return self._put_in(self._asides.say_sold_out(language, self._sayable.catalogue, now), Aside(language, None))

    def _has_something_to_tell(self) -> bool:
        products = [segment.product_id for segment in self._rundown.segments]
        return any(product_id is None or self._sayable.is_offered(product_id) for product_id in products)

    def _finished(self, now: float, utterance_id: int) -> list[Action]:
        told = self._under_way.finish(utterance_id)
        if told is None:
            return []
        self._quiet_since = now
        self._lessons.heard(now, told)
        if told.utterance.kind == "line":
            self._answers_in_a_row = 0
        if self._phase == "closing":
            return [*self._correct()] or ([] if self._under_way else self._end())
        return [*self._notice_if_due(now), *self._next_urgent(now), *self._keep_ahead(now)]

    # The chat

    def _comment(self, now: float, comment: Comment, *, paid: bool = False) -> list[Action]:
        if self._phase != "on air":
            return [PassOver(comment.id, "ending")]
        if not self._rundown.chat:
            return [PassOver(comment.id, "chat off")]
        if asks_if_real(comment.text):
            # Whoever asks this is told, politely asked or not, and however much they wrote before.
            return self._queue(now, comment.id, Answer("identity", self._allowed(comment.text), None), paid=paid)
        verdict = self._policy.judge(comment, now, paid=paid)
        if verdict != "take":
            return [PassOver(comment.id, verdict)]
        if len(self._open) >= (2 if paid else 1) * OPEN_QUESTIONS:
            return [PassOver(comment.id, "too many")]
        self._open[comment.id] = Asked(comment, self._under_way.product_id, paid)
        return [FindAnswer(comment, self._under_way.product_id)]

    def _allowed(self, text: str) -> Language:
        spoken = self._under_way.language
        language = language_of(text, spoken)
        return language if language in self._rundown.languages else spoken

    def _found(self, now: float, comment_id: str, answer: Answer) -> list[Action]:
        if comment_id not in self._open:
            return []
        asked = self._open.pop(comment_id)
        self._asides.asked(now, answer)
        if answer.intent == "unknown" and self._writer and self._drafts.may_ask(now):
            self._drafts.ask(now, asked, answer)
            return [AskWriter(asked.comment, answer.language, asked.product_id, PATIENCE_SECONDS)]
        return self._queue(now, comment_id, answer, paid=asked.paid)

    # The writer

    def _drafted(self, now: float, comment_id: str, sentences: tuple[str, ...]) -> list[Action]:
        """What of the draft may be said; where that is nothing, another draft if there is time, else what we have ourselves."""
        if comment_id not in self._drafts:
            return []
        self._drafts.worked(now, well=bool(sentences))
        asked, language = self._drafts[comment_id].asked, self._drafts[comment_id].unknown.language
        product_id = writers.about(asked.comment.text, self._sayable.catalogue, asked.product_id)
        reasons = [self._sayable.refused_of_writer(sentence, language, product_id) for sentence in sentences]
        kept = tuple(sentence for sentence, reason in zip(sentences, reasons, strict=True) if reason is None)
        refused: list[Action] = [Refuse("answer", reason) for reason in reasons if reason is not None]
        claims = self._sayable.claims
        # Friendly words around what was refused would be an answer to nothing.
        if kept and (not refused or any(claims.quotes(one, language, product_id) for one in kept)):
            self._drafts.take(comment_id)
            named = product_id is not None and product_id != self._under_way.product_id
            written = Written("written", language, product_id, named, sentences=kept)
            return refused + self._queue(now, comment_id, written, paid=asked.paid)
        if refused and (left := self._drafts.ask_again(now, comment_id)) is not None:
            why = next(reason for reason in reasons if reason is not None)
            return [*refused, AskWriter(asked.comment, language, asked.product_id, left, why)]
        return refused + self._without_writer(now, comment_id)

    def _without_writer(self, now: float, comment_id: str) -> list[Action]:
        given = self._drafts.take(comment_id)
        return [] if given is None else self._queue(now, comment_id, given.unknown, paid=given.asked.paid)

    def _too_slow(self, now: float) -> list[Action]:
        late = self._drafts.late(now)
        for _ in late:
            self._drafts.worked(now, well=False)
        return [action for key in late for action in self._without_writer(now, key)]

    def _queue(self, now: float, comment_id: str, answer: Answer, *, paid: bool = False) -> list[Action]:
        if self._waiting.is_told(answer, now, [told.answer for told in self._under_way.told if told.answer]):
            return [PassOver(comment_id, "repeated")]
        late = self._waiting.add(now, comment_id, answer, paid=paid)
        actions: list[Action] = [] if late is None else [PassOver(late, "too late")]
        return actions + self._next_urgent(now)

    def _withdraw(self, comment_id: str) -> list[Action]:
        was_waiting = self._waiting.withdraw(comment_id)
        was_open = self._open.pop(comment_id, None) is not None
        was_at_writer = self._drafts.take(comment_id) is not None
        return [PassOver(comment_id, "withdrawn")] if was_waiting or was_open or was_at_writer else []

    def _next_urgent(self, now: float) -> list[Action]:
        """One at a time of all that goes in between the lines, by rank; and the script between every few."""
        if self._phase != "on air" or self._first_notice in self._under_way:
            return []
        if correction := self._correct():
            return [*correction]
        under_way, first = self._under_way.kinds, self._waiting.first
        if "answer" in under_way:
            return []
        if self._human or self._absent:
            # What the host is, it says whoever holds the show.
            return [] if first is None or first.rank > Rank.HOST else self._answer(first)
        # Between every few answers there is a line, but while the script is held there is none to wait for.
        if self._answers_in_a_row >= ANSWERS_IN_A_ROW and not self._paused:
            return []
        rank = Rank.GREETING if first is None else first.rank
        # A thanks under way holds no answer up, or a busy door would double the time to every answer.
        if rank > Rank.HOST and "thanks" not in under_way:
            thanks = self._thank(now, paid=True) or (self._thank(now, paid=False) if rank is Rank.GREETING else [])
            if thanks:
                return thanks
        return [] if first is None else self._answer(first)

    def _answer(self, first: Waiting) -> list[Action]:
        comment_id, answer = first.comment_id, first.answer
        number = self._lessons.number(answer, self._waiting.take(first))
        self._answers_in_a_row += 1
        self._asides.answered()
        text, product_id, reason = self._sayable.answer(answer, number)
        say = self._say(
            text,
            answer.language,
            "answer",
            product_id,
            answer=answer,
            number=number,
            comment_id=comment_id,
            paid=first.rank is Rank.PAID,
        )
        return [say] if reason is None else [Refuse("answer", reason), say]

    # What went wrong

    def _correct(self) -> list[Say]:
        """One at a time, whoever holds the show and whatever else waits; also among the closing words."""
        if "correction" in self._under_way.kinds or (wrong := self._corrections.take()) is None:
            return []
        return [self._say_correction(wrong)]

    def _say_correction(self, wrong: Wrong) -> Say:
        language, product_id = wrong.language, wrong.product_id

        def may_say(text: str) -> bool:
            # The words are ours and the seller's, as an aside's are.
            return self._sayable.refused(text, language, product_id, "person") is None

        text = words_of(wrong, self._sayable.catalogue, may_say, self._corrections.n)
        return self._say(text, language, "correction", product_id, wrong=wrong)

    # Those who come, follow, give and order

    def _acted(self, now: float, deed: Deed, user_hash: str, name: str) -> list[Action]:
        if self._phase != "on air" or not self._rundown.chat:
            return [NotThanked(deed, 1)]
        self._guests.did(now, deed, user_hash, name)
        return self._next_urgent(now)

    def _paid_message(self, now: float, comment: Comment, name: str) -> list[Action]:
        actions = self._comment(now, comment, paid=True)
        if any(isinstance(action, PassOver) and action.why == "rude" for action in actions):
            return [*actions, NotThanked("paid message", 1)]
        return [*actions, *self._acted(now, "paid message", comment.user_hash, name)]

    def _thank(self, now: float, *, paid: bool) -> list[Action]:
        thanks = self._guests.next(now, self._under_way.language, self._sayable.claims, paid=paid)
        if thanks is None:
            return []
        # The words are ours, the name was found to be nothing but a name; together they might still make something.
        language, product_id = self._under_way.language, self._under_way.product_id
        if reason := self._sayable.refused(thanks.stated, language, product_id, "person"):
            return [Refuse("thanks", reason), NotThanked(thanks.deed, thanks.n)]
        return [self._say(thanks.text, language, "thanks", greets=thanks.n)]

    # The person on duty

    def _operated(self, now: float, order_id: int, order: Command) -> list[Action]:
        if self._phase != "on air":
            return [TellOperator(order_id, "not on air")]
        if isinstance(order, TypeLine):
            return self._typed(order_id, order.text.strip(), order.language)
        if isinstance(order, Speak):
            return self._speak(now, order_id, order.language)
        if isinstance(order, JumpTo) and (hindered := self._cannot_tell(order.segment_id)):
            return [TellOperator(order_id, hindered)]
        return [TellOperator(order_id), *self._ordered(order), *self._next_urgent(now), *self._keep_ahead(now)]

    def _ordered(self, order: Pause | Resume | TakeOver | HandBack | Hush | Skip | JumpTo) -> list[Action]:
        match order:
            case Pause():
                self._paused = True
                return self._cut(only_lines=True)
            case Resume():
                self._paused = False
                return []
            case TakeOver():
                self._taken_over = True
                return [HumanHolds(True), *self._cut()]
            case HandBack():
                self._taken_over = False
                return [*self._hush(), HumanHolds(False)]
            case Hush():
                return [*self._hush(), HumanHolds(self._human)]
            case Skip():
                return self._skip()
            case JumpTo(segment_id):
                return self._jump(segment_id)

    @property
    def _human(self) -> bool:
        """A person holds the show: nothing of ours is said but the notice and what the host is."""
        return self._taken_over or self._speaks

    def _speak(self, now: float, order_id: int, language: Language) -> list[Action]:
        """What they say nobody checks. They are told when they are heard, not before."""
        if language not in self._rundown.languages:
            return [TellOperator(order_id, "language")]
        self._speaks = True
        return [HumanHolds(True), *self._cut(), HumanSpeaks(language), TellOperator(order_id), *self._next_urgent(now)]

    def _hush(self) -> list[Action]:
        if not self._speaks:
            return []
        self._speaks = False
        return [HumanSpeaks(None)]

    def _cut(self, *, only_lines: bool = False, again: bool = True) -> list[Action]:
        """What is being said is faded out, and is said from its start when its time comes again."""
        ids = [told.utterance.id for told in self._under_way.told if told.may_be_cut(only_lines=only_lines)]
        if not ids:
            return []
        cut = self._under_way.take_back(ids)
        if again:
            self._telling.again([told.line for told in cut if told.line])
        self._back(cut)
        return [Drop(self._under_way.generation, self._under_way.ids, cut=True)]

    def _back(self, dropped: Iterable[Told]) -> int:
        """Answers among them wait again; returns how many."""
        n = 0
        for told in dropped:
            if told.answer and told.comment_id is not None:
                self._waiting.back(told.comment_id, told.answer, paid=told.paid)
                n += 1
        return n

    def _skip(self) -> list[Action]:
        told = self._under_way.first_line
        line = told.line if told else None
        segment_id = line.segment_id if line else self._under_way.topic or self._under_way.product_id
        actions = self._cut(only_lines=True, again=False)
        self._telling.skip(segment_id)
        return actions

    def _cannot_tell(self, segment_id: str) -> Hindrance | None:
        segment = next((segment for segment in self._rundown.segments if segment.id == segment_id), None)
        if segment is None:
            return "no such product"
        return None if segment.product_id is None or self._sayable.is_offered(segment.product_id) else "sold out"

    def _jump(self, segment_id: str) -> list[Action]:
        actions = self._cut(only_lines=True)
        segment = next(segment for segment in self._rundown.segments if segment.id == segment_id)
        self._telling.jump(segment, self._under_way.language)
        return actions

    def _typed(self, order_id: int, text: str, language: Language) -> list[Action]:
        if language not in self._rundown.languages:
            return [TellOperator(order_id, "language")]
        if "{" in text or "}" in text:
            return [TellOperator(order_id, "template")]
        if not any(letter.isalnum() for letter in text) or len(text) > LONGEST_LINE:
            return [TellOperator(order_id, "nothing to say")]
        # A person answers for the line, and the room's owner for the person: what no fact shows is not said for either.
        product_id = self._under_way.product_id
        verdict = self._sayable.verdict(text, language, product_id, "person")
        if verdict.reason is not None:
            hindered = TellOperator(order_id, verdict.reason, verdict.start, verdict.end)
            return [hindered, Refuse("operator", verdict.reason)]
        return [TellOperator(order_id), self._say(text, language, "operator", about=product_id)]

    def _seen(self, now: float) -> list[Action]:
        self._seen_at = now
        if not self._absent:
            return []
        self._absent = False
        return [Slate(False), *self._notice(now), *self._next_urgent(now), *self._keep_ahead(now)]

    def _missed(self, now: float) -> list[Action]:
        """The rule is that somebody is on duty, and nobody was seen for too long."""
        presence = self._rundown.presence
        if presence is None or self._absent or self._phase != "on air":
            return []
        if now - self._seen_at <= presence.lost_after_seconds:
            return []
        self._absent = True
        return [Slate(True), *self._cut()]

    # The notice

    def _notice_if_due(self, now: float) -> list[Say]:
        """When the interval is over, and once in every language of the show, as soon as it is spoken."""
        due = self._noticed_at + self._rundown.notice_seconds - NOTICE_MARGIN
        wanted = now >= due or self._under_way.language not in self._noticed_in
        return self._notice(now) if wanted and self._phase == "on air" else []

    def _notice(self, now: float) -> list[Say]:
        if "notice" in self._under_way.kinds:
            return []
        self._noticed_at = now
        self._noticed_in.add(self._under_way.language)
        return [self._say_notice()]

    def _say_notice(self) -> Say:
        language = self._under_way.language
        return self._say(phrases.NOTICE[language], language, "notice")

    def _reconnected(self, now: float) -> list[Say]:
        """There may be viewers who have heard no notice in any language."""
        notice = self._notice(now)
        under_way = [told.utterance for told in self._under_way.told]
        self._noticed_in = {utterance.language for utterance in under_way if utterance.kind == "notice"}
        return notice

    # Prices, and the end

    def _reprice(self, now: float, catalogue: Catalogue) -> list[Action]:
        before = self._sayable.renew(catalogue)
        # Most changes are orders: the stock of something that nobody is speaking of. What is being said is as true as it was, and
        # to cut it off would only have it said twice.
        overtaken = self._overtaken(before) if self._phase == "on air" else []
        if not overtaken:
            return [*self._keep_ahead(now)]
        dropped = self._under_way.take_back(overtaken)
        self._telling.again([told.line for told in dropped if told.line])
        self._answers_in_a_row = max(0, self._answers_in_a_row - self._back(dropped))
        for told in dropped:
            if told.wrong is not None:
                self._corrections.back(told.wrong)
        drop = Drop(self._under_way.generation, self._under_way.ids)
        return [drop, *self._next_urgent(now), *self._keep_ahead(now)]

    def _overtaken(self, before: Catalogue) -> list[int]:
        """Ids of what may not be said as it was made; of the script also what is behind it, or lines would change places."""
        under_way = self._under_way.told
        ids = [told.utterance.id for told in under_way if self._is_overtaken(told, before)]
        lines = [told.utterance.id for told in under_way if told.utterance.kind == "line"]
        first = next((place for place, line in enumerate(lines) if line in ids), len(lines))
        return [*(one for one in ids if one not in lines), *lines[first:]]

    def _is_overtaken(self, told: Told, before: Catalogue) -> bool:
        """Whether other words would be said by now: another price, or nothing at all of what is sold out or no longer true."""
        said, sayable = told.utterance, self._sayable
        if told.line is not None:
            refused = sayable.refused(said.text, said.language, said.product_id, told.line.author)
            return refused is not None or sayable.line(told.line) != said.text
        if told.answer is not None:
            return sayable.answer(told.answer, told.number)[0] != said.text
        if said.kind in ("operator", "correction"):
            return sayable.refused(said.text, said.language, told.about or said.product_id, "person") is not None
        if told.aside is None:
            return False
        if said.product_id is not None and not sayable.is_offered(said.product_id):
            return True
        if sayable.refused_aside(told.aside, said.language, said.product_id):
            return True
        return not sayable.rests_on_the_same(told.aside, before)

    def _stop(self) -> list[Action]:
        if self._phase != "on air":
            return []
        self._phase = "closing"
        unheard = self._first_notice in self._under_way
        late: list[Action] = [PassOver(key, "ending") for key in self._waiting.clear()]
        late += [PassOver(key, "ending") for key in (*self._open, *self._drafts.clear())]
        self._open.clear()
        self._guests.clear()
        for told in self._under_way.take_back(self._under_way.ids):
            if told.wrong is not None:
                self._corrections.back(told.wrong)
        # However short a show is, nobody hears its closing words without having heard that it is AI.
        notice = [self._say_notice()] if unheard else []
        stop = [*late, *self._hush(), Drop(self._under_way.generation)]
        return [*stop, *notice, *self._correct(), self._close()]

    def _close(self) -> Say:
        # Asked of the firewall when the show was read; it holds no template but the shop's name, so no price can change it.
        language = self._under_way.language
        closing = self._sayable.catalogue.own_words(self._rundown.closing[language][0], language)
        return self._say(closing, language, "line")

    def _end(self) -> list[Action]:
        self._phase = "ended"
        return [*self._lessons.stop(), End()]

    def _say(
        self,
        text: str,
        language: Language,
        kind: UtteranceKind,
        product_id: str | None = None,
        *,
        topic: str | None = None,
        line: Line | None = None,
        aside: Spoken | None = None,
        answer: Answer | None = None,
        number: int = 0,
        comment_id: str | None = None,
        paid: bool = False,
        greets: int = 0,
        about: str | None = None,
        wrong: Wrong | None = None,
    ) -> Say:
        utterance = self._under_way.new(text, language, kind, product_id, topic)
        self._under_way.add(Told(utterance, line, aside, answer, number, comment_id, paid, about, wrong))
        return Say(utterance, comment_id, greets)
