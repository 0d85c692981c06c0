"""Pictures to show to a model."""

import numpy as np
import pytest
from PIL import Image

from notebook_labeler.domain.inputs import Input


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Twenty pictures of noise, as files."""
    folder = tmp_path_factory.mktemp("pictures")
    noise = np.random.default_rng(0)
    for n in range(20):
        pixels = noise.integers(0, 255, (40 + n, 60, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"p{n:02}.jpg")
    return [Input.at(str(path)) for path in sorted(folder.iterdir())]
