// Which objects are selected: by click, with Ctrl and Shift, or on the picture. The stage keeps the kernel told.

import { newId } from "./link.js";

/**
 * `first` is what is selected to begin with. `changed(ids, elsewhere)` is called when it is something else, `elsewhere`
 * being true when that was not decided here and is to be brought into sight.
 */
export function chosen({ bus, first, changed }) {
  const me = newId();
  let ids = [...first];
  let set = new Set(ids);
  let anchor = ids.at(-1) ?? null; // where a range begins

  const take = (next, elsewhere) => {
    ids = [...next];
    set = new Set(ids);
    changed(ids, elsewhere);
  };
  const same = (next) => next.length === ids.length && next.every((id) => set.has(id));
  const choose = (next) => {
    if (same(next)) return;
    take(next, false);
    bus.emit("selected", { ids: next, from: me });
  };
  bus.on("selected", ({ ids: next, from }) => {
    if (from === me || same(next)) return;
    anchor = next.at(-1) ?? null;
    take(next, true);
  });
  return {
    ids: () => ids,
    has: (id) => set.has(id),
    all: (some) => choose(some),
    /** One alone; with `add` one more or less; with `range` all from the last one on. `order` lists what can be seen. */
    pick(id, order, { add = false, range = false } = {}) {
      const from = order.indexOf(anchor);
      if (range && from >= 0) {
        const to = order.indexOf(id);
        return choose(order.slice(Math.min(from, to), Math.max(from, to) + 1));
      }
      anchor = id;
      if (!add) return choose([id]);
      return choose(set.has(id) ? ids.filter((each) => each !== id) : [...ids, id]);
    },
  };
}
