// The objects of the last few inputs as the kernel has them, and over them what hands changed and the kernel has not answered.
//
//   makeSheets(changed)
//     .take(message)            the kernel's "objects" message
//     .change(op, input, {id: item | null})   shown at once; ends with .settle(op, ok)
//     .items(input)             what is to be seen: a list in the pane's order, the same list until something changes
//     .get(input, id)   .has(input): whether the kernel has spoken of it   .waiting() operations

const KEPT = 4; // inputs whose objects are remembered: those before and after
const LATE_MS = 1000; // an answer may be a little ahead of what it speaks of

// What will become of an item when the kernel does what was asked: null, or the item as it will be.
export function outcome(verb, item, { concept, key, colour } = {}) {
  if (verb === "delete" || (verb === "uncheck" && !item.number)) return null; // what nobody suggested does not come back
  if (verb === "hide" || verb === "show") return { ...item, hidden: verb === "hide" };
  const after = { ...item, passing: false, state: verb === "uncheck" ? "suggested" : "accepted" };
  return verb === "reassign" ? { ...after, concept, key, colour: colour ?? item.colour, label: concept, number: "" } : after;
}

export function makeSheets(changed) {
  const sheets = new Map(); // input -> Map(id -> item), the newest last
  const waiting = new Map(); // op -> {input, items, seen}
  const cache = new Map(); // input -> list

  const touch = () => {
    cache.clear();
    changed();
  };
  const drop = (op) => waiting.delete(op) && touch();

  return {
    take({ input, full, put, gone, order }) {
      const old = full ? new Map() : (sheets.get(input) ?? new Map());
      for (const id of gone) old.delete(id);
      for (const item of put) old.set(item.id, item);
      const sheet = order ? new Map(order.filter((id) => old.has(id)).map((id) => [id, old.get(id)])) : old;
      sheets.delete(input);
      sheets.set(input, sheet);
      for (const early of [...sheets.keys()].slice(0, -KEPT)) sheets.delete(early);
      const named = new Set([...gone, ...put.map((item) => item.id)]);
      for (const [op, one] of waiting) {
        if (one.input !== input || ![...one.items.keys()].some((id) => named.has(id))) continue;
        one.seen = true;
        if (one.settled) waiting.delete(op);
      }
      touch();
    },
    change(op, input, items) {
      waiting.set(op, { input, items: new Map(Object.entries(items)), seen: false, settled: false });
      touch();
    },
    settle(op, ok) {
      const one = waiting.get(op);
      if (!one) return false;
      one.settled = true;
      if (!ok || one.seen) drop(op);
      else setTimeout(() => drop(op), LATE_MS);
      return true;
    },
    items(input) {
      if (!cache.has(input)) {
        const all = new Map(sheets.get(input) ?? []);
        for (const one of waiting.values()) {
          if (one.input !== input) continue;
          for (const [id, item] of one.items) {
            if (item) all.set(id, item);
            else all.delete(id);
          }
        }
        cache.set(input, [...all.values()]);
      }
      return cache.get(input);
    },
    get(input, id) {
      return this.items(input).find((item) => item.id === id);
    },
    has: (input) => sheets.has(input),
    waiting: () => waiting.size,
  };
}
