"""From a click or a box to an outline: the session's verb against a bare cv2.grabCut, and in the page until painted."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import notebook_labeler as nl
from benchmarks.lab import FLAGS, chromium
from benchmarks.timing import Moments, interleaved, p50, p95
from notebook_labeler.domain.geometry import Box

WIDE, HIGH = 1600, 1200
THING = Box(500, 350, 420, 330)
AROUND = Box(492, 341, 438, 350)
ROUNDS = 10
CLICKS = 12
PATIENCE_S = 30
WATCHED = """() => { window.took = null; const surface = document.querySelector('.nbl-surface');
    const badge = document.querySelector('.nbl-badge'); const before = Number(badge.dataset.number ?? 0); let began = 0;
    surface.addEventListener('pointerup', () => { began = performance.now(); }, { capture: true, once: true });
    const look = () => { if (began && badge.dataset.segment === 'ready' && Number(badge.dataset.number) > before)
        requestAnimationFrame(() => { window.took = performance.now() - began; }); else requestAnimationFrame(look); };
    requestAnimationFrame(look); }"""


def picture() -> Image.Image:
    """Give a picture with spots, and a spotted disc of another colour on it."""
    chance = np.random.default_rng(0)
    spots = sum(
        np.asarray(
            Image.fromarray(chance.normal(0, 14, (HIGH // s + 1, WIDE // s + 1)).astype(np.float32)).resize(
                (WIDE, HIGH)
            )
        )
        for s in (2, 8, 32)
    )
    y, x = np.ogrid[:HIGH, :WIDE]
    middle = THING.left + THING.width / 2, THING.top + THING.height / 2
    inside = ((x - middle[0]) / THING.width * 2) ** 2 + ((y - middle[1]) / THING.height * 2) ** 2 <= 1
    colour = np.where(inside[..., None], (170.0, 90.0, 60.0), (150.0, 170.0, 120.0))
    return Image.fromarray(np.clip(colour + np.asarray(spots)[..., None], 0, 255).astype(np.uint8))


def bare(pixels: Any) -> Callable[[], object]:
    """Give GrabCut as one would call it: on a crop shrunk to 256 pixels, three rounds."""
    import cv2

    x0, y0, x1, y1 = (int(v) for v in AROUND.corners)
    mx, my = int(AROUND.width * 0.3), int(AROUND.height * 0.3)
    part = pixels[y0 - my : y1 + my, x0 - mx : x1 + mx]
    scale = 256 / max(part.shape[:2])

    def work() -> None:
        small = np.ascontiguousarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        mask = np.zeros(small.shape[:2], np.uint8)
        box = tuple(int(v * scale) for v in (mx, my, AROUND.width, AROUND.height))
        cv2.grabCut(small, mask, box, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_RECT)

    return work


def main() -> None:
    """Print both."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        pictures.mkdir()
        picture().save(pictures / "one.png")
        with nl.open_project(Path(folder) / "project", actor="ana") as project:
            project.add_inputs(pictures)
            task = project.create_task("things", kind="segmentation", concepts=["thing"])
            in_python(task, np.asarray(picture()))
            in_the_page(task)


def in_python(task: nl.Task, pixels: Any) -> None:
    """Take the time from the verb to the proposal in the state."""
    session = task.session()
    middle = THING.left + THING.width / 2, THING.top + THING.height / 2

    def asked(**prompt: Any) -> Callable[[], object]:
        return lambda: session.segment(**prompt).value(60)

    first = interleaved({"first": asked(box=AROUND)}, 0)
    assert first is not None
    took = interleaved(
        {
            "bare cv2.grabCut, 256 px, 3 rounds": bare(pixels),
            "box -> proposal": asked(box=AROUND),
            "click -> proposal": asked(points=[middle]),
            "box and 3 clicks -> proposal": asked(box=AROUND, points=[middle, (400, 300, False), (980, 720, False)]),
            "tolerance -> proposal": lambda: session.set_tolerance(1 + 10 * np.random.default_rng().random()),
        },
        ROUNDS,
    )
    floor = p50(took["bare cv2.grabCut, 256 px, 3 rounds"])
    for name, seconds in took.items():
        half, most = p50(seconds), p95(seconds)
        print(f"    {name:36s} p50 {half:6.1f} ms   p95 {most:6.1f} ms   {half / floor:5.2f} x bare")
    session.close()


