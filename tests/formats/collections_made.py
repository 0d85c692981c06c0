"""Collections as hypothesis makes them: any names, any regions, any attributes that a format has room for."""

import math

from hypothesis import strategies as st

from notebook_labeler.domain.geometry import Box, Polygon
from notebook_labeler.domain.names import clean_name, name_key
from notebook_labeler.errors import BadInput
from notebook_labeler.formats.records import Collection, Label, Picture, attributes_text

PLACES = st.floats(0, 5000, allow_subnormal=False)
SIDES = st.floats(0.001, 5000)
BOXES = st.builds(Box, PLACES, PLACES, SIDES, SIDES)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=12)
SCORES = st.none() | st.floats(0, 1)
SIZES = st.integers(1, 6000)


def is_name(text):
    try:
        return clean_name(text) == text
    except BadInput:
        return False


CONCEPTS = st.lists(TEXTS.filter(is_name), min_size=1, max_size=4, unique_by=name_key)


@st.composite
def rings(draw):
    x, y, count = draw(PLACES), draw(PLACES), draw(st.integers(3, 8))
    radii = draw(st.lists(st.floats(0.1, 900), min_size=count, max_size=count))
    turns = (2 * math.pi * n / count for n in range(count))
    return tuple(v for r, a in zip(radii, turns, strict=True) for v in (x + r * math.cos(a), y + r * math.sin(a)))


POLYGONS = st.lists(rings(), min_size=1, max_size=3).map(lambda several: Polygon(tuple(several)))


@st.composite
def collections(draw, attributes, whole=True, scores=SCORES, names=TEXTS):
    """Collections of up to three pictures; `attributes` gives a label's, `whole` allows labels of whole pictures."""
    concepts = draw(CONCEPTS)
    regions = st.one_of(BOXES, POLYGONS, st.none()) if whole else st.one_of(BOXES, POLYGONS)
    beside = attributes.map(attributes_text)
    labels = st.lists(st.builds(Label, st.sampled_from(concepts), regions, scores, beside), max_size=4).map(tuple)
    pictures = st.lists(
        st.builds(Picture, names, SIZES, SIZES, labels), max_size=3, unique_by=lambda picture: picture.name
    )
    return Collection(tuple(draw(pictures)), tuple(concepts))
