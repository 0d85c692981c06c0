"""Ring 3: real JupyterLab, real Chromium, real mouse and keys. One server for all journeys of a worker.

    @pytest.mark.browser
    def test_a_thing(open_notebook):
        nb = open_notebook(["import notebook_labeler as nl", "widget"])    # one string per cell
        nb.run_all()                              # waits for the end; raises what a cell raised
        nb.wait(".nbl-surface")                   # until it is visible; gives the Playwright locator
        nb.page.mouse.click(300, 300)             # everything of Playwright is at nb.page
        nb.until("() => document.title !== ''")   # until a JavaScript expression is true; gives its value
        nb.shot("a-thing")                        # tests/output/a-thing.png
        nb.theme("dark"); nb.reload(); nb.run_cell(1, wait=False); nb.python("1 + 1"); nb.kill_kernel()

Fixtures: ``lab`` (the server: ``url``, ``token``, ``folder``), ``browser`` (of ``tests/conftest.py``),
``open_notebook`` (a function; takes ``viewport=(1280, 900)``, ``ratio=1``, ``name``), ``toys`` (a folder of pictures),
``sit`` (gives a ``Seat`` at the labeler of a notebook: its rows, its words, its state) and ``sit_before_objects``
(gives an ``Easel``, a seat before boxes and polygons). Errors on the page's
console fail the test at its end; ``nb.console_errors`` holds them, and a test that expects some removes them. All
waiting is for a condition.
Without Chromium the journeys are skipped, unless the environment has NBL_NEED_BROWSER.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from PIL import Image

OUTPUT = Path(__file__).parents[1] / "output"
PATIENCE = float(
    os.environ.get("NBL_PATIENCE", "60")
)  # seconds until a wait gives up; a busy machine is slow, a fault takes all of it
ON_THE_CONSOLE = "errors on the page's console:\n"
PYTHON = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
QUIET = {  # no news, no updates: nothing that asks the network
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


def pytest_collection_modifyitems(items):
    """Keep all journeys in one worker: they share the server and the browser.

    A machine shared with others can starve a browser, or a model's process, for seconds. Where all must pass, a test
    with such a one that failed is played once more, and the run names it; one that fails twice has failed.
    """
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.xdist_group("lab"))
        if os.environ.get("NBL_NEED_BROWSER") and item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.flaky(reruns=1))


class Lab:
    """A JupyterLab of our own."""

    def __init__(self, folder):
        self.folder, self.token = folder / "work", secrets.token_hex(16)
        self.folder.mkdir()
        config = folder / "config" / "labconfig"
        config.mkdir(parents=True)
        (config / "default_setting_overrides.json").write_text(json.dumps(QUIET))
        (config / "page_config.json").write_text(
            json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}})
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        homes = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
        homes |= {"IPYTHONDIR": "ipython", "XDG_CACHE_HOME": "cache"}
        env = os.environ | {name: str(folder / sub) for name, sub in homes.items()} | {"HF_HUB_OFFLINE": "1"}
        options = [
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.root_dir={self.folder}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
            "--LabServerApp.allowed_extensions_uris=",
        ]
        self._log = (folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=self.folder,
            env=env,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.runtime = folder / "runtime"

    def wait(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                self.ask("GET", "/api/status")
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)  # between two looks, not instead of one
        raise RuntimeError(f"JupyterLab did not start:\n{Path(self._log.name).read_text()[-3000:]}")

    def ask(self, method, path):
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def stop(self):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._log.close()


class Notebook:
    """One notebook, open in one page."""

    def __init__(self, lab, page, path):
        self.lab, self.page, self.path = lab, page, path
        self.console_errors = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        self.open()

    def _hear(self, message):
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location.get('url', '')[-80:]})")

    def open(self):
        self.page.goto(f"{self.lab.url}/lab/workspaces/{self.path.stem}/tree/{self.path.name}?token={self.lab.token}")
        self.idle()

    def idle(self):
        """Wait until the kernel is there and has nothing to do."""
        self.until("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")

    def wait(self, selector, *, count=0):
        """Wait until it is visible; gives the locator of the first (or of number `count`)."""
        found = self.page.locator(selector).nth(count)
        found.wait_for(timeout=PATIENCE * 1000)
        return found

    def until(self, script, argument=None, *, seconds=PATIENCE):
        """Wait until a JavaScript function gives something true; gives what it gave."""
        return self.page.wait_for_function(script, arg=argument, timeout=seconds * 1000).json_value()

    def command(self, name, args=None):
        """Run one of JupyterLab's own commands."""
        script = """([name, args, ms]) => Promise.race([
            window.jupyterapp.commands.execute(name, args ?? {}).then(() => null),
            new Promise((_, fail) => setTimeout(() => fail(new Error(`${name} did not end`)), ms))])"""
        return self.page.evaluate(script, [name, args, PATIENCE * 1000])

    def run_all(self):
        self.command("notebook:run-all-cells")
        self.check()

    def run_cell(self, number, *, wait=True):
        """Run one cell. Without waiting, the call returns as soon as the kernel is at it."""
        self.page.evaluate("n => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = n }", number)
        if wait:
            self.command("notebook:run-cell")
            self.check()
            return
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell') }")
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=busy]").wait_for(timeout=PATIENCE * 1000)

    def python(self, code):
        """Run code in the kernel, past the notebook's cells; gives what it prints."""
        script = """code => { const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const run = kernel.requestExecute({ code, store_history: false }); let text = '';
            run.onIOPub = m => { text += m.content.text ?? (m.content.traceback ?? []).join('\\n'); };
            return run.done.then(() => text); }"""
        return self.page.evaluate(script, code).strip()

    def check(self):
        """Raise what a cell raised."""
        wrong = self.page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")
        assert wrong.count() == 0, wrong.first.inner_text()

    def pixel(self, selector, x, y):
        """Give the colour on the screen at this place of an element, as (red, green, blue)."""
        box = self.page.locator(selector).first.bounding_box()
        clip = {"x": box["x"] + x, "y": box["y"] + y, "width": 1, "height": 1}
        return Image.open(BytesIO(self.page.screenshot(clip=clip))).convert("RGB").getpixel((0, 0))

    def shot(self, name, selector=None):
        """Take a picture of the page, or of one element, into tests/output."""
        OUTPUT.mkdir(exist_ok=True)
        path = OUTPUT / f"{name}.png"
        (self.page.locator(selector).first if selector else self.page).screenshot(path=path)
        return path

    def theme(self, kind):
        """Switch to the light or the dark theme."""
        name = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[kind]
        self.command("apputils:change-theme", {"theme": name})
        self.until("k => document.body.dataset.jpThemeLight === k", "true" if kind == "light" else "false")

    def reload(self):
        """Save, and load the page anew; the kernel goes on."""
        self.command("docmanager:save")
        self.page.reload()
        self.idle()

    def kill_kernel(self):
        """End the kernel's process the hard way."""
        os.kill(int(self.python("import os; print(os.getpid())")), signal.SIGKILL)


