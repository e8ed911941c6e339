"""A show on a virtual clock: the real director, with a voice that only takes time and a crowd that only writes.

    crowd, trade, breaks ──► events ──► Director.handle ──► actions ──► two lanes ──► what was said, and when
                                 ▲                                          │
                                 └──────────── Finished ◄────────────────────┘

The lanes behave as live/lanes.py and live/booth.py do: whatever is not a line of the script goes in at the end of the clause on
air; an answer that is still being made is opened by a few words; what was said lately is there at once. Nothing is heard or
seen, so there is no clone in it, no consent to ask for, and no label to draw.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sosie.chat.message import comment as clean_comment
from sosie.clock import Clock
from sosie.errors import YourInput
from sosie.rehearsal.crowd import Acted, Crowd, Posted
from sosie.rehearsal.mishearing import LISTENED, Mishearing
from sosie.rehearsal.pace import Clause, clauses
from sosie.rehearsal.shoppers import Shoppers
from sosie.rehearsal.trade import Changed, changes
from sosie.shop.catalogue import Catalogue
from sosie.show.answers import Answer, Answers
from sosie.show.correction import Aired
from sosie.show.daytime import part_of_day
from sosie.show.director import Director
from sosie.show.events import (
    AnswerFound,
    Bought,
    CatalogueChanged,
    CommentArrived,
    Drop,
    End,
    Event,
    FindAnswer,
    Finished,
    GuestActed,
    NotThanked,
    PaidMessageArrived,
    PassOver,
    Reconnected,
    Refuse,
    Say,
    Started,
    Stop,
    Tick,
    WentWrong,
)
from sosie.show.onair import way_of
from sosie.show.phrases import OPENERS
from sosie.show.rundown import Rundown
from sosie.types import Language, Utterance, UtteranceKind

OPENER_AFTER = 0.2
"""Seconds of quiet after which an answer still being made is opened by a few words (live/lanes.py)."""
PATIENCE, OPENED_PATIENCE = 1.8, 4.0
"""Seconds for which the script is held back for it, before and after these words (live/lanes.py)."""
KEPT_SECONDS = 900.0
"""Of speech that is kept as it was made (live/repertoire.py)."""
BREAK_EVERY = 3 * 3600.0
"""Seconds, mean, between breaks of an output that comes back."""
CLOSING_SECONDS = 10.0
"""Before its end a show of a given length begins to close (live/air.py)."""
_LAST_SECONDS = 60.0
"""A show that has not closed so long after its end never will."""


@dataclass(frozen=True, slots=True)
class Delays:
    """What the machine costs, seconds; the defaults are the medians of docs/figures.md (two cores, quiet)."""

    find: float = 0.03
    """Understanding a comment."""
    make: float = 0.9
    """The first clause of an utterance that was not said lately."""
    encode: float = 0.4
    """From a clause's turn to the encoder: ten pictures made ahead."""
    hear: float = 3.0
    """From the end of an utterance until it is known what was wrong with it: recognised twice (docs/correction.md)."""

    def __post_init__(self) -> None:
        if min(self.find, self.make, self.encode, self.hear) < 0:
            raise YourInput("a delay below zero", wanted="seconds, 0 or more")


@dataclass(frozen=True, slots=True)
class Said:
    """What was really heard of an utterance."""

    at: float
    """Seconds since the start of the show at which its first clause left."""
    seconds: float
    text: str
    language: Language
    kind: UtteranceKind
    intent: str
    """Of an answer; else ""."""


