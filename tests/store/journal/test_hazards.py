"""X02: what was acknowledged is on disk, whatever happens around the file. SQLite only."""

import os
import random
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from notebook_labeler.domain.operations import Change, Operation
from notebook_labeler.domain.records import Concept
from notebook_labeler.errors import BadInput, MissingExtra, NothingToUndo, ProjectClosed, StoreError
from notebook_labeler.store import databases
from notebook_labeler.store.journal import Journal
from notebook_labeler.store.places import network_file_system


@pytest.fixture
def path(tmp_path):
    return tmp_path / "labels.db"


def adding(name, actor="Ann"):
    return Operation.of("add", [Change(None, Concept.named(name))], actor=actor, op_id=name)


def elsewhere(code, *args):
    """Run a few lines in another process and give what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, args)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


FORKED_WRITERS = """
    import os, random, signal, sys
    from notebook_labeler.domain.operations import Change, Operation
    from notebook_labeler.domain.records import Concept
    from notebook_labeler.store.journal import Journal

    def write(round, me, out):
        journal = Journal.open(sys.argv[1])
        for n in range(10**6):
            name = f"{round}-{me}-{n}"
            journal.commit(Operation.of("add", [Change(None, Concept.named(name))], actor=me, op_id=name))
            os.write(out, name.encode() + b"\\n")

    chance = random.Random(5)
    for round in range(int(sys.argv[2])):
        writers = []
        for me in "ab":
            into, out = os.pipe()
            if (pid := os.fork()) == 0:
                os.close(into)
                try:
                    write(round, me, out)
                finally:
                    os._exit(1)
            os.close(out)
            writers.append((pid, os.fdopen(into, "rb")))
        for pid, told in writers:
            acknowledged = [told.readline() for _ in range(chance.randrange(1, 8))]
            os.kill(pid, signal.SIGKILL)
            acknowledged += told.readlines()
            os.waitpid(pid, 0)
            sys.stdout.write("".join(line.decode() for line in acknowledged if line.endswith(b"\\n")))
"""


@pytest.mark.slow
def test_X02_a_hundred_and_twenty_killed_writers_lose_nothing_acknowledged(path):
    acknowledged = elsewhere(FORKED_WRITERS, f"sqlite:///{path}", 60).split()
    assert len(acknowledged) >= 120
    with Journal.open(f"sqlite:///{path}") as journal:
        kept = {e.operation.op_id for e in journal.events(limit=None)}
        assert [name for name in acknowledged if name not in kept] == []
        assert len(kept) <= len(acknowledged) + 120, "at most one commit each was not acknowledged yet"
        assert set(journal.concepts()) == kept
        report = journal.check()
    assert report.ok, report.problems


WRITER = """
    import sys
    from notebook_labeler.domain.operations import Change, Operation
    from notebook_labeler.domain.records import Concept
    from notebook_labeler.store.journal import Journal
    with Journal.open(sys.argv[1]) as journal:
        for n in range(100):
            journal.commit(Operation.of("add", [Change(None, Concept.named(f"{sys.argv[2]} {n}"))], actor=sys.argv[2]))
    print("done")
"""


def test_X02_two_processes_on_one_project_lose_nothing(url):
    with Journal.open(url) as journal:
        other = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WRITER), url, "other"], stdout=subprocess.PIPE)
        for n in range(100):
            journal.commit(adding(f"mine {n}"))
        assert other.communicate()[0] == b"done\n"
        assert set(journal.concepts()) == {f"{who} {n}" for who in ("mine", "other") for n in range(100)}
        assert [e.rev for e in journal.events()] == list(range(1, 201))
        assert journal.check().ok


def test_X02_threads_of_one_process_lose_nothing(url):
    with Journal.open(url) as journal, Journal.open(url) as twin:
        troubles = []

        def work(me):
            try:
                for n in range(25):
                    (journal if me % 2 else twin).commit(adding(f"{me} {n}"))
                    assert f"{me} {n}" in journal.concepts()
            except Exception as trouble:
                troubles.append(trouble)

        threads = [threading.Thread(target=work, args=(me,)) for me in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert troubles == []
        assert journal.rev() == 100
        assert journal.check().ok


PLAIN = """
    import os, sqlite3, sys
    connection = sqlite3.connect(sys.argv[1])
    connection.execute("INSERT INTO meta VALUES (?, 'x')", (sys.argv[2],))
    connection.commit()
    if sys.argv[3] == "close":
        connection.close()
    else:
        os.kill(os.getpid(), 9)
