"""What the journal keeps: frozen records with a key, a version and a tombstone, and their form as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from .names import clean_name, digest, name_key

HUMAN, MODEL, WORKFLOW, IMPORT = "human", "model", "workflow", "import"
SUCCESS, PENDING = "SUCCESS", "PENDING"


@dataclass(frozen=True, kw_only=True)
class Record:
    """A row of the journal. `version` counts its changes from 1; `deleted` is its tombstone."""

    kind: ClassVar[str]
    key_fields: ClassVar[tuple[str, ...]]
    version: int = 1
    deleted: bool = False
    updated_us: int = 0  # microseconds since 1970, UTC

    @property
    def key(self) -> tuple[str, ...]:
        """What identifies the row within its kind."""
        return tuple([getattr(self, name) for name in self.key_fields])  # twice as fast as without the list

    @property
    def content(self) -> dict[str, Any]:
        """Everything but the counters: two rows of equal content say the same."""
        return {k: v for k, v in vars(self).items() if k not in ("version", "updated_us")}

    def changed(self, **values: Any) -> Self:
        """Give the next version of the row."""
        return self.having(version=self.version + 1, **values)

    def having(self, **values: Any) -> Self:
        """Give the row with other values: `dataclasses.replace`, which is slow when there are a hundred thousand."""
        return type(self)(**{**vars(self), **values})


@dataclass(frozen=True, kw_only=True)
class Concept(Record):
    """A label of the project. Its key is the folded name, so that ``Cat`` and ``cat`` are one concept."""

    kind: ClassVar[str] = "concept"
    key_fields: ClassVar[tuple[str, ...]] = ("concept_key",)
    concept_key: str
    name: str
    created_by: str = ""

    @classmethod
    def named(cls, name: str, *, by: str = "") -> Concept:
        """Make a concept of a name as typed."""
        text = clean_name(name)
        return cls(concept_key=name_key(text), name=text, created_by=by)


SYNONYM, HYPONYM, HYPERNYM, UNRELATED = "synonym", "hyponym", "hypernym", "unrelated"
RELATION_TYPES = (SYNONYM, HYPONYM, HYPERNYM, UNRELATED)
BY_RENAME, BY_EDITOR = "rename", "editor"


@dataclass(frozen=True, kw_only=True)
class Relation(Record):
    """How another name (a model's concept, or one renamed away) relates to an own concept.

    `relation` says what `other` is to `concept`: its ``synonym``, its ``hyponym`` (more specific: a car is a
    kind of our vehicle), its ``hypernym`` (more general: a person may be our walker), or ``unrelated`` (a person
    has refused an automatic match). `source` is ``rename`` when it came from renaming a label.
    """

    kind: ClassVar[str] = "relation"
    key_fields: ClassVar[tuple[str, ...]] = ("concept_key", "other_key")
    concept_key: str
    other_key: str
    concept: str
    other: str
    relation: str = SYNONYM
    source: str = BY_EDITOR

    @classmethod
    def between(cls, concept: str, other: str, *, relation: str = SYNONYM, source: str = BY_EDITOR) -> Relation:
        """Relate an own concept to another name."""
        own, foreign = clean_name(concept), other.strip()
        return cls(
            concept_key=name_key(own),
            other_key=name_key(foreign),
            concept=own,
            other=foreign,
            relation=relation,
            source=source,
        )


@dataclass(frozen=True, kw_only=True)
class Annotation(Record):
    """A concept on an input (or on a region of it) that somebody stands for.

    `origin` says whose idea it was (human, model, workflow, import), `via` the verb that wrote it (added,
    accepted, accept_all, on_submit, renamed). `original` is the concept that a relation replaced, shown as a
    superscript. `geometry` is None for a label of the whole input; else JSON text in pixels of the upright picture (see
    `geometry.from_text`). `attributes` is JSON text of what an imported file said beside (VOC's ``difficult``, ...).
    """

    kind: ClassVar[str] = "annotation"
    key_fields: ClassVar[tuple[str, ...]] = ("task_id", "annotation_id")
    task_id: str
    annotation_id: str
    input_id: str
    concept: str
    concept_key: str
    shape: str = "label"  # label | box | polygon | span
    geometry: str | None = None
    status: str = SUCCESS
    origin: str = HUMAN
    via: str = "added"
    labeler: str = ""
    original: str | None = None
    model: str | None = None  # the model key of the suggestion behind it
    model_concept: str | None = None
    score: float | None = None
    threshold_low: float | None = None
    threshold_high: float | None = None
    created_us: int = 0
    attributes: str | None = None


def label_id(task_id: str, input_id: str, concept: str, labeler: str) -> str:
    """Give the id of a whole-input label, the same in every kernel, so that accepting twice is one row."""
    return digest("label", task_id, input_id, name_key(concept), labeler)


def object_id(task_id: str, input_id: str, suggestion_id: str, labeler: str) -> str:
    """Give the id that a suggested object has once somebody accepts it, the same in every kernel."""
    return digest("object", task_id, input_id, suggestion_id, labeler)


DECLINED, DISMISSED = "declined", "dismissed"


@dataclass(frozen=True, kw_only=True)
class Verdict(Record):
    """What a person said about a suggestion other than yes: ``declined`` (unchecked) or ``dismissed`` (binned)."""

    kind: ClassVar[str] = "verdict"
    key_fields: ClassVar[tuple[str, ...]] = ("task_id", "input_id", "suggestion_id")
    task_id: str
    input_id: str
    suggestion_id: str
    state: str = DECLINED
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Assignment(Record):
    """Where an input stands in a task. The moves between states are in `assignments.MOVES`."""

    kind: ClassVar[str] = "assignment"
    key_fields: ClassVar[tuple[str, ...]] = ("task_id", "input_id")
    task_id: str
    input_id: str
    position: int  # 0-based place in the task's queue
    state: str = "waiting"
    labeler: str = ""
    reviewer: str = ""
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskRecord(Record):
    """A task as it is kept: its name, and its settings as JSON (see `tasks.TaskSettings`)."""

    kind: ClassVar[str] = "task"
    key_fields: ClassVar[tuple[str, ...]] = ("task_id",)
    task_id: str
    name: str
    settings: str
    created_by: str = ""
    created_us: int = 0


@dataclass(frozen=True, kw_only=True)
class Collaborator(Record):
    """Somebody of the project's people. It is attribution, not authentication: nobody proves who they are."""

    kind: ClassVar[str] = "collaborator"
    key_fields: ClassVar[tuple[str, ...]] = ("person_key",)
    person_key: str
    name: str
    created_by: str = ""

    @classmethod
    def named(cls, name: str, *, by: str = "") -> Collaborator:
        """Make a collaborator of a name as typed; upper and lower case are told apart, as in labels."""
        text = clean_name(name, what="a collaborator's name")
        return cls(person_key=text, name=text, created_by=by)


@dataclass(frozen=True, kw_only=True)
class Dataset(Record):
    """A named choice of the project's inputs. `places` are their positions in the project (see `places.pack`)."""

    kind: ClassVar[str] = "dataset"
    key_fields: ClassVar[tuple[str, ...]] = ("dataset_id",)
    dataset_id: str
    name: str
    places: str = ""
    created_by: str = ""
    created_us: int = 0


RUNNING, STOPPED, FINISHED, FAILED = "running", "stopped", "finished", "failed"


@dataclass(frozen=True, kw_only=True)
class Run(Record):
    """A run of a machine over a task's inputs, as far as it has come. `what` names its kind.

    `holder` says which process works on it, and `beat_us` when it last said so: a run whose holder is gone can be
    taken over. `settings` is JSON text of what it was asked to do.
    """

    kind: ClassVar[str] = "run"
    key_fields: ClassVar[tuple[str, ...]] = ("run_id",)
    run_id: str
    task_id: str
    what: str = "prelabel"
    state: str = RUNNING
    by: str = ""
    settings: str = "{}"
    holder: str = ""
    beat_us: int = 0
    total: int = 0  # inputs that it considered
    labeled: int = 0
    skipped: int = 0
    failed: int = 0
    labels: int = 0  # annotations that it wrote
    started_us: int = 0
    ended_us: int = 0
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Prelabel(Record):
    """That a run wrote to an input, which it does once per `connection` of the task's dataset.

    The row is the charge: how much of a month's assist limit is used is how many rows that month has.
    """

    kind: ClassVar[str] = "prelabel"
    key_fields: ClassVar[tuple[str, ...]] = ("task_id", "connection", "input_id")
    task_id: str
    connection: int = 1
    input_id: str
    run_id: str = ""
    month: str = ""  # "2026-11", UTC
    labels: int = 0
    model: str = ""
    undone: bool = False


@dataclass(frozen=True, kw_only=True)
class Failure(Record):
    """That a run could do nothing with an input in its n-th `go` (its starts and continuations are counted), and why.

    Rows are made and never changed: what failed before a run was continued is what another `go` says.
    """

    kind: ClassVar[str] = "failure"
    key_fields: ClassVar[tuple[str, ...]] = ("run_id", "go", "input_id")
    run_id: str
    go: int = 1
    input_id: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Setting(Record):
    """A setting of the whole project, as JSON text."""

    kind: ClassVar[str] = "setting"
    key_fields: ClassVar[tuple[str, ...]] = ("name",)
    name: str
    value: str = "null"


_KINDS = (
    Concept, Relation, Annotation, Verdict, Assignment, TaskRecord, Collaborator, Dataset, Run, Prelabel, Failure,
    Setting,
)  # fmt: skip
RECORDS: dict[str, type[Record]] = {c.kind: c for c in _KINDS}
_FIELDS = {kind: frozenset(f.name for f in fields(cls)) for kind, cls in RECORDS.items()}


def to_json(record: Record | None) -> dict[str, Any] | None:
    """Give the JSON form of a record; it carries its kind by name."""
    return None if record is None else {"kind": record.kind, **vars(record)}  # flat: asdict would copy each value


def from_json(data: dict[str, Any] | None) -> Record | None:
    """Read back what `to_json` wrote. Fields that a later version added are left out."""
    if data is None:
        return None
    known = _FIELDS[data["kind"]]
    return RECORDS[data["kind"]](**{k: v for k, v in data.items() if k in known})


def dumps(data: Any) -> str:
    """Write JSON the one way that this project writes it (strict: no NaN)."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
