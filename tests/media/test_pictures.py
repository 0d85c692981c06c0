import threading
from pathlib import Path

import pytest
from PIL import Image

from notebook_labeler.domain.inputs import Input
from notebook_labeler.errors import UnreadableInput
from notebook_labeler.media.files import write_whole
from notebook_labeler.media.pictures import Pictures
from notebook_labeler.media.thumbnails import Thumbnails, small_jpeg
from notebook_labeler.media.view import View


class Files:
    """Gives files, and counts; holds everybody back while its gate is closed."""

    def __init__(self):
        self.asked = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)

    def source(self, given):
        self.asked.append(given.name)
        self.entered.release()
        assert self.gate.wait(20)
        return Path(given.uri)


@pytest.fixture
def files():
    return Files()


@pytest.fixture
def pictures(files):
    with_them = Pictures(files, screen=(400, 300))
    yield with_them
    files.gate.set()
    with_them.close()


@pytest.fixture
def make(tools, tmp_path):
    def make(name, size=(1600, 1200), format="JPEG"):
        path = tmp_path / name
        path.write_bytes(tools.encoded(tools.quadrants(*size), format))
        return Input.at(str(path))

    return make


def waited(check):
    """Wait for something that another thread will do."""
    done = threading.Event()
    for _ in range(2000):
        if check():
            return True
        done.wait(0.01)
    return False


def test_the_first_decode_fills_the_screen_and_zooming_in_decodes_the_rest(pictures, files, make):
    given = make("a.jpg")
    assert pictures.get(given).rgb.size == (400, 300)
    assert pictures.for_view(given, View(0, 0, 0.25)).rgb.size == (400, 300)
    assert pictures.for_view(given, View(0, 0, 2.0)).rgb.size == (1600, 1200)
    assert pictures.get(given).rgb.size == (1600, 1200)  # what is there already is not made smaller
    assert files.asked == ["a.jpg", "a.jpg"]


def test_a_picture_that_is_whole_at_once_is_not_decoded_again(pictures, files, make):
    given = make("a.png", (100, 80), "PNG")
    assert pictures.get(given) is pictures.get(given, full=True) is pictures.for_view(given, View(0, 0, 8))
    assert files.asked == ["a.png"]


