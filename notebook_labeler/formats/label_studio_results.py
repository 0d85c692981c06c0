"""From the results of an annotation in Label Studio to labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..domain.geometry import FARTHEST, Polygon
from ..errors import BadInput
from .gathered import Attributes, Rings
from .label_studio_regions import Size, region_read
from .label_studio_words import ALSO, CHOICES, KEPT, NAMED, OURS, REGIONS, STATED
from .records import Findings, Label, attributes_text

SCORE, DRAWN = "score", "drawn_as"
Json = dict[str, Any]  # Any: JSON of others, looked at key by key


@dataclass
class Slot:
    """One region, as one or several results of the same id describe it."""

    place: str
    result: Json
    names: list[Any] = field(default_factory=list)
    also: list[Json] = field(default_factory=list)


@dataclass
class Results:
    """Gathers the results of one picture."""

    name: str
    findings: Findings
    size: Size | None = None
    has_regions: bool = False
    rings: Rings = field(default_factory=Rings)
    placed: list[tuple[int, Label]] = field(default_factory=list)  # labels of the whole picture that know their place

    def add(self, results: list[Any]) -> None:
        """Take in all results of an annotation."""
        slots: dict[object, Slot] = {}
        others: list[tuple[str, Json]] = []
        for at, result in enumerate(results, 1):
            place = f"{self.name:.80}, result {at}"
            if not isinstance(result, dict) or not isinstance(result.get("value"), dict):
                self.findings.note(self.name, place, f"expected a result with a value, got {result!r:.60}.")
            elif result.get("type") in REGIONS:
                key = result["id"] if isinstance(result.get("id"), str) else at
                slot = slots.setdefault(key, Slot(place, result))
                slot.names += self._names(result, place)
                self.size = self.size or _size(result)
            else:
                others.append((place, result))
        alone: list[tuple[str, Json]] = []
        for place, result in others:
            same = slots.get(result["id"]) if isinstance(result.get("id"), str) else None
            if same is not None:
                same.also.append({k: v for k, v in result.items() if k != "id"})
            else:
                alone.append((place, result))
        for slot in slots.values():
            self._region(slot)
        for place, result in alone:
            if result.get("type") == CHOICES:
                self._choices(result, place)
            else:
                kind = f"{result.get('type')!r:.60}"
                self.findings.note(self.name, place, f"expected a region or choices, got {kind}; it was left out.")

    def labels(self) -> tuple[Label, ...]:
        """Give the labels, those of the whole picture where they stood."""
        found = []
        for one in self.rings.labels:
            if isinstance(one, Label):
                found.append(one)
            elif (region := one.noted(self.name, self.findings)) is not None:
                found.append(self._label(one.concept, region, one.beside, self.name[:80]))
        for place, label in sorted(self.placed, key=lambda pair: pair[0]):
            found.insert(place, label)
        return tuple(found)

    def _region(self, slot: Slot) -> None:
        ours = _ours(slot.result)
        if not slot.names:
            self.findings.note(self.name, slot.place, "expected a region with a label, got one without; left out.")
            return
        if slot.result.get("image_rotation"):
            self.findings.note(self.name, slot.place, "drawn on a turned picture; read as on the picture unturned.")
        try:
            region, drawn = region_read(slot.result["value"], _size(slot.result) or self.size, ours.get("pixels"))
        except BadInput as error:
            self.findings.note(self.name, slot.place, error)
            return
        self.has_regions = True
        for name in dict.fromkeys(slot.names):
            concept = self.findings.concept(name, self.name, slot.place)
            if concept is None:
                continue
            beside = _beside(slot, drawn)
            if isinstance(region, tuple):
                if not self.rings.add(concept, region, beside):
                    self._plain(concept, region, beside, slot.place)
                continue
            self.rings.labels.append(self._label(concept, region, beside, slot.place))

    def _plain(self, concept: str, ring: tuple[float, ...], beside: Attributes, place: str) -> None:
        region = self.findings.region(lambda: Polygon((ring,)), self.name, place)
        if region is not None:
            self.rings.labels.append(self._label(concept, region, beside, place))

    def _choices(self, result: Json, place: str) -> None:
        known = _ours(result).get("labels")
        known = known if isinstance(known, list) else []
        chosen = result["value"].get(CHOICES)
        for at, name in enumerate(chosen if isinstance(chosen, list) else [chosen]):
            concept = self.findings.concept(name, self.name, place)
            if concept is None:
                continue
            said = known[at] if at < len(known) and isinstance(known[at], dict) else {}
            more = said.get("attributes")
            beside = {**(more if isinstance(more, dict) else {}), SCORE: said.get(SCORE, result.get(SCORE))}
            label = self._label(concept, None, beside, place)
            if isinstance(said.get("place"), int) and 0 <= said["place"] < 1 << 20:
                self.placed.append((said["place"], label))
            else:
                self.rings.labels.append(label)

    def _names(self, result: Json, place: str) -> list[Any]:
        found: list[Any] = []
        for key in dict.fromkeys((result["type"], *NAMED)):
            names = result["value"].get(key, [])
            found += names if isinstance(names, list) else [names]
        return [name for name in found if isinstance(name, str) or self._refused(name, place)]

    def _refused(self, name: object, place: str) -> bool:
        self.findings.concept(name, self.name, place)
        return False

    def _label(self, concept: str, region: Any, beside: Attributes, place: str) -> Label:
        score = beside.get(SCORE)
        fits = isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1
        if fits or score is None:
            beside.pop(SCORE, None)
        try:
            text = attributes_text(beside)
        except BadInput as error:
            self.findings.note(self.name, place, error)
            text = ""
        return Label(concept, region, float(score) if fits and score is not None else None, text)


def _ours(result: Json) -> Json:
    meta = result.get("meta")
    ours = meta.get(OURS) if isinstance(meta, dict) else None
    return ours if isinstance(ours, dict) else {}


def _beside(slot: Slot, drawn: str) -> Attributes:
    """Give what the results say beside the region, always in the same order."""
    result = slot.result
    kept = {key: result[key] for key in KEPT if key in result}
    if isinstance(kept.get("meta"), dict):
        kept["meta"] = {key: value for key, value in kept["meta"].items() if key != OURS}
        if not kept["meta"]:
            del kept["meta"]
    kept |= {key: value for key, value in result.items() if key not in STATED and key not in KEPT}
    ours = _ours(result).get("attributes")
    kept |= ours if isinstance(ours, dict) else {}
    kept |= {DRAWN: drawn} if drawn else {}
    kept |= {ALSO: slot.also} if slot.also else {}
    return kept | ({SCORE: result[SCORE]} if result.get(SCORE) is not None else {})


def _size(result: Json) -> Size | None:
    return size_of(result.get("original_width"), result.get("original_height"))


def size_of(*sides: object) -> Size | None:
    """Give a picture's width and height; None if these are not two numbers of 1 or more."""
    numbers = [v for v in sides if isinstance(v, int | float) and not isinstance(v, bool) and 1 <= v <= FARTHEST]
    return (int(numbers[0]), int(numbers[1])) if len(numbers) == len(sides) else None
