// What was clicked and not yet acknowledged: painted as if it were done, taken back when the kernel refuses.

/**
 * `input()` is the input on the screen, `changed()` paints anew, `answered(keys, wish, ok)` is told how it ended.
 * A wish is what is to be seen meanwhile, by name: {state, concept, gone, hidden}; `said` are the words for the end.
 */
export function wishes({ bus, input, changed, answered }) {
  const open = new Map(); // op -> { keys, wish, input }
  let byKey = new Map();

  const gather = () => {
    byKey = new Map();
    for (const { keys, wish } of open.values()) for (const key of keys) byKey.set(key, { ...byKey.get(key), ...wish });
  };
  bus.on("ack", ({ op, ok }) => {
    if (!open.has(op)) return;
    // ipywidgets sets traits a moment after their message came; the answer must not overtake what it speaks of
    setTimeout(() => {
      const ended = open.get(op);
      if (!ended) return;
      open.delete(op);
      gather();
      changed();
      answered(ended.keys, ended.wish, ok);
    }, 0);
  });
  return {
    /** Show a wish on these rows until the kernel has answered this operation. */
    add(op, keys, wish) {
      open.set(op, { keys, wish, input: input() });
      gather();
      changed();
    },
    of: (key) => byKey.get(key),
    /** Forget what was asked about an input left behind. */
    sweep() {
      let left = false;
      for (const [op, { input: of }] of open) if (of !== input()) left = open.delete(op);
      if (left) gather();
    },
  };
}
