"""Sharing out 1,000,000 inputs among ten people, against bare numpy and a bare UPDATE; near-duplicates of 100,000."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.timing import interleaved, p50, seconds_of
from notebook_labeler.domain.dealing import deal
from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.places import pack, unpack
from notebook_labeler.domain.sharing import plan
from notebook_labeler.media.fingerprints import Fingerprints
from notebook_labeler.media.near_duplicates import grouped
from notebook_labeler.project import open_project

INPUTS, PICTURES = 1_000_000, 100_000
PEOPLE = tuple(f"person {i}" for i in range(10))


def main() -> None:
    """Print seconds and ratios."""
    arithmetic()
    duplicates()
    with tempfile.TemporaryDirectory() as folder, open_project(Path(folder) / "p", actor="bench") as project:
        began = time.perf_counter()
        project.journal.add_inputs((Input.at(f"/pictures/{i:07}.jpg") for i in range(INPUTS)), actor="bench")
        task = project.create_task("t", concepts=["a"], keep_together=False)
        print(f"a project of {INPUTS:,} inputs made in {time.perf_counter() - began:.1f} s")
        bare = {
            name: seconds_of(bare_update(Path(folder) / f"{name}.db", indexed=name == "indexed"))
            for name in ("plain", "indexed")
        }
        print(f"bare UPDATE of two columns: {bare['plain']:.2f} s; with one index on each: {bare['indexed']:.2f} s")
        shared(task.share_out, "ten labelers and reviewers", bare, PEOPLE, PEOPLE)
        shared(task.share_out, "nobody changes", bare)
        shared(task.share_out, "one leaves", bare, PEOPLE[:-1], PEOPLE[:-1])
        settings = task.settings
        took = interleaved({"plan": lambda: plan([project.journal.places(task.id)], settings)}, 3)
        print(f"read and planned anew: {p50(took['plan']):.0f} ms")


def shared(share_out: Callable[..., object], what: str, bare: dict[str, float], *people: tuple[str, ...]) -> None:
    took = seconds_of(lambda: share_out(*people))
    ratios = ", ".join(f"{took / seconds:5.2f} x {name}" for name, seconds in bare.items())
    print(f"share_out, {what:28s} {took:6.2f} s  {ratios}")


def arithmetic() -> None:
    nobody = np.full(INPUTS, -1)
    dealt = deal(nobody, 10)
    keys = np.random.default_rng(0).permutation(INPUTS)
    every = np.flatnonzero(dealt == 3)
    ragged = np.flatnonzero(np.random.default_rng(1).random(INPUTS) < 0.25)
    text = pack(ragged)
    works = {
        "numpy: stable argsort of as many": lambda: np.argsort(keys, kind="stable"),
        "deal to ten": lambda: deal(nobody, 10),
        "deal again": lambda: deal(dealt, 10),
        "an eleventh joins": lambda: deal(dealt, 11),
        "each reviewed by another": lambda: deal(nobody, 10, kinds=dealt, allowed=~np.eye(10, dtype=bool)),
        "pack and unpack, round robin": lambda: unpack(pack(every)),
        "pack, at random": lambda: pack(ragged),
        "unpack, at random": lambda: unpack(text),
    }
    took = interleaved(works, 3)
    floor = p50(took["numpy: stable argsort of as many"])
    for name, seconds in took.items():
        print(f"{name:36s} {p50(seconds):8.1f} ms  {p50(seconds) / floor:6.2f} x argsort")


def duplicates() -> None:
    """Group as many fingerprints as 100,000 pictures have, a tenth of them copies."""
    chance = np.random.default_rng(0)
    prints = Fingerprints.none(PICTURES)
    prints.known[:] = True
    prints.code[:] = chance.integers(0, 2**63, PICTURES, np.uint64)
    prints.look[:] = chance.integers(-127, 128, prints.look.shape)
    copies = np.arange(PICTURES - PICTURES // 10, PICTURES)
    prints.code[copies], prints.look[copies] = (
        prints.code[copies - 50_000] ^ np.uint64(0b1101),
        prints.look[copies - 50_000],
    )
    works = {"sort": lambda: np.sort(prints.code), "group": lambda: grouped(prints)}
    took = interleaved(works, 3)
    print(f"{PICTURES:,} fingerprints grouped in {p50(took['group']):.0f} ms ({p50(took['sort']):.1f} ms to sort them)")


def bare_update(path: Path, *, indexed: bool) -> Callable[[], None]:
    """Make a table of as many rows; the work is to set two columns of each from a list."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE a (id TEXT PRIMARY KEY, position INTEGER UNIQUE, labeler TEXT, reviewer TEXT)")
    database.executemany("INSERT INTO a VALUES (?, ?, '', '')", ((f"{i * 7919:016x}", i) for i in range(INPUTS)))
    if indexed:
        database.execute("CREATE INDEX l ON a (labeler, position)")
        database.execute("CREATE INDEX r ON a (reviewer, position)")
    database.commit()

    def work() -> None:
        rows = ((PEOPLE[i % 10], PEOPLE[(i + 1) % 10], i) for i in range(INPUTS))
        database.executemany("UPDATE a SET labeler = ?, reviewer = ? WHERE position = ?", rows)
        database.commit()
        database.close()

    return work


if __name__ == "__main__":
    main()
