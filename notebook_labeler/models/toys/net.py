"""The toy model's network: a small detector in plain torch, and how its answer is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

STRIDE = 8  # pixels of the square per cell of the answer
Floats = npt.NDArray[np.float32]


def build(kinds: int) -> Any:
    """Make the network, untrained (a ``torch.nn.Module``; Any because torch is loaded only here).

    Convolutions down to stride 8, inverted bottlenecks (MobileNetV2, arXiv:1801.04381) to 16 and 32, merged top-down
    into one map (feature pyramid, arXiv:1612.03144); each cell answers one logit per kind and the distances to the four
    sides of the thing around it (FCOS, arXiv:1904.01355).

    Parameters
    ----------
    kinds
        How many kinds of things it tells apart.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    def conv(inward: int, outward: int, size: int = 3, stride: int = 1, groups: int = 1) -> Any:
        core = nn.Conv2d(inward, outward, size, stride, size // 2, groups=groups, bias=False)
        return nn.Sequential(core, nn.BatchNorm2d(outward))

    class Bottleneck(nn.Module):  # type: ignore[misc]  # torch is not typed here
        def __init__(self, inward: int, outward: int, stride: int, widen: int = 3) -> None:
            super().__init__()
            wide = inward * widen
            self.layers = nn.Sequential(
                *(
                    conv(inward, wide, 1),
                    nn.SiLU(),
                    conv(wide, wide, 3, stride, wide),
                    nn.SiLU(),
                    conv(wide, outward, 1),
                )
            )
            self.same = stride == 1 and inward == outward

        def forward(self, x: Any) -> Any:
            return x + self.layers(x) if self.same else self.layers(x)

    def blend(width: int) -> Any:
        return nn.Sequential(conv(width, width, 3, groups=width), conv(width, width, 1), nn.SiLU())

    class ToyNet(nn.Module):  # type: ignore[misc]  # torch is not typed here
        def __init__(self, width: int = 48) -> None:
            super().__init__()
            self.stem = nn.Sequential(conv(3, 16, 3, 2), nn.SiLU(), conv(16, 32, 3, 2), nn.SiLU())
            self.near = nn.Sequential(conv(32, 48, 3, 2), nn.SiLU(), Bottleneck(48, 48, 1, 2))
            self.middle = nn.Sequential(Bottleneck(48, 64, 2), Bottleneck(64, 64, 1))
            self.far = nn.Sequential(Bottleneck(64, 80, 2), Bottleneck(80, 80, 1))
            self.sides = nn.ModuleList(nn.Conv2d(channels, width, 1) for channels in (48, 64, 80))
            self.merge = nn.ModuleList(blend(width) for _ in range(2))
            self.top = nn.Sequential(blend(width), blend(width))
            self.kind = nn.Conv2d(width, kinds, 1)
            self.reach = nn.Conv2d(width, 4, 1)
            nn.init.constant_(self.kind.bias, -4.0)
            # what turns a logit into a probability; fitted after training on scenes of their own
            self.register_buffer("scale", torch.ones(1))
            self.register_buffer("shift", torch.zeros(kinds))

        def forward(self, x: Any) -> tuple[Any, Any]:
            near = self.near(self.stem(x))
            middle = self.middle(near)
            far = self.far(middle)
            one, two, three = (side(level) for side, level in zip(self.sides, (near, middle, far), strict=True))
            two = self.merge[1](two + functional.interpolate(three, size=two.shape[-2:]))
            one = self.top(self.merge[0](one + functional.interpolate(two, size=one.shape[-2:])))
            return self.kind(one), functional.softplus(self.reach(one)) * STRIDE

    return ToyNet()


def to_tensor(pixels: npt.NDArray[np.uint8]) -> Any:
    """A batch of squares ``(n, side, side, 3)``, 8 bit, as the network wants it: ``(n, 3, side, side)``, -1 to 1."""
    import torch

    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


@dataclass(frozen=True)
class Sighting:
    """Something the network sees: index of the kind, probability, box in pixels of the square."""

    kind: int
    score: float
    box: tuple[float, float, float, float]


def sightings(scores: Floats, reach: Floats, *, floor: float = 0.05, overlap: float = 0.5) -> list[Sighting]:
    """Read one answer of the network: peaks of the map, doubles removed, the best first.

    Parameters
    ----------
    scores
        Probabilities, ``(kinds, rows, columns)``.
    reach
        Distances to left, top, right, bottom in pixels, ``(4, rows, columns)``.
    floor
        Weaker peaks are left out.
    overlap
        Of two boxes of one kind whose intersection over union is above this, the weaker goes.
    """
    padded = np.pad(scores, ((0, 0), (1, 1), (1, 1)))
    rows, columns = scores.shape[1:]
    around = np.max([padded[:, y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0)
    found: list[Sighting] = []
    peaks = np.argwhere((scores >= around) & (scores >= floor))
    for kind, row, column in sorted(peaks.tolist(), key=lambda p: -float(scores[p[0], p[1], p[2]])):
        x, y = (column + 0.5) * STRIDE, (row + 0.5) * STRIDE
        left, top, right, bottom = (float(v) for v in reach[:, row, column])
        box = (x - left, y - top, x + right, y + bottom)
        if not any(other.kind == kind and shared(other.box, box) > overlap for other in found):
            found.append(Sighting(kind, float(scores[kind, row, column]), box))
    return found


def shared(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Intersection over union of two boxes (x0, y0, x1, y1)."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return wide * high / (areas - wide * high)
