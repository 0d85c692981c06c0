"""Import and export of 100,000 boxes per format against the bare parser: json.loads, ElementTree, splitting lines."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from benchmarks.timing import interleaved, p50, seconds_of
from notebook_labeler.domain.geometry import Box
from notebook_labeler.formats.records import Collection, Label, Picture
from notebook_labeler.formats.registry import find
from notebook_labeler.project import open_project

PICTURES, BOXES = 1_000, 100
FORMATS = ("coco", "yolo", "voc")


def scene() -> Collection:
    """Make pictures with whole boxes, which every format takes as they are."""
    r = np.random.default_rng(0)
    pictures = []
    for number in range(PICTURES):
        sides = np.concatenate([r.integers(0, 500, (BOXES, 2)), r.integers(1, 99, (BOXES, 2))], axis=1).tolist()
        labels = tuple(Label(("cat", "dog", "horse")[i % 3], Box(*four)) for i, four in enumerate(sides))
        pictures.append(Picture(f"{number:04d}.png", 640, 640, labels))
    return Collection(tuple(pictures), ("cat", "dog", "horse"))


def bare_json(folder: Path) -> int:
    """Parse, and no more."""
    return len(json.loads((folder / "instances.json").read_bytes())["annotations"])


def bare_lines(folder: Path) -> int:
    """Split and make numbers, and no more."""
    files = (folder / "labels").glob("*.txt")
    return sum(len([[float(word) for word in line.split()] for line in f.read_text().splitlines()]) for f in files)


def bare_xml(folder: Path) -> int:
    """Parse with the standard library's parser in C, which trusts its input, and no more."""
    files = (folder / "Annotations").glob("*.xml")
    return sum(len(ElementTree.fromstring(file.read_bytes()).findall("object")) for file in files)


BARE: dict[str, Callable[[Path], int]] = {"coco": bare_json, "yolo": bare_lines, "voc": bare_xml}


def main() -> None:
    """Print one line per format: milliseconds, and how many times the bare parser takes."""
    collection = scene()
    with tempfile.TemporaryDirectory() as place:
        photos = Path(place) / "photos"
        photos.mkdir()
        for picture in collection.pictures:
            Image.new("1", (picture.width, picture.height)).save(photos / picture.name)
        for name in FORMATS:
            told(name, collection, Path(place), photos)


def told(name: str, collection: Collection, place: Path, photos: Path) -> None:
    """Measure one format: its files to records alone, and all the way into and out of a project."""
    files = place / name
    files.mkdir()
    find(name).write(collection, files)
    took = interleaved({"bare": lambda: BARE[name](files), "read": lambda: find(name).read(files)}, 2)
    bare = p50(took["bare"])
    assert BARE[name](files) == collection.label_count
    with open_project(place / f"{name}-project", actor="bench") as project:
        project.add_inputs(photos)
        task = project.create_task("t", concepts=collection.concepts, kind="detection")
        steps = {
            "import": 1000 * seconds_of(lambda: task.import_annotations(files, name)),
            "again": 1000 * seconds_of(lambda: task.import_annotations(files, name)),
            "export": 1000 * seconds_of(lambda: task.export(place / f"{name}-out", name)),
            "undo": 1000 * seconds_of(lambda: project.journal.undo(task.id, "bench")),
        }
    print(
        f"{name:5s} bare parser {bare:7.0f} ms; files to records {p50(took['read']) / bare:5.1f} x; "
        + "; ".join(f"{step} {took_ms / 1000:5.1f} s = {took_ms / bare:5.1f} x" for step, took_ms in steps.items())
    )


if __name__ == "__main__":
    main()
