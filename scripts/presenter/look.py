"""How the presenter is drawn: the camera and the shadows, with OpenGL on the CPU (moderngl over EGL and llvmpipe)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from .body import Array, Ints
from .materials import FRAGMENT_HEAD, MATERIALS, SHADOW_FRAGMENT, SHADOW_VERTEX, VERTEX

Bytes = NDArray[np.uint8]

WIDTH, HEIGHT = 720, 1280
OVERSIZE = 1.25
"""Drawn this much larger, then reduced by area. Multisampling instead costs four times as much on llvmpipe."""
SHADOW = 1024
"""Side of the key light's shadow map."""
SHADOW_SOFT = 2.2
"""Standard deviation of the shadow's edge, texels of the map."""
SHADOW_HARD = 78.0
"""Exponent of the exponential shadow map (Annen 2008): one blurred look-up instead of a dozen taps, which llvmpipe feels."""


@dataclass(eq=False)
class Piece:
    """Something to draw: its shape comes with every frame, the rest is fixed."""

    material: str
    """A key of MATERIALS."""
    picture: Bytes
    """(height, width, 4), RGBA: what the material reads as its map."""
    source: Ints
    """(n_corners,): the frame's point for every drawn corner point."""
    triangles: Ints
    """(n_triangles, 3): into the corner points."""
    rest: Array
    """(n_points, 3): where the points are at rest; textures that must not swim use it."""
    corners: Array
    """(n_corners, 2): texture places."""
    sky: Array
    """(n_points,): share of the sky that a point sees, in [0, 1]."""
    settings: dict[str, float | tuple[float, ...]]
    """Uniforms of the material."""
    cut: float = 0.0
    """In the shadow map, texels of less alpha than this let light through."""


def back_to_front(triangles: Ints, places: Array) -> Ints:
    """Triangles sorted by depth at rest, far ones first: the camera hardly leaves the front, so hair blends rightly."""
    return np.asarray(triangles[np.argsort(places[triangles][..., 2].mean(1))])


def corner_points(faces: Ints, corners: Array) -> tuple[Ints, Ints, Array]:
    """Splits points at texture seams: (source points, triangles, texture places)."""
    keys = np.concatenate([faces.reshape(-1, 1), np.round(corners.reshape(-1, 2) * 8192).astype(np.int64)], 1)
    unique, first, back = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    quads = back.reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    triangles = triangles[(triangles[:, 1] != triangles[:, 2]) & (triangles[:, 0] != triangles[:, 2])]
    return unique[:, 0], triangles, corners.reshape(-1, 2)[first]


def look_at(eye: Array, target: Array, up: tuple[float, float, float] = (0.0, 1.0, 0.0)) -> Array:
    """4x4 world-to-view matrix."""
    z = (eye - target) / np.linalg.norm(eye - target)
    x = np.cross(up, z)
    x /= np.linalg.norm(x)
    y = np.cross(z, x)
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = [x, y, z]
    matrix[:3, 3] = -matrix[:3, :3] @ eye
    return matrix


def perspective(height_angle: float, aspect: float, near: float, far: float) -> Array:
    """4x4 projection; ``height_angle`` in radians."""
    t = 1 / np.tan(height_angle / 2)
    return np.array(
        [
            [t / aspect, 0, 0, 0],
            [0, t, 0, 0],
            [0, 0, (far + near) / (near - far), 2 * far * near / (near - far)],
            [0, 0, -1, 0],
        ],
        np.float32,
    )


def box_view(direction: Array, centre: Array, half: float, depth: float) -> Array:
    """4x4 matrix of a parallel light: a cube of ``half`` dm around ``centre``, seen along ``direction``."""
    view = look_at(centre + direction * depth, centre, (0.0, 1.0, 0.001))
    flat = np.diag([1 / half, 1 / half, -1 / depth, 1.0]).astype(np.float32)
    flat[2, 3] = -1.0
    return np.asarray(flat @ view, np.float32)


KEY_DIRECTION = np.array([-0.55, 0.62, 0.95], np.float32) / np.float32(np.linalg.norm([-0.55, 0.62, 0.95]))


