"""From a click or a box to the outline of what is there."""
