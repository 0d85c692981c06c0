"""COCO JSON (https://cocodataset.org/#format-data): boxes, polygons with parts, masks, scores; and COCO results.

Polygons without holes are lists of rings. COCO has no holes, so polygons with some are run-length encoded masks with
the exact rings beside them. An annotation may have a `score` and `attributes`, which COCO's own tools pass over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..domain.geometry import Polygon
from ..domain.names import name_key
from ..errors import BadInput
from .coco_masks import Json, written_mask
from .coco_reading import Reader
from .records import Collection, Findings, Label, Picture, Written, attributes_of
from .rings import are_parts
from .safe import files_in, head, json_text, read_json

FILE = "instances.json"
_MOST_FILES = 1000


def looks_like(path: Path) -> bool:
    """Whether a file, or one in a folder, is COCO JSON."""
    return any(_begins_like(one) for one in _files(path))


def read(path: Path) -> Collection:
    """Read an instances file, or all of them in a folder (one per split).

    Parameters
    ----------
    path
        A JSON file, or a folder. In a folder, the names of pictures begin with the folder that their file lies in,
        unless that one is called annotations.

    Raises
    ------
    BadInput
        It is no COCO dataset.
    """
    files = [one for one in _files(path) if one == path or _begins_like(one)]
    if not files:
        raise BadInput(f"expected COCO JSON in {path.name!r:.120}, got none; give the file.")
    findings = Findings()
    pictures: list[Picture] = []
    for one in files:
        folder = "" if one == path or one.parent.name == "annotations" else one.parent.relative_to(path).as_posix()
        reader = Reader(one.name, f"{folder}/" if folder not in ("", ".") else "", findings)
        data = read_json(one)
        reader.dataset(data)
        reader.annotations(data.get("annotations", []))
        pictures += reader.collection().pictures
    return findings.collection(pictures)


def read_results(results: Path | list[Any], ground_truth: Path | Json) -> Collection:
    """Read COCO results (a list of image_id, category_id, bbox or segmentation, score) with the dataset they speak of.

    Raises
    ------
    BadInput
        One of them is not what it should be.
    """
    said = read_json(results) if isinstance(results, Path) else results
    truth = read_json(ground_truth) if isinstance(ground_truth, Path) else ground_truth
    reader = Reader(ground_truth.name if isinstance(ground_truth, Path) else "ground truth")
    reader.dataset(truth)
    reader.place = results.name if isinstance(results, Path) else "results"
    reader.annotations(said, "result")
    return reader.collection()


def write(collection: Collection, folder: Path) -> Written:
    """Write ``instances.json``. Images and annotations are numbered from 1 in the order given, categories too."""
    findings = Findings()
    numbers = {name_key(name): at for at, name in enumerate(collection.concepts, 1)}
    images: list[Json] = []
    annotations: list[Json] = []
    for at, picture in enumerate(collection.pictures, 1):
        beside = {k: v for k, v in attributes_of(picture.attributes).items() if k != "attributes"}
        images.append({**beside, "id": at, "file_name": picture.name, "width": picture.width, "height": picture.height})
        for label in picture.labels:
            said = _said(label, picture, findings)
            if said is not None:
                category = numbers.setdefault(name_key(label.concept), len(numbers) + 1)
                annotations.append({"id": len(annotations) + 1, "image_id": at, "category_id": category, **said})
    spelled = {name_key(label.concept): label.concept for p in collection.pictures for label in p.labels}
    spelled |= {name_key(name): name for name in collection.concepts}
    data = {
        "info": {"description": "written by notebook_labeler"},
        "licenses": [],
        "images": images,
        "categories": [{"id": at, "name": spelled[key], "supercategory": ""} for key, at in numbers.items()],
        "annotations": annotations,
    }
    path = folder / FILE
    path.write_text(json_text(data), encoding="utf-8")
    return Written((path,), tuple(findings.problems))


def _said(label: Label, picture: Picture, findings: Findings) -> Json | None:
    if label.region is None:
        findings.note(picture.name, "", f"COCO has no labels of whole pictures; {label.concept!r} was left out.")
        return None
    attributes = attributes_of(label.attributes)
    crowd = int(bool(attributes.pop("iscrowd", 0)))
    region, box = label.region, list(label.region.bounds.sides)
    shape: Json = {"segmentation": [], "area": region.area}
    if isinstance(region, Polygon) and (crowd or not are_parts(region)):
        try:
            shape = written_mask(region, picture.width, picture.height)
        except BadInput as error:
            findings.note(picture.name, "", f"{label.concept!r} was left out: {error}")
            return None
    elif isinstance(region, Polygon):
        shape = {"segmentation": [list(ring) for ring in region.rings], "area": region.area}
    said: Json = {"bbox": box, "iscrowd": crowd, **shape}
    if label.score is not None:
        said["score"] = label.score
    if attributes:
        said["attributes"] = attributes
    return said


def _files(path: Path) -> list[Path]:
    return list(files_in(path, ".json", most=_MOST_FILES)) if path.is_dir() else [path]


def _begins_like(path: Path) -> bool:
    start = head(path).lstrip()
    if path.suffix.lower() != ".json" or not start.startswith("{"):
        return False
    return any(f'"{key}"' in start for key in ("images", "categories", "annotations", "licenses", "info"))
