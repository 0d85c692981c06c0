"""The labels of a model as its user gives them: a list, or a file with one per line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ..domain.names import clean_name, name_key
from ..errors import BadInput

MAX_FILE_BYTES = 20_000_000


def read_labels(labels: Iterable[str] | str | Path | None) -> tuple[str, ...]:
    """Give a model's labels, cleaned, in order.

    Parameters
    ----------
    labels
        A list of names, or the path of a text file with one name per line, or of a JSON file holding a list.

    Returns
    -------
    tuple of str
        At least one; no two with the same spelling after folding case and blanks.

    Raises
    ------
    BadInput
        None or nothing given, an unreadable file, or the same label twice.
    """
    if labels is None:
        raise BadInput("expected the model's labels, got none; pass labels=[...] in the order of its classes.")
    if not isinstance(labels, str | Path | Iterable):
        raise BadInput(
            f"expected the model's labels as a list of names, got {type(labels).__name__}; pass labels=[...]."
        )
    names = _from_file(Path(labels)) if isinstance(labels, str | Path) else list(labels)
    cleaned = tuple(clean_name(name, what="a label") for name in names)
    if not cleaned:
        raise BadInput("expected the model's labels, got an empty list; pass one name per class.")
    seen: dict[str, str] = {}
    for name in cleaned:
        if (other := seen.setdefault(name_key(name), name)) is not name:
            raise BadInput(f"expected every label once, got {other!r:.80} and {name!r:.80}; rename one of them.")
    return cleaned


def _from_file(path: Path) -> list[str]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"expected a labels file of at most {MAX_FILE_BYTES // 1_000_000} MB: {path}.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"expected a readable labels file at {path}, got {type(error).__name__}: {error}.") from error
    if path.suffix.lower() != ".json":
        return [line for line in text.splitlines() if line.strip()]
    try:
        names = json.loads(text)
    except ValueError as error:
        raise BadInput(f"expected a JSON list of names in {path}, got {error}.") from error
    if not isinstance(names, list):
        raise BadInput(f"expected a JSON list of names in {path}, got {type(names).__name__}.")
    return names
