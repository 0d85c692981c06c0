"""What the task board is told to paint, and which verb its messages press."""

from dataclasses import replace

import ipywidgets
import pytest

from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import BadInput
from notebook_labeler.sessions.drafting import Draft
from notebook_labeler.sessions.state import Notice
from notebook_labeler.sessions.taskboard import TaskBoard
from notebook_labeler.sessions.taskboard_list import Errands
from notebook_labeler.sessions.taskboard_state import BoardState, TaskLine, Work
from notebook_labeler.store.queue import Progress
from notebook_labeler.widgets import paint_taskboard as paint
from notebook_labeler.widgets.taskboard import Board


def task(name, number=0, **settings):
    counts = settings.pop("counts", {"total": 4, "waiting": 4})
    return TaskLine(f"id-{name}", name, TaskSettings(**settings), "", Progress(**counts), number, "ana")


def listed(lines, search="", sort="created", *, down=False):
    return [found.name for found in paint.ordered(BoardState("p", "ana", lines=lines), search, sort, down=down)]


LINES = (
    task("coats", 1, concepts=("coat", "hat"), labelers=("ben",), counts={"total": 9, "waiting": 1, "submitted": 8}),
    task("Ants", 2, kind="detection", concepts=("ant",), labelers=("ana", "ben"), model="toys", assist=True),
    task("boats", 3, kind="segmentation", counts={"total": 5, "submitted": 5}),
)
SORTED = [
    ("created", ["boats", "Ants", "coats"]),
    ("name", ["Ants", "boats", "coats"]),
    ("status", ["Ants", "coats", "boats"]),
    ("dataset", ["boats", "Ants", "coats"]),
    ("kind", ["coats", "Ants", "boats"]),
    ("concepts", ["boats", "Ants", "coats"]),
    ("labelers", ["boats", "coats", "Ants"]),
    ("inputs", ["Ants", "boats", "coats"]),
    ("model", ["Ants", "boats", "coats"]),
]


@pytest.mark.parametrize(("sort", "names"), SORTED, ids=[sort for sort, _ in SORTED])
def test_H12_every_column_sorts_both_ways_and_what_is_alike_has_the_newest_first(sort, names):
    assert listed(LINES, sort=sort) == names
    if sort not in ("dataset", "model"):
        assert listed(LINES, sort=sort, down=True) == names[::-1]


FOUND = [("", 3), ("coat", 1), ("BEN", 2), ("detection ant", 1), ("all inputs", 3), ("labeling", 1), ("zebra", 0)]


@pytest.mark.parametrize(("search", "count"), FOUND, ids=range(len(FOUND)))
def test_H12_a_search_finds_names_concepts_people_types_and_status(search, count):
    assert len(listed(LINES, search)) == count


def test_a_sort_that_is_none_is_refused():
    with pytest.raises(BadInput, match="expected to sort by one of created, name"):
        listed(LINES, sort="__proto__")


def test_H12_a_row_says_it_all_and_counts_what_it_has_no_room_for():
    many = task("many", concepts=[f"c{i}" for i in range(30)], labelers=[f"p{i}" for i in range(14)], reviewers=("r",))
    row = paint.line(replace(many, work=Work("Sharing out", 5, 9)))
    assert (len(row["concepts"]), row["more"], len(row["labelers"]), row["others"]) == (12, 18, 12, 2)
    assert (row["status"], row["dataset"], row["all"], row["inputs"]) == ("New", "All inputs", True, 4)
    assert (row["noLabel"], row["noReview"]) == (
        "It is for p0, p1, p2, p3 and 10 more to label.",
        "4 inputs wait to be labeled first.",
    )
    assert row["work"] == {"what": "Sharing out", "done": 5, "total": 9}
    assert paint.line(LINES[1])["model"] == "toys"
    assert paint.line(task("python", model="python:pets", auto=True))["model"] == "pets"


PREVIEWS = [
    ({}, 0, "0 inputs, labeled by anybody; no review."),
    ({"labelers": ("a",)}, 5, "5 inputs, 1 labeler: all of them; no review."),
    ({"labelers": tuple("abcd"), "reviewers": tuple("ef")}, 120, "4 labelers: 30 each; 2 reviewers: 60 each."),
    ({"labelers": tuple("abc")}, 10, "10 inputs, 3 labelers: 3 or 4 each; no review."),
    ({"labelers": tuple("abc"), "percent": 10.0, "opinions": 3}, 1000, "100 inputs get 3 opinions."),
]


@pytest.mark.parametrize(("values", "inputs", "said"), PREVIEWS, ids=range(len(PREVIEWS)))
def test_H08_H09_it_is_said_before_who_will_have_how_much(values, inputs, said):
    assert paint.preview(Draft(**values), inputs).endswith(said)


# ---- the widget


class Shown:
    """A board over a real project; `say` is what a page would send."""

    def __init__(self, project):
        self.project, self.made = project, []
        self.session = TaskBoard(
            project.journal, actor="ana", errands=Errands(save=lambda _, name, message: f"{name} is saved.")
        )
        self.widget = Board(
            self.session, opens={"label": self.open, "review": self.fail}, team=lambda _: [{"title": "t"}]
        )
        self.answers = []
        self.widget.view.send = lambda content, buffers=None: self.answers.append(content)

    def open(self, task_id):
        self.made.append(ipywidgets.Label(task_id))
        return self.made[-1]

    def fail(self, task_id):
        raise BadInput("this cannot be opened today.")

    def say(self, kind, **content):
        self.widget.view._receive(None, {"kind": kind, "op": str(len(self.answers)), **content}, [])
        return self.answers[-1]

    def ask(self, kind, **content):
        self.widget.view._receive(None, {"kind": kind, "ask": "q", "start": 0, "count": 50, **content}, [])
        return self.answers[-1]


