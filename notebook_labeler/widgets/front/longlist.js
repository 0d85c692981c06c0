// A list of any length: builds only the rows in sight, asks for its items by the page.

import { make, newId } from "./link.js";
import { keyed, put } from "./elements.js";

/**
 * A list of any length that builds only the rows in sight and asks for its items by the page.
 * `page(start, count)` gives a promise of { total, items }; `build(item)` builds a row. `key(name, item)` may take a
 * key pressed on the chosen row: it gives true if it did. `drawn(total)` is told how many items there are.
 * Where `of(item)` gives what tells items apart, a row stays the same element while its item changes, and `show(row, item)`
 * brings it up to date. `roles` are those of the list and its rows.
 */
export function longList({ label, rowHeight, page, build, size = 60, key = () => false, drawn = () => {}, of = null, show = () => {}, roles = ["listbox", "option"] }) {
  const spacer = make("div", { class: "nl-long-space", role: "presentation" });
  const box = make("div", { class: "nl-long", role: roles[0], tabindex: "0", "aria-label": label }, spacer);
  let total = 0, active = -1, round = 0, held = null;
  let pages = new Map(); // number -> { items, round } as they came last; items are null until they come first
  const asked = new Set(); // what was asked for in this round
  const grid = roles[0] === "grid";

  const want = (number) => {
    if (asked.has(number)) return;
    asked.add(number);
    const mine = round;
    page(number * size, size).then(
      (answer) => {
        if (mine !== round) return;
        pages.set(number, { items: answer.items, round });
        total = answer.total;
        follow();
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
      const sheet = pages.get(number);
      const item = sheet?.items[index % size];
      if (item !== undefined) wanted.push({ index, item, id: of ? of(item) : `${sheet.round}:${index}` });
    }
    keyed(
      spacer,
      wanted,
      ({ id }) => id,
      ({ item }) => {
        const node = build(item);
        node.classList.add("nl-long-row");
        put(node, "role", roles[1]);
        put(node, "id", newId());
        node.style.height = `${rowHeight}px`;
        node.addEventListener("mousedown", () => choose(node.nlAt));
        return node;
      },
      (node, { index, item }) => {
        node.nlAt = index;
        node.nlItem = item;
        node.style.transform = `translateY(${index * rowHeight}px)`;
        show(node, item);
        put(node, "aria-selected", index === active ? "true" : "false");
        put(node, grid ? "aria-rowindex" : "aria-posinset", index + 1); // most of the list is not there
        if (!grid) put(node, "aria-setsize", total);
      },
    );
    put(box, "aria-activedescendant", chosen()?.id);
    put(box, "data-empty", total === 0);
    if (grid) put(box, "aria-rowcount", total);
  };
  // Where items are told apart, the chosen one stays chosen wherever it goes.
  const follow = () => {
    if (!of || held === null) return;
    for (const [number, { items }] of pages) {
      const index = items.findIndex((item) => of(item) === held);
      if (index >= 0) active = number * size + index;
    }
  };
  const hold = () => {
    const item = pages.get(Math.floor(active / size))?.items[active % size];
    held = of && item !== undefined ? of(item) : null;
  };
  const chosen = () => Array.from(spacer.children).find((node) => node.nlAt === active);
  const choose = (index) => {
    active = index;
    hold();
    draw();
  };
  const move = (to) => {
    if (!total) return;
    active = Math.min(total - 1, Math.max(0, to));
    hold();
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
      held = null;
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
    /** The chosen row, if it is built. */
    chosen,
    /** Choose a row by its place. */
    move,
    /** Choose the next row, if there is one. */
    next: () => move(active + 1),
  };
}
