// The keys of the board. A tool in hand is asked first; a key that has nothing to do here is left to the rest of the labeler.
//
// Nudges are sent when the key is let go: holding an arrow is one change, and one step to undo.

import { bindKeys } from "./link.js";
import { heldStep, insidePicture, moved, stretched } from "./shapes.js";

const STEP = 8; // CSS pixels of the keyboard's crosshair
const FAST = 10; // source pixels of a nudge with Shift
const REST_MS = 500;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const KEYS = ["Escape", "Enter", "Space", "Backspace", "Delete", "[", "]", "h", "v", "w", "x", "Ctrl+a", "Ctrl+c", "Ctrl+v", "Ctrl+z"];

export function bindBoardKeys(surface, board, scene) {
  const nudged = { regions: new Map(), input: null, timer: 0 };

  // Send what arrows have moved so far.
  const settle = () => {
    clearTimeout(nudged.timer);
    if (!nudged.regions.size) return;
    const regions = new Map(nudged.regions);
    nudged.regions.clear();
    for (const id of regions.keys()) board.live.delete(id);
    board.reshape(regions, nudged.input);
  };
  const nudge = (regions) => {
    nudged.input = scene.input;
    for (const [id, region] of regions) {
      nudged.regions.set(id, region);
      board.live.set(id, region);
    }
    clearTimeout(nudged.timer);
    nudged.timer = setTimeout(settle, REST_MS);
    board.redraw();
  };
  const nudgeBy = (dx, dy) => {
    const chosen = board.chosen();
    const point = board.hand.nudged(dx, dy);
    if (point) return nudge(point);
    const regions = chosen.map(board.region);
    const step = heldStep(regions, dx, dy, scene.picture);
    nudge(chosen.map((item, i) => [item.id, moved(regions[i], step.dx, step.dy)]));
  };

  const moveCursor = (x, y) => {
    const { view, size } = scene;
    const k = board.scale();
    const from = board.cursor ?? { x: view.x + size.width / view.scale / 2, y: view.y + size.height / view.scale / 2 };
    board.cursor = insidePicture({ x: from.x + x / k, y: from.y + y / k }, scene.picture);
    board.byKeys = true;
    const [left, top] = [(board.cursor.x - view.x) * view.scale, (board.cursor.y - view.y) * view.scale];
    const out = (at, room) => (at < 12 ? 12 - at : at > room - 12 ? room - 12 - at : 0);
    if (out(left, size.width) || out(top, size.height)) board.act.pan(out(left, size.width), out(top, size.height));
    board.tool.pointermove(null, board.cursor);
    board.redraw();
  };

  const arrow = (name, { fast = false, alt = false } = {}) => () => {
    if (!scene.picture) return false;
    const [x, y] = ARROWS[name];
    if (board.mode) return alt ? false : moveCursor(x * (fast ? 1 : STEP), y * (fast ? 1 : STEP));
    if (!board.chosen().length) return false;
    const by = fast ? FAST : 1;
    if (!alt) return nudgeBy(x * by, y * by);
    nudge(board.chosen().map((item) => [item.id, stretched(board.region(item), x * by, y * by, scene.picture)]));
  };
  const setPoint = () => {
    board.tool.point?.(board.cursor);
    board.redraw();
  };
  const next = (by) => {
    const all = board.ordered();
    if (!all.length || board.mode) return false;
    const here = all.findIndex((item) => board.selected.has(item.id));
    const item = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : (here + by + all.length) % all.length];
    board.select([item.id]);
    board.reveal(item.id);
    board.say(`${item.label} ${item.number}`, { quiet: true });
  };
  const ids = () => board.chosen().map((item) => item.id);
  const some = (verb) => () => (ids().length && !board.mode ? verb() : false);

  const toggle = some(() => {
    const chosen = board.chosen();
    const open = chosen.filter((item) => item.state !== "accepted").map((item) => item.id);
    board.press(open.length ? "accept" : "uncheck", open.length ? open : ids());
  });
  const remove = some(() => board.hand.removeVertex() || board.press("delete", ids()));
  const hide = () => {
    const all = [...board.selected].filter((id) => board.item(id));
    if (!all.length || board.mode) return false;
    board.press(all.some((id) => !board.item(id).hidden) ? "hide" : "show", all);
  };

  const own = {
    Escape: () => board.escape() || false,
    Enter: () => (board.mode && board.byKeys && board.cursor ? setPoint() : false),
    Space: () => (board.mode ? (board.cursor ? setPoint() : true) : toggle()),
    Backspace: remove,
    Delete: remove,
    "[": () => next(-1),
    "]": () => next(1),
    h: hide,
    v: () => board.showSuggestions(),
    w: () => board.wand(),
    x: () => board.toggleCrosshair(),
    "Ctrl+a": () => (board.mode || !board.items().length ? false : board.select(board.items().map((item) => item.id))),
    "Ctrl+c": some(() => {
      board.link.tell("copy", { input: scene.input, ids: ids() });
      board.say(`${ids().length} copied; Ctrl+V pastes, on another picture too`, { brief: true });
    }),
    "Ctrl+v": () => {
      if (board.mode) return false;
      board.bus.emit("sent", { op: board.link.send("paste", { input: scene.input }) });
    },
  };
  const bound = {};
  for (const name of KEYS) {
    bound[name] = (event) => {
      settle();
      if (!board.knows() && !(board.mode && name === "Escape")) return false; // leaving a mode needs no picture
      const mine = board.tool.keys?.[name];
      if (mine && mine(event) !== false) return undefined;
      return own[name] ? own[name](event) : false;
    };
  }
  for (const name of Object.keys(ARROWS)) {
    bound[name] = arrow(name);
    bound[`Shift+${name}`] = arrow(name, { fast: true });
    bound[`Alt+${name}`] = arrow(name, { alt: true });
    bound[`Alt+Shift+${name}`] = arrow(name, { alt: true, fast: true });
  }
  const unbind = bindKeys(surface, bound);

  // Any other key, a press elsewhere, or letting go ends a row of nudges: what comes next finds them sent.
  const ends = (event) => {
    if (nudged.regions.size && !(event.type === "keydown" && (event.key in ARROWS || event.key === "Alt" || event.key === "Shift"))) settle();
  };
  const types = ["keydown", "keyup", "pointerdown", "blur"];
  for (const type of types) window.addEventListener(type, ends, true);

  return {
    settle,
    release() {
      settle();
      unbind();
      for (const type of types) window.removeEventListener(type, ends, true);
    },
  };
}
