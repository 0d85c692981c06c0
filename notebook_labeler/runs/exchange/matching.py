"""Which input a picture of a foreign file is: by its path relative to the inputs' folder, else by its path's end."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ...domain.inputs import Input, is_url
from ...errors import BadInput
from ...formats.safe import name_parts

_SHOWN = 3


def path_of(one: Input) -> str:
    """Give the path of an input, of a URL the one behind its host."""
    if not is_url(one.uri):
        return one.uri
    split = urlsplit(one.uri)
    return f"{split.hostname or ''}{unquote(split.path)}"


def relative_names(inputs: Iterable[Input]) -> dict[str, str]:
    """Give each input's name by id: relative to the folder that all files have in common, ``/`` between its parts.

    URLs go by their file name, or by host and path where another input has that. No two names are equal, also where
    upper and lower case are not told apart.
    """
    listed = list(inputs)
    files = [one.uri for one in listed if not is_url(one.uri)]
    common = _common(files)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for one in sorted(listed, key=lambda one: is_url(one.uri)):  # files first
        choices = [one.name, path_of(one)] if is_url(one.uri) else [_relative(one.uri, common)]
        stem = PurePosixPath(choices[-1])
        choices.append(str(stem.with_name(f"{stem.stem}-{one.input_id[:8]}{stem.suffix}")))
        name = next((choice for choice in choices if choice.casefold() not in taken), one.input_id)
        taken.add(name.casefold())
        names[one.input_id] = name
    return names


class Matcher:
    r"""Finds inputs by the names that files state. Names are compared, never opened.

    Examples
    --------
    >>> found = Matcher([Input.at("/photos/a/1.jpg"), Input.at("/photos/b/1.jpg"), Input.at("/photos/b/2.jpg")])
    >>> found.match("b/1.jpg").uri, found.match("C:\\old\\2.jpg").uri, found.match("labels/2").uri
    ('/photos/b/1.jpg', '/photos/b/2.jpg', '/photos/b/2.jpg')
    """

    def __init__(self, inputs: Iterable[Input]) -> None:
        listed = list(inputs)
        self._exact: dict[tuple[str, ...], list[Input]] = {}
        self._last: dict[str, list[tuple[tuple[str, ...], Input]]] = {}
        self._stem: dict[str, list[tuple[tuple[str, ...], Input]]] = {}
        names = relative_names(listed)
        for one in listed:
            parts = name_parts(path_of(one))
            exact = name_parts(names[one.input_id])
            for key in {exact, (*exact[:-1], _stem(exact[-1]))} if exact else ():
                self._exact.setdefault(key, []).append(one)
            if parts:
                self._last.setdefault(parts[-1], []).append((parts, one))
                stem = (*parts[:-1], _stem(parts[-1]))
                self._stem.setdefault(stem[-1], []).append((stem, one))

    def match(self, name: str, *aliases: str) -> Input:
        """Give the input of a name, or else of one of its aliases: what it may have been called before an upload.

        Raises
        ------
        BadInput
            There is none, or several are as likely.
        """
        try:
            return self._match(name)
        except BadInput:
            for alias in aliases:
                with suppress(BadInput):
                    return self._match(alias)
            raise

    def _match(self, name: str) -> Input:
        parts = name_parts(name)
        exact = self._exact.get(parts, [])
        if len(exact) == 1:
            return exact[0]
        alike = (self._last.get(parts[-1]) or self._stem.get(parts[-1]) or []) if parts else []
        if not alike:
            raise BadInput("expected a picture among the inputs, got none of this name; add it first.")
        lengths = [_in_common(parts, path) for path, _ in alike]
        best = [one for (_, one), length in zip(alike, lengths, strict=True) if length == max(lengths)]
        if len(best) > 1:
            shown = ", ".join(repr(path_of(one))[-80:] for one in best[:_SHOWN])
            raise BadInput(f"expected one input of this name, got {len(best)}: {shown}; it was left out.")
        return best[0]


def _common(files: list[str]) -> str:
    try:
        return os.path.commonpath([os.path.dirname(path) for path in files]) if files else ""
    except ValueError:  # on several drives
        return ""


def _relative(path: str, common: str) -> str:
    found = os.path.relpath(path, common) if common else os.path.splitdrive(path)[1].lstrip("/\\")
    return found.replace(os.sep, "/")


def _stem(part: str) -> str:
    return PurePosixPath(part).stem


def _in_common(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Give how many parts two paths have in common at their end, the last one taken as equal."""
    count = 1
    for one, other in zip(a[-2::-1], b[-2::-1], strict=False):
        if one != other:
            break
        count += 1
    return count