@dataclass(slots=True)
class Log:
    """What happened, in order."""

    said: list[Said] = field(default_factory=list)
    posted: Counter[str] = field(default_factory=Counter)
    """Comments by kind."""
    passed: Counter[str] = field(default_factory=Counter)
    """Comments passed over, by reason."""
    deeds: Counter[str] = field(default_factory=Counter)
    """What guests did: came, followed, shared, subscribed, gave, paid to be read, ordered."""
    thanked: int = 0
    """People who were thanked or welcomed, alone or together with others."""
    unthanked: Counter[str] = field(default_factory=Counter)
    """People to whom nobody came, by what they did."""
    refused: Counter[str] = field(default_factory=Counter)
    """What the claims firewall left out, by kind and reason."""
    understood: Counter[str] = field(default_factory=Counter)
    """Questions by "as meant", "as unknown" and "otherwise"."""
    delays: list[float] = field(default_factory=list)
    """From a comment to the first word of its answer at the encoder, opening words included."""
    delays_at_once: list[float] = field(default_factory=list)
    """Those of comments that found no other answer or notice under way."""
    silences: list[tuple[float, float]] = field(default_factory=list)
    """(when, how long), of a tenth of a second and more."""
    decisions: list[tuple[str, float]] = field(default_factory=list)
    """(event, seconds of computing)."""
    weights: list[tuple[float, int]] = field(default_factory=list)
    """(when, bytes of the director with all it remembers), once an hour."""
    bought: int = 0
    """Orders because of what was said, where there are shoppers; those of the trade are deeds."""
    misspoken: int = 0
    """Utterances that the voice was made to say wrong."""
    caught: int = 0
    """Of them found by the ear."""
    wrong: Counter[str] = field(default_factory=Counter)
    """What the ear found wrong, by kind: misspoken, or a price that changed while it was said."""
    false_alarms: int = 0
    """Of these nothing was."""
    corrections: list[float] = field(default_factory=list)
    """Seconds from the end of each wrong utterance to its correction's first word at the encoder."""
    viewers: int = 0
    catalogue_changes: int = 0
    reconnects: int = 0
    new_utterances: int = 0
    """Utterances that the voice had to make; all others it had said lately."""
    seconds: float = 0.0
    """How long the show was."""


@dataclass(slots=True, eq=False)
class _Waiting:
    utterance: Utterance
    clauses: tuple[Clause, ...]
    ready_at: float
    said: int = 0
    began_at: float = 0.0
    spoken_seconds: float = 0.0
    opened: bool = False
    then: Catalogue | None = None
    """The catalogue when it began."""
    ended_at: float = 0.0
    """When its last clause so far is over."""


