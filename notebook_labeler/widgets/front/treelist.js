// A tree of rows of one height, of which only those in sight are built: a thousand cost what twenty cost.
// While one looks at what is inside of a parent, the parent's row stays in sight, on a lid at the upper edge.

import { make } from "./link.js";
import { keyed, put } from "./elements.js";

const SPARE = 6; // rows built beyond both edges
const UNSEEN = 600; // pixels taken for its height while it is not laid out

/**
 * `build(item)` makes a row, `show(row, item)` brings it up to date; items have `key` and `level`.
 * `kept()` gives keys of rows that stay built wherever one scrolls: under the focus, or with a question in them.
 */
export function treeList({ label, rowHeight, build, show, kept }) {
  const space = make("div", { class: "nl-tree-space", role: "presentation" });
  const lid = make("div", { class: "nl-lid", "aria-hidden": "true" });
  const node = make("div", { class: "nl-tree", role: "tree", "aria-label": label, "aria-multiselectable": "true" }, lid, space);
  let items = [];
  let places = new Map(); // key -> index
  let parents = []; // index of a row -> that of its parent, or its own

  const place = (row, item) => {
    const index = places.get(item.key);
    row.style.transform = `translateY(${index * rowHeight}px)`;
    put(row, "aria-level", item.level);
    put(row, "aria-posinset", item.nth);
    put(row, "aria-setsize", item.of);
    show(row, item);
  };
  const cover = () => {
    const top = node.scrollTop;
    const parent = parents[Math.floor(top / rowHeight)];
    if (parent === undefined || parent * rowHeight >= top) return lid.replaceChildren();
    if (!lid.firstElementChild) lid.append(make("div", { class: "nl-plate" }, build(items[parent])));
    const plate = lid.firstElementChild;
    const row = plate.firstElementChild;
    const next = parents.findIndex((each) => each > parent);
    const pushed = next < 0 ? 0 : Math.min(0, (next - 1) * rowHeight - top);
    plate.style.transform = `translateY(${pushed}px)`;
    row.nlKey = items[parent].key;
    show(row, items[parent]);
    for (const part of [row, ...row.querySelectorAll("button")]) put(part, "tabindex", "-1"); // the row itself is there too
    return undefined;
  };
  const draw = () => {
    cover();
    const first = Math.max(0, Math.floor(node.scrollTop / rowHeight) - SPARE);
    const last = Math.ceil((node.scrollTop + (node.clientHeight || UNSEEN)) / rowHeight) + SPARE;
    const wanted = new Set(items.slice(first, last));
    const before = [];
    const after = [];
    for (const key of kept()) {
      const index = places.get(key);
      if (index === undefined || wanted.has(items[index])) continue;
      wanted.add(items[index]);
      (index < first ? before : after).push(items[index]);
    }
    const inOrder = (some) => some.sort((a, b) => places.get(a.key) - places.get(b.key));
    keyed(space, [...inOrder(before), ...items.slice(first, last), ...inOrder(after)], (item) => item.key, build, place);
  };
  const watch = new ResizeObserver(() => node.clientHeight && draw());
  watch.observe(node);
  node.addEventListener("scroll", draw, { passive: true });

  return {
    node,
    lid,
    draw,
    /** Show these items; the place where one is stays. */
    set(wanted) {
      items = wanted;
      places = new Map(items.map((item, index) => [item.key, index]));
      let parent = 0;
      parents = items.map(({ level }, index) => (level === 1 ? (parent = index) : parent));
      space.style.height = `${items.length * rowHeight}px`;
      draw();
    },
    row: (key) => Array.from(space.children).find((row) => row.nlKey === key),
    rows: () => Array.from(space.children),
    place: (key) => places.get(key) ?? -1,
    /** Bring a row into sight, moving as little as can be. */
    reveal(key) {
      const index = places.get(key);
      if (index === undefined) return;
      const top = index * rowHeight;
      const above = parents[index] === index ? top : top - rowHeight; // not under the lid
      if (above < node.scrollTop) node.scrollTop = above;
      else if (top + rowHeight > node.scrollTop + node.clientHeight) node.scrollTop = top + rowHeight - node.clientHeight;
      draw();
    },
    /** How many rows a page of it has. */
    page: () => Math.max(1, Math.floor(node.clientHeight / rowHeight) - 1),
    close: () => watch.disconnect(),
  };
}
