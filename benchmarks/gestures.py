"""Drag and wheel over 12 megapixels: move -> painted, in JupyterLab and on plain canvas pages, in turn."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.lab import FRAME_MS, WATCH, Pace
from benchmarks.timing import Moments

WIDE, HIGH = 4000, 3000
FINE = 512  # source pixels until the fine code repeats
MOVES, STEP = 90, 8  # of a drag: moves, and CSS pixels of each
TICKS, DELTA = 60, 12  # of the wheel, one half in, the other out
START, ZOOM = 1.0, 0.8**3  # CSS pixels per source pixel: while dragging, and before the wheel turns
STAGE = [".nbl-still", "canvas.nbl-canvas"]
AT_REST = """text => { const canvas = document.querySelector('canvas.nbl-canvas');
    return canvas?.style.visibility === 'visible' && canvas.style.transform === 'translate(0px, 0px) scale(1)'
        && (!text || document.querySelector('.nbl-percent').textContent === text); }"""
PLAIN = (Path(__file__).parent / "plain.html").read_text("utf-8")
ROOM = (900, 600)

CELL = """
from notebook_labeler.media.image import Picture, open_image
from notebook_labeler.media.pictures import Pictures
from notebook_labeler.widgets.stage import Stage
picture = open_image({path!r})
stage = Stage(width="{room[0]}px", height="{room[1]}px")
stage.show("one", picture, 1)
"""


def _code() -> np.ndarray:
    x = np.arange(WIDE)
    rough, up_and_down = (
        x * 255 // WIDE,
        [np.abs((x + shift) % FINE - FINE // 2) * 255 // (FINE // 2) for shift in (0, FINE // 4)],
    )
    return np.stack([rough, *up_and_down], axis=1)


CODE = _code()  # of every source column: red grows, green and blue swing, a quarter of their period apart


def coded() -> bytes:
    """Give a JPEG of 12 megapixels, in whose middle band the colour tells the column of a pixel."""
    chance = np.random.default_rng(0)
    coarse = Image.fromarray(chance.integers(0, 255, (60, 80, 3), dtype=np.uint8))
    pixels = np.asarray(coarse.resize((WIDE, HIGH), Image.Resampling.BICUBIC)).astype(np.int16)
    pixels = np.clip(pixels + chance.integers(-12, 12, (HIGH, WIDE, 1), dtype=np.int16), 0, 255).astype(np.uint8)
    pixels[HIGH // 2 - 400 : HIGH // 2 + 400] = CODE
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=92)
    return file.getvalue()


def place_of(rgb: list[int]) -> float:
    """Give the source column that a colour of the band stands for: red says about where, green and blue say exactly."""
    rough = rgb[0] * WIDE // 255
    start = max(0, rough - FINE // 4)
    far = np.abs(CODE[start : rough + FINE // 4, 1:] - np.array(rgb[1:])).sum(axis=1)
    return float(start + far.argmin())


class Ground:
    """One page with a picture on it that drag and wheel move."""

    def __init__(self, page: Any, canvases: list[str], surface: str, scale: Callable[[float], None]) -> None:
        self.page, self.canvases, self.scale = page, canvases, scale
        box = page.locator(surface).first.bounding_box()
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.evaluate(WATCH)

    def place(self) -> float:
        """Give the source column in the middle."""
        rgb = self.page.evaluate(
            "([names, x, y]) => watch.colour(names.map((n) => document.querySelector(n)), x, y)",
            [self.canvases, self.x, self.y],
        )
        return place_of(rgb)

    def _watched(self, at: tuple[float, float], kind: str, act: Callable[[], None]) -> Any:
        self.page.evaluate("given => watch.start(given)", {"canvases": self.canvases, "at": at, "kinds": [kind]})
        act()
        self.page.wait_for_timeout(150)
        return self.page.evaluate("() => watch.stop()")

    def drag(self, sign: int) -> Moments:
        """Drag there, and note which frame shows which move."""
        mouse, pace = self.page.mouse, Pace(60)
        left = self.x - sign * MOVES * STEP / 2
        self.page.bring_to_front()
        self.scale(START)
        mouse.move(left, self.y)
        mouse.down()
        self.page.wait_for_timeout(250)
        before = self.place()

        def act() -> None:
            for n in range(1, MOVES + 1):
                pace.beat()
                mouse.move(left + sign * n * STEP, self.y)

        seen = self._watched((self.x, self.y), "pointermove", act)
        mouse.up()
        wanted = [before - (event["x"] - left) / START for event in seen["events"]]
        return shown(seen, wanted, STEP / START)

    def wheel(self) -> Moments:
        """Zoom in and out about the middle; it is read 340 pixels beside it."""
        mouse, pace, aside = self.page.mouse, Pace(30), 340
        self.page.bring_to_front()
        self.scale(ZOOM)
        mouse.move(self.x, self.y)
        self.page.wait_for_timeout(250)
        middle = self.place()

        def act() -> None:
            for n in range(TICKS):
                pace.beat()
                mouse.wheel(0, -DELTA if n < TICKS // 2 else DELTA)

        seen = self._watched((self.x + aside, self.y), "wheel", act)
        scale, wanted, steps = ZOOM, [], []
        for event in seen["events"]:
            scale *= np.exp(-event["delta"] * 0.002)
            wanted.append(middle + aside / scale)
            steps.append(aside / scale * DELTA * 0.002)
        return shown(seen, wanted, min(steps))


def shown(seen: Any, wanted: list[float], step: float) -> Moments:
    """Say, for every event, after how many milliseconds a frame showed it or a later one."""
    moments, reached = Moments(), -1
    for frame in seen["frames"]:
        if frame["rgb"] is None:
            continue
        here = place_of(frame["rgb"])
        late = [n for n, event in enumerate(seen["events"]) if n > reached and event["at"] <= frame["at"]]
        if not late:
            continue
        best = min(late, key=lambda n: abs(wanted[n] - here))
        before = abs(wanted[reached] - here) if reached >= 0 else step
        if abs(wanted[best] - here) < before and abs(wanted[best] - here) <= 3 * step:
            moments.took += [frame["at"] - seen["events"][n]["at"] for n in range(reached + 1, best + 1)]
            reached = best
    moments.missed = len(wanted) - 1 - reached
    return moments


def on_stage(notebook: Callable[..., Any], folder: Path) -> Ground:
    """Open our stage in JupyterLab."""
    path = folder / "coded.jpg"
    path.write_bytes(coded())
    nb = notebook("gestures", [CELL.format(path=str(path), room=ROOM), "stage.widget"])
    nb.run_all()
    nb.until(AT_REST)

    def scale(wanted: float) -> None:
        nb.page.locator(".nbl-surface").focus()
        for key in ["f", "o", *("-" * round(np.log(wanted) / np.log(0.8)))]:
            nb.page.keyboard.press(key)
        nb.until(AT_REST, f"{round(100 * wanted)}%")

    return Ground(nb.page, STAGE, ".nbl-surface", scale)


def on_plain(page: Callable[[], Any], way: str) -> Ground:
    """Open a page with nothing but a canvas: ``moved`` by a CSS transform, or ``drawn`` anew at every event."""
    opened = page()
    opened.set_content(PLAIN)
    picture = base64.b64encode(coded()).decode()
    opened.evaluate("([way, data, room]) => plain.open(way, data, room)", [way, picture, ROOM])
    return Ground(opened, [f"#{way}"], "#room", lambda wanted: opened.evaluate("s => plain.scale(s)", wanted))


def compare(notebook: Callable[..., Any], page: Callable[[], Any], *, rounds: int = 5) -> None:
    """Print a line per gesture and page, and by how many frames the stage is later than the faster plain page."""
    with tempfile.TemporaryDirectory() as folder:
        grounds = {"stage in JupyterLab": on_stage(notebook, Path(folder))}
        grounds |= {f"plain canvas, {way}": on_plain(page, way) for way in ("moved", "drawn")}
        took = {(what, name): Moments() for what in ("drag", "wheel") for name in grounds}
        for number in range(rounds + 1):
            for name, ground in grounds.items():
                drag, wheel = ground.drag(1 if number % 2 else -1), ground.wheel()
                if number:  # the first round warms up
                    took["drag", name] += drag
                    took["wheel", name] += wheel
    for what in ("drag", "wheel"):
        plain = min((took[what, name] for name in grounds if name.startswith("plain")), key=lambda one: one.p50)
        for name in grounds:
            one = took[what, name]
            behind = f"{(one.p50 - plain.p50) / FRAME_MS:+5.2f} / {(one.p95 - plain.p95) / FRAME_MS:+5.2f} frames"
            print(f"    {what:5s}  {name:24s} p50 {one.p50:5.1f}  p95 {one.p95:5.1f} ms  {behind}  missed {one.missed}")
