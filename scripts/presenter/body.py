"""The presenter's body: MakeHuman's base mesh and clothes, shaped, smoothed and skinned with numpy.

Everything is read as plain files (obj, target, mhclo, json); lengths are decimetres, y is up, z is towards the camera.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(eq=False)
class Mesh:
    """Polygons with texture corners; quads keep four corners, triangles repeat the last one."""

    points: Array
    """(n_points, 3), dm."""
    faces: Ints
    """(n_faces, 4): indices into ``points``."""
    corners: Array
    """(n_faces, 4, 2): texture place of every corner, v upwards."""
    groups: NDArray[np.str_]
    """(n_faces,): the obj group of each face."""

    def part(self, keep: NDArray[np.bool_]) -> Mesh:
        """The faces that ``keep`` marks; the points stay, so indices stay."""
        return Mesh(self.points, self.faces[keep], self.corners[keep], self.groups[keep])


def read_obj(path: Path) -> Mesh:
    """Reads positions, texture places and polygons of up to four corners."""
    points: list[list[float]] = []
    places: list[list[float]] = []
    faces: list[list[int]] = []
    corners: list[list[int]] = []
    groups: list[str] = []
    group = ""
    for line in path.read_text().splitlines():
        head, *rest = line.split() or [""]
        if head == "v":
            points.append([float(x) for x in rest[:3]])
        elif head == "vt":
            places.append([float(x) for x in rest[:2]])
        elif head == "g":
            group = rest[0] if rest else ""
        elif head == "f":
            both = [corner.split("/") for corner in rest]
            both += both[-1:] * (4 - len(both))
            faces.append([int(b[0]) - 1 for b in both])
            corners.append([int(b[1]) - 1 for b in both])
            groups.append(group)
    uv = np.array(places, np.float32)
    return Mesh(np.array(points, np.float32), np.array(faces), uv[np.array(corners)], np.array(groups))


def read_target(path: Path, n_points: int) -> Array:
    """A shape target: (n_points, 3) displacements in dm, zero where the file says nothing."""
    moves = np.zeros((n_points, 3), np.float32)
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    for line in text.splitlines():
        if line and line[0] not in '#"':
            index, *move = line.split()
            moves[int(index)] = [float(x) for x in move[:3]]
    return moves


@dataclass(eq=False)
class Fitting:
    """How a garment, hair or tooth mesh hangs on the base mesh (an mhclo file)."""

    at: Ints
    """(n, 3): base points that hold each point."""
    share: Array
    """(n, 3): their shares."""
    offset: Array
    """(n, 3): what is added, before scaling."""
    scales: tuple[tuple[int, int, float], ...]
    """For x, y, z: two base points and their distance on the unshaped mesh; the offset scales with it."""
    hides: NDArray[np.int64]
    """Base points that this mesh covers."""

    def place(self, base: Array) -> Array:
        """Where the points are on a shaped base mesh."""
        scale = [abs(base[a, k] - base[b, k]) / d for k, (a, b, d) in enumerate(self.scales)]
        held = np.einsum("nk,nkd->nd", self.share, base[self.at])
        return np.asarray(held + self.offset * np.array(scale, np.float32), np.float32)


def read_fitting(path: Path) -> Fitting:
    """Reads an mhclo file."""
    at: list[list[int]] = []
    share: list[list[float]] = []
    offset: list[list[float]] = []
    scale: dict[str, tuple[int, int, float]] = {}
    hides: list[int] = []
    mode = ""
    for line in path.read_text().splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].endswith("_scale"):
            scale[words[0][0]] = (int(words[1]), int(words[2]), float(words[3]))
        elif words[0] in ("verts", "delete_verts"):
            mode = words[0]
        elif mode == "verts" and words[0].isdigit():
            single = len(words) == 1
            at.append([int(words[0])] * 3 if single else [int(x) for x in words[:3]])
            share.append([1.0, 0.0, 0.0] if single else [float(x) for x in words[3:6]])
            offset.append([0.0] * 3 if single else [float(x) for x in words[6:9]])
        elif mode == "delete_verts" and words[0].isdigit():
            hides += _ranges(words)
    scales = tuple(scale[axis] for axis in "xyz")
    return Fitting(
        np.array(at), np.array(share, np.float32), np.array(offset, np.float32), scales, np.array(hides, int)
    )


def _ranges(words: list[str]) -> list[int]:
    """The numbers of a line such as "3 5 - 7 9": 3, 5, 6, 7, 9."""
    found: list[int] = []
    through = False
    for word in words:
        if word == "-":
            through = True
        else:
            found += range(found[-1] + 1, int(word) + 1) if through else [int(word)]
            through = False
    return found


@dataclass(eq=False)
class Smooth:
    """One Catmull-Clark step as a matrix, so that smoothing a frame is one product."""

    matrix: csr_array
    """(n_smooth, n_points)."""
    faces: Ints
    """(4 * n_faces, 4)."""
    corners: Array
    """(4 * n_faces, 4, 2)."""


def catmull_clark(mesh: Mesh) -> Smooth:
    """One subdivision step (Catmull and Clark 1978); texture places are interpolated linearly within each face."""
    n, faces = len(mesh.points), mesh.faces
    edges = np.sort(np.stack([faces, np.roll(faces, -1, 1)], -1).reshape(-1, 2), 1)
    edge, which = np.unique(edges, axis=0, return_inverse=True)
    which = which.reshape(-1, 4)
    n_faces, n_edges = len(faces), len(edge)
    centre = coo_array(
        (np.full(n_faces * 4, 0.25, np.float32), (np.repeat(np.arange(n_faces), 4), faces.ravel())), (n_faces, n)
    ).tocsr()
    touches = coo_array(
        (np.ones(n_faces * 4, np.float32), (which.ravel(), np.repeat(np.arange(n_faces), 4))), (n_edges, n_faces)
    ).tocsr()
    touches.data[:] = 1
    count = np.asarray(touches.sum(1)).ravel()
    inner = count == 2
    middle = coo_array(
        (np.full(n_edges * 2, 0.5, np.float32), (np.repeat(np.arange(n_edges), 2), edge.ravel())), (n_edges, n)
    ).tocsr()
    soft = csr_array(middle.multiply(0.5) + (touches @ centre).multiply((0.5 / count)[:, None]))
    edge_point = csr_array(soft.multiply(inner[:, None]) + middle.multiply(~inner[:, None]))

    faces_of = coo_array(
        (np.ones(n_faces * 4, np.float32), (faces.ravel(), np.repeat(np.arange(n_faces), 4))), (n, n_faces)
    ).tocsr()
    edges_of = coo_array(
        (np.ones(n_edges * 2, np.float32), (edge.ravel(), np.repeat(np.arange(n_edges), 2))), (n, n_edges)
    ).tocsr()
    rim = np.zeros(n, bool)
    rim[edge[~inner].ravel()] = True
    valence = np.maximum(np.asarray(edges_of.sum(1)).ravel(), 1)
    of_faces = (faces_of @ centre).multiply((1 / np.maximum(np.asarray(faces_of.sum(1)).ravel(), 1))[:, None])
    of_edges = (edges_of @ middle).multiply((1 / valence)[:, None])
    own = coo_array((np.ones(n, np.float32), (np.arange(n), np.arange(n))), (n, n)).tocsr()
    inside = (of_faces + of_edges.multiply(2) + own.multiply(np.maximum(valence - 3, 0)[:, None])).multiply(
        (1 / np.maximum(valence, 3))[:, None]
    )
    rim_edges = coo_array(
        (
            np.ones(2 * int((~inner).sum()), np.float32),
            (edge[~inner].ravel(), np.repeat(np.flatnonzero(~inner), 2)),
        ),
        (n, n_edges),
    ).tocsr()
    on_rim = own.multiply(0.5) + (rim_edges @ middle).multiply(
        (0.5 / np.maximum(np.asarray(rim_edges.sum(1)).ravel(), 1))[:, None]
    )
    vertex = inside.multiply((~rim)[:, None]) + on_rim.multiply(rim[:, None])
    matrix = csr_array(vstack([csr_array(vertex), csr_array(centre), edge_point]), dtype=np.float32)
    f = n + np.arange(n_faces)
    e = n + n_faces + which
    before = np.roll(e, 1, 1)
    new = np.stack([np.stack([faces[:, k], e[:, k], f, before[:, k]], 1) for k in range(4)], 1).reshape(-1, 4)
    uv, uv_edge, uv_face = mesh.corners, (mesh.corners + np.roll(mesh.corners, -1, 1)) / 2, mesh.corners.mean(1)
    uv_before = np.roll(uv_edge, 1, 1)
    corners = np.stack([np.stack([uv[:, k], uv_edge[:, k], uv_face, uv_before[:, k]], 1) for k in range(4)], 1).reshape(
        -1, 4, 2
    )
    return Smooth(matrix, new, corners.astype(np.float32))


@dataclass(eq=False)
class Rig:
    """Bones and skin weights; only the bones that are turned cost anything."""

    names: list[str]
    parent: list[int]
    head: Array
    """(n_bones, 3): where each bone turns, on the shaped mesh."""
    weights: csr_array
    """(n_points, n_bones), rows sum to 1."""

    def transforms(self, turns: dict[str, Array], moves: dict[str, Array]) -> Array:
        """(n_bones, 3, 4): for each bone, the world transform of what hangs on it.

        ``turns``: bone -> 3x3 rotation in world axes about the bone's head, before its parents turn it.
        ``moves``: bone -> world shift in dm.
        """
        world = np.zeros((len(self.names), 3, 4), np.float32)
        for k, name in enumerate(self.names):
            turn = turns.get(name, np.eye(3, dtype=np.float32))
            local = np.concatenate([turn, (self.head[k] - turn @ self.head[k] + moves.get(name, 0.0))[:, None]], 1)
            up = self.parent[k]
            if up >= 0:
                local[:, 3] = world[up, :, :3] @ local[:, 3] + world[up, :, 3]
                local[:, :3] = world[up, :, :3] @ local[:, :3]
            world[k] = local
        return world


def read_rig(folder: Path, mesh: Mesh, shaped: Array) -> Rig:
    """The default MakeHuman rig, its bones placed on the ``shaped`` mesh, parents before children."""
    bones = json.loads((folder / "rig.default.json").read_text())
    bones = bones.get("bones", bones)
    order: list[str] = []

    def visit(name: str) -> None:
        if name and name not in order:
            visit(bones[name]["parent"])
            order.append(name)

    for name in bones:
        visit(name)
    heads = []
    for name in order:
        spot = bones[name]["head"]
        if spot["strategy"] == "CUBE":
            chosen = np.unique(mesh.faces[mesh.groups == spot["cube_name"]])
        else:
            chosen = np.array(spot.get("vertex_indices") or [spot["vertex_index"]])
        heads.append(shaped[chosen].mean(0))
    table = json.loads((folder / "weights.default.json").read_text())["weights"]
    rows, columns, values = [], [], []
    for name, pairs in table.items():
        for point, weight in pairs:
            rows.append(point)
            columns.append(order.index(name))
            values.append(weight)
    weights = coo_array((np.array(values, np.float32), (rows, columns)), (len(mesh.points), len(order))).tocsr()
    total = np.asarray(weights.sum(1)).ravel()
    weights = csr_array(weights.multiply((1 / np.where(total > 0, total, 1))[:, None]), dtype=np.float32)
    parent = [order.index(bones[name]["parent"]) if bones[name]["parent"] else -1 for name in order]
    return Rig(order, parent, np.array(heads, np.float32), weights)


def worn_weights(fitting: Fitting, rig: Rig) -> csr_array:
    """Skin weights of a worn mesh: those of the base points that hold it."""
    n = len(fitting.at)
    share = np.clip(fitting.share, 0, None)
    share /= share.sum(1, keepdims=True)
    hold = coo_array((share.ravel(), (np.repeat(np.arange(n), 3), fitting.at.ravel())), (n, rig.weights.shape[0]))
    return csr_array(hold.tocsr() @ rig.weights, dtype=np.float32)


def skin(points: Array, weights: csr_array, transforms: Array) -> Array:
    """Linear blend skinning: each point moves with the mean of its bones' transforms."""
    blended = (weights @ transforms.reshape(len(transforms), 12)).reshape(-1, 3, 4)
    return np.asarray(np.einsum("nij,nj->ni", blended[:, :, :3], points) + blended[:, :, 3], np.float32)


def normals_matrix(faces: Ints, n_points: int) -> csr_array:
    """(n_points, n_faces) ones: sums the normals of the faces around each point."""
    n = len(faces)
    return coo_array((np.ones(n * 4, np.float32), (faces.ravel(), np.repeat(np.arange(n), 4))), (n_points, n)).tocsr()


def normals(points: Array, faces: Ints, around: csr_array) -> Array:
    """(n_points, 3) unit normals, faces weighted by area."""
    a, b, c, d = (points[faces[:, k]] for k in range(4))
    summed = around @ np.cross(c - a, d - b)
    return np.asarray(summed / (np.linalg.norm(summed, axis=1, keepdims=True) + 1e-9), np.float32)