class Seat:
    """What somebody who sits before the labeler of a notebook sees and does."""

    def __init__(self, nb, root=".nbl-root"):
        self.nb, self.page, self.root = nb, nb.page, root

    def at(self, selector):
        return self.page.locator(f"{self.root} {selector}")

    def button(self, name, **options):
        return self.page.locator(self.root).get_by_role("button", name=name, **options)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def focus(self):
        """Click the picture: from then on keys are the labeler's."""
        self.at(".nbl-surface").click(position={"x": 8, "y": 8})

    def rows(self):
        script = """root => [...document.querySelectorAll(`${root} .nl-row`)].map((row) => {
            const text = (name) => row.querySelector(name)?.textContent ?? '';
            return { concept: text('.nl-concept'), original: text('.nl-original'), number: text('.nl-number'),
                hotkey: text('.nl-key'), state: row.dataset.state, waiting: row.hasAttribute('data-waiting') }; })"""
        return self.page.evaluate(script, self.root)

    def row(self, concept):
        exact = self.page.locator(".nl-concept").and_(self.page.get_by_text(concept, exact=True))
        return self.at(".nl-row").filter(has=exact)

    def stands(self, concept, state):
        """Wait until the row has this state and the kernel has confirmed it."""
        script = """([root, concept, state]) => [...document.querySelectorAll(`${root} .nl-row`)].some((row) =>
            row.querySelector('.nl-concept')?.textContent === concept && row.dataset.state === state
            && !row.hasAttribute('data-waiting'))"""
        self.nb.until(script, [self.root, concept, state])

    def reads(self, selector, text):
        """Wait until the text of an element is, or holds, this."""
        script = (
            "([s, t]) => [...document.querySelectorAll(s)].some((e) => e.offsetParent && e.textContent.includes(t))"
        )
        self.nb.until(script, [f"{self.root} {selector}", text])

    def saved(self):
        self.nb.until("s => document.querySelector(s)?.textContent === 'Saved'", f"{self.root} .nl-saved")

    def input_is(self, position):
        """Wait until this input is at hand and its picture, or why there is none, is on the screen."""
        script = """([root, position]) => { const at = (name) => document.querySelector(`${root} ${name}`);
            return at('.nl-position')?.textContent === position && (at('.nbl-message.nbl-on')
                || at('canvas.nbl-canvas')?.style.visibility === 'visible'); }"""
        self.nb.until(script, [self.root, position])

    def painted(self):
        self.nb.until(
            "s => document.querySelector(s)?.style.visibility === 'visible'", f"{self.root} canvas.nbl-canvas"
        )

    def errors(self):
        """Give what the labeler itself complains of."""
        return self.at(".nl-notice[data-kind=error] > bdi").all_text_contents()


