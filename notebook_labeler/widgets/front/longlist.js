// A list of any length: builds only the rows in sight, asks for its items by the page.

import { make, newId } from "./link.js";
import { keyed, put } from "./elements.js";

/**
 * A list of any length that builds only the rows in sight and asks for its items by the page.
 * `page(start, count)` gives a promise of { total, items }; `build(item)` builds a row. `key(name, item)` may take a
 * key pressed on the chosen row: it gives true if it did. `drawn(total)` is told how many items there are.
 */
export function longList({ label, rowHeight, page, build, size = 60, key = () => false, drawn = () => {} }) {
  const spacer = make("div", { class: "nl-long-space", role: "presentation" });
  const box = make("div", { class: "nl-long", role: "listbox", tabindex: "0", "aria-label": label }, spacer);
  let total = 0, active = -1, round = 0;
  let pages = new Map(); // number -> { items, round } as they came last; items are null until they come first
  const asked = new Set(); // what was asked for in this round

  const want = (number) => {
    if (asked.has(number)) return;
    asked.add(number);
    const mine = round;
    page(number * size, size).then(
      (answer) => {
        if (mine !== round) return;
        pages.set(number, { items: answer.items, round });
        total = answer.total;
        draw();
        drawn(total);
      },
      () => mine === round && asked.delete(number),
    );
  };
  const draw = () => {
    spacer.style.height = `${total * rowHeight}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - 4);
    const last = Math.min(total, Math.ceil((box.scrollTop + (box.clientHeight || parseFloat(box.style.height) || 240)) / rowHeight) + 4);
    const wanted = [];
    for (let index = first; index < last; index += 1) {
      const number = Math.floor(index / size);
      want(number);
      const held = pages.get(number);
      const item = held?.items[index % size];
      if (item !== undefined) wanted.push({ index, item, id: `${held.round}:${index}` });
    }
    keyed(
      spacer,
      wanted,
      ({ id }) => id,
      ({ item, index }) => {
        const node = build(item);
        node.nlAt = index;
        node.nlItem = item;
        node.classList.add("nl-long-row");
        put(node, "role", "option");
        put(node, "id", newId());
        node.style.transform = `translateY(${index * rowHeight}px)`;
        node.style.height = `${rowHeight}px`;
        node.addEventListener("mousedown", () => choose(index));
        return node;
      },
      (node, { index }) => put(node, "aria-selected", index === active ? "true" : "false"),
    );
    put(box, "aria-activedescendant", chosen()?.id);
    put(box, "data-empty", total === 0);
  };
  const chosen = () => Array.from(spacer.children).find((node) => node.nlAt === active);
  const choose = (index) => {
    active = index;
    draw();
  };
  const move = (to) => {
    if (!total) return;
    active = Math.min(total - 1, Math.max(0, to));
    const top = active * rowHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    if (top + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight - box.clientHeight;
    draw();
  };
  box.addEventListener("scroll", draw, { passive: true });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    const node = chosen();
    if (step) move(active + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(total - 1);
    else if (node && key(event.key, node.nlItem, node)) event.stopPropagation();
    else if (event.key === "Enter" || event.key === " ") node?.click();
    else return;
    event.preventDefault();
  });
  return {
    node: box,
    /** Ask again from the top: the search or what is listed has changed. */
    reset() {
      round += 1;
      active = -1;
      pages = new Map();
      asked.clear();
      box.scrollTop = 0;
      want(0);
    },
    /** Ask again for what is in sight, staying where one is; what is there stays until the answer comes. */
    refresh() {
      round += 1;
      asked.clear();
      want(0);
      draw();
    },
    /** Draw again what is there: it has become visible. */
    draw,
    /** Choose the next row, if there is one. */
    next: () => move(active + 1),
  };
}
