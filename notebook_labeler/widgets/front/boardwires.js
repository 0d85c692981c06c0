// What the kernel and the other widgets of the labeler say to the board.

import { outcome } from "./sheets.js";

// `settle` sends what keys have moved so far.
export function wireBoard({ board, scene, sheets, link, bus, me, settle }) {
  link.hear({
    objects(message) {
      sheets.take(message);
      prune();
    },
    selected({ input, ids }) {
      if (input !== scene.input) return;
      board.select(ids, { told: true });
      bus.emit("selected", { ids, from: "kernel", told: true });
    },
    draw(mode) {
      if (mode.concept === null) board.stop({ told: true }), board.modeChanged(true);
      else board.start(mode, { told: true });
    },
  });
  const prune = () => {
    const there = new Set(sheets.items(scene.input).map((item) => item.id));
    const left = [...board.selected].filter((id) => there.has(id));
    if (left.length !== board.selected.size) board.select(left);
  };
  bus.on("ack", ({ op, ok }) => {
    if (!sheets.settle(op, ok)) return;
    if (!ok) board.say("Not done: taken back", { brief: true });
    prune();
  });
  bus.on("draw", (mode) => board.start(mode));
  bus.on("stop", () => board.stop());
  bus.on("selected", ({ ids, from, told }) => {
    if (from === me) return;
    board.select(ids, { told: true });
    if (!told) link.tell("selected", { input: scene.input, ids });
    if (from !== "kernel" && ids.length === 1) board.reveal(ids[0]);
  });
  bus.on("hover", ({ id, from }) => from !== me && board.point(id, { told: true }));
  // Somebody else (the pane) has sent an operation of which the stage can show at once what will come of it.
  bus.on("changing", ({ op, input, do: verb, ids, concept, key, colour, from }) => {
    if (from === me) return;
    const items = ids.map((id) => sheets.get(input, id)).filter(Boolean);
    const changes = Object.fromEntries(items.map((item) => [item.id, outcome(verb, item, { concept, key, colour })]));
    sheets.change(op, input, changes);
  });
  let before = scene.input;
  bus.on("shown", ({ input }) => {
    if (input === before) return;
    settle();
    before = input;
    board.tool.cancel();
    board.live.clear();
    board.hover = null;
    board.selected = new Set();
    board.hand.forget();
    bus.emit("selected", { ids: [], from: me, told: true });
    board.repaint();
  });
}
