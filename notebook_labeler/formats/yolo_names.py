"""The class names of a YOLO dataset, read from data.yaml as plain text: YAML takes a class ``no`` for a falsehood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import BadInput
from .safe import text

FILE = "data.yaml"
MOST = 1 << 22  # bytes of a YAML file
_FILES = (FILE, "data.yml", "dataset.yaml", "classes.txt", "obj.names")


def names_beside(path: Path) -> dict[int, str] | None:
    """Give the class names by number, from the YAML file given or the first known file in a folder; None without one.

    Raises
    ------
    BadInput
        The file has no names that can be read.
    """
    files = [path] if path.is_file() else [path / name for name in _FILES if (path / name).is_file()]
    if not files and path.is_dir():
        files = sorted([*path.glob("*.yaml"), *path.glob("*.yml")])[:1]
    if not files:
        return None
    said = text(files[0], MOST)
    if files[0].suffix.lower() not in (".yaml", ".yml"):
        return dict(enumerate(line.strip() for line in said.splitlines() if line.strip()))
    return _numbered(_loaded(said, files[0].name), files[0].name)


def written_names(names: tuple[str, ...]) -> str:
    """Give the text of data.yaml for a dataset that is not split."""
    import yaml

    data = {"train": "images", "val": "images", "nc": len(names), "names": list(names)}
    said: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)
    return (
        f"# The pictures belong into images/. They are not split: make your own val before you judge a model.\n{said}"
    )


def _loaded(said: str, name: str) -> Any:
    import yaml

    class Plain(yaml.BaseLoader):  # type: ignore[misc]  # PyYAML has no types
        """Takes every value for text, and no references: a few of them can stand for endless lists."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.events.AliasEvent):
                raise yaml.YAMLError("references are not taken")
            return super().compose_node(parent, index)

    try:
        return yaml.load(said, Plain)  # noqa: S506  # it makes text, lists and dicts, nothing else
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise BadInput(f"expected YAML in {name!r:.120}, got something else ({why:.120}).") from error


def _numbered(data: Any, name: str) -> dict[int, str]:
    found = data.get("names") if isinstance(data, dict) else None
    if isinstance(found, list):
        found = dict(enumerate(found))
    if isinstance(found, dict):
        try:
            return {int(number): said for number, said in found.items() if isinstance(said, str)}
        except ValueError:
            pass
    raise BadInput(f"expected names: in {name!r:.120} as a list, or as numbers with names, got {found!r:.80}.")
