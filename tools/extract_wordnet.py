"""Make the noun extract that concept mapping ships, from WordNet 3.0's dictionary files.

The files are those of the Debian package ``wordnet-base`` (``apt-get install wordnet-base``); their form is
described in the manual page wndb(5WN). Written into `notebook_labeler.models.mapping`:

``wordnet_nouns.parquet``
    One row per noun synset: its offset (the number in ImageNet's ids), the number of its lexicographer file,
    its words, for each word the rank of this sense among the word's senses (0 = most frequent), the offsets of
    its hypernyms, and the first clause of its gloss where the noun names a thing that can be seen. Instances
    (persons, places: "John Walker") are left out.
``irregular_plurals.csv``
    Plurals that no rule undoes.
``other_words.parquet``
    Adjectives, adverbs and verbs of four letters and more that are no nouns: a name that is (a form of) one of
    these is not a misspelt noun.
``LICENSE.wordnet``
    The licence, as it stands at the head of the dictionary files.

Usage: python tools/extract_wordnet.py [folder of the dictionary files]
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TARGET = Path(__file__).parents[1] / "notebook_labeler" / "models" / "mapping"
SEEN = frozenset({3, 5, 6, 8, 13, 17, 18, 20, 25, 27})  # Tops, animal, artifact, body, food, object, person, plant, ...
LONGEST_GLOSS = 110  # characters


@dataclass(frozen=True)
class Synset:
    """One line of data.noun."""

    offset: int
    lexfile: int
    words: tuple[str, ...]
    hypernyms: tuple[int, ...]
    instance: bool
    gloss: str


def lines(path: Path) -> Iterator[str]:
    """Give the lines of a dictionary file without the licence at its head (indented by two blanks)."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if not line.startswith("  "))


def synset(line: str) -> Synset:
    """Read one line: offset, lexicographer file, type, words with ids, pointers, and the gloss behind a bar."""
    data, _, gloss = line.partition("|")
    part = data.split()
    count = int(part[3], 16)
    words = tuple(part[4 + 2 * i].replace("_", " ") for i in range(count))
    at = 5 + 2 * count
    pointers = [part[at + 4 * i : at + 4 * i + 3] for i in range(int(part[at - 1]))]
    return Synset(
        int(part[0]),
        int(part[1]),
        words,
        tuple(int(offset) for symbol, offset, kind in pointers if symbol == "@" and kind == "n"),
        any(symbol == "@i" for symbol, _, _ in pointers),
        gloss.strip(),
    )


def first_clause(gloss: str) -> str:
    """Cut a gloss to what tells senses apart: no examples, no remarks in brackets, at most a line."""
    text = re.sub(r"\([^)]*\)", "", gloss.split(";")[0].split(' "')[0])
    text = re.sub(r"\s+", " ", text).strip(" :")
    return text if len(text) <= LONGEST_GLOSS else text[:LONGEST_GLOSS].rsplit(" ", 1)[0] + " …"


def ranks(folder: Path) -> dict[str, dict[int, int]]:
    """Give for each word in lower case the rank of each of its senses, from index.noun."""
    found = {}
    for line in lines(folder / "index.noun"):
        part = line.split()
        senses = [int(offset) for offset in part[-int(part[2]) :]]
        found[part[0].replace("_", " ")] = {offset: rank for rank, offset in enumerate(senses)}
    return found


def table(folder: Path) -> pa.Table:
    """Put the extract together."""
    rank = ranks(folder)
    kept = [s for s in map(synset, lines(folder / "data.noun")) if not s.instance]
    offsets = {s.offset for s in kept}  # a few synsets stand under an instance; that step is left out
    columns = {
        "offset": pa.array([s.offset for s in kept], pa.int32()),
        "lexfile": pa.array([s.lexfile for s in kept], pa.int8()),
        "words": pa.array([s.words for s in kept], pa.list_(pa.string())),
        "ranks": pa.array([[rank[w.lower()][s.offset] for w in s.words] for s in kept], pa.list_(pa.uint8())),
        "hypernyms": pa.array([[h for h in s.hypernyms if h in offsets] for s in kept], pa.list_(pa.int32())),
        "gloss": pa.array([first_clause(s.gloss) if s.lexfile in SEEN else "" for s in kept], pa.string()),
    }
    notice = " ".join(licence(folder).split())
    return pa.table(columns).replace_schema_metadata({"source": "WordNet 3.0, nouns", "licence": notice})


def licence(folder: Path) -> str:
    """Give the licence text at the head of data.noun, without its line numbers."""
    with (folder / "data.noun").open(encoding="utf-8", errors="replace") as file:
        head = [line for line in file if line.startswith("  ")]
    return "".join(re.sub(r"^\s+\d+ ?", "", line).rstrip() + "\n" for line in head).strip() + "\n"


def by_rule(plural: str) -> set[str]:
    """Give the singulars that the rules of `forms` propose too, so that these need no row."""
    pairs = (("s", ""), ("es", ""), ("ies", "y"), ("men", "man"))
    return {plural.removesuffix(end) + new for end, new in pairs if plural.endswith(end)}


def irregular_plurals(folder: Path, words: set[str]) -> list[tuple[str, str]]:
    """Give the rows of noun.exc whose singular we hold and no rule finds."""
    pairs = [line.split()[:2] for line in (folder / "noun.exc").read_text(encoding="utf-8").splitlines()]
    rows = [(a.replace("_", " "), b.replace("_", " ")) for a, b in pairs]
    return sorted((a, b) for a, b in rows if b in words and b not in by_rule(a))


def other_words(folder: Path, words: set[str]) -> pa.Table:
    """Give the words of four letters and more that are no nouns."""
    kinds = ("adj", "adv", "verb")
    found = {line.split(" ", 1)[0] for kind in kinds for line in lines(folder / f"index.{kind}")}
    return pa.table({"word": pa.array(sorted(w for w in found if w.isalpha() and len(w) >= 4 and w not in words))})


def main(folder: Path) -> None:
    """Write the four files and say how large they came out."""
    nouns = table(folder)
    words = {w.lower() for row in nouns["words"].to_pylist() for w in row}
    pq.write_table(
        nouns,
        TARGET / "wordnet_nouns.parquet",
        compression="zstd",
        compression_level=22,
        use_dictionary=False,
        column_encoding={"offset": "DELTA_BINARY_PACKED"},
        write_statistics=False,
    )
    others = other_words(folder, words).replace_schema_metadata(nouns.schema.metadata)
    pq.write_table(
        others,
        TARGET / "other_words.parquet",
        compression="zstd",
        compression_level=22,
        use_dictionary=False,
        column_encoding={"word": "DELTA_BYTE_ARRAY"},
        write_statistics=False,
    )
    with (TARGET / "irregular_plurals.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("plural", "singular"))
        out.writerows(irregular_plurals(folder, words))
    (TARGET / "LICENSE.wordnet").write_text(licence(folder), encoding="utf-8")
    for name in ("wordnet_nouns.parquet", "other_words.parquet", "irregular_plurals.csv", "LICENSE.wordnet"):
        print(f"{name}: {(TARGET / name).stat().st_size:,} bytes")
    print(f"{nouns.num_rows:,} synsets, {len(words):,} words")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/wordnet"))