class Easel(Seat):
    """A seat before pictures of 600 x 400 pixels with objects; points are source pixels."""

    def place(self, x, y):
        """Give where a pixel of the picture, shown whole, is on the screen."""
        box = self.at(".nbl-surface").bounding_box()
        k = min(box["width"] / 600, box["height"] / 400)
        return box["x"] + box["width"] / 2 + (x - 300) * k, box["y"] + box["height"] / 2 + (y - 200) * k

    def click(self, *point, **options):
        self.page.mouse.click(*self.place(*point), **options)

    def drag(self, start, *points, drop=True):
        self.page.mouse.move(*self.place(*start))
        self.page.mouse.down()
        for point in points:
            self.page.mouse.move(*self.place(*point), steps=3)
        if drop:
            self.page.mouse.up()

    def thing(self, label):
        concept, _, number = label.rpartition(".")
        exact = self.page.locator(".nl-concept").and_(self.page.get_by_text(concept, exact=True))
        numbered = self.page.locator(".nl-nth").and_(self.page.get_by_text(f".{number}", exact=True))
        return self.at(".nl-thing").filter(has=exact).filter(has=numbered)

    def group(self, concept):
        exact = self.page.locator(".nl-concept").and_(self.page.get_by_text(concept, exact=True))
        return self.at(".nl-group").filter(has=exact)

    def stands_as(self, label, state):
        """Wait until this instance (sheep.1) is listed in this state, and the kernel has confirmed it."""
        script = """([root, label, state]) => [...document.querySelectorAll(`${root} .nl-thing`)].some((row) =>
            row.querySelector('.nl-concept').textContent + row.querySelector('.nl-nth').textContent === label
            && row.dataset.state === state && !row.hasAttribute('data-waiting'))"""
        self.nb.until(script, [self.root, label, state])

    def data(self, name):
        """Give what the stage says of itself: objects, selected, drawing, waiting, ahead."""
        return self.at(".nbl-surface").get_attribute(f"data-{name}")

    def on_stage(self, objects=None, *, waiting=0):
        """Wait until so many objects are on the picture, of which the kernel has not answered for so many changes."""
        script = """([root, objects, waiting]) => {
            const now = document.querySelector(`${root} .nbl-surface`).dataset;
            return (objects === null || now.objects === String(objects)) && now.waiting === String(waiting); }"""
        self.nb.until(script, [self.root, objects, waiting])

    def draws(self, concept):
        """Wait until it draws with this concept; "" is none."""
        script = """([root, concept]) => (document.querySelector(`${root} .nbl-surface`).dataset.drawing ?? '')
            .split(' ').slice(1).join(' ') === concept"""
        self.nb.until(script, [self.root, concept])

    def selects(self, count):
        script = """([root, count]) => (document.querySelector(`${root} .nbl-surface`).dataset.selected ?? '')
            .split(' ').filter(Boolean).length === count"""
        self.nb.until(script, [self.root, count])

    def told(self, code):
        """Give the value of an expression in the kernel."""
        return json.loads(self.nb.python(f"import json; print(json.dumps({code}))"))


@pytest.fixture
def sit_before_objects(sit):
    """As `sit`, before a picture of 600 x 400 pixels with objects."""

    def take_place(cells, **options):
        seat = Easel(sit(cells, **options).nb)
        seat.painted()
        return seat

    return take_place


@pytest.fixture
def meadows(tmp_path):
    """Give a folder of pictures of 600 x 400 pixels, meadow-0.jpg to meadow-5.jpg; a grey corner tells the number."""
    folder = tmp_path / "meadows"
    folder.mkdir()
    for number in range(6):
        picture = Image.linear_gradient("L").resize((600, 400)).convert("RGB")
        picture.paste((40 * number,) * 3, (0, 0, 16, 16))
        picture.save(folder / f"meadow-{number}.jpg")
    return folder


