"""The words of Label Studio's JSON: which types a result may have, and where a result keeps what."""

from __future__ import annotations

OURS = "notebook_labeler"  # key in a result's meta
NAMED = ("rectanglelabels", "polygonlabels", "ellipselabels", "brushlabels", "labels")
REGIONS = frozenset({*NAMED, "rectangle", "polygon", "ellipse", "brush"})
CHOICES = "choices"
STATED = frozenset(
    {"id", "from_name", "to_name", "type", "value", "original_width", "original_height", "image_rotation", "score"}
)
KEPT = ("origin", "parentID", "readonly", "hidden", "locked", "meta")  # of a result, kept among a label's attributes
ALSO = "also"  # attribute: other results on the same region (texts, choices, ratings)
EXPORTED = frozenset(
    {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement", "history"}
)  # of JSON-MIN, beside data and results
