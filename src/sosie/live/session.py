"""A show on air. This is the one place that performs actions; everything that decides is pure and lies elsewhere.

        comments ──► inbox ──► show thread: director.handle(event) ──► actions
                                   │ Say                      ▲ Finished, Tick, Reconnected
                                   ▼                          │
        voice thread: speaker, lips ──► lanes ──► face thread: face, stage ──► pictures ──► air thread: clock, encoder, sinks

Queues: the desk refuses comments when COMMENTS_WAITING wait (the viewer is told), the inbox those who come and go when
GUESTS_WAITING events wait, and nothing else; the lanes hold the script back when SCRIPT_CLIPS clauses wait; the face waits when
PICTURES pictures wait. Nothing is unbounded, nothing is dropped silently. When speech is late the face goes on by itself,
listening, and the sound is silence: the stream never waits for a word.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from sosie.broadcast.encode import Encoder
from sosie.broadcast.timeline import Slip, Timeline, Wait
from sosie.chat.events import Commented, Deleted, PaidMessage
from sosie.claims import Reason
from sosie.clock import Clock
from sosie.consent.gate import Permit, ToAir, may
from sosie.consent.record import ConsentRecord, Purpose
from sosie.errors import SosieError, YourInput
from sosie.film import framed, label_for
from sosie.live.desk import CommentDesk
from sosie.live.duty import Duty, HumanSpan
from sosie.live.lanes import Clip, Lanes
from sosie.live.outputs import NamedSink, OutputBoard
from sosie.live.repertoire import Repertoire
from sosie.live.state import Health, RoomState, ShownProduct
from sosie.live.worker import BEHIND, Worker
from sosie.ports import FaceEngine, LipEngine, Speaker, Writer
from sosie.shop.catalogue import Catalogue, Product
from sosie.shop.learned import Counted, News, together
from sosie.shop.orders import Order, Said
from sosie.show.answers import Answers
from sosie.show.director import Director
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
    Learned,
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
)
from sosie.show.guests import Deed
from sosie.show.onair import wording_of
from sosie.show.operator import Command
from sosie.show.phrases import OPENERS, SLATE
from sosie.show.rundown import Rundown, local_time
from sosie.show.written import MOST_AT_ONCE
from sosie.stage.cards import Card, Picture
from sosie.stage.compose import Scene, Stage
from sosie.stage.labelled import LabelledFrame
from sosie.stage.subtitles import Subtitle
from sosie.types import FPS, SAMPLES_PER_FRAME, Floats, Language, LipShapes, Utterance
from sosie.writer.task import WriterCost, task

PICTURES = 10
"""Pictures made ahead: 0.4 s against a busy moment of the machine; more would only make answers later."""
SCRIPT_CLIPS = 2
"""Clauses of the script made ahead of the one on air."""
GUESTS_WAITING = 500
"""Events that may wait for the director before those who come and go are told of no more; comments have a bound of their own."""
FED_FRAMES = 9
"""Lip shapes that the face has ahead of its frame: as many as it looks ahead, so that few are left when a clause is cut off."""
FADE_FRAMES = 5
"""0.2 s, from the voice to silence."""
OPENING_SECONDS = 10.0
"""How long the first words are waited for before the clock starts."""
CLOSING_SECONDS = 10.0
"""How long before the end of a show with a given length the closing words begin."""
OVERTIME_SECONDS = 12.0
"""A show with a given length ends this much later at the latest, whatever is being said."""
_LOG = logging.getLogger(__name__)
_QUIET = np.zeros(SAMPLES_PER_FRAME, np.float32)
_POLL_SECONDS = 0.25
"""How often a waiting thread looks whether the show is over."""


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Who is on air: an opened clone (host.Host) or the fakes of a rehearsal, with the consent they appear under."""

    record: ConsentRecord
    speaker: Speaker
    lips: LipEngine
    face: FaceEngine


@dataclass(frozen=True, slots=True)
class Show:
    """What is to be told and sold."""

    rundown: Rundown
    catalogue: Catalogue
    answers: Answers
    writer: Writer | None = None
    """None: what the answers decline is declined."""
    learned: tuple[Counted, ...] = ()
    """What earlier shows of the shop counted."""