@pytest.fixture
def shown(tmp_path):
    from PIL import Image

    import notebook_labeler as nl

    Image.new("RGB", (8, 6)).save(tmp_path / "a.png")
    with nl.open_project(tmp_path / "project", actor="ana") as project:
        project.add_inputs(tmp_path / "a.png")
        made = Shown(project)
        yield made
        made.widget.close()
        made.widget.close()  # twice is fine


def typed(**values):
    draft = replace(Draft(name="coats", concepts=("coat",)), **values)
    return {name: list(v) if isinstance(v, tuple) else v for name, v in vars(draft).items()}


def test_H01_the_form_makes_a_task_and_the_list_is_asked_for_again(shown):
    shown.say("new")
    assert shown.widget.view.form["title"] == "New labeling task"
    assert shown.say("create", draft=typed())["ok"]
    assert shown.widget.view.form == {}
    assert shown.widget.view.view["revision"] == 1
    page = shown.ask("tasks", search="", sort="name", down=False)
    assert [(row["name"], row["inputs"]) for row in page["items"]] == [("coats", 1)]
    assert shown.widget.view.choices["concepts"] == ["coat"]


def test_H01_a_mistake_is_painted_at_its_field(shown):
    shown.say("new")
    shown.say("draft", draft=typed(name="half"))
    assert shown.widget.view.form["draft"]["name"] == "half"
    shown.say("create", draft=typed(name=" "))
    assert shown.widget.view.form["errors"] == {"name": "Give the task a name."}


def test_H15_what_is_opened_stands_below_the_bar_and_is_closed_with_it(shown):
    made = shown.project.create_task("coats", concepts=["coat"])
    shown.session.look()
    shown.say("label", task=made.id)
    assert shown.widget.children == (shown.widget.view, shown.made[0])
    assert shown.widget.view.view["opened"] == {"what": "label", "task": made.id, "name": "coats"}
    shown.say("back")
    assert shown.widget.children == (shown.widget.view,)
    assert shown.made[0].comm is None
    assert shown.widget.view.view["opened"] is None


def test_H16_what_cannot_be_opened_says_why_and_leaves_the_list_there(shown):
    made = shown.project.create_task("coats", concepts=["coat"])
    shown.session.look()
    shown.say("review", task=made.id)
    assert shown.widget.view.view["notice"]["text"] == "1 input waits to be labeled first."
    session = made.session()
    session.submit()
    session.close()
    shown.session.look()
    shown.say("review", task=made.id)
    assert shown.widget.view.view["notice"]["text"] == "this cannot be opened today."
    assert (shown.widget.view.view["opened"], len(shown.widget.children)) == (None, 1)


def test_H14_every_line_of_the_menu_has_its_verb(shown):
    made = shown.project.create_task("coats", concepts=["coat"])
    session = made.session()
    session.add("coat")
    session.close()
    shown.session.look()
    shown.say("version", task=made.id, name="first", message="")
    assert shown.widget.view.view["notice"]["text"] == "first is saved."
    assert shown.ask("labels", task=made.id)["items"] == [1]
    assert shown.ask("team", task=made.id)["items"] == [{"title": "t"}]
    shown.say("edit", task=made.id)
    assert (shown.widget.view.form["draft"]["name"], shown.widget.view.form["fixed"]) == ("coats", ["coat"])
    shown.say("cancel")
    shown.say("delete", task=made.id)
    assert shown.widget.view.view["notice"]["kind"] == "undo"
    shown.say("undo")
    assert shown.widget.view.view["total"] == 1


def test_H10_a_new_collaborator_can_be_chosen_at_once(shown):
    shown.say("person", name="ben")
    assert shown.widget.view.choices["people"] == ["ana", "ben"]


BAD = [
    ("label", {}),
    ("label", {"task": "nope"}),
    ("edit", {"task": 3}),
    ("create", {"draft": []}),
    ("person", {"name": "   "}),
    ("version", {"task": "nope", "name": "x", "message": ""}),
    ("tasks", {"search": "", "sort": "x", "down": False}),
    ("delete", {"task": "a" * 3000}),
]


@pytest.mark.parametrize(("kind", "content"), BAD, ids=range(len(BAD)))
def test_what_a_page_must_not_say_is_told_and_changes_nothing(shown, kind, content):
    before = shown.project.journal.rev()
    shown.say(kind, ask="q", start=0, count=5, **content)
    assert shown.answers[-1]["ok"] is False
    assert shown.widget.view.view["notice"]["kind"] == "error"
    assert shown.project.journal.rev() == before


def test_a_notice_is_painted_with_its_kind():
    state = BoardState("p", "ana", notice=Notice(3, "<b>said</b>", "info"))
    assert paint.view(state, 0)["notice"] == {"number": 3, "text": "<b>said</b>", "kind": "info"}


# ---- the labeling widget of a task


@pytest.fixture
def labeler(make_state, make_session, make_album):
    from notebook_labeler.widgets.labeler import Labeler

    made = []

    def build(**settings):
        made.append(Labeler(make_session(make_state(**settings)), make_album()))
        return made[-1]

    yield build
    for each in made:
        each.close()


def test_H17_without_assistance_there_is_no_assist_section_and_no_mapping_tab(labeler):
    plain, helped = labeler(assistance=False), labeler()
    assert [hasattr(each, "assist") for each in (plain, helped)] == [False, True]
    assert [hasattr(each, "mapping") for each in (plain, helped)] == [False, True]


def test_H11_instructions_say_whether_they_are_markdown(labeler):
    assert labeler(instructions="# Look", markdown=True).header.view.view["markdown"] is True
