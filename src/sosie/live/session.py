"""A show on air: who does what, wired, and what those outside may ask of it.

        comments ──► inbox ──► show thread (floor): director.handle(event) ──► actions
                                   │ Say                      ▲ Finished, Tick, Reconnected
                                   ▼                          │
        voice thread: speaker, lips ──► lanes ──► face thread: face, stage ──► shots ──► air thread: clock, encoder, sinks
        (booth)                                   (camera)                               (air)

Beside them: the answers thread and the writers' (backroom), which turn what the director asks into events; the microphone thread,
which turns a person's own voice into pieces that the face thread takes while the clone itself says nothing; and the ear thread,
which hears what left the encoder and tells the director what went out wrong.

Queues: the desk refuses comments when COMMENTS_WAITING wait (the viewer is told), the inbox those who come and go when
GUESTS_WAITING events wait, and nothing else; the lanes hold the script back when SCRIPT_CLIPS clauses wait; the face waits when
PICTURES shots wait. Nothing is unbounded, nothing is dropped silently. When speech is late the face goes on by itself,
listening, and the sound is silence: the stream never waits for a word.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sosie.broadcast.encode import Encoder
from sosie.chat.events import Commented, Deleted, PaidMessage
from sosie.claims import Reason
from sosie.clock import Clock
from sosie.consent.gate import Permit, ToAir, may
from sosie.consent.record import ConsentRecord, Purpose
from sosie.errors import SosieError
from sosie.film import label_for
from sosie.live.air import Air, Played
from sosie.live.backroom import Backroom
from sosie.live.booth import Booth
from sosie.live.camera import Camera, Cues, OnScreen, Shot
from sosie.live.desk import CommentDesk
from sosie.live.duty import Duty, HumanSpan, VoiceStatement
from sosie.live.ear import EAR, Ear, EarFigures
from sosie.live.floor import Crew, Floor
from sosie.live.microphone import Microphone
from sosie.live.outputs import NamedSink, OutputBoard
from sosie.live.shelf import Goods, Shelf
from sosie.live.state import RoomState
from sosie.live.worker import BEHIND, Worker
from sosie.ports import FaceEngine, LipEngine, Speaker, Writer
from sosie.shop.catalogue import Catalogue, Product
from sosie.shop.learned import Counted, News
from sosie.shop.orders import Order, Said
from sosie.show.answers import Answers
from sosie.show.director import Director
from sosie.show.events import (
    Bought,
    CommentArrived,
    CommentWithdrawn,
    Event,
    Finished,
    GuestActed,
    Operated,
    OperatorSeen,
    PaidMessageArrived,
    TellOperator,
    Watched,
    WentWrong,
)
from sosie.show.guests import Deed
from sosie.show.onair import wording_of
from sosie.show.operator import Command
from sosie.show.rundown import Rundown, local_time
from sosie.show.written import MOST_AT_ONCE
from sosie.stage.compose import Stage
from sosie.types import Language
from sosie.writer.task import WriterCost

PICTURES = 10
"""Pictures made ahead: 0.4 s against a busy moment of the machine; more would only make answers later."""
GUESTS_WAITING = 500
"""Events that may wait for the director before those who come and go are told of no more; comments have a bound of their own."""


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
        ear: Ear | None = None,
    ) -> None:
        """``clock`` paces the frames, ``today`` gives the date to the gate; without ``for_seconds`` it runs until ``stop``.

        ``post``: takes (comment id, answer with the AI mark) at an answer's first word; must not block, for it is called on air.
        ``ear``: hears what went out, and has what is wrong corrected; without one nothing is listened to.
        """
        rundown = show.rundown

        def permit(language: Language, purpose: Purpose) -> Permit:
            """The gate, asked for every utterance and every second: a consent that ends during a show ends the show."""
            return may(cast.record, ToAir(language, purpose, "show", platform), today())

        def now() -> float:
            return self._air.seconds

        self._show, self._ear = show, ear
        self._name = f"{rundown.file} {today().isoformat(timespec='seconds')}"
        self._orders = 0
        self._over = threading.Event()
        self._failure: BaseException | None = None
        if rundown.chat:
            for language in rundown.languages:
                permit(language, "chat")
        labels = {language: label_for(permit(language, "live"), language) for language in rundown.languages}
        self._stages = {
            (language, human): Stage(
                cast.face.size, replace(label, human_voice=human), cards=bool(show.catalogue.products)
            )
            for language, label in labels.items()
            for human in (False, True)
        }
        self._inbox: queue.Queue[Event | Goods] = queue.Queue()
        self._shots: queue.Queue[Shot] = queue.Queue(PICTURES)
        self._lock = threading.Lock()
        self._desk, self._duty, self._board = CommentDesk(clock.now), Duty(), OutputBoard(sinks)
        self._shelf = Shelf(show.catalogue, rundown.languages, today)
        self._encoder = Encoder(cast.face.size)
        first = OnScreen(rundown.languages[0])
        self._air = Air(self._encoder, self._board, clock, first, for_seconds=for_seconds, over=self._over)
        self._played = Played(self._desk, self._duty, self._inbox.put, post)
        self._booth = Booth(
            cast.speaker,
            cast.lips,
            rundown.languages if rundown.chat else (),
            permit=permit,
            unspeakable=lambda utterance_id: self._inbox.put(Finished(now(), utterance_id)),
            over=self._over,
        )
        self.microphone = Microphone(
            cast.lips,
            order=self.operate,
            give=lambda order: self._inbox.put(Operated(now(), 0, order)),
            over=self._over,
        )
        cues = Cues(
            self._booth.take,
            self._booth.is_cut,
            self._shelf.card,
            self._desk.toast,
            self.microphone.take,
            lambda: self.microphone.language,
        )
        self._camera = Camera(cast.face, self._stages, cues, self._shots, first, self._over)
        self._backroom = Backroom(
            show.answers,
            show.writer,
            lambda: self._shelf.catalogue,
            clock=clock,
            now=now,
            tell=self._inbox.put,
            over=self._over,
        )
        self._floor = Floor(
            Director(rundown, self._shelf.catalogue, writer=show.writer is not None, learned=show.learned),
            Crew(self._booth, self._camera, self._backroom, self._desk, self._duty, self.microphone, self._shelf),
            self._inbox,
            begins=lambda: local_time(rundown, today()),
            may_go_on=lambda: permit(rundown.languages[0], "live"),
            now=now,
            end=self.stop,
            over=self._over,
        )

    def run(self) -> None:
        """On air until the end. Raises what ended the show early; every output is closed in good order first."""
        workers = [
            Worker("show", self._floor.direct, self._fail),
            Worker("voice", self._booth.speak, self._fail, niceness=BEHIND),
            Worker("answers", self._backroom.look_up, self._fail, niceness=BEHIND),
            Worker("microphone", self.microphone.listen, self._fail),
            Worker("face", self._camera.turn, self._fail),
        ]
        if self._show.writer is not None:
            # As many as the director has under way with it at once, so that none waits for another's time.
            workers += [
                Worker(f"writer {n}", self._backroom.draft, self._fail, niceness=BEHIND) for n in range(MOST_AT_ONCE)
            ]
        if self._ear is not None:
            workers.append(Worker("ear", self._listen, self._fail, niceness=EAR))
            self._encoder.add(self._ear.tap)
        started: list[Worker] = []
        try:
            self._board.open(self._encoder)
            for worker in workers:
                worker.start()
                started.append(worker)
                if worker.name == "voice":
                    self._booth.wait_for_first_words()
            self._air.send(self._shots, self._was_played, self._inbox.put)
        finally:
            self.stop()
            for worker in started:
                worker.join()
            for lost in self._encoder.close():
                self._fail(lost.error)
            self._board.close()
        if self._failure is not None:
            raise self._failure

    def _was_played(self, shot: Shot, now: float) -> None:
        self._played(shot, now)
        if self._ear is not None:
            self._ear.played(shot, now, self._shelf.catalogue)

    def _listen(self) -> None:
        assert self._ear is not None
        self._ear.listen(self._over, lambda key, wrong: self._inbox.put(WentWrong(self._air.seconds, key, wrong)))

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        self.stop()

    # For those outside: the page, the command line

    def stop(self) -> None:
        """Ends the show at once, in good order."""
        self._over.set()
        self._booth.wake()

    def comment(self, text: str, name: str, *, paid: bool = False) -> str | None:
        """Takes a viewer's comment and returns its id; None when too many wait. Raises YourInput for text that says nothing.

        ``paid``: the viewer paid to be read, so is thanked and answered before others.
        """
        if self._over.is_set():
            return None
        taken = self._desk.take(text, name, self._air.seconds)
        if taken is None:
            return None
        now = taken.received_at
        self._inbox.put(PaidMessageArrived(now, taken, name) if paid else CommentArrived(now, taken))
        return taken.id

    def hear(self, said: Commented | PaidMessage) -> bool:
        """Takes what was said in a chat elsewhere; False when too many wait."""
        taken = None if self._over.is_set() else self._desk.take_said(said, self._air.seconds)
        if taken is None:
            return False
        now = taken.received_at
        paid = isinstance(said, PaidMessage)
        self._inbox.put(PaidMessageArrived(now, taken, said.viewer.name) if paid else CommentArrived(now, taken))
        return True

    def withdraw(self, deletion: Deleted) -> None:
        """What was deleted where it was written is not answered any more."""
        for comment_id in self._desk.withdraw(deletion):
            self._inbox.put(CommentWithdrawn(self._air.seconds, comment_id))

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
        self._inbox.put(GuestActed(self._air.seconds, deed, user_hash, name))
        return True

    def state(self) -> RoomState:
        shows = self._air.on_screen
        label = self._stages[shows.language, shows.human_voice].label.label
        return RoomState(
            on_air=not self._over.is_set(),
            seconds=self._air.seconds,
            title=self._show.rundown.title[shows.language],
            label=label.words,
            disclosure=" · ".join(label.small_lines),
            subtitle=shows.subtitle,
            sells=bool(self._show.catalogue.products),
            product=None if shows.product_id is None else self._shelf.shown(shows.product_id, shows.language),
            comments=self._desk.shown,
            outputs=self._board.shown,
            health=self._air.health,
        )

    def said_now(self) -> Said:
        """What is on air at this moment, for what happens because of it."""
        shows = self._air.on_screen
        said = shows.utterance
        return Said(
            show=self._name,
            seconds=self._air.seconds,
            product_id=shows.product_id,
            segment=shows.segment,
            sentence_id=None if said is None else said.id,
            kind=None if said is None else said.kind,
            language=shows.language,
            wording_id=None if said is None else wording_of(said, self._show.rundown, self._shelf.catalogue),
        )

    def order_placed(self, order: Order) -> None:
        """The one place where a new order reaches the show; each comes once, is counted, and thanked for without a name."""
        with self._lock:
            self._orders += 1
        said = order.said
        bought = {line.product_id for line in order.lines if line.product_id}
        if not order.lines and said is not None and said.segment is not None:
            # The platform does not say what was bought: most likely what was being sold.
            bought = {said.segment}
        self._inbox.put(Bought(self._air.seconds if said is None else said.seconds, tuple(sorted(bought))))
        self.guest("order", order.buyer or order.id, "")

    def watched(self, viewers: int) -> None:
        """So many watch now, in all rooms together."""
        if self._inbox.qsize() < GUESTS_WAITING:
            self._inbox.put(Watched(self._air.seconds, viewers))

    def learned(self) -> tuple[News, ...]:
        """What was counted since the last time this was asked: to be kept."""
        return self._floor.learned()

    def goods_changed(self, products: tuple[Product, ...], gone: frozenset[str] = frozenset()) -> None:
        """Prices, stock and facts of these are others from now on, and ``gone`` (ids) are sold no more."""
        self._inbox.put(Goods(products, gone))

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
        return dict(self._floor.refused)

    def operate(self, order: Command) -> TellOperator:
        """Carries out an order of the person on duty, or says what hinders it. Returns within seconds."""
        if self._over.is_set():
            return TellOperator(0, "not on air")
        return self._duty.order(order, lambda number, what: self._inbox.put(Operated(self._air.seconds, number, what)))

    def operator_seen(self) -> None:
        """A sign that the person on duty is there (rules.md L10)."""
        self._inbox.put(OperatorSeen(self._air.seconds))

    @property
    def human_spans(self) -> tuple[HumanSpan, ...]:
        """Which seconds of the show were a human's."""
        return self._duty.spans(self._air.seconds)

    def own_voice(self, said: str, token_sha256: str) -> None:
        """Whoever is about to speak by microphone says that the voice is theirs: kept in the record."""
        self._duty.stated(VoiceStatement(self._air.seconds, said, token_sha256))

    @property
    def voice_statements(self) -> tuple[VoiceStatement, ...]:
        return self._duty.statements

    @property
    def unthanked(self) -> dict[Deed, int]:
        """How many came, gave or ordered without a word to them, by what they did: there was no time, or the chat is off."""
        return dict(self._floor.unthanked)

    @property
    def ear(self) -> EarFigures | None:
        """What of the show was heard, what of it was wrong and how soon corrected; None where nobody listens."""
        return None if self._ear is None else self._ear.figures

    @property
    def lost_outputs(self) -> tuple[tuple[str, SosieError], ...]:
        """(name, why) of the outputs that were lost while the show went on."""
        return self._board.failures

    @property
    def writer_cost(self) -> WriterCost:
        """What the writer was asked, and what it cost."""
        return self._backroom.cost
