"""Annotations of other programs, in and out: what `Task` and `Project` do when they are asked to import or export."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .domain.geometry import Box, Polygon
from .domain.tasks import DETECTION, SEGMENTATION
from .errors import BadInput, UnreadableInput
from .formats.records import Collection, Problem, Written
from .formats.registry import clean_format, find, guess
from .formats.safe import inside, name_parts
from .media.sources import inputs_from
from .runs.exchange.exporting import Export, Exporter
from .runs.exchange.folders import put_in_place
from .runs.exchange.importing import Importer, Wishes
from .runs.exchange.matching import Matcher
from .runs.exchange.placing import AUTO
from .runs.exchange.results import Exported, Imported
from .sharing import share_added
from .store.versions import Version

if TYPE_CHECKING:
    import pandas as pd

    from .project import Project
    from .task import Task

_PICTURES = {"voc": "JPEGImages"}  # where a format has its pictures; else in images/


def import_annotations(
    task: Task,
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    add_concepts: bool = False,
    submit: bool = False,
    shape: str | None = None,
    frame: str = AUTO,
    **options: Any,
) -> Imported:
    """Do what `Task.import_annotations` says."""
    wishes = Wishes(add_concepts=add_concepts, submit=submit, shape=shape, frame=frame)
    name, collection = _read(path, format, options)
    return _bring(task, collection, name, wishes)


def import_dataset(
    project: Project,
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    pictures: str | os.PathLike[str] | None = None,
    task: str = "imported",
    kind: str | None = None,
    submit: bool = False,
    shape: str | None = None,
    frame: str = AUTO,
    **options: Any,
) -> Imported:
    """Do what `Project.import_dataset` says."""
    wishes = Wishes(add_concepts=True, submit=submit, shape=shape, frame=frame)
    name, collection = _read(path, format, options)
    place = Path(path)
    folder = pictures if pictures is not None else place if place.is_dir() else place.parent
    try:
        matcher = Matcher(inputs_from(folder))
    except BadInput as error:
        said = str(error).rstrip(".").removesuffix("; give a folder, files or a table of them")
        raise BadInput(f"{said}; pass pictures=, the folder of the pictures.") from error
    found = {}
    for picture in collection.pictures:
        try:
            one = matcher.match(picture.name)
        except BadInput:
            continue  # told by the import itself
        found[one.input_id] = one
    if not found:
        raise BadInput(
            f"expected pictures of the dataset in {str(folder)!r:.200}, got none; pass pictures=, their folder."
        )
    if project.journal.add_inputs(found.values(), actor=project.actor).added:
        share_added(project)
    there = project.journal.find_task(task)
    made = (
        project.task(task)
        if there
        else project.create_task(task, concepts=collection.concepts, kind=kind or _kind(collection, shape))
    )
    return _bring(made, collection, name, wishes)


def export(
    task: Task,
    folder: str | os.PathLike[str],
    format: str,
    *,
    version: str | int | Version | None = None,
    pictures: bool = False,
    overwrite: bool = False,
    **options: Any,
) -> Exported:
    """Do what `Task.export` says."""
    project, name = task.project, clean_format(format)
    chosen = version if version is None or isinstance(version, Version) else project.version(version)
    if chosen is not None and chosen.task_id not in ("", task.id):
        raise BadInput(f"expected a version of the task {task.name!r:.80}, got {chosen.name!r:.80} of another one.")
    made = Exporter(project.journal, project.media.source, task.id, chosen).export()
    copied: list[Problem] = []

    def write(place: Path) -> Written:
        written: Written = _call(find(name).write, made.collection, place, options=options, what=name)
        if pictures:
            copied.extend(_copy(project, made, place / _PICTURES.get(name, "images")))
        return written

    written = put_in_place(Path(folder), write, format=name, overwrite=overwrite)
    return Exported(
        folder=Path(folder),
        format=name,
        pictures=len(made.collection.pictures),
        annotations=made.collection.label_count,
        concepts=made.collection.concepts,
        files=written.files,
        issues=(*made.collection.problems, *written.problems, *copied),
    )


def coco_results(
    results: str | os.PathLike[str] | list[Any], ground_truth: str | os.PathLike[str] | Mapping[str, Any]
) -> pd.DataFrame:
    """Read COCO results, what a detector said of the pictures of a COCO dataset, as a table of predictions.

    Parameters
    ----------
    results
        The JSON file, or the list in it: image_id, category_id, score, and bbox or segmentation each.
    ground_truth
        The dataset that the ids speak of: its JSON file, or the dict in it.

    Returns
    -------
    pandas.DataFrame
        `name` (the picture's file name), `concept`, `score`, `box` (left, top, width, height in pixels, or None) and
        `polygon` (rings, or None). It can be a task's model: ``project.create_task(..., model=frame)``.

    Raises
    ------
    BadInput
        A file is not what it should be, or a result speaks of nothing that is in the dataset.

    Examples
    --------
    >>> import notebook_labeler as nl
    >>> truth = {"images": [{"id": 7, "file_name": "a.png"}], "categories": [{"id": 1, "name": "hat"}]}
    >>> found = [{"image_id": 7, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.9}]
    >>> nl.coco_results(found, truth)[["name", "concept", "score", "box"]].values.tolist()
    [['a.png', 'hat', 0.9, [1.0, 2.0, 3.0, 4.0]]]
    """
    import pandas as pd

    from .formats.coco import read_results

    collection = read_results(
        results if isinstance(results, list) else Path(results),
        dict(ground_truth) if isinstance(ground_truth, Mapping) else Path(ground_truth),
    )
    if collection.problems:
        raise BadInput(f"{collection.problems[0]} ({len(collection.problems)} such; mend the results.)")
    rows = []
    for picture in collection.pictures:
        for label in picture.labels:
            box = list(label.region.sides) if isinstance(label.region, Box) else None
            polygon = [list(ring) for ring in label.region.rings] if isinstance(label.region, Polygon) else None
            rows.append((picture.name, label.concept, label.score, box, polygon))
    frame = pd.DataFrame(rows, columns=["name", "concept", "score", "box", "polygon"])
    return frame.astype({"name": "str", "concept": "str", "score": "float64", "box": "object", "polygon": "object"})


def _read(path: str | os.PathLike[str], format: str | None, options: dict[str, Any]) -> tuple[str, Collection]:
    place = Path(path).expanduser()
    if not place.exists():
        raise BadInput(f"expected a file or folder of annotations, but there is no {str(path)!r:.200}; check the path.")
    name = guess(place) if format is None else clean_format(format)
    return name, _call(find(name).read, place, options=options, what=name)


def _call(function: Any, *args: Any, options: dict[str, Any], what: str) -> Any:
    """Call a format with a user's options; one that it does not have is said in a sentence."""
    import inspect

    known = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise BadInput(f"expected options of {what} ({', '.join(known) or 'there are none'}), got {unknown[0]!r:.60}.")
    return function(*args, **options)


def _bring(task: Task, collection: Collection, format: str, wishes: Wishes) -> Imported:
    project = task.project
    return Importer(project.journal, project.media.source, task.id, project.actor, wishes).bring(collection, format)


def _kind(collection: Collection, shape: str | None) -> str:
    labels = [label for picture in collection.pictures for label in picture.labels]
    if labels and all(label.region is None for label in labels):
        return "classification"
    polygons = shape == "polygon" or any(isinstance(label.region, Polygon) for label in labels)
    return SEGMENTATION if polygons and shape != "box" else DETECTION


def _copy(project: Project, made: Export, folder: Path) -> list[Problem]:
    """Copy the pictures, under the names that the annotations call them by."""
    problems = []
    for name, one in made.inputs.items():
        target = inside(folder, name_parts(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source = project.media.source(one)
            if isinstance(source, bytes):
                target.write_bytes(source)
            else:
                shutil.copyfile(source, target)
        except (UnreadableInput, OSError) as error:
            problems.append(Problem(name, "", f"the picture could not be copied: {error}"))
    return problems
