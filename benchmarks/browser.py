"""What a hand feels in JupyterLab: gestures against a plain canvas page, and going on to the next input."""

from __future__ import annotations

from benchmarks import gestures, going_on
from benchmarks.lab import chromium, started


def main() -> None:
    """Print both; without Chromium, say so."""
    executable = chromium()
    if executable is None:
        print("    there is no Chromium; run tools/need_browser.sh")
        return
    with started(executable) as (notebook, page):
        gestures.compare(notebook, page)
    with started(executable) as (notebook, _):
        going_on.compare(notebook)
