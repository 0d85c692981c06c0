"""What is done to all of 100,000 inputs, or to one more: the backlog and its undo, a check, sharing out, tables."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.timing import seconds_of
from notebook_labeler.domain.inputs import Input
from notebook_labeler.media.fingerprints import Fingerprints
from notebook_labeler.media.kept_fingerprints import FILE, Kept, key_of
from notebook_labeler.project import Project, open_project

INPUTS, MORE = 100_000, 5
PEOPLE = ("ana", "ben", "cleo", "dan")


def main() -> None:
    """Print seconds, and ratios to what bare sqlite3 takes for as many rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures = list(files(folder / "pictures"))
        with open_project(folder / "p", actor="bench") as project:
            project.journal.add_inputs([Input.at(str(one)) for one in pictures[:INPUTS]], actor="bench")
            looked_at(project, pictures)
            task = project.create_task("open to all", concepts=["a"])
            bare_table(folder / "bare.db")
            update = seconds_of(lambda: bare_update(folder / "bare.db"))
            print(f"bare UPDATE of {INPUTS:,} rows with three indexes: {update:.2f} s")
            tell("put all off", task.to_backlog, update)
            tell("have all wait", task.to_waiting, update)
            tell("undo that", lambda: project.journal.undo(task.id, "bench"), update)
            ids = task.inputs["input_id"].tolist()[: INPUTS // 4]
            tell("have a quarter wait, by id", lambda: task.to_waiting(ids), update)
            tell("a team's task made", lambda: project.create_task("team", labelers=PEOPLE, reviewers=PEOPLE), update)
            team = project.task("team")
            tell("put the team's off", team.to_backlog, update)
            read = seconds_of(lambda: bare_read(folder / "bare.db"))
            print(f"bare reading of {INPUTS:,} rows: {read:.2f} s")
            tell("first of its near-duplicates", team.share_out, read)
            for one in pictures[INPUTS:]:
                tell("one more input, shared out", lambda: project.add_inputs(str(one)), read)  # noqa: B023
            tell("share out again", team.share_out, read)
            tell("task.inputs", lambda: task.inputs, read)
            tell("project.inputs", lambda: project.inputs, read)
            tell("task.status", lambda: task.status, read)
            tell("project.tasks", lambda: project.tasks, read)
            tell("board", lambda: project.board().close(), read)
            took = seconds_of(project.check)
        bare = seconds_of(lambda: bare_check(folder / "p" / "labels.db"))
        print(f"{'check, two tasks':32s} {took:7.2f} s  {took / bare:6.2f} x SQLite's integrity_check ({bare:.2f} s)")


def tell(what: str, work: Callable[[], object], bare: float) -> None:
    """Print how long a work takes, and how much longer than the bare one."""
    took = seconds_of(work)
    print(f"{what:32s} {took:7.2f} s  {took / bare:6.2f} x", flush=True)


def files(folder: Path) -> Iterator[Path]:
    """Make files that are at hand and no pictures: what they would look like is made up."""
    folder.mkdir()
    for number in range(INPUTS + MORE):
        path = folder / f"{number:06}.jpg"
        path.write_bytes(b"%d" % number)
        yield path


def looked_at(project: Project, pictures: list[Path]) -> None:
    """Keep made-up fingerprints, a tenth of them near another."""
    chance, many = np.random.default_rng(0), len(pictures)
    prints = Fingerprints.none(many)
    prints.known[:] = True
    prints.code[:] = chance.integers(0, 2**63, many, np.uint64)
    prints.look[:] = chance.integers(-127, 128, prints.look.shape)
    copies = np.arange(many - many // 10, many)
    prints.code[copies] = prints.code[copies - many // 2] ^ np.uint64(0b1101)
    prints.look[copies] = prints.look[copies - many // 2]
    found = [key_of(Input.at(str(one)), project.media) for one in pictures]
    keys = np.array([0 if one is None else one[0] for one in found], np.uint64)
    Kept.of(keys, prints).save(project.media.cache_folder / FILE)


def bare_table(path: Path) -> None:
    """Make a table of as many rows with three indexes."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE a (id TEXT PRIMARY KEY, place INTEGER, state TEXT, labeler TEXT, reviewer TEXT)")
    rows = ((f"{i * 7919:016x}", i, "waiting", "", "") for i in range(INPUTS))
    database.executemany("INSERT INTO a VALUES (?, ?, ?, ?, ?)", rows)
    for name, columns in (("s", "state, place"), ("l", "labeler, state, place"), ("r", "reviewer, state, place")):
        database.execute(f"CREATE INDEX {name} ON a ({columns})")
    database.commit()
    database.close()


def bare_update(path: Path) -> None:
    """Change the column that all three indexes hold."""
    database = sqlite3.connect(path)
    database.execute("UPDATE a SET state = 'backlog' WHERE state = 'waiting'")
    database.commit()
    database.close()


def bare_read(path: Path) -> None:
    """Fetch what the bare table says."""
    database = sqlite3.connect(path)
    database.execute("SELECT place, state, labeler, reviewer FROM a ORDER BY place").fetchall()
    database.close()


def bare_check(path: Path) -> None:
    """Have SQLite look at the file alone."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA integrity_check").fetchall()
    database.close()


if __name__ == "__main__":
    main()
