"""X01: undo and redo across every action, found in the events."""

import pytest

from notebook_labeler.domain import labeling
from notebook_labeler.domain.concept_map import Suggestion
from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.errors import Conflict, NothingToUndo
from notebook_labeler.store.journal import Journal

HAT = Suggestion("s", "hat", 0.75, "m1")


def undo(world, actor="Ann"):
    return world.journal.undo("t", actor)


def redo(world, actor="Ann"):
    return world.journal.redo("t", actor)


ACTIONS = {
    "accept": lambda world: world.do(labeling.accept, HAT),
    "decline": lambda world: world.do(labeling.decline, "shirt", HAT),
    "dismiss": lambda world: world.do(labeling.dismiss, "shirt", HAT),
    "add": lambda world: world.do(labeling.add, "glove"),
    "rename": lambda world: world.do(labeling.rename, "shirt", "blouse"),
    "submit": lambda world: world.do(labeling.submit),
    "skip": lambda world: world.do(labeling.skip),
    "accept_all": lambda world: world.do(labeling.accept_all, [HAT], low=0.0, high=1.0),
    "relate": lambda world: world.do(labeling.relate, "shirt", "jersey", relation="synonym"),
}


@pytest.mark.parametrize("kind", ACTIONS)
def test_X01_undo_restores_what_stood_before_and_redo_what_stood_after(world, kind):
    def seen():
        journal = world.journal
        scene = journal.scene("t", world.inputs[0].input_id)
        rows = [*scene.annotations, *scene.verdicts, *journal.concepts().values(), *journal.relations().values()]
        return scene.assignment.state, [r.content for r in rows if not r.deleted], journal.progress("t")

    world.do(labeling.add, "shirt")
    before = seen()
    ACTIONS[kind](world)
    after = seen()
    assert after != before
    for _ in range(2):
        assert world.journal.undoable("t", "Ann") == (kind, None)
        done = undo(world)
        assert (done.kind, done.task_id, done.input_id, done.count) == (kind, "t", world.inputs[0].input_id, 1)
        assert seen() == before
        assert world.journal.undoable("t", "Ann") == ("add", kind)
        assert redo(world).kind == kind
        assert seen() == after


def test_X01_undo_goes_back_step_by_step_and_redo_forth(world):
    for n in range(3):
        world.do(labeling.add, f"c{n}")
    assert [len(world.labels()), *(undo(world) and len(world.labels()) for _ in range(3))] == [3, 2, 1, 0]
    with pytest.raises(NothingToUndo, match="Ann to undo"):
        undo(world)
    assert [redo(world) and world.labels()[-1] for _ in range(2)] == ["c0", "c1"]
    assert undo(world)
    assert world.labels() == ["c0"]
    assert redo(world)
    assert redo(world)
    assert world.labels() == ["c0", "c1", "c2"]
    with pytest.raises(NothingToUndo, match="Ann to redo"):
        redo(world)


def test_X01_a_new_action_clears_redo(world):
    world.do(labeling.add, "a")
    world.do(labeling.add, "b")
    undo(world)
    world.do(labeling.add, "c")
    with pytest.raises(NothingToUndo):
        redo(world)
    assert undo(world)
    assert world.labels() == ["a"]
    assert undo(world)
    assert world.labels() == []
    assert world.journal.undoable("t", "Ann") == (None, "add")


def test_X01_a_group_is_undone_together(world):
    world.do(labeling.add, "shirt", n=4)
    for n in range(3):
        world.do(labeling.accept, HAT, n=n, group="all", kind="accept_all")
    done = undo(world)
    assert (done.kind, done.input_id, done.group, done.count) == ("accept_all", "", "all", 3)
    assert [world.labels(n) for n in range(5)] == [[], [], [], [], ["shirt"]]
    assert redo(world).count == 3
    assert [world.labels(n) for n in range(5)] == [["hat"], ["hat"], ["hat"], [], ["shirt"]]
    assert undo(world).count == 3
    assert "hat" not in [c.name for c in world.journal.concepts().values() if not c.deleted]


def test_X01_undo_is_each_persons_own(world):
    world.do(labeling.add, "a", actor="Ann")
    world.do(labeling.add, "b", actor="Bob", n=1)
    assert undo(world, "Ann")
    assert world.labels(0) == []
    assert world.labels(1) == ["b"]
    assert world.journal.undoable("t", "Bob") == ("add", None)
    assert redo(world, "Ann")
    assert undo(world, "Bob")
    assert world.labels(1) == []
    with pytest.raises(NothingToUndo):
        undo(world, "Eve")


def test_X01_undo_refuses_what_somebody_changed_since(world):
    world.do(labeling.submit, actor="Ann")
    world.do(labeling.reopen, actor="Bob")
    rev = world.journal.rev()
    with pytest.raises(Conflict, match=r"Bob changed the state of this input meanwhile \(reopen\)"):
        undo(world, "Ann")
    assert world.journal.rev() == rev
    undo(world, "Bob")
    assert undo(world, "Ann").kind == "submit", "it stands again as Ann left it"