def in_the_page(task: nl.Task) -> None:
    """Take the time from letting the button go to the frame that shows the outline, without Jupyter in between."""
    executable = chromium()
    if executable is None:
        print("    there is no Chromium; run tools/need_browser.sh")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = browser.new_page(viewport={"width": 900, "height": 700})
        desk = Desk(page, task)
        took = Moments()
        for n in range(CLICKS):
            page.evaluate(WATCHED)
            desk.click(THING.left + 150 + 10 * n, THING.top + 160)
            desk.until("() => window.took !== null")
            took.note(page.evaluate("() => window.took"))
            page.locator(".nbl-discard").click()
            desk.until("() => document.querySelector('.nbl-badge').dataset.segment === ''")
        print(f"    click -> painted outline in the page     p50 {took.p50:6.1f} ms   p95 {took.p95:6.1f} ms")
        desk.close()
        browser.close()


class Desk:
    """A labeler's stage in a page, its messages passed on by hand as the tests of the widgets do."""

    def __init__(self, page: Any, task: nl.Task) -> None:
        from notebook_labeler.media.image import open_image
        from notebook_labeler.widgets.objects_link import ObjectsLink
        from notebook_labeler.widgets.segment_link import SegmentLink
        from notebook_labeler.widgets.stage import Stage

        self.page, self.letters = page, list[Any]()
        tests = _bench()
        self.session, self.stage = task.session(), Stage(scope="s", width="800px", height="600px")
        objects = ObjectsLink(self.stage.objects, self.session)
        link = SegmentLink(self.stage.front, self.session, self.stage.on_ready)
        for each in (objects, link):
            self.session.observe(each.paint)
        objects.paint(self.session.state, self.session.state)
        page.goto("about:blank")
        page.set_content(tests.PAGE % "body { margin: 0 } #root > div { width: 800px; height: 600px }")
        overlay = self.stage.front
        overlay.send = lambda content, buffers=None: self.letters.append(["message", "stage", content])
        traits = {key: value for key, value in overlay.get_state().items() if not key.startswith("_")}
        page.evaluate(
            """traits => { const model = models.stage = new Model('stage', traits);
                const layer = { get: () => ({ currentProcessing: null }), canvas: document.createElement('canvas') };
                model.widget_manager = { get_model: async () => layer }; }""",
            json.loads(json.dumps(traits, default=str)),
        )
        page.evaluate(
            "(given) => mount(...given).then(() => null)", ["stage", str(overlay._esm), str(overlay._css), {}, "root"]
        )
        one = self.session.state.input
        assert one is not None
        self.stage.show(one.input_id, open_image(one.uri), 1)
        self.until("() => document.querySelector('.nbl-percent').innerText === '50%'")
        self.until("() => !document.querySelector('.nbl-wand').hidden")
        page.locator(".nbl-surface").focus()
        page.keyboard.press("w")
        self.until("() => document.querySelector('.nbl-surface').dataset.drawing?.startsWith('segment')")

    def click(self, x: float, y: float) -> None:
        """Click on a place of the picture."""
        self.page.mouse.click(x / 2, y / 2)

    def until(self, script: str) -> None:
        """Pass messages on, both ways, until the page says so."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            for _, content in self.page.evaluate("outbox.splice(0)"):
                self.stage.front._receive(None, content, [])
            letters, self.letters = self.letters, []
            if letters:
                self.page.evaluate("(letters) => deliver(letters)", json.loads(json.dumps(letters)))
            if self.page.evaluate(script):
                return
        raise TimeoutError(f"expected the page to come to {script:.80}, it did not within {PATIENCE_S} s.")

    def close(self) -> None:
        """Close everything."""
        self.session.close()
        self.stage.close()


def _bench() -> Any:
    """Give the module that mounts panels for the tests."""
    import importlib.util

    path = Path(__file__).parents[1] / "tests" / "widgets" / "conftest.py"
    spec = importlib.util.spec_from_file_location("widget_bench", path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


if __name__ == "__main__":
    main()
