"""Sharing a task out: H08, H09, H10, X11."""

import threading
from collections import Counter

import numpy as np
import pytest
from PIL import Image

import notebook_labeler as nl
from notebook_labeler import sharing
from notebook_labeler.errors import BadInput, Conflict
from notebook_labeler.media import fetch, fingerprints
from notebook_labeler.media.fingerprints import Fingerprints
from notebook_labeler.media.kept_fingerprints import key_of
from notebook_labeler.media.kept_groups import KeptGroups
from notebook_labeler.runs import fingerprinting
from notebook_labeler.runs.sharing import Shared, Sharer

PATIENCE = 30


def photograph(folder, name, seed, **options):
    blots = np.random.default_rng(seed).integers(0, 255, (9, 9, 3), dtype=np.uint8)
    folder.mkdir(exist_ok=True)
    Image.fromarray(blots).resize((90, 70), Image.Resampling.BICUBIC).save(folder / name, **options)


@pytest.fixture
def project(tmp_path):
    """Twelve photographs: of 0, 1 and 2 there are two copies each, of poor quality, at the end of the list."""
    for seed in range(9):
        photograph(tmp_path / "photos", f"a{seed}.png", seed)
    for seed in range(3):
        photograph(tmp_path / "photos", f"z{seed}.jpg", seed, quality=40)
    with nl.open_project(tmp_path / "project", actor="ana") as opened:
        opened.add_inputs(tmp_path / "photos")
        yield opened


def holders(task, column="labeler"):
    return dict(zip(task.inputs["name"], task.inputs[column], strict=True))


def test_H08_H09_X11_inputs_are_shared_out_evenly_and_copies_stay_together(project):
    task = project.create_task("t", concepts=["c"])
    found = task.share_out(["ana", "ben", "cleo"], ["ana", "dan"])
    assert (found.inputs, found.groups, found.largest, found.moved) == (12, 9, 2, 12)
    for column in ("labeler", "reviewer"):
        by = holders(task, column)
        assert all(by[f"a{seed}.png"] == by[f"z{seed}.jpg"] for seed in range(3))
    assert found.labelers == {"ana": 4, "ben": 4, "cleo": 4} == dict(Counter(holders(task).values()))
    assert all(labeler != who for labeler, who in zip(task.inputs["labeler"], task.inputs["reviewer"], strict=True))
    assert project.collaborators == ["ana", "ben", "cleo", "dan"]
    assert task.settings.labelers == ("ana", "ben", "cleo")
    rev = project.journal.rev()
    assert task.share_out().moved == 0
    assert project.journal.rev() == rev, "what changes nothing writes nothing"
    assert project.check().ok


def test_H08_who_joins_gets_only_what_nobody_began_and_who_leaves_leaves_it(project):
    task = project.create_task("t", concepts=["c"], labelers=["ana", "ben"])
    before = holders(task)
    ben = task.session(actor="ben")
    ben.add("c")
    ben.submit()
    ben.add("c")
    done, begun = [name for name, who in before.items() if who == "ben"][:2]
    task.share_out(["ana", "ben", "cleo"])
    joined = holders(task)
    assert (joined[done], joined[begun]) == ("ben", "ben")
    assert all(who in (before[name], "cleo") for name, who in joined.items())
    task.share_out(["ana", "cleo"])
    left = holders(task)
    assert left[done] == "ben"
    assert left[begun] in ("ana", "cleo")
    assert all(who in (joined[name], "ben") or joined[name] == "ben" for name, who in left.items())
    assert task.annotations["name"].tolist() == [done, begun], "with all that was done on it"
    assert project.check().ok


def test_X11_pictures_are_looked_at_once(project, monkeypatch):
    task = project.create_task("t", labelers=["ana", "ben"])
    monkeypatch.setattr(fingerprinting, "fingerprint", lambda path: pytest.fail(f"looked at {path} again"))
    assert task.share_out(["ana", "ben", "cleo"]).groups == 9
    other = project.create_task("other", labelers=["ana", "ben"], reviewers=["ana", "ben"])
    assert len(set(zip(other.inputs["labeler"], other.inputs["reviewer"], strict=True))) == 2


