"""Predicting a whole dataset: here, or on many machines by an engine that exists already. One call, one outcome."""

from .choice import EMBEDDED, RAY, engine_of
from .embedded import EmbeddedEngine
from .engine import PredictEngine
from .ray_engine import RayEngine

__all__ = ["EMBEDDED", "RAY", "EmbeddedEngine", "PredictEngine", "RayEngine", "engine_of"]
