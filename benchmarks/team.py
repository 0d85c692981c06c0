"""Eight people in eight kernels label one task of 10,000 inputs as fast as they can, on SQLite and on PostgreSQL.

Each adds a label and hands the input in, without a pause for thought; a ninth kernel looks on as a board does. What
is held to: no input handed in twice, no acknowledged action lost, the journal whole. The reference is one writer alone
with one share.
A PostgreSQL URL (of an empty database) is taken from NOTEBOOK_LABELER_TEST_POSTGRES.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.timing import p50, p95
from notebook_labeler.domain.inputs import Input
from notebook_labeler.project import Project, open_project

INPUTS = int(os.environ.get("NOTEBOOK_LABELER_BENCH_INPUTS", "10000"))
PEOPLE = tuple(f"person {n}" for n in range(1, 9))


def labels(location: str, folder: str | None, person: str, said: str) -> None:
    """Label one's share; write down each acknowledged input and how long its two commits took."""
    with open_project(location, actor=person, folder=folder) as project, Path(said).open("w") as book:
        session = project.task("load").session()
        session.follow()
        while (shown := session.state.input) is not None and session.state.progress.left:
            began = time.perf_counter()
            session.add("car")
            session.submit()
            took = time.perf_counter() - began
            book.write(json.dumps([shown.input_id, took / 2]) + "\n")
        session.close()


def looks_on(location: str, folder: str | None, said: str) -> None:
    """Look every second, as the board does, and write down how old the newest action was when it was seen."""
    with open_project(location, actor="onlooker", folder=folder) as project:
        ages, seen = [], project.journal.rev()
        while project.journal.progress(project.task("load").id).left:
            time.sleep(1.0)
            events = project.journal.events(after=max(seen, project.journal.rev() - 1))
            if events:
                seen = events[-1].rev
                ages.append(time.time() - events[-1].operation.at_us / 1e6)
        Path(said).write_text(json.dumps(ages))


def crowd(location: str, folder: str | None, place: Path, people: tuple[str, ...], inputs: int) -> dict[str, Any]:
    """Let people label at once, and say what came of it."""
    with open_project(location, actor="lead", folder=folder) as project:
        project.journal.add_inputs((Input.at(f"/pictures/{i}.jpg") for i in range(inputs)), actor="lead")
        task = project.create_task("load", concepts=["car"], labelers=people, keep_together=False)
        fork = multiprocessing.get_context("spawn")
        books = [str(place / f"{n}.txt") for n in range(len(people))]
        ages = str(place / "ages.json")
        crew = [fork.Process(target=labels, args=(location, folder, p, b)) for p, b in zip(people, books, strict=True)]
        onlooker = fork.Process(target=looks_on, args=(location, folder, ages))
        began = time.perf_counter()
        for one in [*crew, onlooker]:
            one.start()
        for one in crew:
            one.join()
        took = time.perf_counter() - began
        onlooker.join()
        said = [json.loads(line) for book in books for line in Path(book).read_text().splitlines()]
        return {**_held(project, task.id, said), "seconds": took, "ages": json.loads(Path(ages).read_text())}


def _held(project: Project, task_id: str, said: list[tuple[str, float]]) -> dict[str, Any]:
    """Compare what was acknowledged with what is kept."""
    kept = project.journal.annotations(task_id)["input_id"].to_pylist()
    progress = project.journal.progress(task_id)
    acknowledged = [input_id for input_id, _ in said]
    return {
        "commits": [took for _, took in said],
        "twice": len(acknowledged) - len(set(acknowledged)) + len(kept) - len(set(kept)),
        "lost": len(set(acknowledged) - set(kept)) + len(said) - progress.submitted,
        "whole": project.check().ok,
    }


def main() -> None:
    """Print rates, latencies and what was held."""
    postgres = os.environ.get("NOTEBOOK_LABELER_TEST_POSTGRES", "")
    for name in ("sqlite", *(["postgresql"] if postgres else [])):
        for people, inputs in ((PEOPLE[:1], INPUTS // len(PEOPLE)), (PEOPLE, INPUTS)):
            with tempfile.TemporaryDirectory() as place:
                home = str(Path(place) / "project")
                if name == "postgresql":
                    emptied(postgres)
                where = (postgres, home) if name == "postgresql" else (home, None)
                found = crowd(*where, Path(place), people, inputs)
            rate = 2 * len(found["commits"]) / found["seconds"]
            print(
                f"{name:10s} {len(people)} writers, {inputs:,} inputs: {rate:6.0f} actions/s  "
                f"p50 {p50(found['commits']):6.2f} ms  p95 {p95(found['commits']):6.2f} ms  "
                f"seen after {max(found['ages'], default=0):.2f} s at most; "
                f"twice {found['twice']}, lost {found['lost']}, journal {'whole' if found['whole'] else 'DAMAGED'}"
            )


def emptied(url: str) -> None:
    """Make a PostgreSQL database empty."""
    import sqlalchemy as sa

    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


if __name__ == "__main__":
    main()
