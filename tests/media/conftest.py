import io

import pytest
from PIL import Image

# Four quadrants tell every turn and mirror apart: upper left, upper right, lower left, lower right.
RED, GREEN, BLUE, YELLOW = (230, 20, 20), (20, 200, 20), (20, 20, 230), (240, 220, 20)


def quadrants(width=40, height=24):
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def encoded(image, format="PNG", **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def corners(image):
    w, h = image.size
    return tuple(image.getpixel((x * w // 4, y * h // 4)) for y in (1, 3) for x in (1, 3))


def close(got, wanted, by=6):
    return all(abs(g - w) <= by for a, b in zip(got, wanted, strict=True) for g, w in zip(a, b, strict=True))


class Tools:
    quadrants = staticmethod(quadrants)
    encoded = staticmethod(encoded)
    corners = staticmethod(corners)
    close = staticmethod(close)
    four = (RED, GREEN, BLUE, YELLOW)


@pytest.fixture(scope="session")
def tools():
    return Tools
