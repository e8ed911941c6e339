"""The director: what the host says next. Events in, actions out; no clock, no files, no threads.

The session performs the actions and reports what has really been played. It keeps two lanes (live/lanes.py): whatever is not of
kind "line" goes in at the end of the clause on air, and the interrupted line goes on afterwards. So the director only has to keep
the script two lines ahead, hand over answers and notices when their time has come, and never too many in a row.

What goes in between the lines, by rank: the truth about the host, thanks to those who paid, answers to them, answers, welcomes
and small talk. The notice comes before all of it.

Every line, aside and answer passes the claims firewall (claims/) at the moment of speaking: Refuse. Words that are ours and never
change (the notices, "are you real?", "I don't know that one") do not ask it; a test holds them against it.

    Started ────────► AI notice; once it was heard, greeting and first line
    Finished(line) ─► next line (one is always waiting, so there is never a gap)
    CommentArrived ─► FindAnswer, or at once the truth about "are you real?"
    GuestActed ─────► a few words of thanks or welcome, bunched (show/guests.py)
    AnswerFound ────► Say(answer) at the next clause; or AskWriter, where there is a writer and we know no answer
    Drafted ────────► Say(answer) of what may be said of it; else AskWriter once more, else "I don't know that one"
    Tick ───────────► the AI notice when it is due; while all is sold out, a few words now and then
    Operated ───────► a person holds, takes over, leaves out, types: at once, and TellOperator (show/operator.py)
    Reconnected ────► the AI notice again, before anything else
    Stop ───────────► closing words, then End
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Literal

from sosie.chat.language import language_of
from sosie.chat.message import Comment
from sosie.chat.policy import ChatPolicy
from sosie.claims import Author, Claims, Reason
from sosie.shop.catalogue import Catalogue, Product
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.asides import Asides, Spoken
from sosie.show.events import (
    Action,
    AnswerFound,
    AskWriter,
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
)
from sosie.show.guests import Deed, Guests
from sosie.show.identity import asks_if_real
from sosie.show.operator import (
    Command,
    HandBack,
    Hindrance,
    JumpTo,
    Pause,
    Resume,
    Skip,
    TakeOver,
    TypeLine,
)
from sosie.show.rundown import LONGEST_LINE, Rundown
from sosie.show.script import Aside, Line, script
from sosie.show.written import (
    FAILURES,
    LEAST_SECONDS,
    MOST_AT_ONCE,
    MOST_DRAFTS,
    PATIENCE_SECONDS,
    REST_SECONDS,
    Written,
)
from sosie.types import Language, Utterance, UtteranceKind
from sosie.writer import task as writers

MOST_REFUSED = 20
"""Lines in a row that the firewall may leave out before the host is quiet until the next event; a loop may have no other."""
LINES_AHEAD = 2
"""Script lines handed over and not yet finished: the one on air and one that is being made meanwhile."""
ANSWERS_IN_A_ROW = 3
"""After so many answers the script has a line, or a busy chat would never see the products."""
WAITING_ANSWERS = 6
"""Answers that wait for their turn; when one more comes, the oldest is passed over: nobody waits for it any more."""
OPEN_QUESTIONS = 8
"""Questions that are being looked up, and as many again of those who paid; more are passed over, the oldest stay."""
SAME_ANSWER_SECONDS = 30.0
"""Whoever asks for what was answered so shortly before has just heard it, however it was worded."""
SAME_ANSWER_BUSY_SECONDS = 90.0
"""The same while others wait for an answer. What many asked is told once more when there is time (show/asides.py)."""
MOST_ANSWERED = 500
"""Answers of which it is remembered when they were given last."""
MOST_SKIPPED = 1000
"""Lines of the script that are looked through for another product."""
QUIET_SECONDS = 6.0
"""While everything is sold out nobody is talked at without a break, but for so long only is the host silent."""
SOLD_OUT_TURN = 4
"""Asides in one language while everything is sold out."""
SMALL_TALK_SECONDS = 120.0
"""The same for greetings and thanks; the host is not a doorman."""
NOTICE_MARGIN = 20.0
"""Seconds by which a notice is handed over before it is due: the clause on air must end and the voice must begin."""


OUR_OWN = frozenset((*phrases.IDENTITY.values(), *(text for texts in phrases.UNKNOWN.values() for text in texts)))
"""Answers that are said whatever the firewall thinks: what the host is, and what it does not know."""


class _Rank(IntEnum):
    """What waits is said in this order, and within one rank as it came."""

    HOST = 0
    """What the host is."""
    PAID = 1
    QUESTION = 2
    GREETING = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """A comment that is being looked up, or that the writer has."""

    comment: Comment
    product_id: str | None
    paid: bool
    since: float = 0.0
    """When the writer was asked."""
    drafts: int = 0
    unknown: Answer | None = None
    """What is said if nothing comes of it."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An answer that waits for its turn."""

    rank: _Rank
    comment_id: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Told:
    """An utterance under way, with what it was made from, so that it can be made again with new prices."""

    utterance: Utterance
    line: Line | None = None
    aside: Spoken | None = None
    """Where it is overtaken by new prices it is not said again."""
    answer: Answer | None = None
    number: int = 0
    """Of the wording of the answer."""
    comment_id: str | None = None
    paid: bool = False
    about: str | None = None
    """The product that a person's line was typed beside."""


