// The help card: which key does what.

import { make } from "./link.js";
import { button } from "./elements.js";

const GROUPS = [
  ["Labels", [
    [["1", "…", "0"], "accept or remove rows 1 to 10"],
    [["⇧1", "…", "⇧0"], "accept or remove rows 11 to 20"],
    [["↑", "↓"], "go from row to row"],
    [["Space"], "accept or remove the row"],
    [["R", "F2"], "rename the row"],
    [["Del"], "delete the row"],
    [["C"], "select or add a concept"],
    [["/"], "search concepts"],
    [["A"], "accept all that is shown"],
  ]],
  ["Inputs", [
    [["Enter"], "submit, and go on"],
    [["S"], "skip"],
    [["N", "→"], "next input"],
    [["P", "←"], "previous input"],
    [["Ctrl+Z"], "undo"],
    [["Ctrl+⇧Z"], "redo"],
  ]],
  ["Picture", [
    [["+", "−"], "zoom; or turn the wheel"],
    [["F"], "fit"],
    [["O"], "original size (1:1)"],
    [["drag"], "move the picture"],
    [["?"], "show or hide this card"],
    [["Esc"], "leave the labeler for the notebook"],
  ]],
];

export function helpCard(id) {
  const keys = (names) => make("dt", {}, ...names.map((name) => (name === "…" ? "…" : make("kbd", { class: "nl-key", text: name }))));
  const group = ([title, lines]) =>
    make("section", {}, make("h4", { class: "nl-hint", text: title }), make("dl", {}, ...lines.flatMap(([names, does]) => [keys(names), make("dd", { text: does })])));
  const close = button({ class: "nl-tool", icon: "close", label: "Close" });
  const node = make("div", { class: "nl-help", id, role: "region", "aria-label": "Keys" }, ...GROUPS.map(group), close);
  node.hidden = true;
  const toggle = (opener) => {
    node.hidden = !node.hidden;
    opener.setAttribute("aria-expanded", String(!node.hidden));
    close.onclick = () => {
      toggle(opener);
      opener.focus({ preventScroll: true });
    };
  };
  return { node, id, toggle };
}
