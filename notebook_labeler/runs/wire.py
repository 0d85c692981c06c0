"""What the notebook and its model process say to each other, as frames' headers and parts, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import errors
from ..domain.inputs import Input
from ..domain.predictions import Guess, Vocabulary
from ..errors import LabelerError, ModelFailed
from ..models.predictor import Answer, Named
from .engine import Item, Reply
from .frames import Header

FAMILY = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, LabelerError)
}


@dataclass(frozen=True)
class Opened:
    """What the notebook knows of a model in the child."""

    model_id: str
    key: str
    name: str
    vocabulary: Vocabulary
    batch_size: int
    licence: str = ""


def opened_to(model: Named, batch_size: int) -> Header:
    """Write down a model that was opened."""
    words = model.vocabulary
    return {
        "key": model.key,
        "name": model.name,
        "labels": list(words.labels),
        "synsets": None if words.synsets is None else list(words.synsets),
        "exclusive": words.exclusive,
        "shapes": sorted(words.shapes),
        "batch_size": batch_size,
        "licence": str(getattr(model, "licence", "") or ""),
    }


def opened_from(model_id: str, said: Header) -> Opened:
    """Read what `opened_to` wrote."""
    synsets = None if said["synsets"] is None else tuple(said["synsets"])
    words = Vocabulary(tuple(said["labels"]), synsets, said["exclusive"], frozenset(said["shapes"]))
    return Opened(model_id, said["key"], said["name"], words, said["batch_size"], said["licence"])


def items_to(items: Sequence[Item]) -> tuple[list[Header], list[bytes]]:
    """Write down inputs: paths as text, bytes as parts."""
    lines: list[Header] = []
    parts: list[bytes] = []
    for item in items:
        line: Header = {"id": item.input.input_id}
        if item.error is not None:
            line["error"] = item.error
        elif isinstance(item.source, Path):
            line["path"] = str(item.source)
        elif item.source is not None:
            line["part"] = len(parts)
            parts.append(bytes(item.source))
        lines.append(line)
    return lines, parts


def items_from(lines: Sequence[Header], parts: Sequence[bytes]) -> list[Item]:
    """Read what `items_to` wrote."""
    items = []
    for line in lines:
        source = Path(line["path"]) if "path" in line else parts[line["part"]] if "part" in line else None
        items.append(Item(Input(line["id"], line.get("path", "")), source, line.get("error")))
    return items


def replies_to(replies: Sequence[Reply], places: Mapping[str, int], *, embeddings: bool) -> tuple[Header, list[bytes]]:
    """Write down replies. `places` says where each label stands in the vocabulary; numbers travel lighter."""
    lines: list[Header] = []
    parts: list[bytes] = []
    for reply in replies:
        line: Header = {"id": reply.input_id}
        if reply.answer is None:
            line["error"] = reply.error
        else:
            line["guesses"] = [_guess_to(guess, places) for guess in reply.answer.guesses]
            if embeddings and reply.answer.embedding is not None:
                line["part"] = len(parts)
                parts.append(np.ascontiguousarray(reply.answer.embedding, dtype="<f4").tobytes())
        lines.append(line)
    return {"replies": lines}, parts


def replies_from(said: Header, parts: Sequence[bytes], labels: Sequence[str]) -> list[Reply]:
    """Read what `replies_to` wrote."""
    replies = []
    for line in said["replies"]:
        if "error" in line:
            replies.append(Reply(line["id"], error=line["error"]))
            continue
        vector = np.frombuffer(parts[line["part"]], dtype="<f4") if "part" in line else None
        guesses = tuple(_guess_from(guess, labels) for guess in line["guesses"])
        replies.append(Reply(line["id"], Answer(guesses, vector)))
    return replies


def error_to(error: BaseException) -> Header:
    """Write down an error: which of the family, and its sentence."""
    if isinstance(error, LabelerError):
        return {"kind": type(error).__name__, "text": str(error)}
    text = " ".join(str(error).split()) or "no message"
    return {"kind": "ModelFailed", "text": f"the model could not be opened: {type(error).__name__}: {text}"[:600]}


def error_from(said: Header) -> LabelerError:
    """Read what `error_to` wrote."""
    return FAMILY.get(said["kind"], ModelFailed)(said["text"])


def _guess_to(guess: Guess, places: Mapping[str, int]) -> list[Any]:
    line: list[Any] = [places[guess.concept], guess.score]
    if guess.box is not None or guess.polygon is not None:
        line += [guess.box, guess.polygon]
    return line


def _guess_from(line: Sequence[Any], labels: Sequence[str]) -> Guess:
    box = tuple(line[2]) if len(line) > 2 and line[2] is not None else None
    polygon = tuple(map(tuple, line[3])) if len(line) > 3 and line[3] is not None else None
    return Guess(labels[line[0]], line[1], box, polygon)
