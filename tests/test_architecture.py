"""Imports run downward only, and only widgets/ knows the screen."""

import ast
import re
from pathlib import Path

import pytest

import notebook_labeler

PACKAGE = Path(notebook_labeler.__file__).parent
FLOOR = {
    "errors": 1,
    "domain": 2,
    "media": 3,
    "store": 3,
    "formats": 3,
    "quality": 3,
    "models": 4,
    "runs": 5,
    "sessions": 6,
    "widgets": 7,
}
SCREEN = {"ipywidgets", "ipycanvas", "anywidget", "IPython"}
FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = list(path.relative_to(PACKAGE.parent).with_suffix("").parts)[: -node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downward_only(path):
    here = FLOOR.get(room(path), 8)
    for name in imported(path):
        if name.startswith("notebook_labeler."):
            there = name.split(".")[1]
            if there in FLOOR and there != room(path):
                assert FLOOR[there] < here, f"{path.name} looks up to {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_widgets_know_the_screen(path):
    if room(path) == "widgets" or FLOOR.get(room(path), 8) == 8:
        return
    assert not {name.split(".")[0] for name in imported(path)} & SCREEN


def test_text_is_never_parsed_as_html_in_the_front_end():
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|(?<![.\w])eval\(|new Function"
    for path in [*PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.py")]:
        assert not re.findall(banned, path.read_text()), path
