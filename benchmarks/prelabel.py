"""A pre-label run against the loop one would write, and against the sum of its bare stages; and undoing it.

Stages: predicting alone (decode and forward passes, nothing kept), mapping alone, and writing the very same rows with
bare sqlite3, in transactions of as many inputs, with the same indexes and the same care (WAL, FULL). In a run they
overlap.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from pathlib import Path

from benchmarks.timing import seconds_of
from notebook_labeler.domain.predictions import Prediction
from notebook_labeler.models.toys.predictor import ToyPredictor
from notebook_labeler.models.toys.samples import sample_pictures
from notebook_labeler.project import Project, open_project
from notebook_labeler.runs.prelabel import PAGE
from notebook_labeler.runs.runner import BULK, ModelHandle
from notebook_labeler.runs.totals import Words
from notebook_labeler.sessions.assistance import Assistance
from notebook_labeler.sessions.label_mapping import opened
from notebook_labeler.task import Task

INPUTS, DISTINCT, NAIVE, ROUNDS = 2_000, 60, 60, 3
TABLES = ("annotation", "prelabel", "event")


def main() -> None:
    """Print milliseconds per input of each, and the ratios."""
    with tempfile.TemporaryDirectory() as place:
        photos = pictures(Path(place) / "photos")
        took: dict[str, list[float]] = {}
        for number in range(ROUNDS):
            for name, seconds in one_round(Path(place) / f"round-{number}", photos).items():
                took.setdefault(name, []).append(seconds)
        best = {name: 1000 * min(seconds) for name, seconds in took.items()}
        for name, ms in best.items():
            print(f"    {name:34s} {ms:7.3f} ms an input, {1000 / ms:8.0f} a second")
        stages = sum(best[name] for name in ("predicting alone", "mapping alone", "bare sqlite3, same rows"))
        known, raw = best["run, all known"], best["bare sqlite3, same rows"]
        print(
            f"    a run is {best['naive loop'] / best['run']:.1f} x as fast as the naive loop, and takes "
            f"{best['run'] / stages:.2f} of its bare stages' sum; writing what is known takes {known / raw:.1f} x bare "
            f"sqlite3; load {os.getloadavg()[0]:.1f}"
        )


def pictures(folder: Path) -> Path:
    """Draw toy scenes, and link them until there are enough names."""
    sample_pictures(folder, count=DISTINCT)
    files = sorted(folder.iterdir())
    for n in range(len(files), INPUTS):
        os.link(files[n % DISTINCT], folder / f"more-{n:05}{files[0].suffix}")
    return folder


def one_round(place: Path, photos: Path) -> dict[str, float]:
    """Measure each way once, in seconds an input."""
    with open_project(place / "project", actor="bench") as project:
        project.add_inputs(photos)
        task = project.create_task("t", concepts=["car", "dog", "sheep", "house"], kind="detection", model="toys")
        assistance = Assistance(lambda: project.runner, project.predictions)
        words = Words(opened(assistance, "toys", task.settings).build(task.concepts, {}, {}), task.settings)
        handle, model = assistance.handle, ToyPredictor(boxes=True)
        model.predict_batch([model.prepare(next(photos.iterdir()))])  # torch is loaded
        found: list[Prediction] = []
        took = {"predicting alone": seconds_of(lambda: predicted(project, handle, found))}
        took["mapping alone"] = seconds_of(lambda: [words.suggestions(each) for each in found])
        took["run"] = seconds_of(lambda: project.prelabel(task, threshold=(0.3, 1.0)))
        took["undo"] = seconds_of(task.undo_prelabel)
        again = project.create_task("again", concepts=task.concepts, kind="detection", model="toys")
        took["run, all known"] = seconds_of(lambda: project.prelabel(again, threshold=(0.3, 1.0)))
        naive_task = project.create_task("naive", concepts=task.concepts, kind="detection", assist=False)
        naive_took = seconds_of(lambda: naive(project, naive_task, model))
    took["bare sqlite3, same rows"] = bare(place / "project" / "labels.db", place / "bare.db", again.id)
    return {name: seconds / INPUTS for name, seconds in took.items()} | {"naive loop": naive_took / NAIVE}


def predicted(project: Project, handle: ModelHandle, found: list[Prediction]) -> None:
    """Predict everything, keeping nothing but the list."""
    project.runner.predict(handle, project.journal.inputs(), priority=BULK, sink=found.extend).value()


def naive(project: Project, task: Task, model: ToyPredictor) -> None:
    """Open, predict and write one picture after the other."""
    session = task.session()
    own = {concept.casefold() for concept in task.concepts}
    for number, one in enumerate(project.journal.inputs(count=NAIVE)):
        (guesses,) = model.predict_batch([model.prepare(Path(one.uri))])
        session.go_to(number)
        for guess in guesses:
            if guess.box is not None and guess.score >= 0.3 and guess.concept in own:
                left, top, right, bottom = guess.box
                session.draw(guess.concept, [left, top, right - left, bottom - top])
    session.close()


def bare(source: Path, target: Path, task_id: str) -> float:
    """Write the rows of a run with sqlite3 alone, as many inputs in a transaction, and give the seconds."""
    with sqlite3.connect(source) as from_, sqlite3.connect(target, isolation_level=None) as to:
        to.execute("PRAGMA journal_mode=WAL")
        to.execute("PRAGMA synchronous=FULL")
        rows: dict[str, list[tuple[object, ...]]] = {}
        for table in TABLES:
            asked = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC"
            for (sql,) in from_.execute(asked, (table,)):
                to.execute(sql)
            kind = " AND kind = 'prelabel'" if table == "event" else ""
            rows[table] = from_.execute(f"SELECT * FROM {table} WHERE task_id = ?{kind}", (task_id,)).fetchall()
        pages = max(1, len(rows["prelabel"]) // PAGE)
        began = time.perf_counter()
        for page in range(pages):
            to.execute("BEGIN IMMEDIATE")
            for table, all_rows in rows.items():
                part = all_rows[page * len(all_rows) // pages : (page + 1) * len(all_rows) // pages]
                marks = ", ".join("?" * len(all_rows[0]))
                to.executemany(f"INSERT INTO {table} VALUES ({marks})", part)
            to.execute("COMMIT")
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
