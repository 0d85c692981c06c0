"""A team's tables from Python: figures of each person, second opinions, agreement."""

import math

import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler.domain.labeling import Desk
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.reviewing import approve, reject
from notebook_labeler.domain.sharing import Dealt
from notebook_labeler.errors import BadInput
from notebook_labeler.taskboard import tables

EVIL = "<img src=x onerror=alert(1)> 🐑"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "photos").mkdir()
    for name in "abcd":
        Image.new("RGB", (20, 20)).save(tmp_path / "photos" / f"{name}.png")
    with nl.open_project(tmp_path / "project", actor="ana") as opened:
        opened.add_inputs(tmp_path / "photos")
        yield opened


def shared(project, *deals, **settings):
    """A task whose inputs are dealt out by hand: seat, role, person, places."""
    task = project.create_task("task", **settings)
    record = project.journal.task(task.id)
    people = {role + "s": tuple({p: 0 for _, r, p, _ in deals if r == role}) for role in ("labeler", "reviewer")}
    wanted = task.settings.changed(**people, opinions=2, opinions_share=0.75)
    change = Change(record, record.changed(settings=wanted.dumps()))
    made = [Dealt(*deal) for deal in deals]
    project.journal.share_out(task.id, made, actor="ana", seen=project.journal.rev(), changes=[change])
    return task


def judge(task, name, *, actor="eva", comment=""):
    journal = task.project.journal
    where = task.inputs.set_index("name")["input_id"][name]
    desk = Desk(task.id, actor, task.settings, journal.scene(task.id, where))
    changes = reject(desk, comment) if comment else approve(desk)
    kind = "reject" if comment else "approve"
    journal.commit(Operation.of(kind, changes, actor=actor, task_id=task.id, input_id=where))


SHARES = (0, "labeler", "ana", "0-3"), (1, "labeler", EVIL, "0-2"), (0, "reviewer", "eva", "0-3")


def test_X10_a_task_tells_figures_second_opinions_and_agreement(project):
    task = shared(project, *SHARES, concepts=["cat", "dog"])
    ana, other = task.session(actor="ana"), task.session(actor=EVIL)
    for session, labels in ((ana, ["cat", "cat", "", "dog"]), (other, ["cat", "", ""])):
        for label in labels:
            if label:
                session.add(label)
            session.submit()
    other.undo()
    session = task.session(actor=EVIL)
    assert session.state.input.name == "c.png"  # it is open again
    assert [len(own) for _, own in task.opinions.groupby("name")] == [2, 2]
    session.submit()
    judge(task, "a.png")
    judge(task, "b.png", comment="a dog")

    assert task.opinions.astype(object).where(task.opinions.notna(), None)[
        ["name", "seat", "person", "concept", "shape", "box"]
    ].values.tolist() == [
        ["a.png", 0, "ana", "cat", "label", None],
        ["a.png", 1, EVIL, "cat", "label", None],
        ["c.png", 0, "ana", None, None, None],
        ["c.png", 1, EVIL, None, None, None],
    ]  # b.png is with ana again
    cat, dog, both = task.agreement().itertuples(index=False)
    assert (cat.concept, cat.inputs, cat.alpha, cat.kappa, cat.note) == ("cat", 2, 1.0, 1.0, "")
    assert math.isnan(dog.alpha)
    assert dog.note == "undefined: nobody used it"
    assert both.concept == "(all)"

    team = task.team.set_index("person")
    assert team.index.tolist() == ["ana", EVIL, "eva"]
    shown = team[["inputs", "submitted", "left", "skipped", "approved", "approved_at_once", "rejected"]]
    assert shown.values.tolist() == [[4, 4, 1, 0, 1, 1, 1], [3, 3, 0, 0, 0, 0, 0], [0] * 7]
    assert team[["reviewing", "reviewed"]].values.tolist() == [[0, 0], [0, 0], [4, 2]]
    assert team.loc["ana", "rate"] == 0.5
    assert 0 < team.loc["ana", "low"] < 0.5 < team.loc["ana", "high"] < 1
    assert team.loc[EVIL, ["rate", "low", "high"]].isna().all()
    assert (team["active_minutes"] >= 0).all()
    for each in (ana, other, session):
        each.close()


