"""Toy scenes: drawn from a seed, true to their own labels."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from notebook_labeler.errors import BadInput
from notebook_labeler.models.toys import KINDS, SYNSETS, draw_scene, sample_pictures
from notebook_labeler.models.toys.drawing import Pen
from notebook_labeler.models.toys.kinds import BEACH_HUT, DESIGNS, PALM, PLACES

ALL_DESIGNS = [(kind, design) for kind in KINDS for design in DESIGNS[kind]] + [("tree", PALM), ("house", BEACH_HUT)]


def test_a_seed_always_draws_the_same_scene():
    one, again, other = draw_scene(11), draw_scene(11), draw_scene(12)
    assert one.picture.tobytes() == again.picture.tobytes()
    assert one.things == again.things
    assert one.picture.tobytes() != other.picture.tobytes()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_scene_holds_the_same_at_every_size(seed):
    large, small = draw_scene(seed), draw_scene(seed, long_side=192)
    assert max(small.picture.size) == 192
    assert [thing.kind for thing in large.things] == [thing.kind for thing in small.things]
    scale = 192 / max(large.picture.size)
    for one, other in zip(large.things, small.things, strict=True):
        assert np.allclose(np.array(one.box) * scale, other.box, atol=4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_drawn_alone(kind):
    scene = draw_scene(5, kind=kind, long_side=192)
    assert scene.kinds == (kind,)
    assert scene.things[0].seen > 0.5


@pytest.mark.parametrize(("kind", "design"), ALL_DESIGNS, ids=[f"{k}-{d.draw.__name__}" for k, d in ALL_DESIGNS])
def test_every_design_fills_its_frame_facing_either_way(kind, design):
    for mirrored in (False, True):
        layer = Image.new("RGBA", (round(design.width * 200), 200))
        design.draw(Pen(layer, (0, 0), 200, design.width, mirrored=mirrored), np.random.default_rng(3))
        box = layer.getbbox()
        assert box is not None
        assert box[3] >= 0.93 * 200, "stands on the ground"
        assert box[2] - box[0] > 0.7 * layer.width or kind == "person"


def test_boxes_lie_in_the_picture_and_hold_what_changed():
    for seed in range(30):
        scene = draw_scene(seed, long_side=192)
        assert scene.things, "no scene is empty"
        for thing in scene.things:
            x0, y0, x1, y1 = thing.box
            assert 0 <= x0 < x1 <= scene.picture.width + 1
            assert 0 <= y0 < y1 <= scene.picture.height + 1
            assert 0.3 <= thing.seen <= 1


def test_most_scenes_hold_one_to_four_things_and_every_kind_comes_up():
    scenes = [draw_scene(seed, long_side=64) for seed in range(300)]
    assert all(1 <= len(scene.things) <= 4 for scene in scenes)
    for kind in KINDS:
        assert sum(kind in scene.kinds for scene in scenes) >= 15, kind


def test_places_are_chosen_with_shares_that_sum_to_one():
    assert sum(place.often for place in PLACES) == pytest.approx(1)


def test_the_ten_synsets_are_distinct():
    assert len(KINDS) == len(set(SYNSETS.values())) == 10


def test_samples_are_readable_pictures_under_names_that_give_nothing_away(tmp_path):
    rows = sample_pictures(tmp_path / "new", 6)
    files = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in files] == [f"toy-{n:04d}.jpg" for n in range(1, 7)]
    for row, path in zip(rows, files, strict=True):
        with Image.open(path) as picture:
            picture.load()
            assert picture.format == "JPEG"
            assert 480 <= max(picture.size) <= 800
        assert row["file"] == path.name
        assert set(row["concepts"]) <= set(KINDS)
        assert {box[0] for box in row["boxes"]} == set(row["concepts"])
        assert len(path.read_bytes()) < 400_000


def test_samples_are_the_same_each_time_and_others_with_another_seed(tmp_path):
    first, again, other = (
        sample_pictures(tmp_path / name, 2, seed=seed) for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert first == again != other
    assert (tmp_path / "a" / "toy-0002.jpg").read_bytes() == (tmp_path / "b" / "toy-0002.jpg").read_bytes()


def test_sixty_samples_are_drawn_in_seconds(tmp_path):
    started = time.process_time()
    sample_pictures(tmp_path)
    assert time.process_time() - started < 5, "measured 1.6 s; generous for slower machines"
    assert len(list(tmp_path.iterdir())) == 60


@pytest.mark.parametrize(("count", "seed"), [(0, 0), (10_000, 0), (5, -1), (5, 1000)])
def test_sample_counts_and_seeds_out_of_range_are_refused_in_words(tmp_path, count, seed):
    with pytest.raises(BadInput, match=r"expected .* got"):
        sample_pictures(tmp_path, count, seed=seed)


def test_a_scene_survives_a_jpeg_round_trip():
    scene, file = draw_scene(4), io.BytesIO()
    scene.picture.save(file, "JPEG", quality=88)
    with Image.open(file) as back:
        difference = np.abs(np.asarray(back, float) - np.asarray(scene.picture, float)).mean()
    assert difference < 6