def test_X11_together_can_be_left_out_and_then_nothing_is_looked_at(project, monkeypatch):
    monkeypatch.setattr(fingerprinting, "fingerprint", lambda path: pytest.fail(f"looked at {path}"))
    task = project.create_task("t", concepts=["c"])
    found = task.share_out(["ana", "ben"], keep_together=False)
    assert (found.groups, found.labelers) == (12, {"ana": 6, "ben": 6})
    assert not task.settings.together


def test_X11_nothing_is_fetched(project, monkeypatch):
    monkeypatch.setattr(fetch, "fetch", lambda url, **_: pytest.fail(f"fetched {url}"))
    project.add_inputs([f"https://example.invalid/{i}.png" for i in range(4)])
    task = project.create_task("t", labelers=["ana", "ben"])
    assert sorted(Counter(holders(task).values()).values()) in ([7, 9], [8, 8])


def test_H08_inputs_added_later_are_shared_out_too(project, tmp_path, monkeypatch):
    task = project.create_task("t", labelers=["ana", "ben"], reviewers=["ana", "ben"])
    before = holders(task)
    photograph(tmp_path / "more", "b0.jpg", 4, quality=50)
    for seed in range(20, 24):
        photograph(tmp_path / "more", f"b{seed}.png", seed)
    project.add_inputs(tmp_path / "more")
    after = holders(task)
    assert after["b0.jpg"] == before["a4.png"] == after["a4.png"]
    assert {name: after[name] for name in before} == before
    assert all(holders(task, "reviewer").values())
    monkeypatch.setattr(sharing, "IN_PASSING", 1)
    monkeypatch.setattr(fingerprinting, "fingerprint", lambda path: pytest.fail(f"looked at {path}"))
    for seed in range(30, 33):
        photograph(tmp_path / "many", f"c{seed}.png", seed)
    project.add_inputs(tmp_path / "many")
    assert all(holders(task).values())
    free = project.create_task("free")
    photograph(tmp_path / "last", "d.png", 40)
    project.add_inputs(tmp_path / "last")
    assert not any(holders(free).values())


@pytest.mark.parametrize("spoiled", ["", "fingerprints.npz", "foreign"])
def test_H08_X11_for_one_more_the_others_are_not_looked_at_again(project, tmp_path, monkeypatch, spoiled):
    tasks = [
        project.create_task(name, labelers=["ana", "ben", "cleo"], reviewers=["ana", "ben"], **more)
        for name, more in (("t", {}), ("apart", {"keep_together": False}), ("twice", {"second_opinions": 1.0}))
    ]
    before, asked = [holders(task) for task in tasks], []
    if spoiled == "foreign":
        ids = [f"{n}" for n in range(12)]
        KeptGroups.of(ids, [None] * 12, Fingerprints.none(12)).save(project.media.cache_folder / "groups.npz")
    elif spoiled:
        (project.media.cache_folder / spoiled).unlink()
    monkeypatch.setattr(fingerprinting, "key_of", lambda one, media: asked.append(one.name) or key_of(one, media))
    for n, seed in enumerate((8, 30, 0)):
        photograph(tmp_path / "more", f"n{n}.jpg", seed, quality=45)
        project.add_inputs(tmp_path / "more" / f"n{n}.jpg")
    assert ("a0.png" in asked) == bool(spoiled), "unless what was kept is of no use"
    assert asked.count("n0.jpg") == 1
    for task, held in zip(tasks, before, strict=True):
        after = holders(task)
        assert {name: after[name] for name in held} == held
        if task.settings.together:
            assert (after["n0.jpg"], after["n2.jpg"]) == (after["a8.png"], after["a0.png"])
        assert task.share_out().moved == 0, "planned anew nothing changes"
        assert task.progress["total"] == 15
    assert project.check().problems == ()


