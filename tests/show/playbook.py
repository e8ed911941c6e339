"""A show in virtual time: a stand-in for the session plays what the director says, at a speaking rate, and reports back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import sosie
from sosie.chat.message import comment
from sosie.shop.catalogue import Catalogue
from sosie.shop.feed import open_shop
from sosie.show.answers import Answer
from sosie.show.director import Director
from sosie.show.events import (
    Action,
    AnswerFound,
    CommentArrived,
    Drop,
    End,
    Event,
    FindAnswer,
    Finished,
    PassOver,
    Say,
    Started,
    Tick,
)
from sosie.show.rundown import Rundown, check_rundown, read_rundown
from sosie.types import Utterance

SAMPLE = Path(sosie.__file__).parent / "sample" / "shop"


@cache
def sample() -> tuple[Rundown, Catalogue]:
    rundown = read_rundown(SAMPLE / "show.toml")
    catalogue = open_shop(rundown.shop)
    check_rundown(rundown, catalogue)
    return rundown, catalogue


def seconds(utterance: Utterance) -> float:
    """About how long it takes to say."""
    return max(1.5, len(utterance.text) / (4.5 if utterance.language == "zh" else 15))


@dataclass
class Stage:
    """Two lanes, one voice, virtual time. An urgent utterance waits for the end of what is on air (here: the whole line)."""

    director: Director
    now: float = 0.0
    urgent: deque[Utterance] = field(default_factory=deque)
    script: deque[Utterance] = field(default_factory=deque)
    played: list[tuple[float, Utterance]] = field(default_factory=list)
    passed: list[PassOver] = field(default_factory=list)
    asked: list[FindAnswer] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    """What looking up a text would find."""
    silent_seconds: float = 0.0
    ended: bool = False

    def tell(self, event: Event) -> list[Action]:
        actions = self.director.handle(event)
        for action in actions:
            match action:
                case Say(utterance):
                    (self.script if utterance.kind == "line" else self.urgent).append(utterance)
                case FindAnswer(asked):
                    self.asked.append(action)
                    if asked.text in self.answers:
                        self.tell(AnswerFound(self.now, asked.id, self.answers[asked.text]))
                case PassOver():
                    self.passed.append(action)
                case Drop(generation, spared):
                    for lane in (self.urgent, self.script):
                        for utterance in [
                            item for item in lane if item.generation < generation and item.id not in spared
                        ]:
                            lane.remove(utterance)
                case End():
                    self.ended = True
        return actions

    def start(self) -> Stage:
        self.tell(Started(self.now))
        return self

    def say(self, text: str, user: str = "viewer") -> list[Action]:
        """A viewer writes."""
        name = f"c{self.now}-{user}-{text}"
        return self.tell(CommentArrived(self.now, comment(name, text, user, self.now)))

    def play_one(self) -> Utterance | None:
        """Plays the next utterance to its end, with a tick every second; a second of silence if there is none."""
        lane = self.urgent or self.script
        if not lane:
            self.now += 1
            self.silent_seconds += 1
            self.tell(Tick(self.now))
            return None
        utterance = lane.popleft()
        self.played.append((self.now, utterance))
        end = self.now + seconds(utterance)
        while self.now + 1 < end:
            self.now += 1
            self.tell(Tick(self.now))
        self.now = end
        self.tell(Finished(self.now, utterance.id))
        return utterance

    def play(self, until: float) -> Stage:
        while self.now < until and not self.ended:
            self.play_one()
        return self

    def of_kind(self, kind: str) -> list[tuple[float, Utterance]]:
        return [(when, utterance) for when, utterance in self.played if utterance.kind == kind]
