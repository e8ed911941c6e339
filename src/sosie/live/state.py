"""What a room shows of itself, taken at one moment: the preview page and, later, the console read nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CommentState = Literal["waiting", "answered", "passed over"]
OutputState = Literal["connecting", "running", "failing", "closed"]


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """The product card that is on screen."""

    id: str
    name: str
    price: str
    """As written in the language that is being spoken, e.g. "24,50 €"."""
    sale_price: str | None
    stock: int | None
    """Pieces left; None where there are some and nobody counts them."""
    has_picture: bool


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment and what became of it."""

    id: str
    name: str
    text: str
    state: CommentState
    answer: str | None
    """What the host said, begun with the AI mark (rules.md L7); None while it is waiting or when it was passed over."""


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    """"preview", "recording" or "rtmp 1"; never the address, which may hold a stream key."""
    state: OutputState
    says: str
    """Why, in one sentence, where there is something to say; never the stream key."""


@dataclass(frozen=True, slots=True)
class Health:
    frames: int
    """Frames sent since the start."""
    late: int
    """Frames that reached the encoder more than one frame after their time."""
    standstill_seconds: float
    """Time in which the machine stood still for more than a second at once; the stream went on afterwards without a gap."""
    memory_mb: int
    """Resident memory of the process."""


@dataclass(frozen=True, slots=True)
class RoomState:
    on_air: bool
    seconds: float
    """Time on air by the media clock: frames / FPS."""
    title: str
    label: str
    """The AI label's words, as burnt into the picture."""
    disclosure: str
    """Who is shown, e.g. "digital clone of <name>", "fictional person"."""
    subtitle: str
    sells: bool
    """False: a show without products, and no place for a card."""
    product: ShownProduct | None
    comments: tuple[ShownComment, ...]
    """Newest last, at most 50."""
    outputs: tuple[Output, ...]
    health: Health
