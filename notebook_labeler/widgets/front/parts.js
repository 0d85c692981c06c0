// The elements of the stage: the surface that takes hands and keys, the words on it, the small bar in its corner.

import { make } from "./link.js";

export function makeParts(el) {
  const surface = make("div", { class: "nbl-surface", tabindex: "0", role: "img", "aria-roledescription": "picture, zoomable" });
  const message = make("div", { class: "nbl-message", role: "status" });
  const hint = make("div", { class: "nbl-hint" });
  const busy = make("div", { class: "nbl-busy", role: "status", text: "Kernel busy: your work is kept" });
  const percent = make("output", { class: "nbl-percent", title: "Screen pixels per picture pixel", text: "–" });

  const button = (text, title, action) => make("button", { type: "button", text, title, "aria-label": title, onclick: action });
  const bar = (act) =>
    make(
      "div",
      { class: "nbl-bar", role: "toolbar", "aria-label": "Zoom" },
      button("−", "Zoom out (−)", () => act.zoom(0.8)),
      percent,
      button("+", "Zoom in (+)", () => act.zoom(1.25)),
      make("span", { class: "nbl-rule" }),
      button("Fit", "Show the whole picture (F)", () => act.fit()),
      button("1:1", "One screen pixel per picture pixel (O)", () => act.oneToOne()),
    );

  el.classList.add("nbl-stage-view");
  el.append(surface, message, hint, busy);
  return { surface, message, hint, busy, percent, equip: (act) => el.append(bar(act)) };
}

// Calls back when the window comes to a screen with another density, or the browser is zoomed.
export function watchDensity(callback) {
  let query;
  const again = () => {
    query?.removeEventListener("change", again);
    if (query) callback();
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", again);
  };
  again();
  return () => query.removeEventListener("change", again);
}