def test_X02_second_opinions_are_given_to_others_and_taken_back(project):
    task = project.create_task("t", concepts=["c"])
    found = task.share_out(["ana", "ben", "cleo"], second_opinions=1.0, keep_together=False)
    assert task.settings.opinions == 2
    assert found.opinions == {"ana": 4, "ben": 4, "cleo": 4}
    assert sum(task.session(actor=who).state.progress.total for who in ("ana", "ben", "cleo")) == 24
    assert task.share_out(second_opinions=0.0).opinions == {}
    assert task.session(actor="ana").state.progress.total == 4


def test_H10_wrong_people_change_nothing(project):
    task = project.create_task("t", labelers=["ana", "ben"])
    before, rev = holders(task), project.journal.rev()
    for wrong in ({"labelers": [" "]}, {"labelers": 3}, {"opinions": 3, "second_opinions": 0.5}, {"reviewers": [None]}):
        with pytest.raises(BadInput, match="expected"):
            task.share_out(**wrong)
    assert (holders(task), project.journal.rev()) == (before, rev)
    task.share_out([])
    assert set(holders(task).values()) == {""}
    assert task.settings.labelers == ()


class Meddling:
    """A journal whose places are changed by somebody as soon as they were read, a few times."""

    def __init__(self, journal, task, times):
        self._journal, self._task, self.left = journal, task, times

    def __getattr__(self, name):
        return getattr(self._journal, name)

    def places(self, task_id, seat=0, **which):
        found = self._journal.places(task_id, seat, **which)
        if self.left:
            self.left -= 1
            session = self._task.session(actor="ana")
            session.add("c")
            session.submit()
            session.close()
        return found


@pytest.mark.parametrize("times", [1, 99])
def test_X10_somebody_who_works_meanwhile_keeps_their_input_or_all_stays_as_it_was(project, times):
    task = project.create_task("t", concepts=["c"], labelers=["ana", "ben"], keep_together=False)
    before, settings = holders(task), task.settings
    mine = next(name for name, who in before.items() if who == "ana")
    meddling = Meddling(project.journal, task, times)
    changes = {"labelers": ("cleo", "ben")}
    job = Sharer(meddling, project.media, "ana").start(task.id, changes)
    if times == 1:
        assert job.value(PATIENCE).labelers == {"cleo": 5, "ben": 6, "ana": 1}
        assert holders(task)[mine] == "ana"
    else:
        with pytest.raises(Conflict, match="share again"):
            job.value(PATIENCE)
        assert (holders(task), task.settings) == (before, settings)


def test_H08_sharing_out_tells_how_far_it_is_and_when_stopped_changes_nothing(project, monkeypatch):
    looking, go_on = threading.Event(), threading.Event()

    def slow(path):
        looking.set()
        go_on.wait(PATIENCE)
        return fingerprints.fingerprint(path)

    monkeypatch.setattr(fingerprinting, "fingerprint", slow)
    task = project.create_task("t")
    job = task.share_out(["ana", "ben"], wait=False)
    assert looking.wait(PATIENCE)
    assert job.total == 12
    job.cancel()
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "nl-share":
            thread.join(PATIENCE)
    assert set(holders(task).values()) == {""}
    assert task.settings.labelers == ()
    assert task.share_out(["ana", "ben"]).labelers == {"ana": 6, "ben": 6}


def test_H08_an_empty_project_can_be_shared_out(tmp_path):
    with nl.open_project(tmp_path / "empty", actor="ana") as project:
        task = project.create_task("t", labelers=["ana", "ben"], reviewers=["ana"])
        assert repr(task.share_out()) == ("Shared(0 inputs, labeled by 'ana' 0, 'ben' 0; reviewed by 'ana' 0; 0 moved)")


def test_H08_many_people_are_a_line_of_bearable_length():
    said = repr(Shared(1200, {f"p{i}" * 30: 100 for i in range(12)}, {}, {"<b>": 3}, 1100, 4, 7))
    assert said.startswith("Shared(1,200 inputs in 1,100 groups of near-duplicates, labeled by 'p0p0")
    assert said.endswith("100 and 6 more; second opinions by '<b>' 3; 7 moved)")
    assert len(said) < 500
