// The light-blue clipboard: a model has been over this input before the people.

import { make } from "./link.js";
import { icon, put } from "./elements.js";

/** `clipboard()` builds it; `.show("Pre-labeled by toys, run of 2026-11-21")` shows it with that title, `.show("")` hides it. */
export function clipboard() {
  const node = make("span", { class: "nl-clipboard", role: "img" }, icon("clipboard"));
  node.hidden = true;
  return {
    node,
    show(text) {
      node.hidden = !text;
      put(node, "title", text || null);
      put(node, "aria-label", text || null);
    },
  };
}