class Rehearsal:
    """One show from start to end; ``run`` returns its log."""

    def __init__(
        self,
        rundown: Rundown,
        catalogue: Catalogue,
        answers: Answers,
        *,
        seconds: float,
        seed: int,
        comments_per_minute: float,
        clock: Clock,
        timer: Callable[[], float],
        weigh: Callable[[Director], int],
        started: Started | None = None,
        delays: Delays | None = None,
        misspoken: float = 0.0,
        on_said: Callable[[Said], None] = lambda said: None,
        shoppers: Shoppers | None = None,
    ) -> None:
        """``clock`` may be virtual; ``timer`` gives seconds of computing; ``weigh`` the bytes a director holds.

        ``shoppers`` buy because of what they hear, beside the trade; the show learns of each order (show/learning.py).
        ``misspoken``: share of the utterances with a number that the voice says with another one.
        """
        if not 60 <= seconds <= 7 * 86400:
            raise YourInput(
                f"a rehearsal of {seconds / 3600:g} hours", wanted="a minute to a week", try_this="--hours 24"
            )
        self._director = Director(rundown, catalogue)
        self._rundown, self._catalogue, self._shoppers = rundown, catalogue, shoppers
        self._answers = answers
        self._seconds, self._clock, self._timer, self._weigh = seconds, clock, timer, weigh
        self._delays, self._on_said = delays or Delays(), on_said
        self._started = started or Started(0.0)
        self._clock_zero = clock.now()
        self.log = Log()
        self._catalogue = catalogue
        self._ear = Mishearing(catalogue, misspoken=misspoken, seed=seed)
        self._went_wrong: deque[float] = deque()
        """When the utterances ended that are still to be corrected."""
        self._crowd = Crowd(catalogue, comments_per_minute=comments_per_minute, seed=seed)
        self._comments = self._crowd.comments()
        self._deeds = self._crowd.deeds()
        self._watched = comments_per_minute > 0
        self._changes = changes(catalogue, seconds=seconds, seed=seed)
        self._chance = random.Random(f"air {seed}")
        self._queue: list[tuple[float, int, Event | Posted | Acted | Changed | None]] = []
        self._n_queued = 0
        self._urgent: deque[_Waiting] = deque()
        self._script: deque[_Waiting] = deque()
        self._on_air: _Waiting | None = None
        self._free_at = 0.0
        """When the clause on air ends."""
        self._generation = 0
        self._spared: frozenset[int] = frozenset()
        self._kept: dict[tuple[str, str], float] = {}
        self._kept_seconds = 0.0
        self._asked: dict[str, tuple[float, bool, str]] = {}
        """Comments under way: when, whether nothing urgent was before it, what it means."""
        self._answer_of: dict[int, tuple[str, str]] = {}
        """Comment and intent of an answer that was handed over."""
        self._intents: dict[str, str] = {}
        """What each comment that was looked up was understood as; kept, for new prices may have an answer said again."""
        self._ended = False

    def run(self) -> Log:
        self._handle(self._started)
        self._put(1.0, Tick(1.0))
        self._put(max(0.0, self._seconds - CLOSING_SECONDS), Stop(max(0.0, self._seconds - CLOSING_SECONDS)))
        self._next_comment()
        self._next_deed()
        self._next_change()
        self._next_break(0.0)
        self.log.weights.append((0.0, self._weigh(self._director)))
        while self._queue and not self._ended:
            now, _, event = heapq.heappop(self._queue)
            if now > self._seconds + _LAST_SECONDS:
                break
            self._clock.sleep_until(self._clock_zero + now)
            self._happen(now, event)
            self._fill_air(now)
        self.log.seconds = self._free_at
        self.log.viewers = self._crowd.n_viewers
        self.log.weights.append((self._free_at, self._weigh(self._director)))
        return self.log

    # What comes in

    def _put(self, when: float, event: Event | Posted | Acted | Changed | None) -> None:
        self._n_queued += 1
        heapq.heappush(self._queue, (when, self._n_queued, event))

    def _happen(self, now: float, event: Event | Posted | Acted | Changed | None) -> None:
        match event:
            case None:
                pass  # a clause is over, or one has become ready: the air is looked at anyway
            case Posted():
                self._post(now, event)
                self._next_comment()
            case Acted():
                self._act(now, event)
                self._next_deed()
            case Changed(catalogue=catalogue, ordered=ordered):
                self.log.catalogue_changes += 1
                self._catalogue = catalogue
                self._handle(CatalogueChanged(now, catalogue))
                if ordered and self._watched:
                    buyer = f"buyer {self.log.deeds['order']}"
                    self._act(now, Acted(now, "order", buyer, self._crowd.a_name()))
                self._next_change()
            case Reconnected():
                self.log.reconnects += 1
                self._handle(event)
                self._next_break(now)
            case Tick():
                self._handle(event)
                self._put(now + 1, Tick(now + 1))
                if int(now) % 3600 == 0:
                    self.log.weights.append((now, self._weigh(self._director)))
            case _:
                self._handle(event)

    def _next_comment(self) -> None:
        posted = next(self._comments, None)
        if posted is not None and posted.at < self._seconds:
            self._put(posted.at, posted)

    def _next_deed(self) -> None:
        acted = next(self._deeds, None)
        if acted is not None and acted.at < self._seconds:
            self._put(acted.at, acted)

    def _act(self, now: float, acted: Acted) -> None:
        self.log.deeds[acted.deed] += 1
        if not acted.text:
            self._handle(GuestActed(now, acted.deed, acted.user, acted.name))
            return
        paid = clean_comment(f"paid {self.log.deeds[acted.deed]}", acted.text, acted.user, now)
        self._asked[paid.id] = (now, not self._urgent, "")
        self._handle(PaidMessageArrived(now, paid, acted.name))

    def _next_change(self) -> None:
        changed = next(self._changes, None)
        if changed is not None:
            self._put(changed.at, changed)

    def _next_break(self, now: float) -> None:
        back = now + self._chance.expovariate(1 / BREAK_EVERY)
        self._put(back, Reconnected(back))

    def _post(self, now: float, posted: Posted) -> None:
        self.log.posted[posted.kind] += 1
        comment_id = f"c{sum(self.log.posted.values())}"
        self._asked[comment_id] = (now, not self._urgent, posted.means)
        self._handle(CommentArrived(now, clean_comment(comment_id, posted.text, posted.user, now)))

    def _handle(self, event: Event) -> None:
        begun = self._timer()
        actions = self._director.handle(event)
        self.log.decisions.append((type(event).__name__, self._timer() - begun))
        for action in actions:
            match action:
                case Say(utterance, comment_id, greets):
                    self.log.thanked += greets
                    self._say(event.now, utterance, comment_id)
                case FindAnswer(comment, product_id):
                    answer = self._answers.find(comment.text, product_id)
                    self._judge(comment.id, answer)
                    self._put(
                        event.now + self._delays.find, AnswerFound(event.now + self._delays.find, comment.id, answer)
                    )
                case PassOver(comment_id, why):
                    self.log.passed[why] += 1
                    self._asked.pop(comment_id, None)
                    self._intents.pop(comment_id, None)
                case NotThanked(deed, n):
                    self.log.unthanked[deed] += n
                case Refuse(kind, reason):
                    self.log.refused[f"{kind}: {reason}"] += 1
                case Drop(generation, spared):
                    self._drop(generation, spared)
                case End():
                    self._ended = True

    def _judge(self, comment_id: str, answer: Answer) -> None:
        _, _, means = self._asked[comment_id]
        self._intents[comment_id] = answer.intent
        if means:
            as_meant = answer.intent == means
            self.log.understood[
                "as meant" if as_meant else "as unknown" if answer.intent == "unknown" else "otherwise"
            ] += 1

    # The voice and the lanes

    def _say(self, now: float, utterance: Utterance, comment_id: str | None) -> None:
        if comment_id is not None:
            self._answer_of[utterance.id] = (comment_id, self._intents.get(comment_id, "identity"))
        spoken = clauses(utterance.text, utterance.language, utterance.kind)
        # The clock of a show starts when its first words are made.
        made_at = now + self._delays.make if now > 0 else 0.0
        ready_at = now if self._is_kept(utterance, spoken) else made_at
        waiting = _Waiting(utterance, spoken, ready_at)
        if utterance.kind == "correction":
            self._urgent.appendleft(waiting)
        else:
            (self._script if utterance.kind == "line" else self._urgent).append(waiting)

    def _is_kept(self, utterance: Utterance, spoken: tuple[Clause, ...]) -> bool:
        words, seconds = (utterance.language, utterance.text), sum(clause.seconds for clause in spoken)
        if utterance.kind == "thanks":
            self.log.new_utterances += 1
            return False  # not kept (live/booth.py)
        if words in self._kept:
            return True
        self.log.new_utterances += 1
        self._kept[words] = seconds
        self._kept_seconds += seconds
        while self._kept_seconds > KEPT_SECONDS:
            gone = next(iter(self._kept)) if len(self._kept) == 1 else self._any_kept(words)
            self._kept_seconds -= self._kept.pop(gone)
        return False

    def _any_kept(self, but: tuple[str, str]) -> tuple[str, str]:
        names = list(self._kept)
        gone = self._chance.choice(names)
        return gone if gone != but else names[0]

    def _drop(self, generation: int, spared: frozenset[int]) -> None:
        self._generation, self._spared = generation, spared
        for lane in (self._urgent, self._script):
            for waiting in [item for item in lane if not self._is_wanted(item.utterance)]:
                lane.remove(waiting)
                if waiting.said and waiting is not self._on_air:
                    self._heard(waiting)

    def _is_wanted(self, utterance: Utterance) -> bool:
        return utterance.generation >= self._generation or utterance.id in self._spared

    def _fill_air(self, now: float) -> None:
        """At ``now``: if nobody speaks, the next clause begins, or it is noted when to look again."""
        if now < self._free_at:
            return
        if self._on_air is not None:
            self._end_clause(self._on_air, now)
        waiting, begins_at = self._choose(now)
        if waiting is None or begins_at > now:
            if waiting is not None:
                self._put(begins_at, None)
            return
        if now - self._free_at >= 0.1:
            self.log.silences.append((self._free_at, now - self._free_at))
        self._begin(waiting, now)

    def _choose(self, now: float) -> tuple[_Waiting | None, float]:
        """Who speaks next and when: what is urgent first, the script held back for a while for what is still being made."""
        # Nobody waits for a thanks: it goes in when it is made (live/booth.py).
        first = next((one for one in self._urgent if one.ready_at <= now or one.utterance.kind != "thanks"), None)
        if first is not None:
            if first.ready_at <= now:
                return first, now
            opens = first.utterance.kind == "answer" and not first.opened
            patience = OPENED_PATIENCE if first.opened else PATIENCE
            look_again = min(first.ready_at, self._free_at + (OPENER_AFTER if opens else patience))
            if look_again > now:
                return first, look_again
            if opens:
                return first, now
        if self._script:
            return self._script[0], max(now, self._script[0].ready_at)
        if self._urgent:
            return self._urgent[0], self._urgent[0].ready_at
        return None, now

    def _begin(self, waiting: _Waiting, now: float) -> None:
        if waiting.ready_at > now:
            waiting.opened = True
            openers = OPENERS[waiting.utterance.language]
            words = openers[waiting.utterance.id % len(openers)]
            seconds = sum(clause.seconds for clause in clauses(words, waiting.utterance.language, "answer"))
        else:
            seconds = waiting.clauses[waiting.said].seconds
            waiting.said += 1
        if waiting.spoken_seconds == 0:
            waiting.began_at, waiting.then = now, self._catalogue
            self._note_delay(waiting, now)
        waiting.spoken_seconds += seconds
        self._on_air, self._free_at = waiting, now + seconds
        waiting.ended_at = self._free_at
        self._put(self._free_at, None)

    def _note_delay(self, waiting: _Waiting, now: float) -> None:
        if waiting.utterance.kind == "correction" and self._went_wrong:
            self.log.corrections.append(now + self._delays.encode - self._went_wrong.popleft())
        comment_id, _ = self._answer_of.get(waiting.utterance.id, ("", ""))
        if comment_id in self._asked:
            asked_at, at_once, _ = self._asked.pop(comment_id)
            self.log.delays.append(now + self._delays.encode - asked_at)
            if at_once:
                self.log.delays_at_once.append(self.log.delays[-1])

    def _end_clause(self, waiting: _Waiting, now: float) -> None:
        self._on_air = None
        whole = waiting.said == len(waiting.clauses)
        dropped = not self._is_wanted(waiting.utterance)
        if whole or dropped:
            self._heard(waiting)
        if whole:
            self._sell(waiting.utterance, now)
            for lane in (self._urgent, self._script):
                if waiting in lane:
                    lane.remove(waiting)
            done = now + self._delays.encode
            self._put(done, Finished(done, waiting.utterance.id))

    def _sell(self, utterance: Utterance, now: float) -> None:
        way = way_of(utterance, self._rundown, self._catalogue) if self._shoppers else None
        if self._shoppers is None or way is None:
            return
        part = part_of_day(self._started.local_time, now) or "any"
        for purchase in self._shoppers.hear(now, way, part):
            self.log.bought += 1
            self._put(purchase.at, Bought(purchase.at, (purchase.product_id,)))

    def _heard(self, waiting: _Waiting) -> None:
        utterance = waiting.utterance
        _, intent = self._answer_of.pop(utterance.id, ("", ""))
        text = "".join(clause.text for clause in waiting.clauses[: waiting.said])
        said = Said(waiting.began_at, waiting.spoken_seconds, text, utterance.language, utterance.kind, intent)
        self.log.said.append(said)
        self._on_said(said)
        self._listen(waiting, text)

    def _listen(self, waiting: _Waiting, text: str) -> None:
        utterance, out_at = waiting.utterance, waiting.ended_at + self._delays.encode
        if utterance.kind not in LISTENED or waiting.then is None or not text:
            return
        heard = self._ear.hear(Aired(utterance, text, utterance.product_id, waiting.then), self._catalogue)
        self.log.misspoken += heard.misspoken
        if heard.wrong is None:
            return
        self.log.caught += heard.misspoken
        self.log.wrong[heard.wrong.what] += 1
        self.log.false_alarms += not heard.misspoken and heard.wrong.what != "price changed"
        self._went_wrong.append(out_at)
        known_at = out_at + self._delays.hear
        self._put(known_at, WentWrong(known_at, utterance.id, heard.wrong))
