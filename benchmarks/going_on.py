"""A key pressed -> the next photograph seen, with read-ahead and without; a hotkey -> its row, then its tick."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.lab import WATCH, Pace
from benchmarks.timing import Moments

COUNT = 44  # photographs, 12 megapixels each
KEYS = 20  # presses counted per series
PER_SECOND = 1.25  # presses: a person who looks at each picture, however briefly
STAGE = [".nbl-still", "canvas.nbl-canvas"]
LATE_MS = 5000
CELL = """
import notebook_labeler as nl
project = nl.open_project({folder!r}, actor="bench")
project.add_inputs({pictures!r})
task = project.create_task({name!r}, concepts=["a", "b"])
{switch}
"""
WITHOUT = """
from notebook_labeler.widgets.showing import Showing
Showing._prepare = lambda self, turn: None  # nothing is decoded or sent before it is asked for
"""


def photographs(folder: Path, count: int) -> list[tuple[int, int, int]]:
    """Write photographs of 4000 x 3000 and give the colour in the middle of each, which no neighbour has."""
    chance = np.random.default_rng(0)
    coarse = Image.fromarray(chance.integers(0, 255, (60, 80, 3), dtype=np.uint8))
    pixels = np.asarray(coarse.resize((4000, 3000), Image.Resampling.BICUBIC)).astype(np.int16)
    pixels = np.clip(pixels + chance.integers(-12, 12, (3000, 4000, 1), dtype=np.int16), 0, 255).astype(np.uint8)
    colours = []
    for n in range(count):
        colours.append((40 + 90 * (n % 3), 40 + 90 * (n // 3 % 3), 40 + 90 * (n // 9 % 3)))
        here = np.roll(pixels, 97 * n, axis=1)
        here[1300:1700, 1800:2200] = colours[-1]
        Image.fromarray(here).save(folder / f"photo-{n:03d}.jpg", quality=88)
    return colours


class Desk:
    """A labeler in JupyterLab, worked by keys alone."""

    def __init__(self, nb: Any, colours: list[tuple[int, int, int]]) -> None:
        self.nb, self.page, self.colours, self.at = nb, nb.page, colours, 0
        nb.run_all()
        box = nb.wait(".nbl-surface").bounding_box()
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.evaluate(WATCH)
        self.page.bring_to_front()
        self.page.mouse.click(self.x, self.y)
        self.page.mouse.move(5, 5)
        self._look()
        self.page.wait_for_timeout(3000)

    def go(self, key: str, count: int) -> Moments:
        """Press a key that brings the next picture, again and again."""
        moments, pace = Moments(), Pace(PER_SECOND)
        self.page.bring_to_front()
        for number in range(count):
            self.at += 1
            pace.beat()
            self._watch()
            self.page.keyboard.press(key)
            self._look()
            self.page.wait_for_timeout(50)  # so that the frame that shows it has been noted, too
            took = self._after("rgb", partial(near, self.colours[self.at]))
            if number:
                moments.note(took)
        return moments

    def choose(self, count: int) -> tuple[Moments, Moments]:
        """Press 1: when the row shows that it was pressed, and when it shows that it is on disk."""
        pending, solid, pace = Moments(), Moments(), Pace(PER_SECOND)
        for number in range(count):
            pace.beat()
            before = self.page.evaluate("() => document.querySelector('.nl-row').dataset.state")
            wanted = "choice" if before == "accepted" else "accepted"
            self._watch()
            self.page.keyboard.press("1")
            rest = "w => { const r = document.querySelector('.nl-row'); return r.dataset.state === w"
            self.nb.until(rest + " && !r.hasAttribute('data-waiting'); }", wanted)
            self.page.wait_for_timeout(100)
            first, last = self._after("state", f"{wanted} waiting".__eq__), self._after("state", wanted.__eq__)
            if number:
                pending.note(first)
                solid.note(last)
        return pending, solid

    def _watch(self) -> None:
        given = {"canvases": STAGE, "at": [self.x, self.y], "kinds": ["keydown"], "row": ".nl-row"}
        self.page.evaluate("given => watch.start(given)", given)

    def _after(self, what: str, good: Callable[[Any], bool]) -> float | None:
        """Give how long after the key the first frame was good."""
        seen = self.page.evaluate("() => watch.stop()")
        pressed = seen["events"][0]["at"]
        return next((f["at"] - pressed for f in seen["frames"] if f["at"] > pressed and good(f[what])), None)

    def _look(self) -> None:
        """Wait until the picture is there that ought to be."""
        script = """([names, x, y, wanted]) => {
            const rgb = watch.colour(names.map((n) => document.querySelector(n)), x, y);
            return rgb && rgb.every((v, i) => Math.abs(v - wanted[i]) < 24); }"""
        self.nb.until(script, [STAGE, self.x, self.y, list(self.colours[self.at])], seconds=LATE_MS / 1000)


def near(wanted: tuple[int, int, int], rgb: list[int] | None) -> bool:
    """Whether a colour on the screen is that of a picture, as far as JPEG lets it be."""
    return rgb is not None and all(abs(a - b) < 24 for a, b in zip(rgb, wanted, strict=True))


def compare(notebook: Callable[..., Any]) -> None:
    """Print a line per key."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        pictures.mkdir()
        colours = photographs(pictures, COUNT)

        def desk(name: str, switch: str = "") -> Desk:
            cell = CELL.format(folder=str(Path(folder) / name), pictures=str(pictures), name=name, switch=switch)
            return Desk(notebook(name, [cell, "task.label()"]), colours)

        ahead, bare = desk("ahead"), desk("bare", WITHOUT)
        took: dict[str, Moments] = {}
        for key, name in (("n", "N, next"), ("Enter", "Enter, submit + next")):
            for where, what in 2 * ((ahead, "with read-ahead"), (bare, "without")):
                moments = took.setdefault(f"{name}, {what}", Moments())
                moments += where.go(key, KEYS // 2)
        ahead.page.bring_to_front()
        took["1, row shown as pressed"], took["1, row shown as saved"] = ahead.choose(KEYS)
        for name, one in took.items():
            print(f"    {name:38s} p50 {one.p50:6.1f}  p95 {one.p95:6.1f} ms  n {len(one.took)}  missed {one.missed}")
