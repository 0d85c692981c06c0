"""The stage without a browser: what it sends, what it believes, what it paints."""

from io import BytesIO

import ipywidgets
import pytest
from PIL import Image

from notebook_labeler.errors import BadInput, LabelerError, UnreadableInput
from notebook_labeler.media.image import Picture
from notebook_labeler.media.view import View
from notebook_labeler.widgets.stage import DONE, Stage


def picture(width=1200, height=800, colour="#c02020", detail=1):
    return Picture(Image.new("RGB", (width // detail, height // detail), colour), width, height)


class Page:
    """What a browser would be to one stage: says things, hears frames, sees what ipycanvas is told to draw."""

    def __init__(self, stage, monkeypatch):
        self.stage, self.heard, self.pictures = stage, [], []
        overlay, canvas = stage._overlay, stage._canvas
        for sender, name in ((overlay, "send"), (stage._ahead, "_send")):
            monkeypatch.setattr(sender, name, lambda content, buffers=None: self.heard.append((content, buffers)))
        paint = canvas.paint
        monkeypatch.setattr(
            canvas, "paint", lambda jpeg, place: (self.pictures.append((jpeg, place)), paint(jpeg, place))
        )

    def says(self, kind, **content):
        self.stage._overlay._handle_custom_msg({"kind": kind, **content}, [])

    def opens(self, width=600, height=400, ratio=1.0):
        self.says("size", width=width, height=height, ratio=ratio, first=True)

    def looks(self, x, y, scale, *, input="a", revision=1, fit=False):
        self.says("view", input=input, revision=revision, x=x, y=y, scale=scale, fit=fit, **{"from": "me"}, number=7)

    def all(self, kind):
        return [content for content, _ in self.heard if content["kind"] == kind]

    def last(self, kind):
        return self.all(kind)[-1]


@pytest.fixture
def page(stage, monkeypatch):
    return Page(stage, monkeypatch)


@pytest.fixture
def shown(stage, page):
    stage.show("a", picture(), 1)
    page.opens()
    return page


def test_nothing_is_painted_before_a_page_has_told_its_size(stage, page):
    stage.show("a", picture(), 1)
    assert page.heard == []
    page.opens(600, 400)
    assert page.last("frame")["size"] == {"width": 600, "height": 400}
    assert page.last("frame")["view"] == {"x": 0, "y": 0, "scale": 0.5}


def test_the_canvas_has_the_screens_own_pixels(stage, page):
    stage.show("a", picture(), 1)
    page.opens(600, 400, ratio=2.0)
    assert (stage._canvas.widget.width, stage._canvas.widget.height) == stage.screen == (1200, 800)
    jpeg, place = page.pictures[-1]
    assert Image.open(BytesIO(jpeg)).size == (1200, 800)
    assert tuple(place) == (0, 0, 600, 400)


def test_X03_the_view_that_the_page_came_to_rest_at_is_painted_and_answered(shown, stage):
    shown.looks(300, 200, 2.0)
    frame = shown.last("frame")
    assert (frame["view"], frame["from"], frame["count"]) == ({"x": 300, "y": 200, "scale": 2.0}, "me", 7)
    assert stage.view == View(300, 200, 2.0)


@pytest.mark.parametrize("stale", [{"input": "b"}, {"revision": 0}, {"input": None}])
def test_a_view_of_another_input_or_of_an_older_revision_is_dropped(shown, stage, stale):
    before = len(shown.all("frame"))
    shown.looks(300, 200, 2.0, **stale)
    assert len(shown.all("frame")) == before
    assert stage.view is None


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), "12", None, True, -1.0])
def test_a_view_that_is_no_view_is_told_and_changes_nothing(shown, stage, nonsense):
    errors = []
    stage.on_error(errors.append)
    shown.looks(300, 200, nonsense)
    assert [type(error) for error in errors] == [BadInput]
    assert stage.view is None


