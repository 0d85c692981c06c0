// What was clicked and not yet acknowledged: painted as if it were done, taken back when the kernel refuses.

/**
 * `input()` is the input on the screen, `changed()` paints anew, `answered(keys, wish, ok)` is told how it ended.
 * A wish is what is to be seen meanwhile, by name: {state, name, gone, hidden}.
 */
export function wishes({ link, bus, input, changed, answered }) {
  const open = new Map(); // op -> { keys, wish, input }
  let byKey = new Map();

  const gather = () => {
    byKey = new Map();
    for (const { keys, wish } of open.values()) for (const key of keys) byKey.set(key, { ...byKey.get(key), ...wish });
  };
  link.hear({
    ack: ({ op, ok }) =>
      // ipywidgets sets traits a moment after their message came; the answer must not overtake what it speaks of
      setTimeout(() => {
        const ended = open.get(op);
        if (!ended) return;
        open.delete(op);
        gather();
        changed();
        answered(ended.keys, ended.wish, ok);
      }, 0),
  });
  return {
    /** Ask the kernel for something, and show the wish on these rows until it has answered. */
    ask(kind, content, keys, wish) {
      const op = link.send(kind, { ...content, input: input() });
      bus.emit("sent", { op });
      open.set(op, { keys, wish, input: input() });
      gather();
      changed();
      return op;
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
