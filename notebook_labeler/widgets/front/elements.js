// What every panel is built from: icons, buttons, long names, lists that keep their nodes. Text goes in as text only.

import { make } from "./link.js";

const SVG = "http://www.w3.org/2000/svg";

/** Set or (null, undefined, false) take away an attribute, only where it differs. */
export function put(node, name, value) {
  if (value === null || value === undefined || value === false) return node.removeAttribute(name);
  const wanted = value === true ? "" : String(value);
  if (node.getAttribute(name) !== wanted) node.setAttribute(name, wanted);
}

/** Set an element's text, only where it differs, so that nothing flickers and selections stay. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const STROKES = {
  check: "M3 8.5 6.4 12 13 4.6",
  pencil: "M10.6 3 13 5.4 5.6 12.8 2.8 13.2 3.2 10.4z",
  bin: "M3 4.6h10M6.2 4.6V3h3.6v1.6M4.4 4.6 5 13.2h6l.6-8.6M6.9 7.2v3.4M9.1 7.2v3.4",
  person: "M8 7.6a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8zM3.4 13.2c0-2.5 1.9-3.6 4.6-3.6s4.6 1.1 4.6 3.6",
  model: "M4 6h8v6.4H4zM8 6V3.4M8 3.2v.1M2.4 8.4v2M13.6 8.4v2M6.4 8.8v.4M9.6 8.8v.4",
  undo: "M6 3 3 6l3 3M3 6h6.4a3.5 3.5 0 0 1 0 7H6",
  redo: "M10 3l3 3-3 3M13 6H6.6a3.5 3.5 0 0 0 0 7H10",
  previous: "M10 3.2 5.2 8l4.8 4.8",
  next: "M6 3.2 10.8 8 6 12.8",
  skip: "M4 3.6 8.6 8 4 12.4M11.8 3.6v8.8",
  help: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.3v.1",
  close: "M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6",
  search: "M7 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM10 10l3.4 3.4",
  plus: "M8 3.2v9.6M3.2 8h9.6",
  warn: "M8 2.8 14 13H2zM8 6.6v3M8 11.3v.1",
  saved: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.4 8.2l1.8 1.9 3.4-4",
  busy: "M8 2a6 6 0 1 1-6 6",
  box: "M3 4.4h10v7.2H3z",
  polygon: "M8 2.8 13.2 6.6 11.2 12.8H4.8L2.8 6.6z",
  eye: "M1.8 8C3.2 5.4 5.4 4.1 8 4.1S12.8 5.4 14.2 8C12.8 10.6 10.6 11.9 8 11.9S3.2 10.6 1.8 8zM8 9.9a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8z",
  "eye-off": "M6.2 4.4A6.3 6.3 0 0 1 8 4.1c2.6 0 4.8 1.3 6.2 3.9a9 9 0 0 1-1.7 2.2M4 5.4A8.6 8.6 0 0 0 1.8 8c1.4 2.6 3.6 3.9 6.2 3.9a6.3 6.3 0 0 0 2.9-.7M2.6 2.6l10.8 10.8",
  unfold: "M4.4 6.4 8 10l3.6-3.6",
  tag: "M2.8 8.4V2.8h5.6l5 5-5.6 5.6zM5.5 5.4v.1",
  dots: "M3.6 8v.1M8 8v.1M12.4 8v.1",
  copy: "M5.6 5.6h7.6v7.6H5.6zM10.4 5.6V2.8H2.8v7.6h2.8",
  people: "M6 7.4a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM1.8 13c0-2.4 1.8-3.6 4.2-3.6s4.2 1.2 4.2 3.6M10.6 7.2a1.9 1.9 0 1 0-.7-3.7M11.6 9.6c1.6.3 2.6 1.4 2.6 3.2",
  stack: "M2.6 5.2 8 2.6l5.4 2.6L8 7.8zM2.6 8.2 8 10.8l5.4-2.6M2.6 11 8 13.6 13.4 11",
  sort: "M4.6 3.2v9.4M2.4 10.4l2.2 2.2 2.2-2.2M8.6 4.2h5M8.6 7.6h3.8M8.6 11h2.4",
  up: "M8 12.8V3.4M4.2 7.2 8 3.4l3.8 3.8",
  clipboard: "M5.6 3.6H3.8v10h8.4v-10h-1.8M5.8 2.4h4.4v2.4H5.8zM6 7.8h4M6 10.4h4",
  note: "M4 2.6h8v10.8H4zM6 5.6h4M6 8h4M6 10.4h2.4",
};

/** Draw one of our icons. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  put(svg, "viewBox", "0 0 16 16");
  put(svg, "class", `nl-icon nl-icon-${name}`);
  put(svg, "aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  put(path, "d", STROKES[name]);
  svg.append(path);
  return svg;
}

/** Make a button with an icon, a text, or both; `label` is its name for those who do not see the icon. */
export function button({ icon: name, text, label, onclick, ...rest }) {
  const node = make("button", { type: "button", title: label, "aria-label": label, ...rest });
  node.addEventListener("click", (event) => node.getAttribute("aria-disabled") !== "true" && onclick?.(event));
  if (name) node.append(icon(name));
  if (text !== undefined) node.append(make("span", { text }));
  return node;
}

/** Let a button be pressed or not. It stays focusable: a button that dies under the focus takes the keys with it. */
export function enable(node, on) {
  put(node, "aria-disabled", on ? null : "true");
}

/** A text field with a magnifying glass. */
export function searchField(label) {
  const field = make("input", { class: "nl-field", type: "text", placeholder: label, "aria-label": label, spellcheck: "false", autocomplete: "off" });
  return [make("div", { class: "nl-find" }, icon("search"), field), field];
}

/** Cut a long name in its middle: the end of a file name often tells more than its middle. Whole characters only. */
export function middle(text, most) {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const tail = Math.floor((most - 1) / 3);
  return `${characters.slice(0, most - 1 - tail).join("")}…${characters.slice(characters.length - tail).join("")}`;
}

/** The form by which two spellings of one name are equal, as the kernel folds them (for filtering only). */
export function fold(name) {
  return name.normalize("NFKC").replace(/\s+/gu, " ").trim().toLowerCase();
}

/** Paint a list by reusing its nodes: `make` builds one, `show` brings it up to date. A row that moves keeps the focus. */
export function keyed(parent, items, key, build, show) {
  const focused = parent.getRootNode().activeElement;
  const wanted = new Set(items.map(key));
  const old = new Map();
  for (const node of Array.from(parent.children)) {
    if (wanted.has(node.nlKey)) old.set(node.nlKey, node);
    else node.remove();
  }
  let before = parent.firstElementChild;
  items.forEach((item, index) => {
    const node = old.get(key(item)) ?? build(item);
    node.nlKey = key(item);
    if (node === before) before = before.nextElementSibling;
    else parent.insertBefore(node, before);
    show(node, item, index);
  });
  if (focused && parent.contains(focused) && parent.getRootNode().activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
}
