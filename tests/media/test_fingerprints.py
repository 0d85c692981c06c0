"""Near-duplicate pictures: X11."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from notebook_labeler.domain.inputs import Input
from notebook_labeler.media import near_duplicates
from notebook_labeler.media.fetch import Media
from notebook_labeler.media.fingerprints import Fingerprints, fingerprint
from notebook_labeler.media.kept_fingerprints import Kept, key_of
from notebook_labeler.media.near_duplicates import grouped

COUNT = 16


@pytest.fixture(scope="module")
def album():
    """Scenes of soft blots, half of them of the same colours: as unlike as photographs are."""
    chance = np.random.default_rng(11)
    palette = chance.integers(0, 255, (9, 9, 3), dtype=np.uint8)
    made = []
    for n in range(COUNT):
        blots = chance.integers(0, 255, (9, 9, 3), dtype=np.uint8)
        if n % 2:
            blots = palette.reshape(-1, 3)[chance.permutation(81)].reshape(9, 9, 3)
        made.append(Image.fromarray(blots).resize((240, 180), Image.Resampling.BICUBIC))
    return made


def png(picture):
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def jpeg(picture, **options):
    out = io.BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def turned(picture):
    """The picture lying on its side, with the EXIF note that says so."""
    exif = Image.Exif()
    exif[274] = 6
    return jpeg(picture.transpose(Image.Transpose.ROTATE_90), quality=90, exif=exif)


def prints(*sources):
    found = Fingerprints.none(len(sources))
    for place, source in enumerate(sources):
        found.put(place, fingerprint(source))
    return found


COPIES = {
    "poor": lambda p: jpeg(p, quality=30),
    "half": lambda p: jpeg(p.resize((120, 90)), quality=70),
    "third": lambda p: png(p.resize((80, 60))),
    "bright": lambda p: png(ImageEnhance.Brightness(p).enhance(1.15)),
    "dark": lambda p: png(ImageEnhance.Brightness(p).enhance(0.8)),
    "cut": lambda p: png(p.crop((4, 3, 237, 178))),
    "turned": turned,
    "large": lambda p: jpeg(p.resize((2000, 1500)), quality=80),
}


@pytest.mark.parametrize("how", COPIES)
def test_X11_a_changed_copy_is_found_with_its_original_and_nothing_else(album, how):
    pictures = album if how != "large" else album[:4]
    groups = grouped(prints(*map(png, pictures), *map(COPIES[how], pictures)))
    many = len(pictures)
    assert groups[:many].tolist() == list(range(many)), "the originals are unlike each other"
    assert (groups[many:] == groups[:many]).all()


@pytest.mark.parametrize(
    "source",
    [png(Image.new("RGB", (40, 30), "white")), png(Image.new("L", (9, 9))), b"", b"no picture", "/nowhere/a.png"],
    ids=["white", "black", "empty", "text", "missing"],
)
def test_X11_plain_and_unreadable_pictures_are_like_nothing(source):
    assert fingerprint(source) is None
    assert grouped(prints(source, source)).tolist() == [0, 1]


def test_X11_a_hint_of_noise_on_a_wall_is_no_likeness():
    chance = np.random.default_rng(3)
    walls = [200 + chance.integers(0, 3, (60, 80, 3), dtype=np.uint8) for _ in range(20)]
    assert len(np.unique(grouped(prints(*(png(Image.fromarray(wall)) for wall in walls))))) == 20


def test_X11_toy_drawings_do_not_fall_together():
    from notebook_labeler.models.toys.scenes import draw_scene

    scenes = [png(draw_scene(seed, long_side=160).picture) for seed in range(9_360_000, 9_360_030)]
    assert len(np.unique(grouped(prints(*scenes)))) == 30


codes = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=6)
flips = st.lists(st.tuples(st.integers(0, 99), st.sets(st.integers(0, 63), max_size=9)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(codes, flips)
def test_X11_groups_are_what_hangs_together_within_the_distance(seeds, children):
    all_codes = list(seeds)
    for parent, bits in children:
        all_codes.append(all_codes[parent % len(all_codes)] ^ sum(1 << b for b in bits))
    found = Fingerprints.none(len(all_codes))
    for place, code in enumerate(all_codes):
        found.put(place, (code, np.arange(192, dtype=np.int16).astype(np.int8)))
    lowest = list(range(len(all_codes)))
    for _ in all_codes:
        for a, one in enumerate(all_codes):
            for b, other in enumerate(all_codes):
                if (one ^ other).bit_count() <= 8:
                    lowest[a] = lowest[b] = min(lowest[a], lowest[b])
    assert grouped(found).tolist() == lowest


def test_X11_a_chain_of_lookalikes_does_not_swallow_a_collection_and_what_is_the_same_stays_together():
    found = Fingerprints.none(300)
    look = np.arange(192, dtype=np.int16).astype(np.int8)
    for place in range(200):  # each six bits from the one before
        code = 0
        for step in range(place):
            code ^= 0b111111 << (step * 6 % 58)
        found.put(place, (code, look))
    for place in range(200, 300):
        found.put(place, (2**63 + 12345, look))
    assert len(np.unique(grouped(found, many=50)[:200])) > 4
    assert len(np.unique(grouped(found, many=50)[200:])) == 1


def test_X11_pairs_are_looked_at_a_part_at_a_time(monkeypatch):
    monkeypatch.setattr(near_duplicates, "_AT_ONCE", 7)
    found = Fingerprints.none(60)
    for place in range(60):
        found.put(place, (place // 3 * 0x0123456789ABCDEF & (2**64 - 1), np.full(192, 1 + place // 3, np.int8)))
    assert grouped(found).tolist() == [place // 3 * 3 for place in range(60)]


def test_X11_nothing_at_all_has_no_groups():
    assert grouped(Fingerprints.none(0)).tolist() == []


def test_X11_what_would_have_to_be_fetched_has_no_key_and_a_replaced_file_another_one(tmp_path, album):
    media = Media(tmp_path / "cache")
    photo = tmp_path / "a.png"
    photo.write_bytes(png(album[0]))
    given = Input.at(str(photo))
    before = key_of(given, media)
    photo.write_bytes(png(album[1]) + b" ")
    assert before[0] != key_of(given, media)[0]
    assert key_of(Input.at("https://example.invalid/a.png"), media) is None
    assert key_of(Input.at(str(tmp_path / "gone.png")), media) is None
    assert key_of(Input.at("a\0b"), media) is None


def test_X11_kept_fingerprints_are_found_again_and_joined_with_what_others_kept(tmp_path, album):
    path = tmp_path / "cache" / "f.npz"
    found = prints(*map(png, album[:3]), b"no picture")
    Kept.of(np.array([9, 2, 5, 7], np.uint64), found).save(path)
    Kept.of(np.array([2**64 - 1], np.uint64), prints(png(album[3]))).save(path)
    again, missing = Kept.read(path).find([5, None, 7, 1, 2**64 - 1, 9])
    assert missing == [3]
    assert again.known.tolist() == [True, False, False, False, True, True]
    assert again.code[[0, 5]].tolist() == found.code[[2, 0]].tolist()
    assert (again.look[5] == found.look[0]).all()


def test_X11_a_torn_or_foreign_cache_is_none(tmp_path, album):
    path = tmp_path / "f.npz"
    Kept.of(np.array([1], np.uint64), prints(png(album[0]))).save(path)
    whole = path.read_bytes()
    foreign = io.BytesIO()
    np.savez(foreign, keys=np.array(["a"]), known=np.array([1]), code=np.array([1]), look=np.array([1]))
    pickled = io.BytesIO()
    np.savez(pickled, keys=np.array([{}], dtype=object))
    array = io.BytesIO()
    np.save(array, np.zeros(3))
    for torn in (
        b"",
        array.getvalue(),
        whole[:40],
        whole[:-30],
        whole[:200] + b"\0" * 99 + whole[299:],
        foreign.getvalue(),
        b"PK" * 50,
    ):
        path.write_bytes(torn)
        assert len(Kept.read(path).keys) == 0
    path.write_bytes(pickled.getvalue())
    assert len(Kept.read(path).keys) == 0
