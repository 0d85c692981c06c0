"""The demo that needs no network: toy scenes that the project draws, and a small model that knows them."""

from .kinds import KINDS, SYNSETS
from .predictor import ToyPredictor, load
from .samples import sample_pictures
from .scenes import Scene, Thing, draw_scene

__all__ = ["KINDS", "SYNSETS", "Scene", "Thing", "ToyPredictor", "draw_scene", "load", "sample_pictures"]