"""


def found_in_file(path):
    query = "SELECT key FROM meta UNION SELECT concept_key FROM concept"
    code = f"import sqlite3, sys; print(*[r[0] for r in sqlite3.connect(sys.argv[1]).execute('{query}')], sep=',')"
    return set(elsewhere(code, path).strip().split(","))


def test_X02_a_log_removed_under_us_loses_nothing(path):
    log = Path(f"{path}-wal")
    with Journal.open(f"sqlite:///{path}") as journal:
        journal.commit(adding("before"))
        Path(path).open("rb").close()  # this drops SQLite's locks on the file: now others believe they are alone
        elsewhere(PLAIN, path, "theirs", "close")
        assert not log.exists(), "the trap has sprung"
        assert set(journal.concepts()) == {"before"}
        journal.commit(adding("after"))
        assert {"before", "theirs", "after"} <= found_in_file(path)
        Path(path).open("rb").close()
        elsewhere(PLAIN, path, "again", "close")
        journal.commit(adding("at last"))
    assert {"before", "theirs", "after", "again", "at last"} <= found_in_file(path)
    with Journal.open(f"sqlite:///{path}") as journal:
        assert journal.check().ok


def test_X02_a_log_that_a_killed_program_left_in_place_of_ours_is_kept(path):
    with Journal.open(f"sqlite:///{path}") as journal:
        journal.commit(adding("before"))
        Path(path).open("rb").close()
        elsewhere(PLAIN, path, "closed", "close")
        elsewhere(PLAIN, path, "killed", "kill")
        assert Path(f"{path}-wal").stat().st_size > 0, "its commit is in the log alone"
        journal.commit(adding("after"))
    assert {"before", "closed", "killed", "after"} <= found_in_file(path)
    assert not list(path.parent.glob("*-kept"))


def test_X02_another_open_and_close_in_this_process_loses_nothing(path):
    with Journal.open(f"sqlite:///{path}") as journal:
        for n in range(20):
            Path(path).read_bytes()
            sqlite3.connect(path).close()
            journal.commit(adding(f"c{n}"))
            elsewhere(PLAIN, path, f"o{n}", "close") if n % 10 == 0 else None
        assert len(journal.concepts()) == 20
    assert {f"c{n}" for n in range(20)} | {"o0", "o10"} <= found_in_file(path)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_X02_a_forked_child_and_its_parent_both_write(path):
    journal = Journal.open(f"sqlite:///{path}")
    journal.commit(adding("parent 1"))
    go_into, go = os.pipe()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            journal.commit(adding("child 1"))
            os.write(tell, b"1")
            os.read(go_into, 1)
            journal.commit(adding("child 2"))
            journal.close()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.read(told, 1) == b"1"
    journal.commit(adding("parent 2"))
    journal.close()
    os.write(go, b"x")
    assert os.waitpid(child, 0)[1] == 0
    with Journal.open(f"sqlite:///{path}") as journal:
        assert set(journal.concepts()) == {"parent 1", "parent 2", "child 1", "child 2"}
        assert journal.check().ok
    for fd in (go_into, go, told, tell):
        os.close(fd)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_X02_a_forked_child_waits_at_the_gate_while_its_parent_is_inside(path):
    import fcntl

    journal = Journal.open(f"sqlite:///{path}")
    go_into, go = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.read(go_into, 1)
            fcntl.flock(journal._database._gate._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os._exit(0)
        except BlockingIOError:
            os._exit(7)
        finally:
            os._exit(1)
    with journal._database.write():
        os.write(go, b"x")
        status = os.waitpid(child, 0)[1]
    assert os.waitstatus_to_exitcode(status) == 7
    journal.close()
    os.close(go_into)
    os.close(go)


def test_a_long_log_is_folded_into_the_file(path):
    with Journal.open(f"sqlite:///{path}") as journal:
        for n in range(12):
            text = "x" * 1_000_000
            journal.commit(Operation.of("add", [Change(None, Concept(concept_key=f"{n}", name=text))], actor="Ann"))
        assert Path(f"{path}-wal").stat().st_size < 10_000_000
        assert path.stat().st_size > 12_000_000
        assert journal.check().ok


def test_a_full_disk_is_one_sentence_and_keeps_what_was(path):
    with Journal.open(f"sqlite:///{path}") as journal:
        journal.commit(adding("before"))
        with journal._database._writer.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=60")
        with pytest.raises(StoreError, match="the disk is full") as caught:
            journal.commit(Operation.of("add", [Change(None, Concept(concept_key="k", name="x" * 10**6))], actor="A"))
        assert "\n" not in str(caught.value)
        journal.commit(adding("after"))
        assert list(journal.concepts()) == ["after", "before"]
        assert journal.check().ok


def test_a_disk_that_takes_no_more_bytes_is_one_sentence(path):
    code = """
        import resource, signal, sys
        from notebook_labeler.domain.operations import Change, Operation
        from notebook_labeler.domain.records import Concept
        from notebook_labeler.errors import StoreError
        from notebook_labeler.store.journal import Journal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        journal = Journal.open(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        try:
            for n in range(1000):
                journal.commit(Operation.of("add", [Change(None, Concept.named(f"c{n}"))], actor="Ann"))
        except StoreError as error:
            print(n, error)
    """
    told = elsewhere(code, f"sqlite:///{path}")
    made, _, sentence = told.partition(" ")
    assert "full" in sentence
    assert sentence.count("\n") == 1
    with Journal.open(f"sqlite:///{path}") as journal:
        assert len(journal.concepts()) == int(made)
        assert journal.check().ok


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path, there):
    folder = tmp_path / "project"
    folder.mkdir()
    url = f"sqlite:///{folder}/labels.db"
    if there:
        Journal.open(url).close()
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    code = """
        import os, sys
        from notebook_labeler.errors import StoreError
        from notebook_labeler.store.journal import Journal
        if os.getuid() == 0:
            for parent in sys.argv[2:]:
                os.chmod(parent, 0o755)
            os.setuid(65534)
        try:
            Journal.open(sys.argv[1])
        except StoreError as error:
            print(error)
    """
    told = elsewhere(code, url, *[p for p in folder.parents if p.owner() == folder.owner() and len(p.parts) > 2])
    assert "it cannot be written here" in told
    assert told.count("\n") == 1


def trouble_of(path):
    """Give the first sentence that opening and checking a file yields."""
    try:
        with Journal.open(f"sqlite:///{path}") as journal:
            return journal.check().problems[0]
    except StoreError as error:
        return str(error)


@pytest.mark.parametrize("damage", ["text", "head", "middle"])
def test_a_damaged_file_is_a_sentence_and_is_left_as_it_is(path, damage):
    with Journal.open(f"sqlite:///{path}") as journal:
        for n in range(50):
            journal.commit(adding(f"c{n}"))
    data = bytearray(path.read_bytes())
    if damage == "text":
        data = bytearray(b"these are not labels " * 500)
    elif damage == "head":
        data[:64] = bytes(64)
    else:
        data[4096 * 2 :] = random.Random(0).randbytes(len(data) - 4096 * 2)
    path.write_bytes(data)
    sentence = trouble_of(path)
    assert "damaged" in sentence
    assert "\n" not in sentence
    assert path.read_bytes() == data


def test_a_database_of_something_else_or_of_a_newer_version_is_left_alone(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    with pytest.raises(StoreError, match="tables of a project"):
        Journal.open(f"sqlite:///{path}")
    path.unlink()
    Journal.open(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE meta SET value = '99'")
    other.close()
    with pytest.raises(StoreError, match="newer notebook_labeler"):
        Journal.open(f"sqlite:///{path}")


@pytest.mark.parametrize(("url", "sentence"), [
    ("sqlite:///labels.db", "absolute path"),
    ("sqlite://", "absolute path"),
    ("mysql://host/db", "sqlite:/// or postgresql://"),
    ("nonsense", "sqlite:/// or postgresql://"),
    ("sqlite:////no/such/folder/labels.db", "make it first"),
    ("sqlite:////tmp", "a folder"),
    ("postgresql://nobody@127.0.0.1:9/none", "cannot be reached"),
])  # fmt: skip
def test_an_address_that_cannot_be_is_refused(url, sentence):
    with pytest.raises((BadInput, StoreError), match=sentence):
        Journal.open(url)


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 22 0:40 / /mnt/team\\040share rw shared:2 - nfs4 server:/x rw
41 22 0:41 / /mnt/team\\040share/local rw shared:2 - xfs /dev/sdb rw
"""


@pytest.mark.parametrize(("place", "kind"), [
    ("/home/ann/labels.db", None),
    ("/mnt/team share/p/labels.db", "nfs4"),
    ("/mnt/team share/local/labels.db", None),
    ("/mnt/team shared/labels.db", None),
])  # fmt: skip
def test_network_shares_are_known_by_the_table_of_mounts(place, kind):
    assert network_file_system(Path(place), mounts=MOUNTS) == kind


def test_a_network_share_is_refused_unless_one_host_alone_uses_it(path, monkeypatch):
    monkeypatch.setattr(databases, "network_file_system", lambda _: "nfs4")
    with pytest.raises(StoreError, match=r"\(nfs4\).*postgresql\+psycopg://"):
        Journal.open(f"sqlite:///{path}")
    with Journal.open(f"sqlite:///{path}?single_host=yes") as journal:
        journal.commit(adding("hat"))
        assert not Path(f"{path}-wal").exists()
        assert journal.check().ok


def test_files_in_a_shared_folder_may_be_written_by_the_group_and_in_a_private_one_not(tmp_path):
    for name, mode, expected in (("shared", 0o2770, 0o020), ("private", 0o700, 0)):
        folder = tmp_path / name
        folder.mkdir()
        folder.chmod(mode)
        with Journal.open(f"sqlite:///{folder}/labels.db") as journal:
            journal.commit(adding("hat"))
            modes = {file.name: file.stat().st_mode & 0o020 for file in folder.iterdir()}
        assert modes == dict.fromkeys(("labels.db", "labels.db-wal", "labels.db-shm", "labels.db.lock"), expected)


def test_X02_a_kernel_that_ends_without_closing_closes_inside_the_gate(path):
    code = """
        import sys
        from notebook_labeler.domain.operations import Change, Operation
        from notebook_labeler.domain.records import Concept
        from notebook_labeler.store.gate import Gate
        from notebook_labeler.store.journal import Journal
        journal = Journal.open(sys.argv[1])
        journal.commit(Operation.of("add", [Change(None, Concept.named("hat"))], actor="Ann"))
        enter = Gate.__enter__
        Gate.__enter__ = lambda gate: print("in") or enter(gate)
    """
    assert elsewhere(code, f"sqlite:///{path}") == "in\n"
    assert not Path(f"{path}-wal").exists()
    assert "hat" in found_in_file(path)


def test_a_missing_driver_names_the_extra_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"notebook-labeler\[postgres\]"):
        Journal.open("postgresql://somebody@127.0.0.1:9/other")


def test_nothing_to_undo_uses_up_no_revision(path):
    with Journal.open(f"sqlite:///{path}") as journal:
        journal.commit(adding("hat"))
        with pytest.raises(NothingToUndo):
            journal.undo("no-task", "Ann")
        assert journal.rev() == 1


@pytest.mark.parametrize("verb", ["write", "read"])
def test_what_waited_while_another_thread_closed_the_project_is_refused_and_opens_nothing(path, verb):
    journal = Journal.open(f"sqlite:///{path}")
    journal.commit(adding("hat"))
    with sqlite3.connect(path) as other:  # somebody else has it open: the log stays
        other.execute("SELECT * FROM meta").fetchall()
        database = journal._database
        journal.close()
        with pytest.raises(ProjectClosed, match="closed meanwhile"), getattr(database, verb)():
            pass
    other.close()
