"""The voice's booth: what is to be said goes in, clauses with their lips come out, urgent ones first.

``say`` and ``drop`` are the show thread's, ``speak`` is the voice thread, ``take`` is the face thread's. One lock for what they
share: what is to be said, and the lanes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sosie.consent.gate import Permit
from sosie.consent.record import Purpose
from sosie.errors import YourInput
from sosie.live.lanes import Clip, Lanes
from sosie.live.repertoire import Repertoire
from sosie.ports import LipEngine, Speaker
from sosie.show.phrases import OPENERS
from sosie.types import Language, Utterance

SCRIPT_CLIPS = 2
"""Clauses of the script made ahead of the one on air."""
OPENING_SECONDS = 10.0
"""How long the first words are waited for before the clock starts."""


class Booth:
    def __init__(
        self,
        speaker: Speaker,
        lips: LipEngine,
        opened_in: Sequence[Language],
        *,
        permit: Callable[[Language, Purpose], Permit],
        unspeakable: Callable[[int], None],
        over: threading.Event,
    ) -> None:
        """``opened_in``: languages in which words that open an answer are rehearsed, while there is time.

        ``unspeakable``: is told the id of an utterance that is done with because it cannot be spoken.
        """
        self._speaker, self._lips = speaker, lips
        self._permit, self._unspeakable, self._over = permit, unspeakable, over
        self._shared = threading.Condition()
        self._lanes = Lanes()
        self._repertoire = Repertoire()
        self._unrehearsed = deque(
            Utterance(0, OPENERS[language][number], language, "answer") for number in range(3) for language in opened_in
        )
        self._to_say: dict[bool, deque[Utterance]] = {True: deque(), False: deque()}
        self._generation = 0
        self._cut_before = 0
        """Clauses of an older generation are faded out where they are, unless spared."""
        self._spared: frozenset[int] = frozenset()

    # The show thread's

    def say(self, utterance: Utterance) -> None:
        urgent = utterance.kind != "line"
        with self._shared:
            # A thanks is not promised, for the script need not be held back for it: it goes in when it is made.
            if urgent and utterance.kind != "thanks":
                self._lanes.promise(utterance, self._opener(utterance))
            if utterance.kind == "correction":
                self._to_say[urgent].appendleft(utterance)
            else:
                self._to_say[urgent].append(utterance)
            self._shared.notify_all()

    def drop(self, generation: int, spared: frozenset[int], cut: bool) -> None:
        """Forgets what is of an older generation, but for ``spared`` ids; ``cut``: also what is on air, with a fade."""
        with self._shared:
            self._generation, self._spared = generation, spared
            if cut:
                self._cut_before = generation
            self._lanes.drop(generation, spared)
            for waiting in self._to_say.values():
                kept = [utterance for utterance in waiting if self._is_wanted(utterance)]
                waiting.clear()
                waiting.extend(kept)

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

    # The face thread's

    def take(self) -> Clip | None:
        """The next clause to show; None is a frame of quiet."""
        with self._shared:
            clip = self._lanes.take()
            self._shared.notify_all()
        return clip

    def is_cut(self, utterance: Utterance) -> bool:
        """Whether what is on air of it is to end at once."""
        return utterance.generation < self._cut_before and utterance.id not in self._spared

    # The air thread's

    def wait_for_first_words(self) -> None:
        """Nobody goes on air and is silent; if the voice takes too long, the face begins by listening."""
        with self._shared:
            self._shared.wait_for(lambda: self._over.is_set() or self._lanes.can_open, OPENING_SECONDS)

    def wake(self) -> None:
        """For whoever sets ``over``: those who wait here look at it."""
        with self._shared:
            self._shared.notify_all()

    # The voice thread: utterances to clips

    def speak(self) -> None:
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
            self._unspeakable(utterance.id)
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
        for speech in self._speaker.speak(utterance):
            made.append(Clip(speech, self._lips.shapes(speech)))
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