def test_a_view_beside_the_picture_is_brought_back(shown, stage):
    shown.looks(1e9, -1e9, 2.0)
    assert stage.view == View(900, 0, 2.0)


def test_the_whole_picture_stays_whole_when_the_room_changes(shown, stage):
    shown.looks(0, 0, 0.5, fit=True)
    shown.says("size", width=300, height=400, ratio=1.0)
    assert [content["kind"] for content, _ in shown.heard[-3:]] == ["resizing", "frame", "order"]
    assert shown.last("frame")["view"]["scale"] == 0.25


def test_zoomed_in_the_middle_stays_in_the_middle_when_the_room_changes(shown, stage):
    shown.looks(300, 200, 2.0)
    shown.says("size", width=400, height=400, ratio=1.0)
    assert shown.last("frame")["view"] == {"x": 350, "y": 200, "scale": 2.0}


def test_the_same_size_again_paints_nothing(shown):
    before = len(shown.heard)
    shown.says("size", width=600, height=400, ratio=1.0)
    assert len(shown.heard) == before


def test_a_page_cannot_ask_for_a_canvas_without_bounds(shown, stage):
    shown.says("size", width=1e9, height=0, ratio=1e9)
    assert stage.screen == (4096 * 4, 4)


def test_another_input_is_shown_whole_and_the_same_one_as_it_was_looked_at(shown, stage):
    shown.looks(300, 200, 2.0)
    stage.show("a", picture(colour="#2020c0"), 2)
    assert shown.last("frame")["view"]["scale"] == 2.0
    stage.show("b", picture(), 3)
    assert shown.last("frame")["view"]["scale"] == 0.5


def test_a_new_page_is_told_everything_again(shown, stage):
    stage.ahead([("b", picture())], [("z", picture())])
    stage._ahead.wait()
    assert len(shown.all("ahead")) == 2
    ready = []
    stage.on_ready(lambda: ready.append(1))
    shown.opens()
    stage._ahead.wait()
    assert shown.last("order")["inputs"] == ["z", "a", "b"]
    assert [m["input"] for m in shown.all("ahead")] == ["b", "z", "b", "z"]
    assert ready == [1]


def test_X04_what_submit_leads_to_is_sent_beside_what_follows(shown, stage):
    stage.ahead([("b", picture())], [("z", picture())], following_open=[("c", picture()), ("d", picture())])
    stage._ahead.wait()
    assert (shown.last("order")["inputs"], shown.last("order")["open"]) == (["z", "a", "b"], ["a", "c", "d"])
    assert [m["input"] for m in shown.all("ahead")] == ["c", "b", "z", "d"], "those first that one key may bring"


def test_X04_what_is_sent_ahead_is_what_will_be_painted(shown, stage):
    following = picture(colour="#20a020")
    stage.ahead([("b", following)])
    stage._ahead.wait()
    content, buffers = next(m for m in shown.heard if m[0]["kind"] == "ahead")
    stage.show("b", following, 2)
    jpeg, place = shown.pictures[-1]
    assert buffers == [jpeg]
    assert content["place"] == place._asdict()


def test_X04_every_picture_is_sent_once_and_again_for_another_size(shown, stage):
    for _ in range(3):
        stage.ahead([("b", picture())])
    stage._ahead.wait()
    assert len(shown.all("ahead")) == 1
    shown.says("size", width=300, height=300, ratio=1.0)
    stage._ahead.wait()
    assert [m["size"]["width"] for m in shown.all("ahead")] == [600, 300]


def test_a_picture_that_the_page_let_go_is_sent_again_when_it_is_wanted_again(shown, stage):
    for wish in ([("b", picture())], [("c", picture())], [("b", picture())]):
        stage.ahead(wish)
        stage._ahead.wait()
    assert [m["input"] for m in shown.all("ahead")] == ["b", "c", "b"]


