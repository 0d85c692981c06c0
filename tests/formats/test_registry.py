"""X12: a format is found by its name, and told by what lies in a folder."""

import pytest

from notebook_labeler.domain.geometry import Box
from notebook_labeler.errors import BadInput
from notebook_labeler.formats.records import Collection, Label, Picture
from notebook_labeler.formats.registry import TITLES, clean_format, find, guess

PICTURE = Picture("a.jpg", 100, 80, (Label("cat", Box(1, 2, 3, 4)),))


@pytest.mark.parametrize("name", TITLES)
def test_X12_every_format_is_told_by_its_files(tmp_path, name):
    written = find(name).write(Collection((PICTURE,), ("cat",)), tmp_path)
    assert guess(tmp_path) == name
    assert guess(written.files[0]) == name
    assert find(name).read(tmp_path).concepts == ("cat",)


def test_X12_what_is_of_no_format_or_of_several_is_said_so(tmp_path):
    with pytest.raises(BadInput, match="no '"):
        guess(tmp_path / "gone")
    with pytest.raises(BadInput, match="something else"):
        guess(tmp_path)
    for name in ("coco", "voc"):
        find(name).write(Collection((PICTURE,), ("cat",)), tmp_path)
    with pytest.raises(BadInput, match="may be coco or voc"):
        guess(tmp_path)


@pytest.mark.parametrize("name", ["", "excel", None, 5, "../coco", "records"])
def test_X12_an_unknown_format_is_answered_with_those_there_are(name):
    with pytest.raises(BadInput, match="coco, yolo, voc"):
        clean_format(name)