def test_many_who_ask_at_once_get_one_decode(pictures, files, make):
    given = make("a.jpg")
    files.gate.clear()
    got = []
    threads = [threading.Thread(target=lambda: got.append(pictures.get(given))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert files.entered.acquire(timeout=20)
    files.gate.set()
    for thread in threads:
        thread.join(20)
    assert len(got) == 8
    assert len({id(picture) for picture in got}) == 1
    assert files.asked == ["a.jpg"]


def test_X04_what_was_decoded_ahead_is_there_when_asked_for(pictures, files, make):
    given = make("a.jpg")
    pictures.ahead([given])
    assert waited(lambda: pictures.ready(given))
    files.gate.clear()
    assert pictures.get(given).width == 1600
    assert files.asked == ["a.jpg"]


def test_X04_ahead_returns_at_once_and_who_asks_overtakes_it(files, make):
    first, second, urgent = make("1.jpg"), make("2.jpg"), make("urgent.jpg")
    one = Pictures(files, threads=1)
    files.gate.clear()
    one.ahead([first, second, urgent])  # would block here if it waited
    assert files.entered.acquire(timeout=20)
    asker = threading.Thread(target=one.get, args=(urgent,))
    asker.start()
    assert files.entered.acquire(timeout=20)
    assert files.asked == ["1.jpg", "urgent.jpg"]
    files.gate.set()
    asker.join(20)
    assert waited(lambda: one.ready(second))
    assert files.asked.count("urgent.jpg") == 1
    one.close()


def test_what_is_no_longer_wanted_is_not_decoded(files, make):
    first, old, new = make("1.jpg"), make("old.jpg"), make("new.jpg")
    one = Pictures(files, threads=1)
    files.gate.clear()
    one.ahead([first, old])
    assert files.entered.acquire(timeout=20)
    one.ahead([new])
    files.gate.set()
    assert waited(lambda: one.ready(new))
    assert files.asked == ["1.jpg", "new.jpg"]
    one.close()


def test_a_fault_is_remembered_until_the_file_is_mended(pictures, files, make, tools):
    given = make("a.jpg")
    Path(given.uri).write_bytes(b"<html>")
    for _ in range(3):
        with pytest.raises(UnreadableInput, match=r"HTML data in 'a\.jpg'"):
            pictures.get(given)
    assert files.asked == ["a.jpg"]
    Path(given.uri).write_bytes(tools.encoded(Image.new("RGB", (30, 20))))
    assert pictures.get(given).rgb.size == (30, 20)


def test_a_fault_met_ahead_is_raised_when_asked_for(pictures, files, make):
    given = Input.at("/nowhere/gone.jpg")
    pictures.ahead([given])
    assert waited(lambda: pictures.ready(given))
    with pytest.raises(UnreadableInput, match=r"no file 'gone\.jpg'"):
        pictures.get(given)
    assert files.asked == ["gone.jpg"]
    pictures.forget(given.input_id)
    assert not pictures.ready(given)


def test_a_replaced_file_is_decoded_anew(pictures, make, tools):
    given = make("a.jpg")
    assert pictures.get(given, full=True).width == 1600
    Path(given.uri).write_bytes(tools.encoded(tools.quadrants(64, 48)))
    assert pictures.get(given).width == 64
    assert pictures.get(given, full=True).width == 64


def test_the_longest_unseen_goes_first_and_the_newest_stays(files, make):
    few = Pictures(files, limit_bytes=3 * 100 * 100 * 4)
    made = [make(f"{i}.png", (100, 100), "PNG") for i in range(5)]
    for given in made[:3]:
        few.get(given)
    few.get(made[0])
    few.get(made[3])
    assert [few.ready(given) for given in made] == [True, False, True, True, False]
    large = make("large.png", (1000, 1000), "PNG")
    assert few.get(large).width == 1000
    assert few.ready(large)
    few.close()


def test_an_unexpected_fault_is_not_kept(pictures, files, make, monkeypatch):
    given = make("a.jpg")
    real = files.source
    monkeypatch.setattr(files, "source", lambda given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pictures.get(given)
    monkeypatch.setattr(files, "source", real)
    assert pictures.get(given).width == 1600


def test_closing_twice_is_fine_and_nothing_is_decoded_afterwards(files, make):
    some = Pictures(files)
    some.close()
    some.close()
    some.ahead([make("a.jpg")])
    assert not files.asked


def test_thumbnails_are_made_once_and_again_when_the_file_changes(files, make, tools, tmp_path, monkeypatch):
    given = make("a.jpg")
    thumbnails = Thumbnails(files, tmp_path / "cache")
    made = thumbnails.get(given, 64)
    assert size_of(made) == (64, 48)
    opened = []
    monkeypatch.setattr("notebook_labeler.media.thumbnails.encoded", lambda *a, **k: opened.append(a) or b"new")
    assert thumbnails.get(given, 64) == made
    assert not opened
    assert thumbnails.get(given, 32) == b"new"
    Path(given.uri).write_bytes(tools.encoded(tools.quadrants(64, 48)))
    assert thumbnails.get(given, 64) == b"new"


def size_of(jpeg):
    import io

    return Image.open(io.BytesIO(jpeg)).size


def test_a_damaged_or_unwritable_cache_only_costs_time(files, make, tmp_path):
    given = make("a.jpg")
    thumbnails = Thumbnails(files, tmp_path / "cache")
    made = thumbnails.get(given, 64)
    (kept,) = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    kept.write_bytes(made[:100])
    assert thumbnails.get(given, 64) == made == kept.read_bytes()
    (tmp_path / "file").write_text("in the way")
    assert Thumbnails(files, tmp_path / "file").get(given, 64) == made


def test_a_thumbnail_of_a_small_or_long_picture_keeps_its_shape(make, files, tmp_path):
    thumbnails = Thumbnails(files, tmp_path / "cache")
    assert size_of(thumbnails.get(make("s.png", (10, 8), "PNG"), 64)) == (10, 8)
    assert size_of(thumbnails.get(make("l.png", (3000, 2), "PNG"), 64)) == (64, 1)
    assert size_of(small_jpeg(Image.new("RGB", (2, 900)), 90)) == (1, 90)


def test_an_unreadable_input_has_no_thumbnail(files, tmp_path):
    with pytest.raises(UnreadableInput, match="there is no file"):
        Thumbnails(files, tmp_path / "cache").get(Input.at("/nowhere/gone.jpg"))


def test_a_write_that_fails_leaves_neither_part_nor_draft(tmp_path, monkeypatch):
    path = tmp_path / "a" / "b.jpg"
    write_whole(path, b"first")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]