def test_X01_redo_refuses_what_somebody_changed_since(world):
    world.do(labeling.submit, actor="Ann")
    undo(world, "Ann")
    world.do(labeling.skip, actor="Bob")
    with pytest.raises(Conflict, match="Bob changed"):
        redo(world, "Ann")


def test_X01_who_put_a_concept_on_a_tasks_list_takes_it_back_whatever_others_changed_of_the_task_since(world):
    journal = world.journal

    def concepts():
        return TaskSettings.loads(journal.task("t").settings).concepts

    def put(concept, actor):
        record, desk = journal.task("t"), world.desk(actor=actor)
        listed = TaskSettings.loads(record.settings).changed(concepts=(*concepts(), concept))
        changes = [*labeling.add(desk, concept), Change(record, record.changed(settings=listed.dumps()))]
        journal.commit(Operation.of("add", changes, actor=actor, task_id="t", input_id=desk.input_id))

    put("hat", "Ann")
    put("coat", "Bob")
    record = journal.task("t")
    wanted = TaskSettings.loads(record.settings).changed(instructions="Look twice.")
    journal.commit(Operation.of("settings", [Change(record, record.changed(settings=wanted.dumps()))], actor="Cleo"))
    undo(world, "Ann")
    assert (concepts(), world.labels(), journal.concepts()["hat"].deleted) == (("shirt", "coat"), ["coat"], True)
    assert TaskSettings.loads(journal.task("t").settings).instructions == "Look twice."
    undo(world, "Bob")
    redo(world, "Ann")
    assert (concepts(), world.labels()) == (("shirt", "hat"), ["hat"])
    redo(world, "Bob")
    assert set(concepts()) == {"shirt", "coat", "hat"}


def test_X01_a_setting_that_somebody_changed_since_is_not_overwritten_by_undo(world):
    journal, record = world.journal, world.journal.task("t")
    for actor, shape in (("Ann", "polygon"), ("Bob", "box")):
        record = journal.task("t")
        wanted = TaskSettings.loads(record.settings).changed(geometries=(("shirt", shape),))
        change = Change(record, record.changed(settings=wanted.dumps()))
        journal.commit(Operation.of("geometry", [change], actor=actor, task_id="t"))
    with pytest.raises(Conflict, match="Bob changed the task 'clothes' meanwhile"):
        undo(world, "Ann")


def test_X01_a_concept_used_elsewhere_outlives_the_undo_of_what_made_it(world):
    world.do(labeling.add, "hat", actor="Ann")
    world.do(labeling.add, "hat", actor="Bob", n=1)
    undo(world, "Ann")
    assert not world.journal.concepts()["hat"].deleted
    assert (world.labels(0), world.labels(1)) == ([], ["hat"])
    redo(world, "Ann")
    assert (world.labels(0), world.labels(1)) == (["hat"], ["hat"])


@pytest.mark.parametrize("how", ["settings", "relation"])
def test_X01_a_concept_that_a_task_or_a_relation_names_stays(world, how):
    world.do(labeling.add, "hat", actor="Ann")
    if how == "settings":
        task = world.journal.task("t")
        changed = task.changed(settings=TaskSettings(concepts=("shirt", "Hat")).dumps())
        change = labeling.Change(task, changed)
        world.journal.commit(Operation.of("settings", [change], actor="Bob", task_id="t"))
    else:
        world.do(labeling.relate, "hat", "cap", relation="synonym", actor="Bob")
    undo(world, "Ann")
    assert not world.journal.concepts()["hat"].deleted
    assert world.labels() == []


def test_X01_a_concept_made_again_by_somebody_else_is_no_hindrance_to_redo(world):
    world.do(labeling.add, "hat", actor="Ann")
    undo(world, "Ann")
    world.do(labeling.add, "hat", actor="Bob", n=1)
    redo(world, "Ann")
    assert (world.labels(0), world.labels(1)) == (["hat"], ["hat"])


def test_X01_an_undo_sent_twice_is_made_once(world):
    world.do(labeling.add, "a")
    world.do(labeling.add, "b")
    first = world.journal.undo("t", "Ann", op_id="u1")
    rev = world.journal.rev()
    assert world.journal.undo("t", "Ann", op_id="u1") == first
    assert (world.journal.rev(), world.labels()) == (rev, ["a"])


def test_X01_undo_works_after_reopening(world, url):
    world.do(labeling.add, "a")
    world.do(labeling.add, "b")
    undo(world)
    world.journal.close()
    with Journal.open(url) as again:
        assert again.undoable("t", "Ann") == ("add", "add")
        assert again.undo("t", "Ann").kind == "add"
        assert not again.scene("t", world.inputs[0].input_id).active
        assert again.redo("t", "Ann")
        assert again.redo("t", "Ann")
        assert [a.concept for a in again.scene("t", world.inputs[0].input_id).active] == ["a", "b"]


def test_X01_making_a_task_is_not_undone_by_a_keystroke(world):
    with pytest.raises(NothingToUndo):
        undo(world)
    assert world.journal.undoable("t", "Ann") == (None, None)
