"""How a row is named to a person whose change it stood in the way of."""

from __future__ import annotations

from ..domain.records import Annotation, Assignment, Concept, Record, Relation, TaskRecord


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
    return "what was said of this suggestion"
