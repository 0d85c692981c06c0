"""Label Studio JSON (https://labelstud.io/guide/task_format): the tasks of an export, full or JSON-MIN.

Read are rectangles, polygons, ellipses, painted masks and choices; of several annotations of a task the ground truth,
or else the last one. Coordinates are those of the picture as browsers show it, EXIF applied.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import BadInput
from .label_studio_names import address_key, picture_names
from .label_studio_results import Results, size_of
from .label_studio_words import CHOICES, EXPORTED, NAMED
from .label_studio_writing import FILE, label_config, write
from .records import Collection, Findings, Picture, attributes_text
from .safe import files_in, head, read_json

__all__ = ["label_config", "looks_like", "read", "write"]

Json = dict[str, Any]  # Any: JSON of others, looked at key by key
_MARKS = ("data", "result", "annotation_id", "lead_time", *NAMED)
_MOST_FILES = 1000
_CHOICE_KEYS = ("choice", "choices")


def looks_like(path: Path) -> bool:
    """Whether a file, or one in a folder, is JSON of Label Studio."""
    return any(_begins_like(one) for one in _files(path))


def read(path: Path, *, predictions: bool = False) -> Collection:
    """Read the tasks of a file, or of all files of a folder.

    Parameters
    ----------
    path
        A JSON file, or a folder.
    predictions
        Read what models predicted, with scores, instead of what people annotated.

    Raises
    ------
    BadInput
        It is no JSON of Label Studio.
    """
    files = [one for one in _files(path) if one in (path, path / FILE) or _begins_like(one)]
    if not files:
        raise BadInput(f"expected JSON of Label Studio in {path.name!r:.120}, got none; give the file.")
    findings, pictures = Findings(), []
    for one in files:
        said = read_json(one)
        tasks = [said] if isinstance(said, dict) and "data" in said else said
        if not isinstance(tasks, list):
            raise BadInput(f"expected a list of tasks in {one.name!r:.120}, got {type(said).__name__}.")
        left = 0
        for at, task in enumerate(tasks, 1):
            picture = _picture(task, f"{one.name:.80}, task {at}", findings, predictions)
            pictures += [picture] if picture else []
            left += 0 if predictions or not isinstance(task, dict) else len(_listed(task.get("predictions")))
        if left:
            findings.note("", one.name, f"{left} predictions were not read, only annotations were.")
    return findings.collection(pictures)


def _picture(task: object, place: str, findings: Findings, predictions: bool) -> Picture | None:
    if not isinstance(task, dict):
        findings.note("", place, f"expected a task, got {task!r:.60}.")
        return None
    if not isinstance(task.get("data"), dict):
        task = _in_full(task)
    data = task["data"]
    key = address_key(data)
    if key is None or data[key].startswith("data:"):
        said = "the picture itself" if key else ", ".join(map(str, data))[:80]
        findings.note("", place, f"expected the address of a picture in data, got {said}; the task was left out.")
        return None
    address = data[key]
    name, aliases = picture_names(address)
    results = Results(name, findings)
    results.add(_chosen(task, name, place, findings, predictions))
    size = results.size or size_of(data.get("width"), data.get("height"))
    ours = {"image": name} | (dict(zip(("width", "height"), size, strict=True)) if size else {})
    beside = {} if data in (ours, {"image": name}) else {"data": data}
    try:
        kept = attributes_text(beside)
    except BadInput as error:
        findings.note(name, place, error)
        kept = ""
    relative = size is None and results.has_regions
    return Picture(name, *(size or (0, 0)), results.labels(), kept, relative, aliases)


def _chosen(task: Json, name: str, place: str, findings: Findings, predictions: bool) -> list[Any]:
    """Give the results that count: of the ground truth, or else of what was changed last and not skipped."""
    kind = "predictions" if predictions else "annotations"
    said = task.get(kind) or ([] if predictions else task.get("completions")) or []
    there = [one for one in _listed(said) if isinstance(one, dict)]
    skipped = [one for one in there if one.get("was_cancelled") is True or one.get("skipped") is True]
    asked = [one for one in there if one not in skipped] if skipped else there
    lost = len(_listed(said)) - len(there)
    if lost or (said and not isinstance(said, list)):
        findings.note(name, place, f"expected a list of {kind}, got something else; it was left out.")
    if any(one.get("result") for one in skipped):
        findings.note(name, place, "a skipped annotation was left out.")
    if len(asked) > 1:
        findings.note(name, place, f"of {len(asked)} {kind} only the ground truth or the last one was read.")
    if not asked:
        return []
    best = max(enumerate(asked), key=lambda pair: (pair[1].get("ground_truth") is True, _time(pair[1]), pair[0]))[1]
    results = best.get("result")
    if not isinstance(results, list):
        findings.note(name, place, f"expected a list of results, got {results!r:.60}.")
        return []
    if predictions and isinstance(best.get("score"), float | int):
        return [{"score": best["score"], **one} if isinstance(one, dict) else one for one in results]
    return results


def _time(annotation: Json) -> str:
    stamp = annotation.get("updated_at") or annotation.get("created_at")
    return stamp if isinstance(stamp, str) else ""


def _in_full(task: Json) -> Json:
    """Give a task of JSON-MIN as one in full: lists of regions and choices become results, the rest is data."""
    data: Json = {}
    results: list[Json] = []
    for key, value in task.items():
        found = list(_min_results(key, value))
        results += found
        if not found and key not in EXPORTED:
            data[key] = value
    return {"data": data, "annotations": [{"result": results}]}


def _min_results(key: str, value: object) -> Iterable[Json]:
    if key in _CHOICE_KEYS and isinstance(value, str):
        yield {"type": CHOICES, "from_name": key, "value": {CHOICES: [value]}}
    elif isinstance(value, dict) and CHOICES in value:
        yield {"type": CHOICES, "from_name": key, "value": value}
    for one in _listed(value):
        kind = next((word for word in NAMED if isinstance(one, dict) and word in one), None)
        if kind:
            sizes = {side: one[side] for side in ("original_width", "original_height") if side in one}
            yield {"type": kind, "from_name": key, "value": one, **sizes}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _files(path: Path) -> list[Path]:
    return list(files_in(path, ".json", most=_MOST_FILES)) if path.is_dir() else [path]


def _begins_like(path: Path) -> bool:
    start = head(path).lstrip()
    if path.suffix.lower() != ".json" or not start.startswith(("[", '{"data"', '{"id"')):
        return False
    return any(f'"{word}"' in start for word in _MARKS)