class Director:
    """One show. ``handle`` is called with one event after the other; nothing else goes in or out."""

    def __init__(self, rundown: Rundown, catalogue: Catalogue, *, writer: bool = False) -> None:
        """``rundown`` checked against ``catalogue`` (check_rundown); its languages are those that the consent allows.

        ``writer``: there is one who performs AskWriter.
        """
        self._writer = writer
        self._rundown = rundown
        self._catalogue = catalogue
        self._claims = Claims(catalogue)
        self._claims.prepare(rundown.languages)
        self._script: Iterator[Line | Aside] = script(rundown)
        self._asides = Asides(rundown)
        self._quiet_since = 0.0
        self._n_sold_out = 0
        self._again: deque[Line | Aside] = deque()
        self._paused = False
        self._human = False
        self._absent = False
        self._seen_at = 0.0
        self._policy = ChatPolicy()
        self._open: dict[str, _Asked] = {}
        """Comments that are being looked up."""
        self._writing: dict[str, _Asked] = {}
        self._writer_failed = 0
        self._writer_rests_until = float("-inf")
        self._waiting: list[_Waiting] = []
        self._guests = Guests()
        self._under_way: dict[int, _Told] = {}
        self._language: Language = rundown.languages[0]
        self._product_id: str | None = None
        self._generation = 0
        self._next_id = 0
        self._answers_in_a_row = 0
        self._answered_at: dict[Answer, float] = {}
        self._n_answered: Counter[tuple[str, Language]] = Counter()
        """By intent, for another wording each time."""
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
        if not self._has_something_to_sell():
            return [*self._wait_for_stock(now)]
        n_lines = sum(told.utterance.kind == "line" for told in self._under_way.values())
        refused = 0
        while n_lines < LINES_AHEAD and refused < MOST_REFUSED:
            line = self._again.popleft() if self._again else next(self._script, None)
            if line is None:
                return actions + ([] if self._under_way else self._stop())
            said = self._say_aside(line, now) if isinstance(line, Aside) else self._say_line(line)
            actions += said
            n_lines += sum(isinstance(action, Say) for action in said)
            refused += sum(isinstance(action, Refuse) for action in said)
        return actions

    def _say_line(self, line: Line) -> list[Action]:
        text = self._filled(line)
        if text is None:
            return []
        # A person wrote it and answers for it, so any word will do; a model's lines would be a machine's.
        if reason := self._refused(text, line.language, line.product_id, "person"):
            return [Refuse("line", reason)]
        return [self._say(text, line.language, "line", line.product_id, line=line)]

    def _say_aside(self, place: Aside, now: float) -> list[Action]:
        if place.product_id is not None and not self._catalogue[place.product_id].offered:
            return []
        said = self._asides.say(place, self._catalogue, now)
        return [] if said is None else self._put_in(said, place.language, place.product_id)

    def _put_in(self, said: Spoken, language: Language, product_id: str | None) -> list[Action]:
        if reason := self._refused_aside(said, language, product_id):
            return [Refuse("line", reason)]
        return [self._say(said.text, language, "line", product_id, aside=said)]

    def _refused_aside(self, said: Spoken, language: Language, product_id: str | None) -> Reason | None:
        # Persons wrote it all, we and the seller: nothing in it is a viewer's or a model's.
        return self._refused(said.stated or said.text, language, said.about or product_id, "person")

    def _refused(self, text: str, language: Language, product_id: str | None, author: Author) -> Reason | None:
        return self._claims.check(text, language, product_id, author=author).reason

    def _wait_for_stock(self, now: float) -> list[Action]:
        """Everything is sold out. The host says so, speaks a little now and then, sells nothing, and is never long silent."""
        if self._under_way or now < self._quiet_since + QUIET_SECONDS:
            return []
        turn = 0 if self._rundown.turns == "none" else self._n_sold_out // SOLD_OUT_TURN
        self._n_sold_out += 1
        language = self._rundown.languages[turn % len(self._rundown.languages)]
        return self._put_in(self._asides.say_sold_out(language, self._catalogue, now), language, None)

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
        self._quiet_since = now
        if told.utterance.kind == "line":
            self._answers_in_a_row = 0
        self._look_at(self._first_line())
        if self._phase == "closing":
            return [] if self._under_way else self._end()
        return [*self._notice_if_due(now), *self._next_urgent(now), *self._keep_ahead(now)]

    def _first_line(self) -> _Told | None:
        return next((told for told in self._under_way.values() if told.utterance.kind == "line"), None)

    def _look_at(self, told: _Told | None) -> None:
        """What is on air now: its language is the one of notices, its product the one that "it" means."""
        if told is not None:
            self._language = told.utterance.language
            self._product_id = told.utterance.product_id or self._product_id

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
        self._open[comment.id] = _Asked(comment, self._product_id, paid)
        return [FindAnswer(comment, self._product_id)]

    def _allowed(self, text: str) -> Language:
        language = language_of(text, self._language)
        return language if language in self._rundown.languages else self._language

    def _found(self, now: float, comment_id: str, answer: Answer) -> list[Action]:
        if comment_id not in self._open:
            return []
        asked = self._open.pop(comment_id)
        self._asides.asked(now, answer)
        may_ask = self._writer and now >= self._writer_rests_until and len(self._writing) < MOST_AT_ONCE
        if answer.intent == "unknown" and may_ask:
            self._writing[comment_id] = replace(asked, since=now, drafts=1, unknown=answer)
            return [AskWriter(asked.comment, answer.language, asked.product_id, PATIENCE_SECONDS)]
        return self._queue(now, comment_id, answer, paid=asked.paid)

    # The writer

    def _drafted(self, now: float, comment_id: str, sentences: tuple[str, ...]) -> list[Action]:
        """What of the draft may be said; where that is nothing, another draft if there is time, else what we have ourselves."""
        asked = self._writing.get(comment_id)
        if asked is None or asked.unknown is None:
            return []
        self._writer_worked(now, well=bool(sentences))
        language = asked.unknown.language
        product_id = writers.about(asked.comment.text, self._catalogue, asked.product_id)
        reasons = [self._refused_of_writer(sentence, language, product_id) for sentence in sentences]
        kept = tuple(sentence for sentence, reason in zip(sentences, reasons, strict=True) if reason is None)
        refused: list[Action] = [Refuse("answer", reason) for reason in reasons if reason is not None]
        # Friendly words around what was refused would be an answer to nothing.
        if kept and (not refused or any(self._claims.quotes(one, language, product_id) for one in kept)):
            del self._writing[comment_id]
            named = product_id is not None and product_id != self._product_id
            written = Written("written", language, product_id, named, sentences=kept)
            return refused + self._queue(now, comment_id, written, paid=asked.paid)
        left = asked.since + PATIENCE_SECONDS - now
        if refused and asked.drafts < MOST_DRAFTS and left >= LEAST_SECONDS:
            self._writing[comment_id] = replace(asked, drafts=asked.drafts + 1)
            why = next(reason for reason in reasons if reason is not None)
            return [*refused, AskWriter(asked.comment, language, asked.product_id, left, why)]
        return refused + self._without_writer(now, comment_id)

    def _refused_of_writer(self, sentence: str, language: Language, product_id: str | None) -> Reason | None:
        # What the host is, is never the writer's to say, not even truly.
        if asks_if_real(sentence):
            return "human"
        return self._refused(sentence, language, product_id, "model")

    def _without_writer(self, now: float, comment_id: str) -> list[Action]:
        asked = self._writing.pop(comment_id)
        assert asked.unknown is not None
        return self._queue(now, comment_id, asked.unknown, paid=asked.paid)

    def _too_slow(self, now: float) -> list[Action]:
        """Whoever performs AskWriter keeps the time; this is for one who does not."""
        late = [key for key, asked in self._writing.items() if now > asked.since + PATIENCE_SECONDS]
        for _ in late:
            self._writer_worked(now, well=False)
        return [action for key in late for action in self._without_writer(now, key)]

    def _writer_worked(self, now: float, *, well: bool) -> None:
        self._writer_failed = 0 if well else self._writer_failed + 1
        if self._writer_failed >= FAILURES:
            self._writer_failed, self._writer_rests_until = 0, now + REST_SECONDS

    def _queue(self, now: float, comment_id: str, answer: Answer, *, paid: bool = False) -> list[Action]:
        if self._is_being_told(answer, now):
            return [PassOver(comment_id, "repeated")]
        actions: list[Action] = []
        self._waiting.append(_Waiting(_rank(answer, paid), comment_id, answer))
        if len(self._answered_at) >= MOST_ANSWERED:
            recent = {key: at for key, at in self._answered_at.items() if now - at < SMALL_TALK_SECONDS}
            self._answered_at = recent if len(recent) < MOST_ANSWERED else {}
        self._answered_at[_meaning(answer)] = now
        if len(self._waiting) > WAITING_ANSWERS:
            actions.append(PassOver(self._oldest(), "too late"))
        return actions + self._next_urgent(now)

    def _is_being_told(self, answer: Answer, now: float) -> bool:
        """The same answer waits, is on air or was given a moment ago: who asks has it, or will have it at once."""
        same = [waiting.answer for waiting in self._waiting] + [told.answer for told in self._under_way.values()]
        if any(one is not None and _meaning(one) == _meaning(answer) for one in same):
            return True
        window = SAME_ANSWER_BUSY_SECONDS if self._waiting else SAME_ANSWER_SECONDS
        if answer.intent in ("hello", "thanks"):
            window = SMALL_TALK_SECONDS
        return now - self._answered_at.get(_meaning(answer), now - window) < window

    def _oldest(self) -> str:
        """Takes out the answer of the lowest rank that has waited longest; the truth about the host never for another."""
        lowest = max(self._waiting, key=lambda waiting: waiting.rank)
        self._waiting.remove(lowest)
        return lowest.comment_id

    def _withdraw(self, comment_id: str) -> list[Action]:
        waiting = [one for one in self._waiting if one.comment_id == comment_id]
        if not waiting and comment_id not in self._open and comment_id not in self._writing:
            return []
        self._open.pop(comment_id, None)
        self._writing.pop(comment_id, None)
        self._waiting = [one for one in self._waiting if one.comment_id != comment_id]
        return [PassOver(comment_id, "withdrawn")]

    def _next_urgent(self, now: float) -> list[Action]:
        """One at a time of all that goes in between the lines, by rank; and the script between every few."""
        if self._phase != "on air" or self._first_notice in self._under_way:
            return []
        under_way = {told.utterance.kind for told in self._under_way.values()}
        first = min(self._waiting, key=lambda waiting: waiting.rank, default=None)
        if "answer" in under_way:
            return []
        if self._human or self._absent:
            # What the host is, it says whoever holds the show.
            return [] if first is None or first.rank > _Rank.HOST else self._answer(first)
        # Between every few answers there is a line, but while the script is held there is none to wait for.
        if self._answers_in_a_row >= ANSWERS_IN_A_ROW and not self._paused:
            return []
        rank = _Rank.GREETING if first is None else first.rank
        # A thanks under way holds no answer up, or a busy door would double the time to every answer.
        if rank > _Rank.HOST and "thanks" not in under_way:
            thanks = self._thank(now, paid=True) or (self._thank(now, paid=False) if rank is _Rank.GREETING else [])
            if thanks:
                return thanks
        return [] if first is None else self._answer(first)

    def _answer(self, first: _Waiting) -> list[Action]:
        self._waiting.remove(first)
        comment_id, answer = first.comment_id, first.answer
        self._answers_in_a_row += 1
        number = self._n_answered[answer.intent, answer.language]
        self._n_answered[answer.intent, answer.language] += 1
        self._asides.answered()
        text, product_id, reason = self._worded(answer, number)
        say = self._say(
            text,
            answer.language,
            "answer",
            product_id,
            answer=answer,
            number=number,
            comment_id=comment_id,
            paid=first.rank is _Rank.PAID,
        )
        return [say] if reason is None else [Refuse("answer", reason), say]

    def _worded(self, answer: Answer, number: int) -> tuple[str, str | None, Reason | None]:
        """What is said to it now, the product on the card meanwhile, and why it is "I don't know that one" if it is."""
        text = answer.text(self._catalogue, number)
        if text in OUR_OWN:
            return text, answer.product_id, None
        if isinstance(answer, Written):
            # One by one, for each quotes a fact of its own.
            reasons = [self._refused_of_writer(one, answer.language, answer.product_id) for one in answer.sentences]
            reason = next((why for why in reasons if why is not None), None)
        else:
            reason = self._refused(text, answer.language, answer.product_id, "machine")
        if reason is None:
            return text, answer.product_id, None
        return Answer("unknown", answer.language, None).text(self._catalogue, number), None, reason

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
        thanks = self._guests.next(now, self._language, self._claims, paid=paid)
        if thanks is None:
            return []
        # The words are ours, the name was found to be nothing but a name; together they might still make something.
        if reason := self._refused(thanks.stated, self._language, self._product_id, "person"):
            return [Refuse("thanks", reason), NotThanked(thanks.deed, thanks.n)]
        return [self._say(thanks.text, self._language, "thanks", greets=thanks.n)]

    # The person on duty

    def _operated(self, now: float, order_id: int, order: Command) -> list[Action]:
        if self._phase != "on air":
            return [TellOperator(order_id, "not on air")]
        if isinstance(order, TypeLine):
            return self._typed(order_id, order.text.strip(), order.language)
        if isinstance(order, JumpTo) and (hindered := self._cannot_tell(order.product_id)):
            return [TellOperator(order_id, hindered)]
        return [TellOperator(order_id), *self._ordered(order), *self._next_urgent(now), *self._keep_ahead(now)]

    def _ordered(self, order: Pause | Resume | TakeOver | HandBack | Skip | JumpTo) -> list[Action]:
        match order:
            case Pause():
                self._paused = True
                return self._cut(only_lines=True)
            case Resume():
                self._paused = False
                return []
            case TakeOver():
                self._human = True
                return [HumanHolds(True), *self._cut()]
            case HandBack():
                self._human = False
                return [HumanHolds(False)]
            case Skip():
                return self._skip()
            case JumpTo(product_id):
                return self._jump(product_id)

    def _cut(self, *, only_lines: bool = False, again: bool = True) -> list[Action]:
        """What is being said is faded out, and is said from its start when its time comes again.

        Not the notice, nor what the host is, nor a person's own line.
        """
        cut = {key: told for key, told in self._under_way.items() if _may_be_cut(told, only_lines=only_lines)}
        if not cut:
            return []
        self._generation += 1
        for key in cut:
            del self._under_way[key]
        if again:
            self._again.extendleft(reversed([told.line for told in cut.values() if told.line]))
        for told in cut.values():
            if told.answer and told.comment_id is not None:
                self._waiting.insert(0, _Waiting(_rank(told.answer, told.paid), told.comment_id, told.answer))
        return [Drop(self._generation, frozenset(self._under_way), cut=True)]

    def _skip(self) -> list[Action]:
        told = self._first_line()
        product_id = told.line.product_id if told is not None and told.line is not None else self._product_id
        actions = self._cut(only_lines=True, again=False)
        while self._again and self._again[0].product_id == product_id:
            self._again.popleft()
        if not self._again:
            # A show of one product would be skipped for ever; the next round of it is another telling.
            for _ in range(MOST_SKIPPED):
                line = next(self._script, None)
                if line is None:
                    break
                if line.product_id != product_id:
                    self._again.append(line)
                    break
        return actions

    def _cannot_tell(self, product_id: str) -> Hindrance | None:
        if product_id not in {segment.product_id for segment in self._rundown.segments}:
            return "no such product"
        return None if self._catalogue[product_id].offered else "sold out"

    def _jump(self, product_id: str) -> list[Action]:
        actions = self._cut(only_lines=True)
        segment = next(segment for segment in self._rundown.segments if segment.product_id == product_id)
        language = self._language
        lines = [Line(wordings[0], language, product_id) for wordings in segment.lines[language]]
        self._again.extendleft(reversed(lines))
        return actions

    def _typed(self, order_id: int, text: str, language: Language) -> list[Action]:
        if language not in self._rundown.languages:
            return [TellOperator(order_id, "language")]
        if "{" in text or "}" in text:
            return [TellOperator(order_id, "template")]
        if not any(letter.isalnum() for letter in text) or len(text) > LONGEST_LINE:
            return [TellOperator(order_id, "nothing to say")]
        # A person answers for the line, and the room's owner for the person: what no fact shows is not said for either.
        verdict = self._claims.check(text, language, self._product_id, author="person")
        if verdict.reason is not None:
            hindered = TellOperator(order_id, verdict.reason, verdict.start, verdict.end)
            return [hindered, Refuse("operator", verdict.reason)]
        return [TellOperator(order_id), self._say(text, language, "operator", about=self._product_id)]

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

    def _reprice(self, now: float, catalogue: Catalogue) -> list[Action]:
        before, self._catalogue = self._catalogue, with_gone(self._catalogue, catalogue)
        self._claims = self._claims.renewed(self._catalogue)
        # Most changes are orders: the stock of something that nobody is speaking of. What is being said is as true as it was, and
        # to cut it off would only have it said twice.
        overtaken = self._overtaken(before) if self._phase == "on air" else []
        if not overtaken:
            return [*self._keep_ahead(now)]
        self._generation += 1
        dropped = [self._under_way.pop(utterance_id) for utterance_id in overtaken]
        self._again.extendleft(reversed([told.line for told in dropped if told.line]))
        for told in dropped:
            if told.answer and told.comment_id is not None:
                # Of its rank it is the first again.
                self._waiting.insert(0, _Waiting(_rank(told.answer, told.paid), told.comment_id, told.answer))
                self._answers_in_a_row = max(0, self._answers_in_a_row - 1)
        return [Drop(self._generation, frozenset(self._under_way)), *self._next_urgent(now), *self._keep_ahead(now)]

    def _overtaken(self, before: Catalogue) -> list[int]:
        """Ids of what may not be said as it was made; of the script also what is behind it, or lines would change places."""
        ids = [utterance_id for utterance_id, told in self._under_way.items() if self._is_overtaken(told, before)]
        lines = [utterance_id for utterance_id, told in self._under_way.items() if told.utterance.kind == "line"]
        first = next((place for place, line in enumerate(lines) if line in ids), len(lines))
        return [*(one for one in ids if one not in lines), *lines[first:]]

    def _is_overtaken(self, told: _Told, before: Catalogue) -> bool:
        """Whether other words would be said by now: another price, or nothing at all of what is sold out or no longer true."""
        said = told.utterance
        if told.line is not None:
            refused = self._refused(said.text, said.language, said.product_id, "person")
            return refused is not None or self._filled(told.line) != said.text
        if told.answer is not None:
            return self._worded(told.answer, told.number)[0] != said.text
        if said.kind == "operator":
            return self._refused(said.text, said.language, told.about, "person") is not None
        if told.aside is None:
            return False
        if said.product_id is not None and not self._catalogue[said.product_id].offered:
            return True
        if self._refused_aside(told.aside, said.language, said.product_id):
            return True
        rests_on = told.aside.rests_on
        return any(_number(before[key]) != _number(self._catalogue[key]) for key in rests_on)

    def _stop(self) -> list[Action]:
        if self._phase != "on air":
            return []
        self._phase = "closing"
        self._generation += 1
        late: list[Action] = [PassOver(waiting.comment_id, "ending") for waiting in self._waiting]
        late += [PassOver(comment_id, "ending") for comment_id in (*self._open, *self._writing)]
        self._guests.clear()
        unheard = self._first_notice in self._under_way
        self._waiting.clear()
        self._open.clear()
        self._writing.clear()
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
        product_id: str | None = None,
        *,
        line: Line | None = None,
        aside: Spoken | None = None,
        answer: Answer | None = None,
        number: int = 0,
        comment_id: str | None = None,
        paid: bool = False,
        greets: int = 0,
        about: str | None = None,
    ) -> Say:
        utterance = Utterance(self._next_id, text, language, kind, product_id, self._generation)
        self._next_id += 1
        self._under_way[utterance.id] = _Told(utterance, line, aside, answer, number, comment_id, paid, about)
        self._look_at(self._first_line())
        return Say(utterance, comment_id, greets)