@pytest.fixture(scope="session")
def toys(tmp_path_factory):
    from notebook_labeler import sample_pictures

    return sample_pictures(tmp_path_factory.mktemp("pictures") / "toys", count=24)


@pytest.fixture
def sit(open_notebook):
    """Open a notebook, run `setup` past its cells, run the cells, and sit down before its labeler."""

    def take_place(cells, *, setup="", **options):
        nb = open_notebook(list(cells), **options)
        if setup:
            assert "Traceback" not in (said := nb.python(setup)), said
        nb.run_all()
        seat = Seat(nb)
        nb.wait(".nbl-root .nl-row")
        return seat

    return take_place


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    server = started(tmp_path_factory)
    yield server
    server.stop()


def started(tmp_path_factory, tries=3):
    """Start the server; once more where somebody took its port between our asking for a free one and its start."""
    server = Lab(tmp_path_factory.mktemp("lab"))
    try:
        server.wait()
    except BaseException as error:
        server.stop()
        if tries == 1 or not isinstance(error, RuntimeError):
            raise
        return started(tmp_path_factory, tries - 1)
    return server


@contextmanager
def notebooks(lab, browser, called):
    """Give what opens notebooks in pages of their own; at the end they and their kernels close; errors are told."""
    opened = []

    def open_it(cells, *, name=None, viewport=(1280, 900), ratio=1):
        path = lab.folder / f"{name or called[:60].replace('[', '-').replace(']', '')}-{len(opened)}.ipynb"
        content = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata={"kernelspec": PYTHON}
        )
        nbformat.write(content, path)
        size = {"width": viewport[0], "height": viewport[1]}
        context = browser.new_context(viewport=size, device_scale_factor=ratio)
        context.set_default_timeout(PATIENCE * 1000)
        opened.append((context, Notebook(lab, context.new_page(), path)))
        return opened[-1][1]

    yield open_it
    errors = []
    for context, notebook in opened:
        errors += notebook.console_errors
        context.close()
        for session in lab.ask("GET", "/api/sessions"):
            if session["path"] == notebook.path.name:
                lab.ask("DELETE", f"/api/sessions/{session['id']}")
    assert not errors, ON_THE_CONSOLE + "\n".join(errors)


@pytest.fixture
def open_notebook(lab, browser, request):
    with notebooks(lab, browser, request.node.name) as open_it:
        yield open_it


class OnePage:
    """One page and one kernel for many tests, which put their own into two cells. Who fails takes them along."""

    def __init__(self, open_it):
        self.open_it, self.nb = open_it, None

    def take(self, cells):
        """Give the notebook with these one or two cells, none of which has run."""
        if self.nb is None:
            self.nb = self.open_it(["", ""])
        nb = self.nb
        nb.command("notebook:clear-all-cell-outputs")
        script = """sources => window.jupyterapp.shell.currentWidget.content.widgets.forEach((cell, n) =>
            cell.model.sharedModel.setSource(sources[n] ?? ''))"""
        nb.page.evaluate(script, list(cells))
        nb.until("() => !document.querySelector('.nbl-surface, .nbl-root')")
        if nb.page.evaluate("() => document.body.dataset.jpThemeLight !== 'true'"):
            nb.theme("light")
        return nb

    def leave(self, failed):
        """Tell what went wrong on the page since it was taken."""
        nb = self.nb
        if failed:
            self.nb = None
        elif nb is not None:
            errors, nb.console_errors[:] = list(nb.console_errors), []
            assert not errors, ON_THE_CONSOLE + "\n".join(errors)


FAILED = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know at their end whether the test has failed."""
    report = yield
    item.stash[FAILED] = report.failed or (report.when != "setup" and item.stash.get(FAILED, False))
    return report


@pytest.fixture(scope="module")
def page_of_all(lab, browser, request):
    with notebooks(lab, browser, request.module.__name__.rpartition(".")[2]) as open_it:
        yield OnePage(open_it)


@pytest.fixture
def one_page(page_of_all, request):
    """Give a notebook that many tests have, with cells of one's own: quick, and nothing stays of who had it before.

    A test that counts cells, kills the kernel or needs another screen opens its own.
    """
    yield page_of_all.take
    page_of_all.leave(request.node.stash.get(FAILED, False))
