"""Any sequence of actions by anybody leaves a journal whose events give its rows, and an undo list that is a list."""

import tempfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notebook_labeler.domain import labeling
from notebook_labeler.domain.concept_map import Suggestion
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.labeling import Desk
from notebook_labeler.domain.operations import Operation
from notebook_labeler.domain.records import TaskRecord
from notebook_labeler.domain.tasks import SINGLE, TaskSettings
from notebook_labeler.errors import BadInput, Conflict, NothingToUndo, UnknownConcept
from notebook_labeler.sessions.backlog import move
from notebook_labeler.store.journal import Journal

NAMES = ("shirt", "hat", "Größe", "帽子")
INPUTS = [Input.at(f"/p/{n}.jpg") for n in range(3)]
name = st.sampled_from(NAMES)
suggestion = st.builds(lambda n, s: Suggestion(f"s-{n}", n, s, "m"), name, st.floats(0, 1))
VERBS = st.one_of(
    st.tuples(st.just(labeling.add), st.tuples(name)),
    st.tuples(st.just(labeling.accept), st.tuples(suggestion)),
    st.tuples(st.just(labeling.decline), st.tuples(name, suggestion)),
    st.tuples(st.just(labeling.dismiss), st.tuples(name)),
    st.tuples(st.just(labeling.rename), st.tuples(name, name)),
    st.tuples(st.sampled_from([labeling.submit, labeling.skip, labeling.reopen]), st.just(())),
)
BITS = st.sets(st.integers(0, 2), max_size=2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("do"), VERBS, st.integers(0, 2), st.sampled_from(["Ann", "Bob"]), st.booleans()),
        st.tuples(st.sampled_from(["undo", "redo"]), st.sampled_from(["Ann", "Bob"])),
        st.tuples(st.sampled_from(["unreadable", "readable"]), st.integers(0, 2)),
        st.tuples(st.just("move"), st.sampled_from(["backlog", "waiting"]), st.sampled_from(["Ann", "Bob"]), BITS),
        st.tuples(st.just("reopen")),
    ),
    max_size=25,
)


def done(journal, rules, verb, arguments, n, actor):
    scene = journal.scene("t", INPUTS[n].input_id)
    desk = Desk("t", actor, rules, scene, journal.concepts(), journal.relations())
    return verb(desk, *arguments)


def standing(journal):
    scenes = [journal.scene("t", one.input_id) for one in INPUTS]
    said = [r.content for s in scenes for r in (s.assignment, *s.active, *s.verdicts) if not r.deleted]
    return said + [r.content for r in journal.relations().values() if not r.deleted]


@given(steps=STEPS, single=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
def test_X01_whatever_is_done_and_undone_the_events_give_the_rows(steps, single):
    rules = TaskSettings(concepts=NAMES[:2], choice=SINGLE if single else "multiple")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/labels.db"
        journal = Journal.open(url)
        journal.add_inputs(INPUTS, actor="Ann")
        journal.create_task(TaskRecord(task_id="t", name="t", settings=rules.dumps()), actor="Ann")
        stacks = {"Ann": ([], []), "Bob": ([], [])}  # what undo and redo lists must hold
        for step in steps:
            before, rev = standing(journal), journal.rev()
            try:
                match step:
                    case ("do", (verb, arguments), n, actor, joined):
                        changes = done(journal, rules, verb, arguments, n, actor)
                        group = stacks[actor][0][-1] if joined and stacks[actor][0] and not stacks[actor][1] else None
                        made = Operation.of(
                            verb.__name__, changes, actor=actor, task_id="t", input_id=INPUTS[n].input_id, group=group
                        )
                        journal.commit(made)
                        if made is not None:
                            if group is None:
                                stacks[actor][0].append(made.group)
                            stacks[actor][1].clear()
                    case ("move", state, actor, some):
                        move(journal, "t", state, actor=actor, input_ids=[INPUTS[n].input_id for n in some] or None)
                        if journal.rev() > rev:
                            stacks[actor][0].append(journal.events(after=rev)[-1].operation.group)
                            stacks[actor][1].clear()
                    case ("undo" | "redo" as verb, actor):
                        undo, redo = stacks[actor]
                        source, target = (undo, redo) if verb == "undo" else (redo, undo)
                        turned = getattr(journal, verb)("t", actor)
                        assert turned.group == source[-1]
                        target.append(source.pop())
                    case ("unreadable", n):
                        journal.mark_unreadable(INPUTS[n].input_id, "why")
                    case ("readable", n):
                        journal.mark_readable(INPUTS[n].input_id)
                    case _:
                        journal.close()
                        journal = Journal.open(url)
            except NothingToUndo:
                assert not stacks[step[1]][step[0] == "redo"]
            except (Conflict, BadInput, UnknownConcept):
                assert (standing(journal), journal.rev()) == (before, rev), "a refusal changes nothing"
        report = journal.check()
        assert report.ok, report.problems
        progress = journal.progress("t")
        assert progress.total == 3
        journal.close()


@given(verbs=st.lists(st.tuples(VERBS, st.integers(0, 2)), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
def test_X01_all_undone_is_the_beginning_and_all_redone_is_the_end(verbs):
    rules = TaskSettings(concepts=NAMES[:2])
    with tempfile.TemporaryDirectory() as folder, Journal.open(f"sqlite:///{folder}/labels.db") as journal:
        journal.add_inputs(INPUTS, actor="Ann")
        journal.create_task(TaskRecord(task_id="t", name="t", settings=rules.dumps()), actor="Ann")
        seen = [standing(journal)]
        for (verb, arguments), n in verbs:
            try:
                changes = done(journal, rules, verb, arguments, n, "Ann")
            except (BadInput, UnknownConcept):
                continue
            made = Operation.of(verb.__name__, changes, actor="Ann", task_id="t", input_id=INPUTS[n].input_id)
            if made is not None:
                journal.commit(made)
                seen.append(standing(journal))
        for expected in seen[-2::-1]:
            journal.undo("t", "Ann")
            assert standing(journal) == expected
        for expected in seen[1:]:
            journal.redo("t", "Ann")
            assert standing(journal) == expected
        assert journal.check().ok
