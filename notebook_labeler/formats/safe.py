"""The doors to files that somebody else made: no entities, no endless content, no way out of a folder."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..domain.names import digest
from ..errors import BadInput

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_JSON = 1 << 30  # bytes of one file
MOST_XML = 1 << 29
MOST_TEXT = 1 << 26
LONGEST = 200  # bytes of a file's name; systems take 255, endings to come included
DEEPEST = 64  # levels of elements
HEAD = 4096  # bytes that are enough to tell a format
_DRIVE = re.compile(r"^[A-Za-z]:")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKED = str.maketrans({c: f"&#{ord(c)};" for c in "\t\n\r"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_WINDOWS = frozenset('<>:"|?*') if os.name == "nt" else frozenset()


def content(path: Path, limit: int = MOST_TEXT) -> bytes:
    """Give the bytes of a regular file.

    Raises
    ------
    BadInput
        It cannot be read, is no regular file, or is larger than `limit` bytes.
    """
    try:
        if not path.is_file():
            raise BadInput(f"expected a file, but {path.name!r:.120} is none; check the path.")
        size = path.stat().st_size
        if size > limit:
            raise BadInput(f"expected a file of at most {limit:,} bytes, got {size:,} in {path.name!r:.120}; split it.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"expected a readable file, got {path.name!r:.120} ({error.strerror}).") from error


def text(path: Path, limit: int = MOST_TEXT) -> str:
    """Give a file's text, which must be UTF-8 (a byte order mark is taken off)."""
    try:
        return content(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"expected text in UTF-8, got other bytes in {path.name!r:.120}; save it as UTF-8.") from error


def read_json(path: Path, limit: int = MOST_JSON) -> Any:  # Any: each format checks what it expects
    """Give what a JSON file holds.

    Raises
    ------
    BadInput
        It is no JSON, or nested beyond reason.
    """
    data = content(path, limit)
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"expected JSON in {path.name!r:.120}, got something else ({error!s:.120}).") from error


def json_text(data: Any, indent: int | None = None) -> str:
    """Give JSON that can be written in UTF-8; half characters, which file names may hold, are escaped."""
    separators = None if indent else (",", ":")
    text = json.dumps(data, ensure_ascii=False, separators=separators, indent=indent, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(data, separators=separators, indent=indent, allow_nan=False)
    return text


def read_xml(path: Path, limit: int = MOST_XML) -> Element:
    """Give the root of an XML file. Document types, and with them all entities, are refused.

    Raises
    ------
    BadInput
        It is no XML, declares a document type, or is larger than `limit` bytes.
    """
    return parse_xml(content(path, limit), path.name)


def parse_xml(data: bytes, name: str) -> Element:
    """Give the root of XML bytes; `name` is what errors call them."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise BadInput(f"expected XML without document type or entities, got {name!r:.120} with one.") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise BadInput(f"expected XML in {name!r:.120}, got something else ({error!s:.120}).") from error
    level, depth = [root], 0
    while level:
        level, depth = [child for one in level for child in one], depth + 1
        if depth > DEEPEST:
            raise BadInput(f"expected XML of at most {DEEPEST} levels in {name!r:.120}, got more.")
    return root


def xml_text(value: object) -> str:
    r"""Give a value as text between (or in the attributes of) XML tags; what XML cannot hold becomes U+FFFD.

    Examples
    --------
    >>> xml_text("<b>&\x00")
    '&lt;b&gt;&amp;\ufffd'
    """
    return _NO_XML.sub("\ufffd", str(value)).translate(_MARKED)


def head(path: Path) -> str:
    """Give how a file begins, as far as it is text; empty when it cannot be read."""
    try:
        if not path.is_file():  # to open a pipe would wait for ever
            return ""
        with path.open("rb") as file:
            return file.read(HEAD).decode("utf-8-sig", "ignore")
    except (OSError, ValueError):
        return ""


def files_in(folder: Path, *suffixes: str, most: int | None = None) -> Iterator[Path]:
    """Give the regular files of a folder and its subfolders by ending (``.xml``), sorted; links are not followed."""
    given = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and path.suffix.lower() in suffixes and not path.is_symlink():
                yield path
                given += 1
                if given == most:
                    return


def name_parts(name: str) -> tuple[str, ...]:
    r"""Give the parts of a name that a file states, for comparing with inputs: no root, drive, dots or empty parts.

    Examples
    --------
    >>> name_parts("C:\\data\\train/../a.jpg"), name_parts("../../etc/passwd")
    (('data', 'train', 'a.jpg'), ('etc', 'passwd'))
    """
    plain = _DRIVE.sub("", unicodedata.normalize("NFC", name).replace("\\", "/"))
    return tuple(part for part in plain.split("/") if part not in ("", ".", ".."))


def file_part(part: str) -> str:
    """Give a part of a name so that it can be one file or folder name here, and nothing else.

    Examples
    --------
    >>> file_part("../a"), file_part("עברית 🐑.jpg"), file_part("..")
    ('_._a', 'עברית 🐑.jpg', '__')
    """
    if not part.strip("."):
        return "_" * max(1, len(part))
    if len(part.encode("utf-8", "replace")) > LONGEST:
        ending = Path(part).suffix[:16]
        part = f"{part[: LONGEST // 8]}-{digest(part.encode('utf-8', 'replace').decode())}{ending}"
    part = "_" + part[1:] if part.startswith(".") else part  # a hidden file would not be found again
    bad = {"/", "\\", *_WINDOWS}
    made = "".join("_" if c in bad or unicodedata.category(c) in ("Cc", "Cs") else c for c in part)
    return made.rstrip(". ") or "_" if _WINDOWS else made


def inside(folder: Path, parts: Iterable[str]) -> Path:
    """Give a path below a folder, made of untrusted parts; what would lead out of it cannot be said this way.

    Examples
    --------
    >>> inside(Path("/out"), ["a", "..", "b/../../c.txt"]).as_posix()
    '/out/a/__/b_.._.._c.txt'
    """
    path = folder.joinpath(*(file_part(part) for part in parts))
    if path == folder or folder not in path.parents:
        raise BadInput(f"expected the name of a file, got {'/'.join(parts)!r:.120}.")
    return path
