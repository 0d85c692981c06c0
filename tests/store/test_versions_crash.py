"""Many savers, and savers that die: one chain, nothing half, nothing lost."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from textwrap import dedent

import pytest

from notebook_labeler.errors import NameTaken, StoreError
from notebook_labeler.store.disk import Disk
from notebook_labeler.store.versions import Versions


def chain_holds(versions: Versions, *, known: int = 0) -> list:
    """See that the versions are one chain, and that those from the `known` first on are whole."""
    found = versions.list()
    assert [v.number for v in found] == list(range(1, len(found) + 1))
    assert [v.parent for v in found] == [None, *range(1, len(found))][: len(found)]
    assert len({v.name for v in found}) == len(found)
    for version in found[known:]:
        version.verify()
        assert version.folder.name.startswith(f"v{version.number:06d}-")
    return found


SAVERS = dedent("""
    import json, os, sys
    import pandas  # which pyarrow would import in every child
    import pyarrow as pa, pyarrow.parquet
    from notebook_labeler.errors import NameTaken
    from notebook_labeler.store.versions import Versions
    schema = pa.schema([pa.field(n, pa.string(), False) for n in ("annotation_id", "input_id", "concept")])

    def say(*words):
        os.write(1, (json.dumps(words) + chr(10)).encode())

    def save(folder, who, rows, names):
        versions = Versions(folder, schema=schema)
        table = pa.table({n: [f"{n}{i}" for i in range(rows)] for n in schema.names})
        for name in names or (f"{who} {i}" for i in range(10**9)):
            try:
                say(who, versions.publish(table, name=name, author=who).number)
            except NameTaken:
                say(who, "taken")

    for line in sys.stdin:
        children = []
        folder, *orders = json.loads(line)
        for order in orders:
            children.append(os.fork())
            if children[-1] == 0:
                save(folder, *order)
                os._exit(0)
        say("pids", children)
        for child in children:
            os.waitpid(child, 0)
        say("done", None)
