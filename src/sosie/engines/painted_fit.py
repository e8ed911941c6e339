"""The loop that teaches a painter one person's lower face, and the file it leaves: ONNX for engines/painter.py.

The painter begins as what linear algebra gives for nothing: the mean picture, the principal pictures and a ridge regression
onto them (an active appearance model, Cootes 1998). From there all of it learns, with a small convolutional net that adds what
is not linear, and with what it must not lose in the loss: the detail itself, and how much of it there is in each place.

Needs torch, so it is the extra ``fit``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sosie.errors import YourInput
from sosie.face.painted import HEIGHT, N_WANTED, WIDTH, Lessons
from sosie.types import Bytes

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional
except ImportError as missing:
    if not (missing.name or "").startswith("torch"):
        raise
    raise YourInput(
        "A painter is taught with torch, which is not installed",
        wanted="the extra `fit`",
        try_this="pip install 'sosie[fit]' (make setup FIT=1)",
    ) from missing

_CELL = 8
"""Pixels of the sheet to a place of the net, each way: its 96 channels are the cell's 64 luma and 2 x 16 chroma pixels."""
_GRID = (HEIGHT // _CELL, WIDTH // _CELL)
_CHANNELS = 96
_BEGUN_ON = 400
"""Mouths, evenly spread, from which the painter's start is worked out: as many as keep it to seconds and a few hundred MB."""


@dataclass(frozen=True, slots=True)
class PaintPlan:
    """How the painter is taught; the defaults are those of docs/decisions/0007."""

    steps: int = 700
    """Of ``batch`` mouths each."""
    batch: int = 8
    rate: float = 2e-3
    pictures: int = 48
    """Principal pictures it begins with, at most."""
    fine: int = 64
    coarse: int = 96
    """Channels of the net at a place of 8 pixels, and of 16."""
    detail: float = 2.0
    """Of the difference of fine detail, against that of the pixels."""
    grain: float = 1.0
    """Of the difference of how much detail there is."""
    jitter: float = 0.03
    """Noise on what is wanted, in its own spread: speech asks for lips between those that were filmed."""
    seed: int = 0
    threads: int = 1


class Painter(nn.Module):
    """What is wanted (B, N_WANTED) -> cells (B, 96, GRID)."""

    def __init__(self, plan: PaintPlan, mean: Tensor, pictures: Tensor, linear: Tensor, ends: Tensor) -> None:
        """``mean`` (96, GRID), ``pictures`` (K, 96, GRID), ``linear`` (N_WANTED + 1, K), ``ends`` (2, N_WANTED)."""
        super().__init__()
        fine, coarse = plan.fine, plan.coarse
        self.register_buffer("mean", mean)
        self.register_buffer("ends", ends)
        self.pictures = nn.Parameter(pictures)
        self.linear = nn.Linear(N_WANTED, len(pictures))
        self.linear.weight.data, self.linear.bias.data = linear[:-1].T.clone(), linear[-1].clone()
        self.shares = [2 * coarse, 2 * fine, len(pictures)]
        self.bend = nn.Sequential(nn.Linear(N_WANTED, 128), nn.SiLU(), nn.Linear(128, sum(self.shares)))
        nn.init.zeros_(self.bend[2].weight)
        nn.init.zeros_(self.bend[2].bias)
        # Each place of the face remembers what is there; convolutions alone paint the same skin everywhere.
        self.coarse_places = nn.Parameter(0.1 * torch.randn(coarse, _GRID[0] // 2, _GRID[1] // 2))
        self.fine_places = nn.Parameter(0.1 * torch.randn(fine, *_GRID))
        self.coarse, self.fine = _Residual(coarse), _Residual(fine)
        self.enlarge = nn.Conv2d(coarse, fine, 3, padding=1)
        self.out = nn.Conv2d(fine, _CHANNELS, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, wanted: Tensor) -> Tensor:
        # What was never filmed is not asked for: outside its lessons a net paints anything.
        wanted = torch.minimum(torch.maximum(wanted, self.ends[0]), self.ends[1])
        coarse, fine, more = torch.split(self.bend(wanted), self.shares, dim=1)
        x = self.coarse(_scaled(self.coarse_places, coarse))
        x = functional.interpolate(self.enlarge(functional.silu(x)), scale_factor=2.0) + self.fine_places
        x = self.out(functional.silu(self.fine(_scaled(x, fine))))
        linear = (self.linear(wanted) + more).float() @ self.pictures.flatten(1)
        return x.float() + self.mean + linear.view(-1, _CHANNELS, *_GRID)


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(functional.silu(self.first(functional.silu(x))))


def _scaled(x: Tensor, by: Tensor) -> Tensor:
    """``by`` (B, 2 * channels): a gain and an offset for each channel."""
    gain, offset = by[:, :, None, None].chunk(2, dim=1)
    return x * (1 + gain) + offset


class Sheets(nn.Module):
    """A painter whose cells are put together: what is wanted -> y, u, v (B, height, width), 0 to 255."""

    def __init__(self, painter: Painter) -> None:
        super().__init__()
        self.painter = painter

    def forward(self, wanted: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        y, u, v = _planes(self.painter(wanted))
        return tuple((255 * plane[:, 0]).clamp(0, 255) for plane in (y, u, v))


def teach(lessons: Lessons, plan: PaintPlan, progress: Callable[[float], None] | None = None) -> Painter:
    """About 0.2 CPU seconds a step of eight mouths, on one thread with bfloat16 in hardware."""
    threads = torch.get_num_threads()
    torch.set_num_threads(plan.threads)
    torch.set_flush_denormal(True)
    try:
        torch.manual_seed(plan.seed)
        truth = _cells(lessons)
        inside = torch.from_numpy(lessons.sheet.inside)[None, None]
        # What is never laid in is not learnt.
        seen = (functional.max_pool2d(inside, 5, 1, 2) > 0.02).float()
        in_cells = functional.max_pool2d(seen, _CELL // 4)
        in_pixels = functional.interpolate(seen, scale_factor=4)
        wanted = torch.from_numpy(lessons.wanted)
        painter = _begun(plan, truth, wanted, in_cells).to(memory_format=torch.channels_last)
        optimizer = torch.optim.AdamW(painter.parameters(), lr=plan.rate, weight_decay=1e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, plan.steps, pct_start=0.1)
        spread = wanted.std(dim=0)
        for step in range(plan.steps):
            rows = torch.randint(len(truth), (plan.batch,))
            asked = wanted[rows] + plan.jitter * spread * torch.randn(plan.batch, N_WANTED)
            with torch.autocast("cpu", torch.bfloat16):
                painted = painter(asked)
            loss = _loss(painted, truth[rows].float() / 255, in_cells, in_pixels, plan)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(painter.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if progress and step % 10 == 9:
                progress((step + 1) / plan.steps)
    finally:
        torch.set_flush_denormal(False)
        torch.set_num_threads(threads)
    return painter.eval()


def save(painter: Painter, file: Path) -> None:
    """As ONNX: ``wanted`` (1, N_WANTED) -> ``y``, ``u``, ``v`` (1, height, width), 0 to 255."""
    with warnings.catch_warnings():
        # The newer exporter wants two more packages and gives the same graph.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Sheets(painter).eval(),
            (torch.zeros(1, N_WANTED),),
            str(file),
            input_names=["wanted"],
            output_names=["y", "u", "v"],
            opset_version=17,
            dynamo=False,
        )


def _begun(plan: PaintPlan, truth: Tensor, wanted: Tensor, in_cells: Tensor) -> Painter:
    """Mean, principal pictures and the regression onto them."""
    ends = torch.stack([wanted.amin(dim=0), wanted.amax(dim=0)])
    some = torch.linspace(0, len(truth) - 1, min(_BEGUN_ON, len(truth))).round().long()
    truth, wanted = truth[some].float() / 255, wanted[some]
    mean = truth.mean(dim=0)
    rest = ((truth - mean) * in_cells[0]).flatten(1)
    n = len(rest)
    _, axes = torch.linalg.eigh(rest @ rest.T)
    kept = min(plan.pictures, n - 1)
    # Scores have unit spread, pictures the size of what they change.
    scores = axes[:, -kept:] * n**0.5
    pictures = scores.T @ rest / n
    x = torch.cat([wanted, torch.ones(n, 1)], dim=1)
    linear = torch.linalg.solve(x.T @ x + 0.02 * n * torch.eye(x.shape[1]), x.T @ scores)
    return Painter(plan, mean, pictures.view(kept, _CHANNELS, *_GRID), linear, ends)


def _loss(painted: Tensor, truth: Tensor, in_cells: Tensor, in_pixels: Tensor, plan: PaintPlan) -> Tensor:
    loss = ((painted - truth).abs() * in_cells).mean()
    got, real = _detail(_planes(painted)[0]), _detail(_planes(truth)[0])
    loss = loss + plan.detail * ((got - real).abs() * in_pixels).mean()
    return loss + plan.grain * ((_amount(got) - _amount(real)).abs() * functional.avg_pool2d(in_pixels, 9, 4, 4)).mean()


def _detail(luma: Tensor) -> Tensor:
    return luma - functional.avg_pool2d(luma, 3, 1, 1, count_include_pad=False)


def _amount(detail: Tensor) -> Tensor:
    return (functional.avg_pool2d(detail**2, 9, 4, 4) + 1e-6).sqrt()


def _cells(lessons: Lessons) -> Tensor:
    """uint8, (n, 96, GRID)."""

    def cut(planes: Bytes, side: int) -> Tensor:
        return functional.pixel_unshuffle(torch.from_numpy(planes)[:, None], side)

    return torch.cat([cut(lessons.y, _CELL), cut(lessons.u, _CELL // 2), cut(lessons.v, _CELL // 2)], dim=1)


def _planes(cells: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    y, u, v = torch.split(cells, [64, 16, 16], dim=1)
    return tuple(functional.pixel_shuffle(plane, side) for plane, side in ((y, 8), (u, 4), (v, 4)))
