"""Opinions in one line each."""

import pytest

from notebook_labeler.domain.geometry import region
from notebook_labeler.domain.opinions import Opinion
from notebook_labeler.domain.records import Annotation


@pytest.fixture
def opinion():
    """Make what a person said of an input: labels as texts, objects as pairs of concept and region."""

    def made(input_id, person, *said, seat=0):
        annotations = []
        for place, one in enumerate(said):
            concept, shape = one if isinstance(one, tuple) else (one, None)
            annotations.append(
                Annotation(
                    task_id="t",
                    annotation_id=f"{input_id} {person} {place}",
                    input_id=str(input_id),
                    concept=concept,
                    concept_key=concept,
                    shape="box" if shape else "label",
                    geometry=region(shape).text if shape else None,
                )
            )
        return Opinion(str(input_id), seat, person, tuple(annotations))

    return made