def _may_be_cut(told: _Told, *, only_lines: bool) -> bool:
    if told.utterance.kind in ("notice", "operator"):
        return False
    if only_lines:
        return told.utterance.kind == "line"
    return told.answer is None or told.answer.intent != "identity"


def _meaning(answer: Answer) -> Answer:
    """What is the same for all who ask it: whether they named the product or meant the one on screen is not."""
    return replace(answer, named=False)


def _rank(answer: Answer, paid: bool) -> _Rank:
    if answer.intent == "identity":
        return _Rank.HOST
    if paid:
        return _Rank.PAID
    return _Rank.GREETING if answer.intent in ("hello", "thanks") else _Rank.QUESTION


def with_gone(before: Catalogue, after: Catalogue) -> Catalogue:
    """The new catalogue, and what it has no more as something that is not on offer: lines and answers still know its name."""
    there = {product.id for product in after.products}
    gone = tuple(product for product in before.products if product.id not in there)
    if not gone:
        return after
    lapsed = tuple(replace(product, stock=0, sale_price=None, lapsed=True, variants=()) for product in gone)
    return replace(after, products=(*after.products, *lapsed))


def _number(product: Product) -> object:
    """What templates are filled with, and all that trade changes."""
    return product.price, product.sale_price, product.stock, product.variants, product.lapsed
