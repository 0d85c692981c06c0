// The help card: which key does what.

import { make } from "./link.js";
import { button } from "./elements.js";

const LABELS = ["Labels", [
  [["1", "…", "0"], "accept or remove rows 1 to 10"],
  [["⇧1", "…", "⇧0"], "accept or remove rows 11 to 20"],
  [["↑", "↓"], "go from row to row"],
  [["Space"], "accept or remove the row"],
  [["R", "F2"], "rename the row"],
  [["Del"], "delete the row"],
  [["C"], "select or add a concept"],
  [["/"], "search concepts"],
  [["A"], "accept all that is shown"],
]];
const DRAWING = ["Drawing", [
  [["1", "…", "0"], "draw concepts 1 to 10"],
  [["⇧1", "…", "⇧0"], "draw concepts 11 to 20"],
  [["C"], "draw another, or a new concept"],
  [["B", "G"], "in the list: boxes, polygons"],
  [["↑", "↓", "←", "→"], "move the crosshair; with ⇧ finely"],
  [["Space"], "set a point"],
  [["Enter"], "set a point, close the polygon"],
  [["⌫"], "take the last point back"],
  [["W"], "segment with a click"],
  [["X"], "crosshair on or off"],
  [["Esc"], "end it, step by step"],
]];
const OBJECTS = ["Objects", [
  [["[", "]"], "previous or next object"],
  [["↑", "↓"], "in the list: next row"],
  [["Space"], "accept or remove the selected"],
  [["R", "F2"], "another concept; in the list: rename"],
  [["Del"], "delete the selected"],
  [["H"], "hide or show the selected"],
  [["↑", "↓", "←", "→"], "nudge; ⇧ by 10, Alt to resize"],
  [["Ctrl+A"], "select all"],
  [["Ctrl+C"], "copy the selected"],
  [["Ctrl+V"], "paste, on other inputs too"],
  [["V"], "show or hide suggestions"],
  [["A"], "accept all that is shown"],
  [["/"], "search concepts"],
]];
const INPUTS = ["Inputs", [
  [["Enter"], "submit, and go on"],
  [["S"], "skip"],
  [["N", "→"], "next input"],
  [["P", "←"], "previous input"],
  [["Ctrl+Z"], "undo"],
  [["Ctrl+⇧Z"], "redo"],
]];
const REVIEW = ["Review", [
  [["Enter"], "approve, and go on"],
  [["J"], "reject with a comment"],
  [["N", "→"], "next input of the share"],
  [["P", "←"], "previous input of the share"],
  [["T"], "one by one, or the grid"],
  [["Ctrl+Z"], "undo"],
  [["Ctrl+⇧Z"], "redo"],
]];
const GRID = ["Grid", [
  [["↑", "↓", "←", "→"], "go from input to input"],
  [["Space"], "take out: not this one"],
  [["Enter"], "open one by one"],
  [["A"], "approve all shown"],
]];
const PICTURE = ["Picture", [
  [["+", "−"], "zoom; or turn the wheel"],
  [["F"], "fit"],
  [["O"], "original size (1:1)"],
  [["drag"], "move the picture"],
  [["?"], "show or hide this card"],
  [["Esc"], "leave the labeler for the notebook"],
]];

/** `objects` says that regions of the input are labeled, not the whole of it; `review`, that labels are judged. */
export function helpCard(id, objects, review = false) {
  const steps = review ? [REVIEW, GRID] : [INPUTS];
  const columns = objects ? [[DRAWING], [OBJECTS], [...steps, PICTURE]] : [[LABELS], steps, [PICTURE]];
  columns.sort((a, b) => b.includes(REVIEW) - a.includes(REVIEW)); // what one came for stands first
  const keys = (names) => make("dt", {}, ...names.map((name) => (name === "…" ? "…" : make("kbd", { class: "nl-key", text: name }))));
  const group = ([title, lines]) =>
    make("section", {}, make("h4", { class: "nl-hint", text: title }), make("dl", {}, ...lines.flatMap(([names, does]) => [keys(names), make("dd", { text: does })])));
  const close = button({ class: "nl-tool", icon: "close", label: "Close" });
  const node = make("div", { class: objects ? "nl-help nl-wide" : "nl-help", id, role: "region", "aria-label": "Keys" }, ...columns.map((groups) => make("div", {}, ...groups.map(group))), close);
  node.hidden = true;
  const toggle = (opener) => {
    node.hidden = !node.hidden;
    opener.setAttribute("aria-expanded", String(!node.hidden));
    if (!node.hidden) node.scrollIntoView({ block: "nearest" }); // the key works where its head is out of sight, too
    close.onclick = () => {
      toggle(opener);
      opener.focus({ preventScroll: true });
    };
  };
  return { node, id, toggle };
}