class Camera:
    """The drawing: give it the points of every piece, get a picture."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        background: Bytes,
        pores: Bytes,
        weave: Bytes,
        eye: Array,
        target: Array,
        angle: float,
        shade_centre: Array,
        shade_half: float,
        fixed: dict[str, float | tuple[float, ...]],
    ) -> None:
        self._gl = moderngl.create_standalone_context(backend="egl")
        self._pieces = pieces
        self._size = (int(WIDTH * OVERSIZE), int(HEIGHT * OVERSIZE))
        self._background = background.astype(np.float32)
        self._light = box_view(KEY_DIRECTION, shade_centre, shade_half, shade_half * 2)
        screen = perspective(angle, WIDTH / HEIGHT, 1.0, 60.0) @ look_at(eye, target)
        self._screen = screen
        gl = self._gl
        self._textures = [self._texture(piece.picture) for piece in pieces]
        self._pores, self._weave = self._texture(pores), self._texture(weave)
        self._programs: list[moderngl.Program] = []
        self._shadows: list[moderngl.VertexArray] = []
        self._drawings: list[moderngl.VertexArray] = []
        self._buffers: list[moderngl.Buffer] = []
        self._shadow_program = gl.program(vertex_shader=SHADOW_VERTEX, fragment_shader=SHADOW_FRAGMENT)
        compiled: dict[str, moderngl.Program] = {}
        for piece in pieces:
            if piece.material not in compiled:
                fragment = FRAGMENT_HEAD.replace("SHADOW_HARD", str(SHADOW_HARD)) + MATERIALS[piece.material]
                compiled[piece.material] = gl.program(vertex_shader=VERTEX, fragment_shader=fragment)
            program = compiled[piece.material]
            moving = gl.buffer(reserve=len(piece.source) * 24, dynamic=True)
            fixed_data = np.concatenate([piece.rest[piece.source], piece.corners, piece.sky[piece.source][:, None]], 1)
            still = gl.buffer(fixed_data.astype("f4").tobytes())
            index = gl.buffer(piece.triangles.astype("i4").tobytes())
            self._drawings.append(self._array(program, moving, still, index))
            self._shadows.append(
                gl.vertex_array(self._shadow_program, [(moving, "3f 12x", "place"), (still, "12x 2f 4x", "uv")], index)
            )
            self._programs.append(program)
            self._buffers.append(moving)
        for program in compiled.values():
            for name, value in {**fixed, "eye": tuple(eye)}.items():
                self._set(program, name, value)
            self._set(program, "pores", 1)
            self._set(program, "weave", 2)
            self._set(program, "shadow_map", 3)
            self._set(program, "skin_map", 0)
            program["to_screen"].write(screen.T.astype("f4").tobytes())
            if "to_light" in program:
                program["to_light"].write(self._light.T.astype("f4").tobytes())
        self._shadow_program["to_light"].write(self._light.T.astype("f4").tobytes())
        self._depth = gl.depth_texture((SHADOW, SHADOW))
        self._soft = gl.texture((SHADOW, SHADOW), 1, dtype="f4")
        self._shadow_target = gl.framebuffer(depth_attachment=self._depth)
        self._target = gl.framebuffer([gl.renderbuffer(self._size, 4)], gl.depth_renderbuffer(self._size))

    def _texture(self, picture: Bytes) -> moderngl.Texture:
        flipped = np.ascontiguousarray(picture[::-1])
        texture = self._gl.texture((picture.shape[1], picture.shape[0]), 4, flipped.tobytes())
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        return texture

    def _array(
        self, program: moderngl.Program, moving: moderngl.Buffer, still: moderngl.Buffer, index: moderngl.Buffer
    ) -> moderngl.VertexArray:
        wants = {name for name in program if isinstance(program[name], moderngl.Attribute)}
        a = [(n, s) for n, s in (("place", "3f"), ("normal", "3f"))]
        first = " ".join(s if n in wants else "12x" for n, s in a)
        b = [("rest", "3f", "12x"), ("uv", "2f", "8x"), ("open_sky", "1f", "4x")]
        second = " ".join(s if n in wants else pad for n, s, pad in b)
        content = [(moving, first, *[n for n, _ in a if n in wants])]
        if any(n in wants for n, _, _ in b):
            content.append((still, second, *[n for n, _, _ in b if n in wants]))
        return self._gl.vertex_array(program, content, index)

    @staticmethod
    def _set(program: moderngl.Program, name: str, value: float | tuple[float, ...]) -> None:
        if name in program:
            program[name].value = value

    def sky_shares(
        self, points: Sequence[tuple[Array, Array]], centre: Array, half: float, n_directions: int = 96
    ) -> list[Array]:
        """For each piece, the share of the sky that each point sees, cosine-weighted, from depth maps of many directions."""
        gl = self._gl
        self._load(points)
        turn = np.arange(n_directions) + 0.5
        y = 1 - 1.6 * turn / n_directions  # little comes from right below
        angle = np.pi * (1 + 5**0.5) * turn
        flat = np.sqrt(np.clip(1 - y * y, 0, 1))
        directions = np.stack([flat * np.cos(angle), y, flat * np.sin(angle)], 1).astype(np.float32)
        side = 768
        depth = gl.depth_texture((side, side))
        target = gl.framebuffer(depth_attachment=depth)
        seen = [np.zeros(len(p), np.float32) for p, _ in points]
        total = [np.full(len(p), 1e-6, np.float32) for p, _ in points]
        for direction in directions:
            light = box_view(direction, centre, half, half * 2)
            self._shadow_program["to_light"].write(light.T.astype("f4").tobytes())
            self._draw_depth(target)
            picture = np.frombuffer(depth.read(alignment=1), np.float32).reshape(side, side)
            for k, (place, normal) in enumerate(points):
                facing = (
                    np.clip(normal @ direction, 0, None)
                    if self._pieces[k].material != "hair"
                    else np.full(len(place), 0.5, np.float32)
                )
                at = (np.concatenate([place, np.ones((len(place), 1), np.float32)], 1) @ light.T)[:, :3] * 0.5 + 0.5
                x, yy = (np.clip((at[:, j] * side).astype(int), 0, side - 1) for j in (0, 1))
                bias = 0.05 if self._pieces[k].material == "hair" else 0.012
                seen[k] += facing * (at[:, 2] - bias < picture[yy, x])
                total[k] += facing
        self._shadow_program["to_light"].write(self._light.T.astype("f4").tobytes())
        return [s / t for s, t in zip(seen, total, strict=True)]

    def set_sky(self, pieces: Sequence[Piece]) -> None:
        """Takes the pieces' ``sky`` again."""
        for k, piece in enumerate(pieces):
            data = np.concatenate([piece.rest[piece.source], piece.corners, piece.sky[piece.source][:, None]], 1)
            still = self._gl.buffer(data.astype("f4").tobytes())
            index = self._gl.buffer(piece.triangles.astype("i4").tobytes())
            self._drawings[k] = self._array(self._programs[k], self._buffers[k], still, index)

    def _load(self, points: Sequence[tuple[Array, Array]]) -> None:
        for piece, buffer, (place, normal) in zip(self._pieces, self._buffers, points, strict=True):
            buffer.write(np.concatenate([place, normal], 1).astype("f4")[piece.source].tobytes())

    def _draw_depth(self, target: moderngl.Framebuffer) -> None:
        target.use()
        self._gl.enable_only(moderngl.DEPTH_TEST)
        target.clear(depth=1.0)
        for piece, texture, array in zip(self._pieces, self._textures, self._shadows, strict=True):
            texture.use(0)
            self._shadow_program["cut"].value = piece.cut
            array.render()

    def picture(self, points: Sequence[tuple[Array, Array]], now: dict[str, float | tuple[float, ...]]) -> Bytes:
        """(1280, 720, 3) RGB; ``now``: uniforms of this frame (gaze, mouth)."""
        gl = self._gl
        self._load(points)
        self._draw_depth(self._shadow_target)
        depth = np.frombuffer(self._depth.read(alignment=1), np.float32).reshape(SHADOW, SHADOW)
        self._soft.write(cv2.GaussianBlur(np.exp(SHADOW_HARD * depth), (0, 0), SHADOW_SOFT).tobytes())
        self._target.use()
        gl.enable_only(moderngl.DEPTH_TEST)
        self._target.clear(0.0, 0.0, 0.0, 0.0)
        gl.depth_func = "<="
        gl.blend_func = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
        self._pores.use(1)
        self._weave.use(2)
        self._soft.use(3)
        for piece, program, texture, array in zip(
            self._pieces, self._programs, self._textures, self._drawings, strict=True
        ):
            texture.use(0)
            for name, value in {**piece.settings, **now}.items():
                self._set(program, name, value)
            hair = piece.material == "hair"
            way = (
                moderngl.BLEND if hair else moderngl.CULL_FACE if piece.material == "skin" else 0
            )  # a collar has two sides
            gl.enable_only(moderngl.DEPTH_TEST | way)
            array.render()
        raw = np.frombuffer(self._target.read(components=4), np.uint8).reshape(self._size[1], self._size[0], 4)[::-1]
        return self._over_background(raw)

    def _over_background(self, raw: Bytes) -> Bytes:
        small = cv2.resize(raw, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
        alpha = small[..., 3:] / 255
        return np.asarray(np.clip(small[..., :3] + self._background * (1 - alpha) + 0.5, 0, 255), np.uint8)
