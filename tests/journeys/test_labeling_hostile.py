"""Text that means harm, and pictures that lie: shown to the letter, passed over with a sentence, never executed."""

import json
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

pytestmark = pytest.mark.browser

CORPUS = [
    "<img src=x onerror=window.harmed=1>",
    "</bdi></span><script>window.harmed=2</script>",
    "<svg onload=window.harmed=3>",
    '" onmouseover="window.harmed=4" x="',
    "' onclick='window.harmed=5",
    "{{constructor.constructor('window.harmed=6')()}}",
    "${window.harmed=7}",
    "javascript:window.harmed=8",
    "&lt;b&gt; &amp; \\u003cb\\u003e $\\alpha$",
    "🦄 👩‍👩‍👧 naïve İstanbul",
    "שלום עולם",
    "../../etc/passwd",
    "__proto__",
]
NAMES = ["<img src=x onerror=window.harmed=11>.jpg", "\"'{{7*7}}${8}&amp;.jpg", "שלום 🦄.jpg"]
LONG = "<img src=x onerror=window.harmed=12>\n" + "Look closely. " * 712
SETUP = """
import json
import notebook_labeler as nl
corpus, long, folder = map(json.loads, {given!r})
project = nl.open_project("hostile")
added = project.add_inputs(folder)

@nl.predictor(labels=corpus, name=corpus[0])
def model(pictures):
    return [{{concept: 0.9 - 0.05 * n for n, concept in enumerate(corpus)}} for _ in pictures]

@nl.predictor(labels=corpus, name=corpus[2])
def failing(pictures):
    raise ValueError(corpus[0])

task = project.create_task(corpus[1], concepts=corpus, model=model, instructions=long)
"""
NAMED = """() => document.querySelector('.nbl-surface').getAttribute('aria-label')
    === document.querySelector('.nl-input-name').textContent"""
HARMED = (
    "() => window.harmed === undefined && document.querySelectorAll('.nbl-root :is(script, img, iframe)').length === 0"
)


def bomb(path):
    """A small PNG that says it has 30,000 times 30,000 pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        image = Image.new("RGB", (640, 420), "#d8e4ea")
        ImageDraw.Draw(image).ellipse((200, 100, 440, 340), fill=("#c0392b", "#2980b9", "#27ae60")[number])
        image.save(folder / name)
    good = (folder / NAMES[0]).read_bytes()
    (folder / "b-truncated.jpg").write_bytes(good[: len(good) // 3])
    (folder / "c-text.jpg").write_text("<script>window.harmed=13</script>")
    bomb(folder / "d-bomb.png")
    return folder


@pytest.fixture
def seat(sit, pictures):
    given = [json.dumps(text) for text in (CORPUS, LONG, str(pictures))]
    seat = sit(["widget = task.label(); widget"], setup=SETUP.format(given=given), viewport=(1280, 1000))
    seat.nb.page.on("dialog", lambda dialog: seat.nb.console_errors.append(f"a dialog: {dialog.message}"))
    seat.nb.wait(".nl-row[data-state=suggested]")
    return seat


def test_hostile_text_is_shown_to_the_letter_and_lying_pictures_are_passed_over(seat):
    nb, page = seat.nb, seat.page
    assert [row["concept"] for row in seat.rows()] == CORPUS
    assert seat.at(".nl-model-used").text_content() == CORPUS[0]
    assert seat.at(".nl-task").text_content() == CORPUS[1]
    seat.at(".nl-told summary").click()
    assert seat.at(".nl-instructions").text_content() == LONG
    nb.shot("labeler-hostile", ".nbl-root")
    seat.at(".nl-told summary").click()
    assert page.evaluate(HARMED)

    for concept in CORPUS[:3]:
        seat.row(concept).get_by_role("checkbox").click()
        seat.stands(concept, "accepted")
    seat.row(CORPUS[0]).locator(".nl-people").hover()
    seat.at(".nl-tip").wait_for()
    assert CORPUS[0] in seat.at(".nl-tip").text_content()
    seat.at(".nl-tip").wait_for()
    seat.focus()
    seat.press("c")
    page.keyboard.type("<svg")
    seat.reads(".nl-option", CORPUS[2])
    seat.press("Escape")
    seat.at(".lm-TabBar-tab").filter(has_text="Concept mapping").click()
    nb.wait(".nl-mapping .nl-map-line")
    named = seat.at(".nl-map-name").all_text_contents()
    assert sorted(named) == sorted(CORPUS)
    seat.at(".lm-TabBar-tab").filter(has_text="Label").click()

    seen = []
    for _ in range(10):
        nb.until(NAMED)  # its picture is there; one that lies is at hand for a moment only
        seen.append(seat.at(".nl-input-name").text_content())
        here = seat.at(".nl-position").text_content()
        seat.focus()
        seat.press("Enter")
        nb.until(
            """old => document.querySelector('.nl-position').textContent !== old
                || document.querySelector('.nl-notice').textContent.includes('All inputs are done')""",
            here,
        )
        if "All inputs are done" in seat.at(".nl-notice").text_content():
            break
    assert sorted(seen) == sorted(NAMES)  # G01: the good ones, and only those
    problems = json.loads(nb.python("print(project.problems.to_json(orient='records'))"))
    told = json.dumps(problems) + nb.python("print(added)")
    for name in ("b-truncated.jpg", "c-text.jpg", "d-bomb.png"):
        assert name in told
    assert page.evaluate(HARMED)

    nb.python("widget.session.choose_model(failing)")
    nb.wait(".nl-phase[data-phase=failed]")
    assert CORPUS[0] in seat.at(".nl-phase-text").text_content()
    assert page.evaluate(HARMED)
    assert sorted(set(json.loads(nb.python("print(json.dumps(list(task.annotations.concept)))")))) == sorted(CORPUS[:3])
