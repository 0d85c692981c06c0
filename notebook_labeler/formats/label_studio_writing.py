"""Writing tasks that Label Studio imports, and the labeling interface that goes with them."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from ..domain.geometry import Box
from .gathered import RING, numbers, ring_text
from .label_studio_names import address_key
from .label_studio_regions import Size, value_written
from .label_studio_words import ALSO, CHOICES, KEPT, OURS
from .records import Collection, Findings, Label, Picture, Written, attributes_of
from .safe import json_text, xml_text

FILE, CONFIG = "tasks.json", "label_config.xml"
TO, BOXES, POLYGONS, CHOICE = "image", "box", "polygon", "choice"  # names of tags in the labeling interface
Json = dict[str, Any]  # Any: JSON


def write(collection: Collection, folder: Path, *, prefix: str = "") -> Written:
    """Write ``tasks.json`` and the labeling interface ``label_config.xml``.

    Parameters
    ----------
    collection
        What to write.
    folder
        Where to.
    prefix
        What stands before a picture's name to make it an address that Label Studio can open, such as
        ``/data/local-files/?d=``. Pictures that were read from Label Studio keep the address they had.
    """
    findings = Findings()
    tasks = [_task(at, picture, prefix, findings) for at, picture in enumerate(collection.pictures, 1)]
    paths = folder / FILE, folder / CONFIG
    paths[0].write_text(json_text(tasks, indent=1), encoding="utf-8")
    key = next((address_key(task["data"]) for task in tasks), None)
    paths[1].write_text(label_config(collection, key or TO), encoding="utf-8")
    return Written(paths, tuple(findings.problems))


def label_config(collection: Collection, key: str = TO) -> str:
    """Give the labeling interface as XML: every concept as box, polygon and choice; `key` is the picture's in data.

    Examples
    --------
    >>> print(label_config(Collection(concepts=("cat",))).splitlines()[1])
      <Image name="image" value="$image"/>
    """
    names = [*collection.concepts, *(label.concept for p in collection.pictures for label in p.labels)]
    lines = ["<View>", f'  <Image name="{TO}" value="${xml_text(key)}"/>']
    for tag, name, child, more in (
        ("RectangleLabels", BOXES, "Label", ""),
        ("PolygonLabels", POLYGONS, "Label", ""),
        ("Choices", CHOICE, "Choice", ' choice="multiple"'),
    ):
        lines.append(f'  <{tag} name="{name}" toName="{TO}"{more}>')
        lines += [f'    <{child} value="{xml_text(concept)}"/>' for concept in dict.fromkeys(names)]
        lines.append(f"  </{tag}>")
    return "\n".join([*lines, "</View>", ""])


def _task(at: int, picture: Picture, prefix: str, findings: Findings) -> Json:
    data = attributes_of(picture.attributes).get("data")
    if not isinstance(data, dict) or not address_key(data):
        data = {"image": prefix + picture.name}
        data |= {"width": picture.width, "height": picture.height} if picture.width and picture.height else {}
    size = (1, 1) if picture.relative else (picture.width, picture.height)
    ids, objects = (f"{at}_{n}" for n in count(1)), numbers(picture)
    results: list[Json] = []
    for label in picture.labels:
        if label.region is None:
            continue
        if min(size) <= 0:
            findings.note(picture.name, "", f"{label.concept!r:.80} was left out: the picture's size is not known.")
            continue
        results += _region(label, size, picture, ids, objects)
    whole = [(place, label) for place, label in enumerate(picture.labels) if label.region is None]
    if whole:
        results.append(_choices(whole, next(ids)))
    return {"data": data, "annotations": [{"result": results, "was_cancelled": False, "ground_truth": False}]}


def _region(label: Label, size: Size, picture: Picture, ids: Any, objects: Any) -> list[Json]:
    """Give the results of a label: one, or one for each ring; then what else was said about the region."""
    beside = attributes_of(label.attributes)
    also = beside.pop(ALSO, [])
    kept = {key: beside.pop(key) for key in KEPT if key in beside and (key != "meta" or isinstance(beside[key], dict))}
    parts = (label.region,) if isinstance(label.region, Box) else getattr(label.region, "rings", ())
    number = next(objects) if len(parts) > 1 else 0
    found: list[Json] = []
    for at, part in enumerate(parts):
        name, kind = (BOXES, "rectanglelabels") if isinstance(part, Box) else (POLYGONS, "polygonlabels")
        value, pixels = value_written(part, size)
        mark = {RING: ring_text(label.region, at, number)} if number else {}  # type: ignore[arg-type]
        ours = {key: said for key, said in (("attributes", beside | mark), ("pixels", pixels)) if said}
        meta = {**kept.get("meta", {}), **({OURS: ours} if ours else {})}
        one = {"id": next(ids), "type": kind, "from_name": name, "to_name": TO, "image_rotation": 0}
        if not picture.relative:
            one |= {"original_width": size[0], "original_height": size[1]}
        one |= {"value": {**value, kind: [label.concept]}, **kept} | ({"meta": meta} if meta else {})
        found.append(one | ({} if label.score is None else {"score": label.score}))
    first = found[0]["id"]
    for one in also if isinstance(also, list) else []:
        found += [{**one, "id": first}] if isinstance(one, dict) else []
    return found


def _choices(whole: list[tuple[int, Label]], name: str) -> Json:
    """Give the one result of all labels of the whole picture, and beside it what it has no room for."""
    said = []
    for place, label in whole:
        one: Json = {"place": place}
        one |= {"score": label.score} if label.score is not None else {}
        said.append(one | ({"attributes": found} if (found := attributes_of(label.attributes)) else {}))
    concepts = [label.concept for _, label in whole]
    return {
        "id": name,
        "type": CHOICES,
        "from_name": CHOICE,
        "to_name": TO,
        "value": {CHOICES: concepts},
        "meta": {OURS: {"labels": said}},
    }
