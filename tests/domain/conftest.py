"""A desk with one input, as most scenes begin."""

from dataclasses import replace

import pytest

from notebook_labeler.domain.labeling import Desk, Scene
from notebook_labeler.domain.records import Annotation, Assignment, Concept, Prelabel, Relation, Verdict
from notebook_labeler.domain.tasks import TaskSettings


def fresh_desk(**settings):
    return Desk("task", "ana", TaskSettings(**settings), Scene(Assignment(task_id="task", input_id="in", position=0)))


def after(desk, changes):
    """Give the desk as it is once the changes are made, refusing changes that the journal would refuse."""
    rows = {
        Annotation: {a.key: a for a in desk.scene.annotations},
        Verdict: {v.key: v for v in desk.scene.verdicts},
        Concept: dict(desk.concepts),
        Relation: dict(desk.relations),
        Assignment: {desk.scene.assignment.key: desk.scene.assignment},
        Prelabel: {desk.scene.prelabel.key: desk.scene.prelabel} if desk.scene.prelabel else {},
    }
    for change in changes:
        kept, key = rows[type(change.after)], change.after.key
        if isinstance(change.after, Concept):
            key = change.after.concept_key
        assert kept.get(key) == change.before, "the change was made of something else than what is kept"
        kept[key] = change.after
    scene = replace(
        desk.scene,
        annotations=tuple(rows[Annotation].values()),
        verdicts=tuple(rows[Verdict].values()),
        assignment=next(iter(rows[Assignment].values())),
        prelabel=next(reversed(rows[Prelabel].values()), None),
    )
    return replace(desk, scene=scene, concepts=rows[Concept], relations=rows[Relation])


@pytest.fixture
def make_desk():
    return fresh_desk


@pytest.fixture
def then():
    return after
