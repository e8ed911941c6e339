"""What the person on duty may order: hold the show, take it over, leave something out, have a line said. Pure values.

The clone stays a clone: it says a person's line with its own made voice, under its label, and the line passes the firewall like
any other. Only what a person says into the microphone nobody checks; the picture then says that a human is heard, beside its AI
label. Nothing here can pause or change the AI notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sosie.claims import Reason
from sosie.types import Language


@dataclass(frozen=True, slots=True)
class Pause:
    """The script is held; questions are answered as before."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The script goes on with the line that was cut off."""


@dataclass(frozen=True, slots=True)
class Skip:
    """What is being told, and the rest of its segment, is left out."""


@dataclass(frozen=True, slots=True)
class JumpTo:
    """This segment is told now; then the script goes on where it was."""

    segment_id: str
    """Id of its product, or its own where it has none."""


@dataclass(frozen=True, slots=True)
class TypeLine:
    """The clone says this at once, if the firewall lets it."""

    text: str = field(repr=False)
    language: Language


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Nothing is said but the notice, what the host is, and the person's own lines; a word on air is faded out."""


@dataclass(frozen=True, slots=True)
class HandBack:
    """The show goes on by itself."""


@dataclass(frozen=True, slots=True)
class Speak:
    """As TakeOver, and the person's own voice is heard from the microphone."""

    language: Language
    """That they speak: of the label."""


@dataclass(frozen=True, slots=True)
class Hush:
    """The microphone is off. The show goes on by itself, unless the person had taken it over before."""


Command = Pause | Resume | Skip | JumpTo | TypeLine | TakeOver | HandBack | Speak | Hush
Hindrance = (
    Reason
    | Literal[
        "not on air",
        "late",
        "no such product",
        "sold out",
        "language",
        "nothing to say",
        "template",
        "microphone in use",
    ]
)
"""Why an order was not carried out: a reason of the firewall, or what is missing."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A rule that a person is on duty (rules.md L10: platforms that want a real person to drive the figure)."""

    lost_after_seconds: float
    """Without a sign of the person for so long there is a labelled slate and no word of selling until they are back."""
