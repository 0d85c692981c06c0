// How one goes about in the Objects pane: clicks that select, the pointer that points, arrows from row to row, letters.

import { put } from "./elements.js";
import { reach } from "./row.js";

/** `pane` as for `objectActs`, and items, current, hovered, focusRow(key); gives walk(place) and here(). */
export function objectWalk(pane, acts) {
  const { tree, selection, bus, me } = pane;
  const instances = () => pane.items.filter(({ level }) => level === 2).map(({ key }) => key);
  const rowAt = (event) => event.target.closest?.(".nl-row");
  const here = () => tree.place(pane.current);
  const walk = (to, { range = false } = {}) => {
    if (!pane.items.length) return false;
    const item = pane.items[Math.min(pane.items.length - 1, Math.max(0, to))];
    pane.focusRow(item.key);
    if (item.level === 2) selection.pick(item.key, instances(), { range });
    return true;
  };

  // ---- the pointer

  tree.node.addEventListener("click", (event) => {
    const row = rowAt(event);
    if (!row || row.nlBack || event.target.closest("button")) return;
    const group = acts.groupOf(row.nlKey);
    pane.focusRow(row.nlKey);
    if (group) selection.all(acts.idsIn(group.key));
    else selection.pick(row.nlKey, instances(), { add: event.ctrlKey || event.metaKey, range: event.shiftKey });
  });
  tree.node.addEventListener("dblclick", (event) => {
    const row = rowAt(event);
    if (row && acts.groupOf(row.nlKey) && !row.nlBack && !event.target.closest("button")) acts.unfold(row.nlKey);
  });
  // the lid goes when one scrolls: it must not take the focus with it
  tree.lid.addEventListener("pointerdown", () => pane.root.focus({ preventScroll: true }));
  tree.lid.addEventListener("mousedown", (event) => event.preventDefault());
  const point = (id) => {
    if (id === pane.hovered) return;
    pane.hovered = id;
    bus.emit("hover", { id, from: me });
  };
  tree.node.addEventListener("pointerover", (event) => {
    const key = rowAt(event)?.nlKey;
    point(pane.things.has(key) ? key : null);
  });
  tree.node.addEventListener("pointerleave", () => point(null));
  bus.on("hover", ({ id, from }) => {
    if (from === me) return;
    pane.hovered = id;
    for (const row of tree.rows()) put(row, "data-pointed", row.nlKey === id);
  });
  tree.node.addEventListener("focusin", (event) => {
    const row = rowAt(event);
    if (!row || row.nlKey === pane.current) return;
    pane.current = row.nlKey;
    for (const each of tree.rows()) reach(each, each === row);
  });

  // ---- the keys of a row

  const sideways = (item, on) => {
    if (item.level === 1 && item.count && item.open !== on) acts.unfold(item.key, on);
    else if (item.level === 1 && on && item.count) walk(here() + 1);
    else if (item.level === 2 && !on) pane.focusRow(conceptOf(item));
  };
  const conceptOf = (item) => (item.level === 1 ? item.key : pane.groups.find(({ key }) => key === item.group).row);
  const other = (item) => (item.level === 1 ? acts.rename : acts.reassign)(item.key);
  const remove = (item) => item.level === 1 || acts.bin(item.key);
  const keys = {
    ArrowDown: (item, event) => walk(here() + 1, { range: event.shiftKey }),
    ArrowUp: (item, event) => walk(here() - 1, { range: event.shiftKey }),
    PageDown: () => walk(here() + tree.page()),
    PageUp: () => walk(here() - tree.page()),
    Home: () => walk(0),
    End: () => walk(pane.items.length - 1),
    ArrowRight: (item) => sideways(item, true),
    ArrowLeft: (item) => sideways(item, false),
    " ": (item) => acts.toggle(item.key),
    b: (item) => acts.draw(conceptOf(item), "box"),
    g: (item) => acts.draw(conceptOf(item), "polygon"),
    r: other,
    F2: other,
    h: (item) => acts.hide(item.key),
    Delete: remove,
    Backspace: remove,
  };
  tree.node.addEventListener("keydown", (event) => {
    const row = rowAt(event);
    if (!row || row.nlBack || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !pane.items[here()] || (event.target !== row && event.key === " ")) return;
    act(pane.items[here()], event);
    event.preventDefault();
    event.stopPropagation();
  });
  return { walk, here };
}
