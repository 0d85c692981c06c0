"""What an import changes on one input: labels that are new get an annotation, those that are there are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...domain.assignments import BACKLOG, DONE, SUBMITTED, moved
from ...domain.labeling import Scene, clear, put
from ...domain.names import digest, name_key
from ...domain.operations import Change
from ...domain.prelabel import untouched
from ...domain.records import IMPORT, SUCCESS, Annotation, label_id
from ...domain.tasks import SINGLE, TaskSettings
from ...formats.records import Label, Problem

VIA = "imported"


@dataclass
class Planner:
    """Plans the import of one file into one task, input by input.

    Ids follow from task, input, concept and geometry, so that the same file imported twice is there once; a label whose
    concept and region somebody has put there already is known too, and one that was edited since stays edited. What a
    run left there pending is no label yet: the file says yes to it, or it gives way where the task takes one label.
    """

    task_id: str
    actor: str
    settings: TaskSettings
    spelled: Mapping[str, str]  # the project's spelling of a concept, by key
    at_us: int  # when the first annotation is said to be made; each further one a microsecond later, to keep the order
    inputs: int = 0
    added: int = 0
    known: int = 0
    submitted: int = 0
    problems: list[Problem] = field(default_factory=list)

    def changes(self, scene: Scene | None, labels: list[Label], name: str, *, submit: bool) -> list[Change]:
        """Give the changes for one input; `name` is what problems call its picture. None: the task does not have it."""
        if scene is None:
            self.problems.append(Problem(name, "", "expected a picture of this task, got one that it does not have."))
            return []
        self.inputs += 1
        there = {a.annotation_id: a for a in scene.annotations}
        pending = {a.annotation_id: a for a in scene.active if untouched(a)}
        said = [a for a in scene.active if a.annotation_id not in pending]
        standing = Counter((a.concept_key, a.geometry) for a in said)
        nth: Counter[tuple[str, str | None]] = Counter()
        taken = {a.concept_key for a in said}
        changes: list[Change] = []
        for label in labels:
            what = name_key(label.concept), None if label.region is None else label.region.text
            nth[what] += 1
            wanted = self._annotation(scene.assignment.input_id, label, what, nth[what])
            before = there.get(wanted.annotation_id)
            if (before is not None and not before.deleted) or nth[what] <= standing[what]:
                self.known += 1
            elif label.region is None and self.settings.choice == SINGLE and taken:
                reason = f"{label.concept!r} was left out, for the input has another label, and the task takes one."
                self.problems.append(Problem(name, "", reason))
            else:
                self.added += 1
                taken.add(what[0])
                same = next((a for a in pending.values() if (a.concept_key, a.geometry) == what), None)
                if same is not None:
                    said_yes = same.changed(status=SUCCESS, via=VIA, labeler=self.actor)
                    changes.append(Change(pending.pop(same.annotation_id), said_yes))
                else:
                    changes.append(Change(None, wanted) if before is None else put(before, wanted))
                if self.settings.choice == SINGLE:
                    changes += [clear(pending.pop(key)) for key in list(pending)]
        return changes + (self._handed_in(scene) if submit else [])

    def _annotation(self, input_id: str, label: Label, what: tuple[str, str | None], nth: int) -> Annotation:
        key, geometry = what
        concept = self.spelled.get(key, label.concept)
        own = (
            label_id(self.task_id, input_id, concept, self.actor)
            if geometry is None
            else digest("import", self.task_id, input_id, key, geometry, str(nth))
        )
        return Annotation(
            task_id=self.task_id,
            annotation_id=own,
            input_id=input_id,
            concept=concept,
            concept_key=key,
            shape="label" if label.region is None else label.region.shape,
            geometry=geometry,
            origin=IMPORT,
            via=VIA,
            labeler=self.actor,
            score=label.score,
            created_us=self.at_us + self.added,
            attributes=label.attributes or None,
        )

    def _handed_in(self, scene: Scene) -> list[Change]:
        before = scene.assignment
        if before.state in DONE or before.state == BACKLOG:
            return []
        self.submitted += 1
        after = moved(before, SUBMITTED)
        return [Change(before, after if after.labeler else replace(after, labeler=self.actor))]
