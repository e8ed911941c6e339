"""A picture that carries the AI label: the only kind that the encoder takes, and only a stage makes it.

What is promised is what reaches the encoder. The label's pixels are kept apart from the picture when it is drawn, and
compared in the encoder's own memory after the picture was copied there; so nothing that was drawn over the planes in
between goes out, whoever kept a view of them. (Rejected: a private copy of the whole picture, 0.2 ms a frame at 720x1280
and more than the label itself costs.)

Light: no Skia in here, so that the broadcast can name the type without loading the stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final
from weakref import WeakKeyDictionary

from sosie.errors import Refused
from sosie.types import Bytes, YuvFrame

if TYPE_CHECKING:
    from sosie.stage.canvas import Box

_SEAL = object()
"""For compose.py alone, which a test watches over: whoever holds it says that the label has been drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """What a stage has drawn."""

    frame: YuvFrame
    box: Box
    label: bytes
    """The samples in the box right after the label was drawn: Y, Cb, Cr."""


@final
class LabelledFrame:
    """One picture with its AI label; its planes cannot be written any more."""

    # The pixels are not kept on the object: no copy, pickle or replaced attribute can hold others.
    __slots__ = ("__weakref__",)

    def __init_subclass__(cls) -> None:
        raise TypeError("LabelledFrame cannot be subclassed: what carries the label is not up to a subclass")

    def __init__(self, frame: YuvFrame, box: Box, *, seal: object) -> None:
        """``box``: where the label has just been drawn. Raises Refused for anybody but the stage."""
        if seal is not _SEAL:
            raise Refused("a labelled frame was built outside the stage", try_this="Stage.draw, which draws the label")
        for plane in (frame.y, frame.u, frame.v):
            plane.setflags(write=False)
        _drawn_by_stages[self] = _Drawn(frame, box, _samples(box, frame.y, frame.u, frame.v))

    @property
    def frame(self) -> YuvFrame:
        """The picture, to be looked at; its planes are read-only. Raises Refused if no stage made this."""
        return _drawn(self).frame

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        frame = _drawn(self).frame
        return frame.width, frame.height

    def copy_into(self, y: Bytes, u: Bytes, v: Bytes) -> None:
        """Copies the picture into planes of the same shapes, and looks there whether the label is whole.

        Raises Refused if it is not, or if no stage made this; ValueError for other shapes.
        """
        drawn = _drawn(self)
        for there, here in zip((y, u, v), (drawn.frame.y, drawn.frame.u, drawn.frame.v), strict=True):
            if there.shape != here.shape:
                raise ValueError(f"the planes must be {here.shape}, got {there.shape}")
            there[:] = here
        if _samples(drawn.box, y, u, v) != drawn.label:
            raise Refused("the AI label of a frame was drawn over", wanted="the label as the last layer")

    def __repr__(self) -> str:
        return f"LabelledFrame({self.size[0]}x{self.size[1]})"


_drawn_by_stages: WeakKeyDictionary[LabelledFrame, _Drawn] = WeakKeyDictionary()
"""The register of all that stages have drawn and that somebody still holds."""


def _drawn(labelled: LabelledFrame) -> _Drawn:
    try:
        return _drawn_by_stages[labelled]
    except KeyError:
        raise Refused("a frame came without its AI label", try_this="Stage.draw, which draws the label") from None


def _samples(box: Box, y: Bytes, u: Bytes, v: Bytes) -> bytes:
    half = slice(box.top // 2, box.bottom // 2), slice(box.left // 2, box.right // 2)
    return y[box.top : box.bottom, box.left : box.right].tobytes() + u[half].tobytes() + v[half].tobytes()
