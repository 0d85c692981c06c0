// A list of any length: builds only the rows in sight, asks for its items by the page.

import { make } from "./link.js";
import { keyed, put } from "./elements.js";

/**
 * A list of any length that builds only the rows in sight and asks for its items by the page.
 * `page(start, count)` gives a promise of { total, items }; `build(item)` builds a row.
 */
export function longList({ label, rowHeight, page, build, size = 60 }) {
  const spacer = make("div", { class: "nl-long-space", role: "presentation" });
  const box = make("div", { class: "nl-long", role: "listbox", tabindex: "0", "aria-label": label }, spacer);
  let total = 0, active = -1, round = 0;
  let pages = new Map();

  const want = (number) => {
    if (pages.has(number)) return;
    pages.set(number, null);
    const mine = round;
    page(number * size, size).then(
      (answer) => {
        if (mine !== round) return;
        pages.set(number, answer.items);
        total = answer.total;
        draw();
      },
      () => mine === round && pages.delete(number),
    );
  };
  const draw = () => {
    spacer.style.height = `${total * rowHeight}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - 4);
    const last = Math.min(total, Math.ceil((box.scrollTop + (box.clientHeight || 240)) / rowHeight) + 4);
    const wanted = [];
    for (let index = first; index < last; index += 1) {
      const items = pages.get(Math.floor(index / size));
      if (items === undefined) want(Math.floor(index / size));
      const item = items?.[index % size];
      if (item !== undefined && item !== null) wanted.push({ index, item, id: `${round}:${index}` });
    }
    keyed(
      spacer,
      wanted,
      ({ id }) => id,
      ({ item, index }) => {
        const node = build(item);
        node.classList.add("nl-long-row");
        put(node, "role", "option");
        node.style.transform = `translateY(${index * rowHeight}px)`;
        node.style.height = `${rowHeight}px`;
        return node;
      },
      (node, { index }) => put(node, "aria-selected", index === active ? "true" : "false"),
    );
    put(box, "data-empty", total === 0);
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
    if (step) move(active + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(total - 1);
    else if (event.key === "Enter" || event.key === " ") {
      Array.from(spacer.children).find((node) => node.nlKey === `${round}:${active}`)?.click();
    } else return;
    event.preventDefault();
  });
  return {
    node: box,
    /** Ask again from the top: the search or what is listed has changed. */
    reset() {
      round += 1;
      active = -1;
      pages = new Map();
      box.scrollTop = 0;
      want(0);
    },
    /** Ask again for what is in sight, staying where one is. */
    refresh() {
      round += 1;
      pages = new Map();
      draw();
    },
    /** Draw again what is there: it has become visible. */
    draw,
  };
}