def test_X10_objects_are_compared_by_how_they_overlap(project):
    task = shared(project, *SHARES, kind="detection", concepts=["car"])
    for actor, width in (("ana", 10), (EVIL, 6)):
        session = task.session(actor=actor)
        for _ in range(2):
            session.draw("car", [1, 2, width, 10])
            session.submit()
        session.close()
    assert [box.tolist() for box in task.opinions["box"]] == [[1, 2, 10, 10], [1, 2, 6, 10]] * 2
    car = task.agreement().iloc[0]
    assert (car["concept"], car["f1"], car["iou"], car["inputs"], car["objects"]) == ("car", 1.0, 0.6, 2, 4)
    assert task.agreement(iou=0.61)["f1"].tolist() == [0.0, 0.0]


def test_X10_an_overlap_that_cannot_be_is_refused(project):
    task = project.create_task("task")
    for iou in (0, -1, 1.1, math.nan, math.inf, True, "0.5", None):
        with pytest.raises(BadInput, match="expected iou as a number above 0"):
            task.agreement(iou=iou)


def test_X10_tables_have_the_same_columns_and_types_when_there_is_nothing(project):
    task = project.create_task("task", concepts=["cat"])
    nothing = task.team, task.opinions, task.agreement()
    assert [len(frame) for frame in nothing] == [0, 0, 2]
    assert set(task.agreement()["note"]) == {"undefined: fewer than 2 inputs have two opinions"}
    session = task.session()
    session.submit()
    session.close()
    one = task.team
    assert (one.dtypes == nothing[0].dtypes).all()
    assert one["inputs"].isna().all()  # nothing is shared out: anybody labels
    assert one["reviewing"].isna().all()
    drawn = project.create_task("drawn", kind="segmentation", concepts=["cat"]).agreement()
    assert drawn["note"].tolist() == ["undefined: no input has two opinions"] * 2


def test_X10_who_has_both_seats_of_an_input_gives_one_opinion(project):
    task = shared(project, (0, "labeler", "ana", "0-3"), (1, "labeler", "ben", "0-1"), concepts=["cat"])
    ben = task.session(actor="ben")
    for _ in range(2):
        ben.submit()
    ben.close()
    task.share_out(["ben"], second_opinions=0.0)  # ana left, and what was hers is ben's now
    ben = task.session(actor="ben")
    for _ in range(4):
        ben.submit()
    ben.close()
    assert task.opinions.empty


@pytest.mark.parametrize("name", ["assist", "assistance", "markdown", "keep_together"])
def test_what_is_yes_or_no_is_refused_when_it_is_neither(project, name):
    task = project.create_task("task", model="toys")
    with pytest.raises(BadInput, match="True or False, got 'no'"):
        task.edit(**{name: "no"})


@pytest.mark.parametrize(("kind", "first"), [("classification", "Agreement"), ("detection", "F1")])
def test_X10_the_boards_tables_name_their_figures_and_say_what_they_mean(project, kind, first):
    task = shared(project, *SHARES, concepts=["cat"], kind=kind)
    for person in ("ana", EVIL):
        session = task.session(actor=person)
        while session.state.progress.left:
            if kind == "detection":
                session.draw("cat", [2, 2, 9, 9])
            elif session.state.input.name != "b.png":
                session.add("cat")
            session.submit()
        session.close()
    team, agreement = tables(project, task.id)
    assert team["columns"][:4] == ["Person", "Inputs", "Left", "Submitted"]
    assert [row[:4] for row in team["rows"]] == [["ana", 4, 0, 4], [EVIL, 3, 0, 3], ["eva", 0, 0, 0]]
    assert (agreement["columns"][1], agreement["digits"][:2]) == (first, [0, 2])
    assert agreement["columns"][2 if kind == "detection" else 3] == "95% from"
    assert agreement["rows"][-1][:2] == ["(all)", 1]
    assert agreement["note"].startswith(first)
    assert "Kappa" not in agreement["columns"] or any(row[5] is not None for row in agreement["rows"])
