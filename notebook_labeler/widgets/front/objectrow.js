// The two rows of the Objects pane: a concept, and one of its instances. Built once, brought up to date.

import { make } from "./link.js";
import { button, icon, put, say } from "./elements.js";
import { annotationParts, changed, showAnnotation, showOriginal, spokenMarks } from "./rowparts.js";

const CHECK_WORDS = { accepted: "Remove", pending: "Accept", suggested: "Accept" };
const DRAWS = { box: "Draw boxes", polygon: "Draw polygons" };

/** Build the row of a concept. `acts` are called with the row's key: draw(key, shape), rename, hide, unfold. */
export function buildConcept(acts) {
  const key = () => row.nlKey;
  const tool = (name, label, onclick) => button({ class: `nl-tool nl-${name}`, icon: name, label, onclick });
  const parts = {
    swatch: make("span", { class: "nl-swatch" }),
    hotkey: make("kbd", { class: "nl-key" }),
    concept: make("bdi", { class: "nl-concept" }),
    original: make("sup", { class: "nl-original" }),
    count: make("span", { class: "nl-count" }),
    said: make("span", { class: "nl-said" }),
    box: tool("box", DRAWS.box, () => acts.draw(key(), "box")),
    polygon: tool("polygon", DRAWS.polygon, () => acts.draw(key(), "polygon")),
    pencil: tool("pencil", "Rename", () => acts.rename(key())),
    eye: tool("eye", "Hide", () => acts.hide(key())),
    unfold: tool("unfold", "Fold", () => acts.unfold(key())),
  };
  const { concept, original, count, said, ...rest } = parts;
  const body = make("span", { class: "nl-body" }, make("span", { class: "nl-name" }, concept, original, count), said);
  const { swatch, hotkey, ...tools } = rest;
  const row = make("div", { class: "nl-row nl-group", role: "treeitem", tabindex: "-1" }, swatch, hotkey, body, ...Object.values(tools));
  row.nlParts = parts;
  return row;
}

/** Bring a concept's row up to date. */
export function showConcept(row, item) {
  if (!changed(row, item)) return;
  const { swatch, hotkey, concept, original, count, box, polygon, eye, unfold } = row.nlParts;
  swatch.style.setProperty("--nl-colour", item.colour);
  put(row, "data-quiet", !item.count);
  put(row, "data-drawing", item.active !== null);
  put(row, "data-waiting", Boolean(item.waiting));
  put(row, "data-hidden", item.hidden);
  put(row, "aria-expanded", item.count ? String(item.open) : null);
  put(row, "aria-label", spokenConcept(item));
  say(hotkey, item.hotkey);
  put(hotkey, "title", item.hotkey ? `Draw ${item.concept} (${item.hotkey})` : null);
  hotkey.style.visibility = item.hotkey ? "" : "hidden";
  say(concept, item.concept);
  put(concept, "title", item.concept);
  showOriginal(original, item);
  say(count, item.count ? `(${item.count.toLocaleString("en")})` : "");
  for (const [shape, tool] of [["box", box], ["polygon", polygon]]) {
    const on = item.active === shape;
    put(tool, "aria-pressed", String(on));
    put(tool, "data-own", item.shape === shape);
    const words = on ? "Stop drawing" : `${DRAWS[shape]} of ${item.concept} (${shape === "box" ? "B" : "G"})`;
    put(tool, "title", words);
    put(tool, "aria-label", words);
  }
  showEye(eye, item.hidden, item.count ? `all ${item.concept}` : item.concept);
  unfold.style.visibility = item.count ? "" : "hidden";
  put(unfold, "title", item.open ? "Fold" : "Unfold");
  put(unfold, "aria-label", item.open ? "Fold" : "Unfold");
}

/** Build the row of an instance. `acts`: toggle, reassign, hide, bin with its key, people(button, item or null). */
export function buildThing(acts) {
  const key = () => row.nlKey;
  const parts = {
    ...annotationParts(() => row, acts),
    nth: make("span", { class: "nl-nth" }),
    pencil: button({ class: "nl-tool nl-pencil", icon: "pencil", label: "Another concept (R)", onclick: () => acts.reassign(key()) }),
    eye: button({ class: "nl-tool nl-eye", icon: "eye", label: "Hide", onclick: () => acts.hide(key()) }),
    bin: button({ class: "nl-tool nl-bin", icon: "bin", label: "Delete (Del)", onclick: () => acts.bin(key()) }),
  };
  const { concept, nth, original, mark, fill, said } = parts;
  const name = make("span", { class: "nl-name" }, concept, nth, original, mark);
  const body = make("span", { class: "nl-body" }, name, make("span", { class: "nl-bar" }, fill), said);
  const { check, number, people, pencil, eye, bin } = parts;
  const guide = make("span", { class: "nl-guide" });
  const row = make("div", { class: "nl-row nl-thing", role: "treeitem", tabindex: "-1" }, guide, check, body, number, people, pencil, eye, bin);
  row.nlParts = parts;
  return row;
}

/** Bring an instance's row up to date. */
export function showThing(row, item) {
  if (!changed(row, item)) return;
  const { check, nth, eye } = row.nlParts;
  showAnnotation(row, item);
  put(row, "aria-selected", String(item.selected));
  row.style.setProperty("--nl-colour", item.colour);
  put(row, "data-shape", item.shape);
  put(row, "data-leaving", Boolean(item.gone));
  put(row, "data-hidden", item.hidden);
  put(row, "data-last", item.last);
  put(row, "aria-label", spokenThing(item));
  put(check, "title", `${CHECK_WORDS[item.state]} (Space)`);
  put(check, "aria-label", `${item.concept}.${item.nth}`);
  say(nth, item.moved ? "" : `.${item.nth}`);
  showEye(eye, item.hidden, `${item.concept}.${item.nth}`);
}

function showEye(eye, hidden, what) {
  if (eye.dataset.off !== String(hidden)) eye.replaceChildren(icon(hidden ? "eye-off" : "eye"));
  eye.dataset.off = String(hidden);
  const words = `${hidden ? "Show" : "Hide"} ${what} (H)`;
  put(eye, "title", words);
  put(eye, "aria-label", words);
  put(eye, "aria-pressed", String(hidden));
}

function spokenConcept(item) {
  const words = [item.concept, item.count === 1 ? "1 object" : `${item.count} objects`];
  if (item.original) words.push(`was ${item.original}`);
  if (item.hotkey) words.push(`key ${item.hotkey}`);
  if (item.hidden) words.push("hidden");
  if (item.active) words.push("drawing");
  return words.join(", ");
}

function spokenThing(item) {
  const words = [item.moved ? item.concept : `${item.concept}.${item.nth}`, item.shape, item.state, ...spokenMarks(item)];
  if (item.hidden) words.push("hidden");
  return words.join(", ");
}
