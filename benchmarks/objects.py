"""Objects on the stage: moving one among many against a plain canvas, over a slow network, and painting 500 of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image

from benchmarks.delay import delayed
from benchmarks.lab import FRAME_MS, Pace, chromium, started
from benchmarks.timing import Moments

WIDE, HIGH = 4000, 3000
ROOM = (900, 600)
SCALE = min(ROOM[0] / WIDE, ROOM[1] / HIGH)  # CSS pixels per source pixel when the whole picture is shown
SIDE = 240  # source pixels of the box in hand
MOVES, STEP = 80, 5  # of a drag, and CSS pixels of each
DELAY_S = 0.1  # each way
PLAIN = (Path(__file__).parent / "plain_objects.html").read_text("utf-8")
EDGES = (Path(__file__).parent / "edges.js").read_text("utf-8")
ON_TOP = "() => document.querySelector('.nbl-surface')?.dataset.objects === '{count}'"
CELL = """
from notebook_labeler.media.image import open_image
from notebook_labeler.widgets.stage import Stage
import json
picture, items = open_image({path!r}), json.loads({items!r})
stage = Stage(width="{room[0]}px", height="{room[1]}px")
stage.show("one", picture, 1)
stage.objects.show("one", items)
stage.objects.on("reshaped", lambda regions, **_: None)
"""


def scattered(count: int) -> list[list[float]]:
    """Give boxes [left, top, width, height] in source pixels, the first one alone in its row."""
    rest = [
        [37 + 61 * n % 3700, 20 + 97 * n % 1200 + 1600 * (n % 2), 60 + n % 90, 50 + n % 70] for n in range(count - 1)
    ]
    return [[600.0, HIGH / 2 - SIDE / 2, SIDE, SIDE], *rest]


def item(number: int, box: list[float]) -> dict[str, Any]:
    """Give an item as the stage is sent it."""
    return {
        "id": f"box-{number}", "concept": f"kind {number % 5}", "key": f"kind {number % 5}", "colour": "#56b4e9",
        "state": "accepted", "label": f"kind.{number}", "number": "0.87", "passing": False, "hidden": False, "box": box,
    }  # fmt: skip


class Ground:
    """A page on which a box can be dragged, and the canvas on which it is then painted."""

    def __init__(self, page: Any, surface: str, canvas: str) -> None:
        self.page, self.canvas = page, canvas
        box = page.locator(surface).first.bounding_box()
        left, top = (ROOM[0] - WIDE * SCALE) / 2, (ROOM[1] - HIGH * SCALE) / 2
        self.x = box["x"] + left + (600 + SIDE / 2) * SCALE
        self.y = box["y"] + top + HIGH / 2 * SCALE
        page.evaluate(EDGES)

    def drag(self, there: bool) -> Moments:
        """Drag the box to the right, or back, and note which frame shows which move."""
        mouse, pace = self.page.mouse, Pace(60)
        begin = self.x if there else self.x + MOVES * STEP
        self.page.bring_to_front()
        mouse.move(begin, self.y + 5)
        mouse.down()
        self.page.wait_for_timeout(200)
        given = {"canvas": self.canvas, "y": self.y + 20, "kind": "pointermove"}
        self.page.evaluate("given => edges.start(given)", given)
        for n in range(1, MOVES + 1):
            pace.beat()
            mouse.move(begin + (n if there else -n) * STEP, self.y + 5)
        self.page.wait_for_timeout(150)
        seen = self.page.evaluate("() => edges.stop()")
        mouse.up()
        return followed(seen)


def followed(seen: dict[str, Any]) -> Moments:
    """Give how long each move took until a frame showed the box there."""
    frames = [frame for frame in seen["frames"] if frame["x"] is not None]
    events, moments = seen["events"], Moments()
    if not frames or not events:
        moments.missed = max(1, len(events))
        return moments
    offset = frames[-1]["x"] - events[-1]["x"]  # at rest, the edge is this far from the pointer
    reached = -1
    for frame in frames:
        here = frame["x"] - offset
        best = min(range(len(events)), key=lambda n: abs(events[n]["x"] - here))
        if best > reached and abs(events[best]["x"] - here) <= STEP:
            moments.took += [frame["at"] - events[n]["at"] for n in range(reached + 1, best + 1)]
            reached = best
    moments.missed = len(events) - 1 - reached
    return moments


def on_stage(notebook: Callable[..., Any], folder: Path, count: int, name: str) -> Ground:
    """Open our stage in JupyterLab with so many objects."""
    import json

    path = folder / "grey.jpg"
    if not path.exists():
        Image.new("RGB", (WIDE, HIGH), (120, 125, 130)).save(path)
    items = json.dumps([item(n, box) for n, box in enumerate(scattered(count))])
    nb = notebook(name, [CELL.format(path=str(path), items=items, room=ROOM), "stage.widget"])
    nb.run_all()
    nb.until(ON_TOP.replace("{count}", str(count)))
    ground = Ground(nb.page, ".nbl-surface", ".nbl-moving")
    nb.page.mouse.click(ground.x, ground.y)
    nb.until("() => document.querySelector('.nbl-surface').dataset.selected === 'box-0'")
    return ground


def on_plain(page: Callable[[], Any], count: int) -> Ground:
    """Open a page with nothing but rectangles."""
    opened = page()
    opened.set_content(PLAIN)
    opened.evaluate("([room, boxes]) => plain.open(room, boxes)", [ROOM, _in_room(scattered(count))])
    return Ground(opened, "#room", "#moving")


def _in_room(boxes: list[list[float]]) -> list[list[float]]:
    left, top = (ROOM[0] - WIDE * SCALE) / 2, (ROOM[1] - HIGH * SCALE) / 2
    return [[left + x * SCALE, top + y * SCALE, w * SCALE, h * SCALE] for x, y, w, h in boxes]


def gestures(notebook: Callable[..., Any], page: Callable[[], Any], label: str, *, rounds: int = 4) -> None:
    """Print how long a box in hand is behind the pointer, with 10, 100 and 500 objects, beside a plain page."""
    with tempfile.TemporaryDirectory() as folder:
        for count in (10, 100, 500):
            name = f"objects-{label.split()[0]}-{count}"
            grounds = {"stage": on_stage(notebook, Path(folder), count, name), "plain": on_plain(page, count)}
            took = {which: Moments() for which in grounds}
            for number in range(rounds + 1):
                for which, ground in grounds.items():
                    there, back = ground.drag(True), ground.drag(False)
                    if number:  # the first round warms up
                        took[which] += there
                        took[which] += back
            for ground in grounds.values():
                ground.page.context.close()
            one, plain = took["stage"], took["plain"]
            behind = f"{(one.p50 - plain.p50) / FRAME_MS:+5.2f} / {(one.p95 - plain.p95) / FRAME_MS:+5.2f} frames"
            print(
                f"    {label:22s} {count:3d} objects  p50 {one.p50:5.1f}  p95 {one.p95:5.1f} ms"
                f"  (plain {plain.p50:5.1f} / {plain.p95:5.1f})  {behind}  missed {one.missed}",
                flush=True,
            )


REDRAW = """async (count) => {
    const surface = document.querySelector('.nbl-surface');
    const frames = [];
    let last = performance.now();
    const zoom = (key) => surface.dispatchEvent(new WheelEvent('wheel', { deltaY: key, clientX: 500, clientY: 500,
        ctrlKey: true, bubbles: true, cancelable: true }));
    for (let n = 0; n < count; n++) {
        const began = performance.now();
        zoom(n % 2 ? 4 : -4);
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        frames.push(performance.now() - began);
    }
    return frames;
}"""
PLAIN_REDRAW = """async ([count, boxes]) => {
    const frames = [];
    for (let n = 0; n < count; n++) {
        const began = performance.now();
        await new Promise((done) => requestAnimationFrame(() => { plain.redraw(boxes); setTimeout(done); }));
        frames.push(performance.now() - began);
    }
    return frames;
}"""


def redraw(notebook: Callable[..., Any], page: Callable[[], Any], *, count: int = 500, times: int = 120) -> None:
    """Print how long a zoom step with all objects painted anew takes, beside rectangles alone on a plain canvas."""
    with tempfile.TemporaryDirectory() as folder:
        stage, plain = on_stage(notebook, Path(folder), count, "redraw"), on_plain(page, count)
        boxes = _in_room(scattered(count))
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(3):
            stage.page.bring_to_front()
            ours += stage.page.evaluate(REDRAW, times)[10:]
            plain.page.bring_to_front()
            bare += plain.page.evaluate(PLAIN_REDRAW, [times, boxes])[10:]
    print(
        f"    {count} objects painted anew at each zoom step: {median(ours):.1f} ms a frame "
        f"(rectangles alone on a plain canvas: {median(bare):.1f} ms), {median(ours) / median(bare):.2f} x"
    )


def main() -> None:
    """Print all; without Chromium, say so."""
    executable = chromium()
    if executable is None:
        print("    there is no Chromium; run tools/need_browser.sh")
        return
    with started(executable) as (notebook, page):
        gestures(notebook, page, "no delay")
        redraw(notebook, page)
    with started(executable) as (notebook, page):
        slow(notebook, page)


def slow(notebook: Callable[..., Any], page: Callable[[], Any]) -> None:
    """Print the same where the notebook's server is 100 ms away."""
    lab = notebook.lab  # type: ignore[attr-defined]
    with delayed(int(lab.url.rsplit(":", 1)[1]), DELAY_S) as port:
        before, lab.url = lab.url, f"http://127.0.0.1:{port}"
        try:
            gestures(notebook, page, "100 ms away, each way", rounds=2)
        finally:
            lab.url = before