@dataclass(frozen=True, slots=True)
class _OnScreen:
    """What is to be seen at one moment, beside the clone."""

    language: Language
    subtitle: str = ""
    product_id: str | None = None
    utterance: Utterance | None = None
    """What is being said; None in a pause."""


@dataclass(frozen=True, slots=True)
class _Goods:
    """What is sold is another from now on."""

    products: tuple[Product, ...]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """A frame that waits for its time."""

    frame: LabelledFrame
    samples: Floats
    """float32, (960,)."""
    shows: _OnScreen
    begun: int | None
    """Id of the utterance of which a clause begins with this frame."""
    finished: int | None
    """Id of the utterance that ends with this frame."""
    typed: bool = False
    """A person typed what is said."""


class Session:
    """One show from start to end: ``run`` returns when it is over, or raises what ended it."""

    def __init__(
        self,
        cast: Cast,
        show: Show,
        sinks: Sequence[NamedSink],
        *,
        clock: Clock,
        today: Callable[[], datetime],
        for_seconds: float | None = None,
        platform: str = "own",
        post: Callable[[str, str], None] | None = None,
    ) -> None:
        """``clock`` paces the frames, ``today`` gives the date to the gate; without ``for_seconds`` it runs until ``stop``.

        ``post``: takes (comment id, answer with the AI mark) at an answer's first word; must not block, for it is called on air.
        """
        self._post = post
        self._cast, self._show = cast, show
        self._clock, self._today, self._for_seconds, self._platform = clock, today, for_seconds, platform
        self._goods = show.catalogue
        """Whatever the date; ``_catalogue`` is what it comes to now."""
        self._catalogue = show.catalogue.at(today())
        self._name = f"{show.rundown.file} {today().isoformat(timespec='seconds')}"
        self._segment: str | None = None
        self._orders = 0
        self._director = Director(show.rundown, self._catalogue, writer=show.writer is not None, learned=show.learned)
        if show.rundown.chat:
            for language in show.rundown.languages:
                self._permit(language, "chat")
        self._stages = {
            language: Stage(cast.face.size, label_for(self._permit(language, "live"), language))
            for language in show.rundown.languages
        }
        # Decoded once, so that no file is read on air.
        self._product_pictures = {product.id: Picture.read(product.picture) for product in show.catalogue.products}
        self._cards = self._cards_of(self._catalogue)
        self._encoder = Encoder(cast.face.size)
        self._pictures: queue.Queue[_Picture] = queue.Queue(PICTURES)
        self._inbox: queue.Queue[Event | _Goods] = queue.Queue()
        self._questions: queue.Queue[FindAnswer] = queue.Queue()
        self._drafts: queue.Queue[AskWriter] = queue.Queue()
        self.writer_cost = WriterCost()
        self._duty = Duty()
        self._slate = False
        self._slates: dict[Language, LabelledFrame] = {}
        self._cut_before = 0
        """Clauses of an older generation are faded out where they are, unless spared."""
        # One lock for what the threads share: lanes, what is to be said, and what the page shows.
        self._shared = threading.Condition()
        self._lanes = Lanes()
        self._repertoire = Repertoire()
        spoken = show.rundown.languages if show.rundown.chat else ()
        self._unrehearsed = deque(
            Utterance(0, OPENERS[language][number], language, "answer") for number in range(3) for language in spoken
        )
        self._to_say: dict[bool, deque[Utterance]] = {True: deque(), False: deque()}
        self._learned: tuple[News, ...] = ()
        self._generation = 0
        self._spared: frozenset[int] = frozenset()
        self._desk = CommentDesk(clock.now)
        self._on_screen = _OnScreen(show.rundown.languages[0])
        self._board = OutputBoard(sinks)
        self._late = 0
        self._standstill_seconds = 0.0
        self._refused: Counter[Reason] = Counter()
        self._unthanked: Counter[Deed] = Counter()
        self._frames = 0
        self._over = threading.Event()
        self._failure: BaseException | None = None

    # For those outside: the page, the command line

    def stop(self) -> None:
        """Ends the show at once, in good order."""
        self._over.set()
        with self._shared:
            self._shared.notify_all()

    def comment(self, text: str, name: str, *, paid: bool = False) -> str | None:
        """Takes a viewer's comment and returns its id; None when too many wait. Raises YourInput for text that says nothing.

        ``paid``: the viewer paid to be read, so is thanked and answered before others.
        """
        if self._over.is_set():
            return None
        taken = self._desk.take(text, name, self._media_now())
        if taken is None:
            return None
        now = taken.received_at
        self._inbox.put(PaidMessageArrived(now, taken, name) if paid else CommentArrived(now, taken))
        return taken.id

    def hear(self, said: Commented | PaidMessage) -> bool:
        """Takes what was said in a chat elsewhere; False when too many wait."""
        taken = None if self._over.is_set() else self._desk.take_said(said, self._media_now())
        if taken is None:
            return False
        now = taken.received_at
        paid = isinstance(said, PaidMessage)
        self._inbox.put(PaidMessageArrived(now, taken, said.viewer.name) if paid else CommentArrived(now, taken))
        return True

    def withdraw(self, deletion: Deleted) -> None:
        """What was deleted where it was written is not answered any more."""
        for comment_id in self._desk.withdraw(deletion):
            self._inbox.put(CommentWithdrawn(self._media_now(), comment_id))

    @property
    def has_room(self) -> bool:
        """Whether a chat may bring more comments just now."""
        return self._desk.has_room

    def guest(self, deed: Deed, user_hash: str, name: str) -> bool:
        """Tells the host that somebody came, followed, gave or ordered; False when too much waits, and nobody is thanked.

        ``name`` is said only where it may be (show/names.py).
        """
        if self._over.is_set() or self._inbox.qsize() >= GUESTS_WAITING:
            return False
        self._inbox.put(GuestActed(self._media_now(), deed, user_hash, name))
        return True

    def state(self) -> RoomState:
        with self._shared:
            shows = self._on_screen
            label = self._stages[shows.language].label.label
            return RoomState(
                on_air=not self._over.is_set(),
                seconds=self._media_now(),
                title=self._show.rundown.title[shows.language],
                label=label.words,
                disclosure=" · ".join(label.small_lines),
                subtitle=shows.subtitle,
                product=self._shown_product(shows),
                comments=self._desk.shown,
                outputs=self._board.shown,
                health=Health(self._frames, self._late, self._standstill_seconds, _resident_mb()),
            )

    def said_now(self) -> Said:
        """What is on air at this moment, for what happens because of it."""
        with self._shared:
            shows, segment = self._on_screen, self._segment
        said = shows.utterance
        return Said(
            show=self._name,
            seconds=self._media_now(),
            product_id=shows.product_id,
            segment=segment,
            sentence_id=None if said is None else said.id,
            kind=None if said is None else said.kind,
            language=shows.language,
            wording_id=None if said is None else wording_of(said, self._show.rundown, self._catalogue),
        )

    def order_placed(self, order: Order) -> None:
        """The one place where a new order reaches the show; each comes once, is counted, and thanked for without a name."""
        with self._shared:
            self._orders += 1
        said = order.said
        bought = {line.product_id for line in order.lines if line.product_id}
        if not order.lines and said is not None and said.segment is not None:
            # The platform does not say what was bought: most likely what was being sold.
            bought = {said.segment}
        self._inbox.put(Bought(self._media_now() if said is None else said.seconds, tuple(sorted(bought))))
        self.guest("order", order.buyer or order.id, "")

    def watched(self, viewers: int) -> None:
        """So many watch now, in all rooms together."""
        if self._inbox.qsize() < GUESTS_WAITING:
            self._inbox.put(Watched(self._media_now(), viewers))

    def learned(self) -> tuple[News, ...]:
        """What was counted since the last time this was asked: to be kept."""
        with self._shared:
            news, self._learned = self._learned, ()
        return news

    def goods_changed(self, products: tuple[Product, ...], gone: frozenset[str] = frozenset()) -> None:
        """Prices, stock and facts of these are others from now on, and ``gone`` (ids) are sold no more."""
        self._inbox.put(_Goods(products, gone))

    @property
    def orders(self) -> int:
        """Placed while the show was on."""
        return self._orders

    @property
    def answer_delays(self) -> tuple[float, ...]:
        """Seconds from each comment to the first word of its answer leaving the encoder, newest last, at most 1000."""
        return self._desk.delays

    @property
    def refused_claims(self) -> dict[Reason, int]:
        """How many sentences the claims firewall kept from being said, by reason."""
        return dict(self._refused)

    def operate(self, order: Command) -> TellOperator:
        """Carries out an order of the person on duty, or says what hinders it. Returns within seconds."""
        if self._over.is_set():
            return TellOperator(0, "not on air")
        return self._duty.order(order, lambda number, what: self._inbox.put(Operated(self._media_now(), number, what)))

    def operator_seen(self) -> None:
        """A sign that the person on duty is there (rules.md L10)."""
        self._inbox.put(OperatorSeen(self._media_now()))

    @property
    def human_spans(self) -> tuple[HumanSpan, ...]:
        """Which seconds of the show were a human's."""
        return self._duty.spans(self._media_now())

    @property
    def unthanked(self) -> dict[Deed, int]:
        """How many came, gave or ordered without a word to them, by what they did: there was no time, or the chat is off."""
        return dict(self._unthanked)

    @property
    def lost_outputs(self) -> tuple[tuple[str, SosieError], ...]:
        """(name, why) of the outputs that were lost while the show went on."""
        return self._board.failures

    def run(self) -> None:
        """On air until the end. Raises what ended the show early; every output is closed in good order first."""
        workers = [
            Worker("show", self._direct, self._fail),
            Worker("voice", self._speak, self._fail, niceness=BEHIND),
            Worker("answers", self._look_up, self._fail, niceness=BEHIND),
            Worker("face", self._draw, self._fail),
        ]
        if self._show.writer is not None:
            # As many as the director has under way with it at once, so that none waits for another's time.
            workers += [Worker(f"writer {n}", self._draft, self._fail, niceness=BEHIND) for n in range(MOST_AT_ONCE)]
        started: list[Worker] = []
        try:
            self._board.open(self._encoder)
            for worker in workers:
                worker.start()
                started.append(worker)
                if worker.name == "voice":
                    self._wait_for_first_words()
            self._send()
        finally:
            self.stop()
            for worker in started:
                worker.join()
            for lost in self._encoder.close():
                self._fail(lost.error)
            self._board.close()
        if self._failure is not None:
            raise self._failure

    def _wait_for_first_words(self) -> None:
        """Nobody goes on air and is silent; if the voice takes too long, the face begins by listening."""
        with self._shared:
            self._shared.wait_for(lambda: self._over.is_set() or self._lanes.can_open, OPENING_SECONDS)

    # The air thread (the caller's): paces and encodes

    def _send(self) -> None:
        picture = self._wait_for_picture()
        timeline = Timeline(self._clock.now())
        while picture is not None and not self._ended():
            match timeline.step(self._frames, self._clock.now()):
                case Wait(until):
                    self._clock.sleep_until(until)
                case Slip(later, lost_seconds):
                    timeline = later
                    self._standstill_seconds += lost_seconds
                    self._late += 1
            self._late += timeline.lateness(self._frames, self._clock.now()) > 1 / FPS
            for lost in self._encoder.push(picture.frame, picture.samples):
                self._board.lose(lost)
            self._frames += 1
            self._report(picture)
            picture = self._wait_for_picture()

    def _wait_for_picture(self) -> _Picture | None:
        while not self._over.is_set():
            try:
                return self._pictures.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
        return None

    def _report(self, sent: _Picture) -> None:
        """Tells the show what was really played."""
        now = self._media_now()
        with self._shared:
            self._on_screen = sent.shows
            if sent.shows.utterance is not None and sent.shows.utterance.kind == "line":
                self._segment = sent.shows.utterance.product_id
        if sent.begun is not None:
            answer = self._desk.begun(sent.begun)
            if answer is not None and self._post is not None:
                self._post(*answer)
            if sent.typed:
                self._duty.begun(sent.begun, now - 1 / FPS)
        if sent.finished is not None:
            self._desk.finished(sent.finished)
            self._duty.finished(sent.finished, now)
            self._inbox.put(Finished(now, sent.finished))
        if self._frames % FPS == 0:
            if self._board.watch():
                self._inbox.put(Reconnected(now))
            self._inbox.put(Tick(now))
        if (
            self._for_seconds is not None
            and self._frames == round(max(0.0, self._for_seconds - CLOSING_SECONDS) * FPS) + 1
        ):
            self._inbox.put(Stop(now))

    def _ended(self) -> bool:
        overtime = self._for_seconds is not None and self._media_now() >= self._for_seconds + OVERTIME_SECONDS
        return self._over.is_set() or overtime

    # The face thread: pictures, labelled

    def _draw(self) -> None:
        shows = self._on_screen
        while not self._over.is_set():
            with self._shared:
                clip = self._lanes.take()
                self._shared.notify_all()
            if clip is None:
                shows = replace(shows, subtitle="", utterance=None)
                self._put(_Picture(self._drawn(shows), _QUIET, shows, None, None))
                continue
            utterance = clip.speech.utterance
            product_id = utterance.product_id or shows.product_id
            shows = _OnScreen(utterance.language, clip.speech.text, product_id, utterance)
            self._play(clip, shows)

    def _play(self, clip: Clip, shows: _OnScreen) -> None:
        """The pictures and the sound of one clause; where it is cut off, a short fade, and the lips come to rest."""
        utterance, n_frames = clip.speech.utterance, clip.speech.n_frames
        fed, faded = 0, 0
        for number, (start, samples) in enumerate(framed(clip.speech)):
            cut = self._is_cut(utterance)
            if not cut and fed < (known := min(n_frames, number + FED_FRAMES)):
                self._cast.face.prepare(LipShapes(clip.shapes.numbers[fed:known]))
                fed = known
            if cut:
                samples, faded = _fading(samples, faded), faded + 1
                # The lips that the face has been given are shown, or those of the next clause would come after them.
                shows = replace(shows, subtitle="") if faded > FADE_FRAMES else shows
            last = number + 1 >= (max(fed, number + 1) if cut else n_frames)
            ends = last and (cut or clip.speech.last)
            frame = self._drawn(shows, None if cut and faded > FADE_FRAMES else clip, start)
            typed = utterance.kind == "operator"
            self._put(
                _Picture(frame, samples, shows, None if number else utterance.id, utterance.id if ends else None, typed)
            )
            if last:
                return

    def _is_cut(self, utterance: Utterance) -> bool:
        return utterance.generation < self._cut_before and utterance.id not in self._spared

    def _drawn(self, shows: _OnScreen, clip: Clip | None = None, start: int = 0) -> LabelledFrame:
        """The next frame of the clone with what ``shows`` names; ``start``: first sample of the clip under this frame."""
        if self._slate:
            return self._slate_in(shows.language)
        scene = Scene(
            shows.language,
            Subtitle.of(clip.speech, start) if clip else None,
            self._cards.get((shows.product_id or "", shows.language)),
            self._desk.toast(clip.speech.utterance.id) if clip else None,
        )
        return self._stages[shows.language].draw(self._cast.face.next_frame(), scene)

    def _slate_in(self, language: Language) -> LabelledFrame:
        """Nobody is on duty who must be: neither the clone nor a product is to be seen. The face goes on unseen."""
        self._cast.face.next_frame()
        if language not in self._slates:
            self._slates[language] = self._stages[language].slate(SLATE[language], language)
        return self._slates[language]

    def _put(self, picture: _Picture) -> None:
        while not self._over.is_set():
            try:
                self._pictures.put(picture, timeout=_POLL_SECONDS)
                return
            except queue.Full:
                continue

    # The voice thread: utterances to clips

    def _speak(self) -> None:
        while (utterance := self._next_to_say()) is not None:
            self._tell(utterance)

    def _next_to_say(self) -> Utterance | None:
        with self._shared:
            self._shared.wait_for(lambda: self._over.is_set() or any(self._to_say.values()))
            if self._over.is_set():
                return None
            urgent, script = self._to_say[True], self._to_say[False]
            return (urgent or script).popleft()

    def _tell(self, utterance: Utterance) -> None:
        """Makes the clauses of one utterance; between those of a line, whatever is urgent is made first."""
        self._permit(utterance.language, "chat" if utterance.kind in ("answer", "thanks") else "live")
        try:
            for clip in self._clips(utterance):
                with self._shared:
                    # Asked here, under the lock: what was dropped meanwhile must not come back.
                    if self._over.is_set() or not self._is_wanted(utterance):
                        return
                    self._lanes.put(clip)
                    self._shared.notify_all()
                if utterance.kind == "line":
                    self._give_way()
        except YourInput:
            if utterance.kind == "notice":
                # A show that cannot say that it is AI does not go on.
                raise
            # It cannot be spoken; the show must hear that it is done with, or it would wait for it for ever.
            self._inbox.put(Finished(self._media_now(), utterance.id))
        finally:
            with self._shared:
                self._lanes.withdraw(utterance.id)

    def _clips(self, utterance: Utterance) -> Iterator[Clip]:
        """Made one by one as they are asked for, or as they were made when the same was said before."""
        known = self._repertoire.find(utterance)
        yield from known
        if known:
            return
        made = []
        for speech in self._cast.speaker.speak(utterance):
            made.append(Clip(speech, self._cast.lips.shapes(speech)))
            yield made[-1]
        if utterance.kind != "thanks":
            # With their names they never come again; kept, they would put lines out that do.
            self._repertoire.keep(made)

    def _give_way(self) -> None:
        while not self._over.is_set():
            if self._unrehearsed and not self._may_go_on():
                self._rehearse(self._unrehearsed.popleft())
            with self._shared:
                self._shared.wait_for(self._may_go_on)
                urgent = self._to_say[True].popleft() if self._to_say[True] else None
            if urgent is None:
                return
            self._tell(urgent)

    def _may_go_on(self) -> bool:
        return self._over.is_set() or bool(self._to_say[True]) or self._lanes.script_clips < SCRIPT_CLIPS

    def _rehearse(self, opener: Utterance) -> None:
        """Makes what may be needed at once, while there is time."""
        try:
            for _ in self._clips(opener):
                pass
        except YourInput:
            return  # a voice that cannot speak it goes without

    # The show thread: events to actions

    def _direct(self) -> None:
        self._perform(self._director.handle(Started(0.0, local_time(self._show.rundown, self._today()))))
        while not self._over.is_set():
            try:
                event = self._inbox.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if isinstance(event, _Goods):
                self._take_goods(event)
                continue
            if isinstance(event, CommentArrived | PaidMessageArrived):
                self._desk.handed_over()
                if self._desk.is_withdrawn(event.comment.id):
                    continue
            if isinstance(event, Tick):
                self._permit(self._show.rundown.languages[0], "live")
                self._keep_to_dates()
            self._perform(self._director.handle(event))

    def _take_goods(self, goods: _Goods) -> None:
        told = {product.id: product for product in goods.products}
        # What cannot be told of in every language of the show any more is as good as gone.
        languages = self._show.rundown.languages
        gone = goods.gone | {key for key, product in told.items() if not product.name.keys() >= set(languages)}
        # The show's own products only: those that came later have no lines, and no picture that was read in time.
        products = tuple(
            replace(product, stock=0, variants=()) if product.id in gone else told.get(product.id, product)
            for product in self._goods.products
        )
        self._goods = replace(self._goods, products=products)
        self._keep_to_dates()

    def _keep_to_dates(self) -> None:
        """Sales begin and end, and offers lapse, while the show is on."""
        catalogue = self._goods.at(self._today())
        if catalogue != self._catalogue:
            self._catalogue, self._cards = catalogue, self._cards_of(catalogue)
            self._perform(self._director.handle(CatalogueChanged(self._media_now(), catalogue)))

    def _cards_of(self, catalogue: Catalogue) -> dict[tuple[str, Language], Card]:
        return {
            (product.id, language): Card(
                product.name[language],
                product.price,
                product.currency,
                product.sale_price,
                self._product_pictures[product.id],
                product.stock,
                product.price_varies,
            )
            for product in catalogue.products
            for language in self._show.rundown.languages
        }

    def _perform(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Say(utterance, comment_id):
                    self._say(utterance, comment_id, action.post)
                case FindAnswer():
                    self._questions.put(action)
                case AskWriter():
                    self._drafts.put(action)
                case PassOver(comment_id):
                    self._desk.passed_over(comment_id)
                case NotThanked(deed, n):
                    self._unthanked[deed] += n
                case Refuse(kind, reason):
                    # Never the sentence: it may hold what a viewer wrote.
                    _LOG.warning("claims: one %s was not said: %s", kind, reason)
                    self._refused[reason] += 1
                case Drop(generation, spared, cut):
                    self._drop(generation, spared, cut)
                case TellOperator():
                    self._duty.tell(action)
                case HumanHolds(holds):
                    self._duty.holds(holds, self._media_now())
                case Slate(on):
                    self._slate = on
                case Learned(news):
                    with self._shared:
                        self._learned = together(self._learned, news)
                case End():
                    self.stop()

    def _say(self, utterance: Utterance, comment_id: str | None, post: str) -> None:
        urgent = utterance.kind != "line"
        if comment_id is not None and self._desk.is_withdrawn(comment_id):
            # Nobody asks any more; the director hears that this one is done with, as of one that cannot be spoken.
            self._inbox.put(Finished(self._media_now(), utterance.id))
            return
        if comment_id is not None:
            self._desk.answered(comment_id, utterance.id, post)
        with self._shared:
            # A thanks is not promised, for the script need not be held back for it: it goes in when it is made.
            if urgent and utterance.kind != "thanks":
                self._lanes.promise(utterance, self._opener(utterance))
            self._to_say[urgent].append(utterance)
            self._shared.notify_all()

    def _opener(self, answer: Utterance) -> Clip | None:
        """Words that can open any answer, now part of this one; None for a notice, or before they were rehearsed."""
        openers = OPENERS[answer.language]
        words = openers[answer.id % len(openers)]
        rehearsed = self._repertoire.find(replace(answer, text=words)) if answer.kind == "answer" else ()
        if not rehearsed:
            return None
        (clip,) = rehearsed
        return replace(clip, speech=replace(clip.speech, utterance=answer, last=False))

    def _is_wanted(self, utterance: Utterance) -> bool:
        return utterance.generation >= self._generation or utterance.id in self._spared

    def _drop(self, generation: int, spared: frozenset[int], cut: bool) -> None:
        with self._shared:
            self._generation, self._spared = generation, spared
            if cut:
                self._cut_before = generation
            self._lanes.drop(generation, spared)
            for waiting in self._to_say.values():
                kept = [utterance for utterance in waiting if self._is_wanted(utterance)]
                waiting.clear()
                waiting.extend(kept)

    # The answers thread

    def _look_up(self) -> None:
        while not self._over.is_set():
            try:
                asked = self._questions.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            answer = self._show.answers.find(asked.comment.text, asked.product_id)
            self._inbox.put(AnswerFound(self._media_now(), asked.comment.id, answer))

    # The writer threads

    def _draft(self) -> None:
        assert self._show.writer is not None
        while not self._over.is_set():
            try:
                asked = self._drafts.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            begun = self._clock.now()
            given = task(asked.comment.text, asked.language, self._catalogue, asked.product_id, asked.refused)
            draft = self._show.writer.write(given, asked.seconds)
            with self._shared:
                self.writer_cost = self.writer_cost.plus(draft, self._clock.now() - begun)
            self._inbox.put(Drafted(self._media_now(), asked.comment.id, draft.sentences))

    # Shared

    def _permit(self, language: Language, purpose: Purpose) -> Permit:
        """The gate, asked for every utterance and every second: a consent that ends during a show ends the show."""
        return may(self._cast.record, ToAir(language, purpose, "show", self._platform), self._today())

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        self.stop()

    def _media_now(self) -> float:
        return self._frames / FPS

    def _shown_product(self, shows: _OnScreen) -> ShownProduct | None:
        if shows.product_id is None:
            return None
        product = self._catalogue[shows.product_id]
        price, before = product.price_now(shows.language), product.price_before(shows.language)
        return ShownProduct(
            product.id, product.name[shows.language], before or price, price if before else None, product.stock, True
        )


def _fading(samples: Floats, faded: int) -> Floats:
    """The samples of the frame after ``faded`` frames of a fade-out."""
    ramp = np.linspace(1 - faded / FADE_FRAMES, 1 - (faded + 1) / FADE_FRAMES, len(samples), dtype=np.float32)
    return np.asarray(samples * np.clip(ramp, 0, 1), np.float32)


def _resident_mb() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 // 1_000_000
