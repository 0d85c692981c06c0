// Which objects are selected: by click, with Ctrl and Shift, on the picture, from Python. One list for all of them.

import { newId } from "./link.js";

const REMEMBERED = 40; // selections of the page that may still come back from the kernel

/**
 * `tell(ids)` brings a selection made here to the kernel; `changed(ids, revealed)` is called when there is another,
 * `revealed` being true when it was made elsewhere and is to be brought into sight.
 */
export function chosen({ bus, tell, changed }) {
  const me = newId();
  const said = []; // what the page has said and the kernel will repeat: not to be taken for something new
  let ids = [];
  let set = new Set();
  let anchor = null; // where a range begins
  let kernel = "[]";

  const take = (next, revealed) => {
    ids = next;
    set = new Set(next);
    changed(ids, revealed);
  };
  const remember = (next) => {
    said.push(JSON.stringify(next));
    said.splice(0, said.length - REMEMBERED);
  };
  const choose = (next) => {
    if (next.length === ids.length && next.every((id) => set.has(id))) return;
    remember(next);
    take(next, false);
    bus.emit("selected", { ids: next, from: me });
    tell(next);
  };
  bus.on("selected", ({ ids: next, from }) => {
    if (from === me) return;
    remember(next);
    anchor = next.at(-1) ?? null;
    take([...next], true);
  });
  bus.on("shown", () => {
    anchor = null;
    if (ids.length) take([], false);
  });

  return {
    ids: () => ids,
    has: (id) => set.has(id),
    none: () => choose([]),
    all: (some) => choose(some),
    /** One alone; with `add` one more or less; with `range` all from the last one on. `order` lists what can be seen. */
    pick(id, order, { add = false, range = false } = {}) {
      const from = order.indexOf(anchor);
      if (range && from >= 0) {
        const to = order.indexOf(id);
        choose(order.slice(Math.min(from, to), Math.max(from, to) + 1));
        return;
      }
      anchor = id;
      if (!add) choose([id]);
      else choose(set.has(id) ? ids.filter((each) => each !== id) : [...ids, id]);
    },
    /** What the kernel says is selected: heeded when it is not what the page has told it. */
    repeat(next) {
      const text = JSON.stringify(next);
      if (text === kernel) return;
      kernel = text;
      const at = said.indexOf(text);
      if (at >= 0) said.splice(0, at + 1);
      else if (text !== JSON.stringify(ids)) {
        take([...next], true);
        bus.emit("selected", { ids: next, from: me });
      }
    },
  };
}
