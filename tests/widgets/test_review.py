"""The review without a page: what its buttons do, what it shows, and that nothing of it is left."""

import threading

import pytest
from ipywidgets.widgets.widget import _instances

from notebook_labeler.domain.geometry import Box
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.records import Annotation
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import UnreadableInput
from notebook_labeler.widgets import paint, paint_review
from notebook_labeler.widgets.review import Reviewer

HOSTILE = ["<img src=x onerror=alert(1)>", "שלום \u202eabc", "🦄", "__proto__", "x" * 2000]


class Small:
    """Small pictures; `broken` ones cannot be opened."""

    def __init__(self):
        self.broken, self.asked = set(), []

    def get(self, given, side=0):
        self.asked.append(given.input_id)
        if given.input_id in self.broken:
            raise UnreadableInput(f"{given.name} is no picture.")
        return b"\xff\xd8 a jpeg \xff\xd9"


@pytest.fixture
def open_review(make_album):
    opened = []

    def made(office, name="ben"):
        opened.append(Reviewer(office.reviewer(name), make_album(), Small(), height=400))
        return opened[-1]

    yield made
    for each in opened:
        each.close()


def press(view, kind, op="o", **content):
    view._receive(None, {"kind": kind, "op": op, **content}, [])


def judge(review, kind, op="o", **more):
    head = review.header.view.view
    press(review.header.view, kind, op, **{"input": head["input"], "rev": head["rev"], **more})


