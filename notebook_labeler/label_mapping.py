"""The label mapping of a task as a table: which model class feeds which concept, drawn how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .domain.geometry import LABEL
from .domain.label_mapping import ClassLine, Wanted, class_lines
from .errors import BadInput
from .store.frames import to_frame

if TYPE_CHECKING:
    import pandas as pd

    from .project import Project
    from .sessions.mapping import Mapper
    from .sessions.workbench import Workbench

COLUMNS = pa.schema([(name, pa.string()) for name in ("model_class", "concept", "geometry", "relation", "source")])
FORMS = "a dict such as {'car': 'vehicle', 'sheep': ('animal', 'box')} or a DataFrame with model_class and concept"


def mapping_frame(project: Project, task_id: str, model: Any) -> pd.DataFrame:  # Any: see `Project.create_task`
    """Give a task's label mapping: a row per model class and concept that it feeds, else one without a concept."""
    bench, mapper = _opened(project, task_id, model)
    rows = [row for line in _lines(bench, mapper) for row in _rows(line)]
    return to_frame(pa.Table.from_pylist([dict(zip(COLUMNS.names, row, strict=True)) for row in rows], COLUMNS))


def map_labels(project: Project, task_id: str, mapping: Any, model: Any) -> None:  # Any: what a user has
    """Bring a task's label mapping to what is asked for, in one action; see `Task.map_labels`."""
    from .sessions.label_mapping import remapping
    from .sessions.relations import empty_desk

    lines = tuple(_wanted(mapping))
    bench, mapper = _opened(project, task_id, model)
    desk = empty_desk(bench)
    bench.commit("map", desk, remapping(bench, mapper, desk, lines))


def _opened(project: Project, task_id: str, model: Any) -> tuple[Workbench, Mapper]:
    from .sessions.assistance import Assistance
    from .sessions.label_mapping import opened
    from .sessions.workbench import Workbench

    bench = Workbench(project.journal, task_id, actor=project.actor)
    chosen = model if model is not None else bench.settings.model
    if isinstance(chosen, str) and not chosen:
        raise BadInput("the task has no model whose classes could be mapped; pass model=, for example model='toys'.")
    assistance = Assistance(lambda: project.runner, project.predictions)
    return bench, opened(assistance, chosen, bench.settings)


def _lines(bench: Workbench, mapper: Mapper) -> tuple[ClassLine, ...]:
    found = mapper.build(bench.settings.concepts, bench.relations, bench.concepts)
    vocabulary = mapper.vocabulary
    return class_lines(vocabulary.labels, found.links, (), bench.settings, vocabulary.shapes, found.renamed)


def _rows(line: ClassLine) -> list[tuple[str | None, ...]]:
    fed = [(line.model_class, feed.concept, feed.geometry, feed.relation, feed.source) for feed in line.feeds]
    return [*fed] or [(line.model_class, None, None, None, None)]


def _wanted(mapping: Any) -> Iterator[Wanted]:
    """Turn what a user may have at hand into lines of the table."""
    if isinstance(mapping, Mapping):
        for model_class, target in mapping.items():
            concept, geometry = target if isinstance(target, tuple | list) and len(target) == 2 else (target, None)
            yield _line(model_class, concept, geometry)
        return
    columns = getattr(mapping, "columns", None)
    if columns is None or not {"model_class", "concept"} <= set(columns):
        got = type(mapping).__name__ if columns is None else f"columns {', '.join(map(str, columns))}"
        raise BadInput(f"expected {FORMS}, got {got:.200}.")
    for row in mapping.to_dict("records"):
        yield _line(*(row.get(name) for name in ("model_class", "concept", "geometry", "relation")))


def _line(model_class: Any, concept: Any, geometry: Any, relation: Any = None) -> Wanted:
    texts: list[Any] = [None if _missing(value) else value for value in (model_class, concept, geometry, relation)]
    if texts[0] is None or any(not isinstance(text, str | None) for text in texts):
        raise BadInput(f"expected {FORMS}, got {model_class!r:.60} with {concept!r:.60}.")
    label, own, shape, kind = texts
    return Wanted(label, own, None if own is None or shape == LABEL else shape, None if own is None else kind)


def _missing(value: Any) -> bool:
    """Whether a cell is empty, in any of the ways in which pandas says so."""
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )
