"""What the director is told, and what it wants done.

Events carry ``now`` in seconds, on any clock that never goes back; best the media clock of what was really played. Actions are
performed in their order by the one place that performs actions (live/floor.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sosie.chat.message import Comment
from sosie.claims import Reason
from sosie.shop.catalogue import Catalogue
from sosie.shop.learned import News
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.correction import Wrong
from sosie.show.guests import Deed
from sosie.show.operator import Command, Hindrance
from sosie.types import Language, Utterance, UtteranceKind


@dataclass(frozen=True, slots=True)
class Started:
    """The stream is on air and nothing has been said."""

    now: float
    local_time: datetime | None = None
    """What the clocks of the shop say at this moment, with their time zone; None where it is not to be spoken of."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The last clause of an utterance was played; or it was dropped, or the voice could not say it.

    A notice that cannot be said is no event: without it nothing may be on air, so the session ends with an error.
    """

    now: float
    utterance_id: int


@dataclass(frozen=True, slots=True)
class CommentArrived:
    now: float
    comment: Comment


@dataclass(frozen=True, slots=True)
class PaidMessageArrived:
    """A comment that its writer paid for: thanked for, and answered before others. Its text is data exactly as theirs.

    One without words to read is ``GuestActed("paid message")``.
    """

    now: float
    comment: Comment
    name: str = field(default="", repr=False)
    """As the platform gives it; "" where it gives none. Said only where it may be (show/names.py), logged never."""


@dataclass(frozen=True, slots=True)
class CommentWithdrawn:
    """The viewer or the platform took it back: what has not been answered yet is not answered."""

    now: float
    comment_id: str


@dataclass(frozen=True, slots=True)
class GuestActed:
    """Somebody came, followed, shared, subscribed, gave or ordered. A source tells of each deed once (its event id).

    Likes and viewers are not among them: they are numbers, and never spoken of one by one.
    """

    now: float
    deed: Deed
    user_hash: str
    """Knows the same viewer again within a show, and tells nothing else."""
    name: str = field(default="", repr=False)
    """See PaidMessageArrived."""


@dataclass(frozen=True, slots=True)
class AnswerFound:
    """What ``FindAnswer`` led to."""

    now: float
    comment_id: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Drafted:
    """What ``AskWriter`` led to; no sentences where the writer had none in time."""

    now: float
    comment_id: str
    sentences: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    """Prices or stock are others from now on; nothing that was written with the old ones may still be said."""

    now: float
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Bought:
    """An order was placed: what was said of these products just before is counted for it (show/learning.py)."""

    now: float
    product_ids: tuple[str, ...]
    """Each once, however many pieces."""


@dataclass(frozen=True, slots=True)
class Watched:
    """So many watch."""

    now: float
    viewers: int
    """In all rooms together, 0 or more."""


@dataclass(frozen=True, slots=True)
class WentWrong:
    """Something wrong was heard on air, or was overtaken by a new price while it was said (show/correction.py)."""

    now: float
    utterance_id: int
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Reconnected:
    """An output came back after a break: there may be viewers who have not been told."""

    now: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passes; about once a second."""

    now: float


@dataclass(frozen=True, slots=True)
class Operated:
    """The person on duty gave an order; answered by TellOperator."""

    now: float
    order_id: int
    order: Command


@dataclass(frozen=True, slots=True)
class OperatorSeen:
    """A sign that the person on duty is there."""

    now: float


@dataclass(frozen=True, slots=True)
class Stop:
    """The show is to end, in good manners."""

    now: float


Event = (
    Started
    | Finished
    | CommentArrived
    | PaidMessageArrived
    | CommentWithdrawn
    | GuestActed
    | AnswerFound
    | Drafted
    | CatalogueChanged
    | Bought
    | Watched
    | WentWrong
    | Reconnected
    | Operated
    | OperatorSeen
    | Tick
    | Stop
)


@dataclass(frozen=True, slots=True)
class Say:
    """Hand it to the voice. Lines go into the script's lane, everything else into the urgent one."""

    utterance: Utterance
    comment_id: str | None = None
    """The comment that it answers."""
    greets: int = 0
    """How many people it thanks or welcomes."""

    @property
    def post(self) -> str:
        """The same as written text, begun with the AI mark (rules.md L7)."""
        return phrases.AI_MARK[self.utterance.language] + self.utterance.text


@dataclass(frozen=True, slots=True)
class FindAnswer:
    """Look it up (show.answers.Answers.find) off this thread, and report AnswerFound, whatever comes of it."""

    comment: Comment
    product_id: str | None
    """The product on screen when it was asked."""


@dataclass(frozen=True, slots=True)
class AskWriter:
    """Have the writer word an answer that nothing of ours has words for (ports.Writer), and report Drafted."""

    comment: Comment
    language: Language
    product_id: str | None
    """The product on screen when it was asked."""
    seconds: float
    """How long it may take."""
    refused: Reason | None = None
    """Why the last draft could not be said."""


@dataclass(frozen=True, slots=True)
class PassOver:
    """This comment will not be answered."""

    comment_id: str
    why: Literal["repeated", "too many", "rude", "chat off", "too late", "withdrawn", "ending"]


@dataclass(frozen=True, slots=True)
class NotThanked:
    """So many people's deeds got no word: there was no time for them, or the chat is off."""

    deed: Deed
    n: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """A sentence was not said, because the claims firewall found it neither small talk nor true by the catalogue.

    A line is left out, an answer becomes "I don't know that one". Holds nothing of the sentence, so that it can be logged.
    """

    kind: UtteranceKind
    reason: Reason


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget what has not begun to play and is of an older generation than this."""

    generation: int
    spared: frozenset[int] = frozenset()
    """Ids of older utterances that go on all the same: they are as true as they were."""
    cut: bool = False
    """Also what is on air: it is faded out, and not said to its clause's end."""


@dataclass(frozen=True, slots=True)
class TellOperator:
    """What became of an order."""

    order_id: int
    hindered: Hindrance | None = None
    """None: it was carried out."""
    start: int = 0
    """Of what the firewall refused in the line; half-open range."""
    end: int = 0


@dataclass(frozen=True, slots=True)
class HumanHolds:
    """From now on the show is in a person's hands, or no longer: for the record of whose seconds are whose."""

    holds: bool


@dataclass(frozen=True, slots=True)
class HumanSpeaks:
    """A person's own voice is heard from now on, in this language; None: no longer."""

    language: Language | None


@dataclass(frozen=True, slots=True)
class Slate:
    """Show a labelled slate in place of the clone, or the clone again."""

    on: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """Keep what was counted since the last time, where the show has a store."""

    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class End:
    """Everything was said; the stream may close."""


Action = (
    Say
    | FindAnswer
    | AskWriter
    | PassOver
    | NotThanked
    | Refuse
    | Drop
    | TellOperator
    | HumanHolds
    | HumanSpeaks
    | Slate
    | Learned
    | End
)