def test_H16_approve_and_reject_go_on_through_the_share(make_office, open_review):
    office = make_office(3)
    review = open_review(office)
    head = review.header.view.view
    assert (head["labeler"], head["state"], head["place"], head["left"]) == ("ana", "submitted", 1, 3)
    judge(review, "approve")
    judge(review, "reject", "p", comment=HOSTILE[0])
    head = review.header.view.view
    assert office.states() == ["approved", "rejected", "submitted"]
    assert (head["place"], head["left"], head["approved"], head["rejected"]) == (3, 1, 1, 1)
    assert head["comments"] == [HOSTILE[0]]
    press(review.header.view, "previous", "q", input=head["input"])
    lines = review.history.view.view["lines"]
    assert [(line["who"], line["what"]) for line in lines[:2]] == [
        ("ben", f"rejected: {HOSTILE[0]}"), ("ana", "submitted"),
    ]  # fmt: skip
    press(review.header.view, "undo", "r")
    assert office.states() == ["approved", "submitted", "submitted"]


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("reject", {"comment": " "}, "expected a comment"),
        ("reject", {"comment": 7}, "expected text in 'comment'"),
        ("reject", {"comment": "x" * 2001}, "at most 2000 characters"),
        ("approve", {"rev": -1}, "whole number"),
        ("approve", {"rev": "x"}, "expected a number"),
        ("approve", {"input": "no such input"}, "not assigned"),
        ("view", {"grid": "yes"}, "true or false"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_what_a_page_cannot_mean_is_refused_with_a_sentence(make_office, open_review, kind, content, told):
    office = make_office(1)
    review = open_review(office)
    judge(review, kind, **content)
    assert told in review.header.view.view["notice"]["text"]
    assert office.states() == ["submitted"]


def test_H16_a_conflict_is_named_and_what_is_shown_is_what_is_kept(make_office, open_review):
    office = make_office(2)
    review = open_review(office)
    office.reviewer("cem").approve()
    judge(review, "reject", comment="no")
    head = review.header.view.view
    assert "Meanwhile cem approved" in head["notice"]["text"]
    assert (head["state"], office.states()) == ("approved", ["approved", "submitted"])


def test_H16_what_is_handed_in_meanwhile_appears_by_itself(make_office, open_review):
    office = make_office(0, names=["a", "b"])
    review = open_review(office)
    assert review.header.view.view["finished"]
    review.session.follow(every=0.01)
    come = threading.Event()
    review.header.view.observe(lambda change: change["new"]["finished"] or come.set(), "view")
    ana = office.labeler()
    ana.add("cat")
    ana.submit()
    assert come.wait(60)
    assert review.header.view.view["name"] == "a"


def test_H16_the_sheet_shows_the_next_inputs_and_approves_those_that_are_left_in(make_office, open_review):
    office = make_office(14)
    review = open_review(office)
    view = review.sheet.view
    assert view.view["cards"] == []
    press(review.header.view, "view", grid=True)
    press(view, "size", "s", size=12)
    cards = view.view["cards"]
    assert (len(cards), view.view["later"], review.header.view.view["grid"]) == (12, 2, True)
    assert cards[0]["labels"] == [{"text": "cat", "count": 1, "colour": "#e69f00"}]
    press(view, "take", "t", input=cards[1]["input"], on=True)
    assert view.view["cards"][1]["taken"]
    ana = office.labeler()
    ana.go_to(3)
    ana.add("dog")
    kept = [card for card in cards if card["input"] != cards[1]["input"]]
    press(view, "approve_all", "a", inputs=[c["input"] for c in kept], seen=[c["seen"] for c in kept])
    assert office.states().count("approved") == 10
    assert "10 inputs approved; 1 was changed meanwhile" in review.header.view.view["notice"]["text"]
    assert [card["name"] for card in view.view["cards"]] == ["3.png", "12.png", "13.png"]
    assert view.view["aside"] == 1
    press(view, "open", "b", input=view.view["cards"][0]["input"])
    head = review.header.view.view
    assert (head["grid"], head["name"]) == (False, "3.png")
    press(view, "approve_all", "c", inputs=["a"], seen=[])
    assert "reload" in review.header.view.view["notice"]["text"]


def test_small_pictures_are_made_in_the_background_and_a_broken_one_says_why(make_office, open_review):
    office = make_office(2)
    review = open_review(office)
    review.session.show_sheet()
    first, second = (card["input"] for card in review.sheet.view.view["cards"])
    review._small.broken.add(second)
    sent, both = {}, threading.Event()

    def post(content, buffers=None):
        if content["kind"] == "thumb":
            sent[content["input"]] = (content, buffers)
            if len(sent) == 2:
                both.set()

    review.sheet.view.send = post
    press(review.sheet.view, "thumbs", inputs=[first, second, "no input of the sheet"])
    assert both.wait(60)
    assert sent[first][1] == [b"\xff\xd8 a jpeg \xff\xd9"]
    assert sent[second][0]["words"] == "1.png is no picture."
    assert set(review._small.asked) == {first, second}


def test_closing_leaves_no_widget(make_office, make_album):
    office = make_office(1)
    before = set(_instances)
    review = Reviewer(office.reviewer(), make_album(), Small())
    review.session.show_sheet()
    review.close()
    review.close()
    assert set(_instances) <= before


def test_H16_a_rejected_input_tells_its_labeler_why_until_it_is_handed_in_again(make_office):
    office = make_office(1)
    ana = office.labeler()
    assert paint.header(ana.state)["sent_back"] is None
    for comment in HOSTILE:
        office.reviewer().reject(comment)
        ana.look()
        assert paint.header(ana.state)["sent_back"] == {"by": "ben", "comment": comment}
        ana.submit()
        assert paint.header(ana.state)["sent_back"] is None


def annotation(number, concept, region=None):
    return Annotation(
        task_id="t",
        annotation_id=str(number),
        input_id="i",
        concept=concept,
        concept_key=concept.casefold(),
        shape="box" if region else "label",
        geometry=region.text if region else None,
    )


def test_labels_of_a_card_stand_in_the_order_of_the_task_with_its_colours():
    settings = TaskSettings(kind="detection", concepts=("dog", "cat"))
    found = [annotation(0, "zebra"), annotation(1, "cat"), annotation(2, "dog"), annotation(3, "cat")]
    told = [(label["text"], label["count"]) for label in paint_review.labels(found, settings)]
    assert told == [("dog", 1), ("cat", 2), ("zebra", 1)]
    assert paint_review.labels([], settings) == []


def test_of_very_many_objects_a_small_picture_shows_some():
    many = [annotation(n, "cat", Box(n, n, 5, 5)) for n in range(paint_review.MOST_SHAPES + 9)]
    assert len(paint_review.shapes(many, TaskSettings(kind="detection"))) == paint_review.MOST_SHAPES
    assert paint_review.shapes([annotation(0, "cat")], TaskSettings()) == []
    assert paint_review.shapes(many[:1], TaskSettings())[0]["box"] == [0, 0, 5, 5]


def test_names_are_painted_to_the_letter(make_office, open_review):
    office = make_office(len(HOSTILE), names=HOSTILE)
    review = open_review(office)
    review.session.show_sheet()
    assert [card["name"] for card in review.sheet.view.view["cards"]] == HOSTILE
    assert isinstance(review.session.state.input, Input)
