// Questions to the kernel that have an answer: pages of a catalogue or a vocabulary.

import { newId } from "./link.js";

export function asker(link) {
  const open = new Map(); // question id -> [resolve, reject]
  link.hear({
    page: ({ ask, total, items }) => {
      open.get(ask)?.[0]({ total, items });
      open.delete(ask);
    },
    refused: ({ ask, text }) => {
      open.get(ask)?.[1](new Error(text));
      open.delete(ask);
    },
  });
  return {
    ask(kind, content) {
      const ask = newId();
      return new Promise((resolve, reject) => {
        open.set(ask, [resolve, reject]);
        link.tell(kind, { ...content, ask });
      });
    },
    close() {
      for (const [, reject] of open.values()) reject(new Error("closed"));
      open.clear();
    },
  };
}
