"""The task board with 1,000 tasks: opening it, and showing what somebody else has just done.

The reference is a bare read of the same rows: sqlite3's own SELECT of tasks and tallies, json.loads of the settings.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
import tempfile
from pathlib import Path

from benchmarks.timing import interleaved, p50, p95
from notebook_labeler.domain.inputs import Input
from notebook_labeler.project import open_project
from notebook_labeler.sessions.taskboard import TaskBoard
from notebook_labeler.widgets.paint_taskboard import line, ordered

TASKS, INPUTS, PAGE, ROUNDS = 1000, 20, 50, 60


def main() -> None:
    """Print milliseconds and ratios."""
    with tempfile.TemporaryDirectory() as place, open_project(Path(place) / "p", actor="bench") as project:
        project.journal.add_inputs((Input.at(f"/pictures/{i}.jpg") for i in range(INPUTS)), actor="bench")
        for n in range(TASKS):
            project.create_task(f"task {n}", concepts=[f"concept {n % 50}", "other"])
        other = project.task("task 500").session(actor="other")
        shown = TaskBoard(project.journal, actor="bench", project="p")
        copy = Path(place) / "copy.db"
        with contextlib.closing(sqlite3.connect(project.folder.database)) as source:
            source.execute(f"VACUUM INTO '{copy}'")
        bare = sqlite3.connect(copy)
        turn = itertools.cycle((other.submit, other.undo))

        def read_bare() -> None:
            for row in bare.execute("SELECT task_id, name, settings, created_us FROM task WHERE deleted = 0"):
                json.loads(row[2])
            bare.execute("SELECT * FROM tally").fetchall()

        def changed_by_another() -> None:
            next(turn)()

        took = interleaved(
            {
                "bare read of the rows": read_bare,
                "the board opens": lambda: TaskBoard(project.journal, actor="bench", project="p").close(),
                "(somebody else acts)": changed_by_another,
                "the board shows it": shown.look,
                "... sorted, a page of it painted": lambda: [
                    line(found) for found in ordered(shown.state, "", "name", down=False)[:PAGE]
                ],
                "a look when nothing has changed": shown.look,
            },
            ROUNDS,
        )
        floor = p50(took["bare read of the rows"])
        for name, seconds in took.items():
            ratio = p50(seconds) / floor
            print(f"{name:34s} p50 {p50(seconds):7.2f} ms  p95 {p95(seconds):7.2f} ms  {ratio:5.2f} x bare read")
        shown.close()
        bare.close()


if __name__ == "__main__":
    main()
