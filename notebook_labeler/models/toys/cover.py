"""Who covers whom in a toy scene: a small map of owners, from which visible shares and boxes are read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ROWS = 240  # of the map, whatever the picture's size

Box = tuple[float, float, float, float]
Mask = npt.NDArray[np.bool_]


class Cover:
    """A coarse map of the picture that knows which thing is seen in each cell.

    Parameters
    ----------
    width, height
        Size of the picture, in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.owners: npt.NDArray[np.int8] = np.full((ROWS, max(1, round(ROWS * width / height))), -1, np.int8)
        self.whole: list[int] = []  # per thing, the cells that it would have if nothing hid it and no edge cut it
        self.pixels = width / self.owners.shape[1], height / ROWS

    def would_hide(self, spot: tuple[int, int], size: tuple[int, int], share: float) -> bool:
        """Whether a thing at a cell, of a size in cells (columns first), would hide more than `share` of another."""
        x0, y0 = max(0, spot[0]), max(0, spot[1])
        under = self.owners[y0 : max(0, spot[1] + size[1]), x0 : max(0, spot[0] + size[0])]
        for number, whole in enumerate(self.whole):
            left = np.count_nonzero(self.owners == number) - np.count_nonzero(under == number)
            if left < (1 - share) * whole:
                return True
        return False

    def take(self, mask: Mask, spot: tuple[int, int]) -> None:
        """Give the cells of a mask, whose upper left corner lies at a cell, to the next thing."""
        rows, columns = np.nonzero(mask)
        rows, columns = rows + spot[1], columns + spot[0]
        inside = (rows >= 0) & (columns >= 0) & (rows < self.owners.shape[0]) & (columns < self.owners.shape[1])
        self.owners[rows[inside], columns[inside]] = len(self.whole)
        self.whole.append(max(1, len(rows)))

    def seen(self, number: int) -> float:
        """The share of a thing that can be seen, 0 to 1."""
        return float(np.count_nonzero(self.owners == number)) / self.whole[number]

    def box(self, number: int) -> Box:
        """The box around the visible cells of a thing (there must be one), in pixels of the picture."""
        rows, columns = np.nonzero(self.owners == number)
        across, down = self.pixels
        edges = columns.min() * across, rows.min() * down, (columns.max() + 1) * across, (rows.max() + 1) * down
        x0, y0, x1, y1 = (round(float(edge), 1) for edge in edges)
        return x0, y0, x1, y1