def test_more_detail_is_asked_for_when_somebody_zooms_in_that_far(stage, page):
    asked = []

    def sharper(view, ratio):
        asked.append((view.scale, ratio))
        return picture()

    stage.show("a", picture(detail=2), 1, sharper=sharper)
    page.opens()
    assert asked == []
    page.looks(300, 200, 2.0)
    page.looks(300, 200, 3.0)
    assert asked == [(2.0, 1.0)]  # the second time it is there


def test_a_picture_without_its_detail_is_shown_soft_and_the_reason_told(stage, page):
    def sharper(view, ratio):
        raise UnreadableInput("a.jpg is gone.")

    errors = []
    stage.on_error(errors.append)
    stage.show("a", picture(detail=2), 1, sharper=sharper)
    page.opens()
    page.looks(300, 200, 2.0)
    page.looks(300, 200, 3.0)
    assert [str(error) for error in errors] == ["a.jpg is gone."]
    assert page.last("frame")["view"]["scale"] == 3.0


def test_an_arrow_key_asks_for_the_next_input_and_is_acknowledged(shown, stage):
    steps = []
    stage.on_navigate(lambda step, message: steps.append((step, message.input_id, message.op)))
    shown.says("navigate", step=1, input="a", op="one")
    shown.says("navigate", step=1, input="a", op="one")  # resent by the page
    shown.says("navigate", step=3, input="a", op="two")
    assert steps == [(1, "a", "one")]
    assert shown.all("ack")[0] == {"kind": "ack", "op": "one", "ok": True}


def test_what_a_callback_raises_is_told_and_answered(shown, stage):
    errors = []
    stage.on_error(errors.append)
    stage.on_navigate(lambda step, message: 1 / 0)
    shown.says("navigate", step=1, input="a", op="one")
    assert [type(error) for error in errors] == [ZeroDivisionError]
    assert shown.last("ack")["ok"] is False


def test_words_take_the_place_of_the_picture(shown, stage):
    stage.loading("b", 2)
    assert (shown.last("blank")["text"], shown.last("blank")["tone"], shown.last("blank")["input"]) == (
        "Loading…",
        "loading",
        "b",
    )
    stage.say("All inputs are done.", tone=DONE)
    assert (shown.last("blank")["text"], shown.last("blank")["input"]) == ("All inputs are done.", None)
    shown.looks(300, 200, 2.0)
    assert stage.view is None


def test_a_page_that_could_not_paint_is_painted_again_and_told_only_if_it_never_can(shown, stage):
    errors = []
    stage.on_error(errors.append)
    for _ in range(2):
        shown.says("broken", text="a picture never arrived")
    assert len(shown.all("frame")) == 3
    shown.says("painted", number=3, fine=True)
    for _ in range(2):
        shown.says("broken", text="a picture never arrived")
    assert errors == []
    shown.says("broken", text="a picture never arrived")
    assert [isinstance(error, LabelerError) for error in errors] == [True]
    assert len(shown.all("frame")) == 5


def test_numbers_of_frames_only_grow(shown, stage):
    stage.say("x")
    stage.show("b", picture(), 3)
    numbers = [content["number"] for content, _ in shown.heard if "number" in content]
    assert numbers == sorted(set(numbers))


def test_closing_waits_until_the_page_has_drawn_and_leaves_no_widget(monkeypatch):
    before = set(ipywidgets.widget._instances)
    stage = Stage()
    page = Page(stage, monkeypatch)
    stage.show("a", picture(), 1)
    page.opens()
    stage.close()
    assert stage.widget.layout.display == "none"
    assert set(ipywidgets.widget._instances) > before
    page.says("painted", number=page.last("frame")["number"])
    assert set(ipywidgets.widget._instances) == before
    stage.close()
    stage.show("a", picture(), 2)  # too late, and harmless


def test_a_stage_that_nobody_saw_is_closed_at_once():
    before = set(ipywidgets.widget._instances)
    stage = Stage()
    stage.show("a", picture(), 1)
    stage.close()
    assert set(ipywidgets.widget._instances) == before
