// The sign at the upper right of the stage while somebody draws: with which concept, and the way out.
//
// .extra is room for a tool's own controls (a slider); a tool fills it in its `start` and empties it in its `stop`.
// Only its controls take the pointer: what lies under the rest of it can be drawn, and seen while the pointer is there.

import { make } from "./link.js";

export function makeBadge(el, exit) {
  const swatch = make("span", { class: "nbl-swatch", "aria-hidden": "true" });
  const verb = make("span", { class: "nbl-badge-verb" });
  const concept = make("bdi", { class: "nbl-badge-concept" });
  const extra = make("span", { class: "nbl-badge-extra" });
  const out = make("button", { type: "button", class: "nbl-exit", text: "Exit", title: "Stop drawing (Esc)", "aria-label": "Exit: stop drawing", onclick: exit });
  const node = make("div", { class: "nbl-badge", role: "status" }, swatch, verb, concept, extra, out);
  node.hidden = true;
  el.append(node);
  return {
    node,
    extra,
    under(event) {
      if (node.hidden) return;
      const { left, top, right, bottom } = node.getBoundingClientRect();
      const [x, y] = [event?.clientX, event?.clientY];
      node.classList.toggle("nbl-under", x >= left && x <= right && y >= top && y <= bottom);
    },
    show(mode) {
      node.hidden = !mode;
      if (!mode) return;
      swatch.style.setProperty("--nbl-colour", mode.colour);
      swatch.dataset.shape = mode.shape;
      verb.textContent = mode.verb;
      concept.textContent = concept.title = mode.concept;
    },
  };
}