""")


class Savers:
    """One process that has everything imported and makes savers of itself: they start at once, and can be killed."""

    def __init__(self):
        program = [sys.executable, "-c", SAVERS]
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, folder, *orders):
        self.process.stdin.write(json.dumps((str(folder), *orders)) + "\n")
        self.process.stdin.flush()

    def hear(self):
        return tuple(json.loads(self.process.stdout.readline()))

    def hear_out(self):
        """Everything that is said until the last of them is done."""
        return list(iter(self.hear, ("done", None)))


@pytest.fixture(scope="module")
def savers():
    made = Savers()
    yield made
    made.process.stdin.close()
    made.process.stdout.close()
    assert made.process.wait() == 0


def test_four_processes_that_save_at_once_make_one_chain(tmp_path, savers):
    savers.start(tmp_path, *((f"p{p}", 50, [f"p{p} {i}" for i in range(6)]) for p in range(4)))
    told = [line for line in savers.hear_out() if line[0] != "pids"]
    found = chain_holds(Versions(tmp_path))
    assert len(found) == 24
    assert sorted(number for _, number in told) == list(range(1, 25))
    for who in ("p0", "p1", "p2", "p3"):
        numbers = [number for name, number in told if name == who]
        assert numbers == [v.number for v in found if v.author == who]
        assert [found[n - 1].name for n in numbers] == [f"{who} {i}" for i in range(6)]
    assert len(list(tmp_path.iterdir())) == 25
    assert len(list((tmp_path / "_versions").iterdir())) == 24


def test_of_those_who_want_one_name_at_once_one_gets_it(tmp_path, savers):
    names = [f"round {i}" for i in range(5)]
    savers.start(tmp_path, *((f"p{p}", 20, names) for p in range(3)))
    told = savers.hear_out()
    assert sorted(v.name for v in chain_holds(Versions(tmp_path))) == names
    assert sum(word == "taken" for _, word in told) == 10
    assert len(list(tmp_path.iterdir())) == 6


def test_threads_of_one_process_share_the_chain(versions, make_table):
    table = make_table(30)
    threads = [threading.Thread(target=versions.publish, args=(table,), kwargs={"name": f"{i}"}) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(v.name for v in chain_holds(versions)) == [str(i) for i in range(6)]


@pytest.mark.slow
def test_X02_a_saver_killed_at_any_moment_leaves_only_what_nobody_sees(tmp_path, savers):
    acknowledged, cut_short, turn, found = 0, 0, 0, []
    while cut_short < 6 or turn < 15:
        assert turn < 200, f"of 200 savers killed only {cut_short} died in the middle"
        savers.start(tmp_path, (f"turn {turn}", 20_000, None))
        heard = [savers.hear() for _ in range(1 + turn % 3)]
        pid = next(word for who, word in heard if who == "pids")[0]
        delay = 0.002 * (turn % 15)  # in another moment each turn
        timer = threading.Timer(delay, os.kill, [pid, signal.SIGKILL])
        timer.start()
        heard += savers.hear_out()
        timer.join()
        acknowledged += len(heard) - 1
        found = chain_holds(Versions(tmp_path), known=len(found))
        assert acknowledged <= len(found) <= acknowledged + turn + 1  # one may die before it could say so
        cut_short = len(list(tmp_path.iterdir())) - 1 - len(found)
        turn += 1
    versions = Versions(tmp_path)
    kept = len(versions.list())
    assert versions.gc() == ()
    assert len(versions.gc(older_than=timedelta(0))) >= cut_short
    assert len(chain_holds(versions)) == kept
    assert len(list(tmp_path.iterdir())) == kept + 1
    assert len(list((tmp_path / "_versions").iterdir())) == kept


STEPS = ["prepare", "make_folder", "put", "settle", "create", "_link", "remove"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("done", [False, True])
def test_whatever_step_fails_there_is_a_whole_version_or_none(tmp_path, make_table, monkeypatch, step, done):
    Versions(tmp_path / "versions").publish(make_table(3), name="before")
    real = getattr(Disk, step)

    def failing(self, *args, **kwargs):
        if done:
            real(self, *args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Disk, step, failing)
        with pytest.raises(KeyboardInterrupt):
            Versions(tmp_path / "versions").publish(make_table(5), name="torn")
    versions = Versions(tmp_path / "versions")
    for version in chain_holds(versions)[1:]:
        assert len(version.read()) == 5
        assert version.name == "torn"
    versions.gc(older_than=timedelta(0))
    again = versions.publish(make_table(5), name="again")
    assert again.parent == len(versions.list()) - 1
    assert len(list((tmp_path / "versions").iterdir())) == len(chain_holds(versions)) + 1


def test_everything_is_on_the_disk_before_the_manifest_appears(versions, make_table, monkeypatch):
    versions.publish(make_table(2), name="first")
    steps = []
    fsync, link = os.fsync, os.link
    monkeypatch.setattr(os, "fsync", lambda fd: (steps.append(os.readlink(f"/proc/self/fd/{fd}")), fsync(fd)))
    monkeypatch.setattr(os, "link", lambda a, b: (steps.append("link"), link(a, b)))
    version = versions.publish(make_table(9), name="second")
    at = steps.index("link")
    root = str(versions.disk.root)
    before, after = set(steps[:at]), steps[at + 1 :]
    assert {f"{version.folder}/part-00000.parquet", str(version.folder), root} <= before
    assert any(step.startswith(f"{root}/_versions/.") for step in before)
    assert after == [f"{root}/_versions"]


def test_a_loser_of_the_race_comes_after_the_winner_without_writing_again(versions, make_table, monkeypatch):
    other = Versions(versions.disk.root)
    create, puts, put = Disk.create, [], Disk.put

    def overtaken(self, path, data, **kwargs):
        if self is versions.disk and len(other.list()) < 3:
            other.publish(make_table(1), name=f"quick {len(other.list())}")
        create(self, path, data, **kwargs)

    def counted(self, path, data):
        puts.append((self, path))
        put(self, path, data)

    monkeypatch.setattr(Disk, "create", overtaken)
    monkeypatch.setattr(Disk, "put", counted)
    version = versions.publish(make_table(4), name="slow")
    assert (version.number, version.parent) == (4, 3)
    assert sum(disk is versions.disk and path.endswith(".parquet") for disk, path in puts) == 1
    assert len(chain_holds(versions)) == 4


def test_a_name_taken_in_the_last_moment_is_refused_and_leaves_nothing(versions, make_table, monkeypatch):
    other, create = Versions(versions.disk.root), Disk.create

    def overtaken(self, path, data, **kwargs):
        if self is versions.disk:
            other.publish(make_table(1), name="Wanted")
        create(self, path, data, **kwargs)

    monkeypatch.setattr(Disk, "create", overtaken)
    with pytest.raises(NameTaken, match="version 1"):
        versions.publish(make_table(4), name="wanted")
    assert len(chain_holds(versions)) == 1
    assert len(list(versions.disk.root.iterdir())) == 2


def test_a_lost_answer_of_the_link_is_no_failure(versions, make_table, monkeypatch):
    link = os.link

    def answer_lost(source, target):
        link(source, target)
        raise FileExistsError(target)

    monkeypatch.setattr(os, "link", answer_lost)
    assert versions.publish(make_table(1), name="a").number == 1
    assert len(chain_holds(versions)) == 1


def test_a_disk_without_hard_links_is_named(versions, make_table, monkeypatch):
    def refused(source, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(StoreError, match="hard links"):
        versions.publish(make_table(1), name="a")
    assert versions.list() == []
    assert versions.gc(older_than=timedelta(0)) == ()


def test_gc_leaves_alone_what_may_be_in_the_making(versions, make_table):
    versions.publish(make_table(1), name="a")
    young, old = (versions.disk.root / name for name in ("v000002-0123abcd", "v000009-0123abcd"))
    for folder in (young, old):
        folder.mkdir()
        (folder / "part-00000.parquet").write_bytes(b"half")
    link = versions.disk.root / "v000003-0123abcd"
    link.symlink_to(versions.disk.root.parent, target_is_directory=True)
    for path in (old, old / "part-00000.parquet"):
        os.utime(path, (0, 0))
    assert versions.gc() == ("v000009-0123abcd",)
    assert young.is_dir()
    assert versions.gc(older_than=timedelta(0)) == ("v000002-0123abcd",)
    assert link.is_symlink()
    assert len(chain_holds(versions)) == 1
