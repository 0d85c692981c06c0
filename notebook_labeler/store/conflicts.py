"""How a row is named to a person whose change it stood in the way of."""

from __future__ import annotations

from ..domain.records import (
    Annotation,
    Assignment,
    Collaborator,
    Concept,
    Dataset,
    Failure,
    Prelabel,
    Record,
    Relation,
    Run,
    Setting,
    TaskRecord,
)


def thing(record: Record) -> str:
    """Name a record in an error."""
    match record:
        case Annotation():
            return f"the label {record.concept!r}"
        case Concept():
            return f"the concept {record.name!r}"
        case Relation():
            return f"the relation of {record.other!r} to {record.concept!r}"
        case TaskRecord():
            return f"the task {record.name!r}"
        case Assignment():
            return "the state of this input"
        case Dataset() | Collaborator():
            return f"the {record.kind} {record.name!r}"
        case Run():
            return "this run"
        case Failure():
            return "what a run failed on"
        case Prelabel():
            return "what a run wrote on this input"
        case Setting():
            return f"the project's setting {record.name!r}"
    return "what was said of this suggestion"
