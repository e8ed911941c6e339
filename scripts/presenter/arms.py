"""Arms: let down from the mesh's own open stance, or raised to a gesture in front of the chest."""

from __future__ import annotations

import numpy as np

from .body import Array, Rig
from .scene import LET_DOWN, about, aim, turn

FOREARM = np.array([-0.48, 0.58, 0.90], np.float32)
"""Where the left forearm points in a gesture: inwards, up, to the camera."""
ROLL = 0.42
"""Radians that forearm and wrist turn the palm inwards and up."""
CURL = -0.24
"""Radians that each finger joint closes; a flat hand looks like a stop sign."""
SPREAD = {2: 0.15, 3: 0.04, 4: -0.08, 5: -0.21}
"""Radians that draw the fingers together."""


class Arms:
    """Bone turns of both arms."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    def _at(self, bone: str) -> Array:
        return self._rig.head[self._rig.names.index(bone)]

    def turns(self, left: float, right: float, beat: float) -> dict[str, Array]:
        """``left``, ``right``: how far each hand is up, 0..1; ``beat``: -1..1, small strokes of a raised hand."""
        return {**self._one("L", 1.0, left, beat), **self._one("R", -1.0, right, beat)}

    def _one(self, side: str, s: float, raised: float, beat: float) -> dict[str, Array]:
        raised = float(raised)
        upper = turn(x=-0.10 * raised, z=(-LET_DOWN + 0.06 * raised) * s)
        if raised < 1e-3:
            return {f"upperarm01.{side}": upper}
        wrist, elbow = self._at(f"wrist.{side}"), self._at(f"lowerarm01.{side}")
        along = (wrist - elbow) / np.linalg.norm(wrist - elbow)
        palm = np.cross(self._at(f"finger2-1.{side}") - wrist, self._at(f"finger5-1.{side}") - wrist) * s
        palm /= np.linalg.norm(palm)
        across = np.cross(along, palm)
        across /= np.linalg.norm(across)
        goal = (FOREARM + np.array([0.0, 0.13 * beat, 0.0], np.float32)) * np.array([s, 1.0, 1.0], np.float32)
        turns = {
            f"upperarm01.{side}": upper,
            f"lowerarm01.{side}": aim(along, upper.T @ goal, raised),
            f"lowerarm02.{side}": about(along, 0.6 * ROLL * s * raised),
            f"wrist.{side}": about(along, 0.4 * ROLL * s * raised) @ about(across, (0.10 + 0.16 * beat) * s * raised),
        }
        for finger, together in SPREAD.items():
            for joint in (1, 2, 3):
                bone, after = f"finger{finger}-{joint}.{side}", f"finger{finger}-{joint + 1}.{side}"
                start = self._at(bone)
                way = self._at(after) - start if joint < 3 else start - self._at(f"finger{finger}-{joint - 1}.{side}")
                hinge = np.cross(way, palm)
                bend = about(hinge / np.linalg.norm(hinge), CURL * (0.7 + 0.15 * (finger - 2)))
                turns[bone] = bend @ about(palm, together * s) if joint == 1 else bend
        return turns
