// The board over the picture: objects are drawn, selected and edited here, in the page, waiting for nobody.
//
// The kernel says what there is ("objects"), the board shows it at once with what hands changed since (sheets.js) and tells
// the kernel what they did. What stands still is painted on one canvas, what moves on another, each once a frame.
//
// HOW A TOOL IS ADDED. Write a file of its own with `export function myTool(board) { return {...} }` like drawbox.js, name it
// in `Overlay._esm` (widgets/stage.py) before board.js and in TOOLS below. It is in hand while the mode's `tool` or `shape` is its
// name: `bus.emit("draw", {concept, key, colour, shape, tool: "segment"})` takes it up, `bus.emit("stop", {})` puts it away. It has
//   name, verb ("Draw box:" on the badge), crosshair (whether hair lines are shown)
//   start(), stop()                     taken in hand; put away (what it put into `board.badge.extra` goes)
//   pointerdown(event, at), pointermove(event, at), pointerup(event, at)   `at`: {x, y} in source pixels, inside the picture
//                                       (pointermove comes for hovering too; event is null when keys moved the crosshair)
//   second(event, at)                   right button; without it a right click cancels
//   point(at)                           what a click does, done by Enter or Space
//   drop()                              the press was taken away (second finger, lost pointer): forget the press alone
//   cancel() -> whether there was anything begun      Esc, right click, another input
//   keys: {"Enter": (event) => false if not mine, ...}   before the board's own keys; name each in boardkeys.js' KEYS
//   paint(pen)                          on the moving canvas (objectpaint.js)
// and of the board: mode {concept, key, colour, shape, verb}, input(), picture(), items(), item(id), selected (Set), scale(),
// reach(event), finish(region), focus(), redraw() for the moving canvas, say(text), link, bus, badge, cursor, byKeys.

import { make, newId } from "./link.js";
import { areaOf, boundsOf, regionOf, sameRegion, under } from "./shapes.js";
import { makeSheets, outcome } from "./sheets.js";
import { makePainter } from "./boardpaint.js";
import { boardHands } from "./boardhands.js";
import { wireBoard } from "./boardwires.js";
import { makeBadge } from "./badge.js";
import { boxTool } from "./drawbox.js";
import { polygonTool } from "./drawpolygon.js";
import { segmentTool } from "./segment.js";
import { selectTool } from "./selecting.js";
import { bindBoardKeys } from "./boardkeys.js";

const TOOLS = [boxTool, polygonTool, segmentTool];

export function makeBoard({ el, surface, scene, link, bus, me, act }) {
  const heard = make("div", { class: "nbl-heard", role: "status", "aria-live": "polite" });
  const unhide = make("button", { type: "button", class: "nbl-unhide", hidden: true, onclick: () => (suggestions ? board.unhide() : board.showSuggestions()) });
  el.append(heard, unhide);
  let shown = { from: null, items: [] };
  let suggestions = true; // whether they are shown

  // What cannot be seen is said, with the way to see it.
  const sign = (hidden) => {
    const words = suggestions ? (hidden ? `${hidden.toLocaleString("en")} hidden: show` : "") : "Suggestions hidden: show (V)";
    if (!words && unhide === document.activeElement) surface.focus({ preventScroll: true });
    unhide.textContent = words;
    unhide.hidden = !words;
  };

  const board = {
    link,
    bus,
    act,
    mode: null, // what is drawn with
    selected: new Set(),
    live: new Map(), // id -> region, of what is being moved
    hover: null,
    cursor: null, // where the pointer, or the crosshair of the keys, is: source pixels
    byKeys: false, // whether keys moved it last
    crosshair: true, // whether hair lines are wanted
    focus: () => surface.focus({ preventScroll: true }),
    input: () => scene.input,
    picture: () => scene.picture,
    sight: () => scene, // {view, size}
    scale: () => (scene.view ? scene.view.scale * scene.mapping().factor : 1),
    // How near is near enough, in CSS pixels: a finger covers more than it points at.
    reach: (event) => ({ touch: 18, pen: 11 })[event?.pointerType] ?? 8,

    // ---- what there is

    // What can be seen and hit, the largest first.
    items() {
      const from = sheets.items(scene.input);
      if (shown.from !== from || shown.suggestions !== suggestions) {
        const items = from.filter((item) => !item.hidden && (suggestions || item.state !== "suggested"));
        shown = { from, suggestions, items: [...items].sort((a, b) => areaOf(b) - areaOf(a)) };
        sign(from.filter((item) => item.hidden).length);
      }
      return shown.items;
    },
    ordered() {
      const seen = new Set(board.items());
      return sheets.items(scene.input).filter((item) => seen.has(item));
    },
    // Whether objects are labeled here at all.
    knows: () => Boolean(scene.picture) && (Boolean(board.mode) || sheets.has(scene.input)),
    item: (id) => sheets.get(scene.input, id),
    region: (item) => board.live.get(item.id) ?? item,
    chosen: () => board.items().filter((item) => board.selected.has(item.id)),
    under: (at, event) => under(board.items(), at, Math.min(6, board.reach(event)) / board.scale()),

    select(ids, { told = false } = {}) {
      const next = new Set(ids);
      if (next.size === board.selected.size && [...next].every((id) => board.selected.has(id))) return;
      board.selected = next;
      board.hand.forget();
      if (!told) {
        bus.emit("selected", { ids: [...next], from: me, told: true });
        link.tell("selected", { input: scene.input, ids: [...next] });
      }
      board.redraw();
    },
    point(id, { told = false } = {}) {
      if (board.hover === id) return;
      board.hover = id;
      if (!told) bus.emit("hover", { id, from: me });
      board.redraw();
    },

    // ---- what is done; seen at once, and told to the kernel

    finish(region, kind = "drawn", more = {}) {
      const { concept, key, colour } = board.mode;
      const id = newId();
      const drawn = { id, concept, key, colour, state: "accepted", label: concept, number: "", passing: false, hidden: false, ...region };
      send(kind, { id, concept, shape: region.box ? "box" : "polygon", ...region, ...more }, { [id]: drawn });
      board.say(`${concept}: ${region.box ? "box" : "polygon"} drawn`, { quiet: true });
    },
    reshape(regions, input = scene.input) {
      const items = [];
      const changes = {};
      for (const [id, region] of regions) {
        const item = sheets.get(input, id);
        if (!item || sameRegion(item, region)) continue;
        items.push({ id, ...regionOf(region) });
        changes[id] = { ...item, ...regionOf(region), state: "accepted", passing: false };
      }
      if (items.length) send("reshaped", { input, items }, changes);
    },
    press(verb, ids) {
      if (!ids.length) return;
      const items = ids.map(board.item).filter(Boolean);
      const op = send("objects", { do: verb, ids }, Object.fromEntries(items.map((item) => [item.id, outcome(verb, item)])));
      bus.emit("changing", { op, input: scene.input, do: verb, ids, from: me });
    },
    say(text, { quiet = false, brief = false } = {}) {
      heard.textContent = text;
      if (!quiet) act.note(text, brief);
    },

    // ---- modes

    get tool() {
      return board.mode ? tools[board.mode.tool] : board.hand;
    },
    start(mode, { told = false } = {}) {
      const goesOn = board.mode?.tool === "segment" && mode.concept !== board.mode.concept; // another concept, the same tool
      const name = mode.tool || (goesOn ? "segment" : mode.shape);
      if (!tools[name] || (board.mode?.tool === name && board.mode.concept === mode.concept)) return;
      board.stop({ told: true });
      board.select([]);
      board.mode = { ...mode, key: mode.key || mode.concept, colour: mode.colour || "#56b4e9", tool: name, verb: tools[name].verb };
      board.point(null);
      tools[name].start?.();
      board.modeChanged(told);
      const [root, held] = [el.closest(".nbl-root"), document.activeElement?.closest(".nbl-root")];
      if (!told && (!held || held === root)) surface.focus({ preventScroll: true });
    },
    stop({ told = false } = {}) {
      if (!board.mode) return false;
      board.tool.cancel();
      board.tool.stop?.();
      board.mode = null;
      board.byKeys = false;
      if (!told) board.modeChanged();
      board.redraw();
      return true;
    },
    modeChanged(told = false) {
      const { mode } = board;
      // A button that goes under the focus would take the keys with it.
      if (!mode && board.badge.node.contains(document.activeElement)) surface.focus({ preventScroll: true });
      board.badge.show(mode);
      surface.classList.toggle("nbl-drawing", Boolean(mode));
      surface.style.cursor = mode ? "crosshair" : "";
      surface.dataset.drawing = mode ? `${mode.tool} ${mode.concept}` : "";
      const { concept, key, colour, shape, tool } = mode ?? { concept: null, shape: null };
      bus.emit("drawing", { concept, key, colour, shape, tool });
      if (!told) link.tell("drawing", mode ? { concept, key, colour, shape, tool } : { concept: null, shape: null });
      board.redraw();
    },
    escape() {
      if (board.tool.cancel()) {
        board.live.clear();
        board.repaint();
        return true;
      }
      if (board.mode) return bus.emit("stop", {}), true;
      if (board.selected.size) return board.select([]), true;
      return false;
    },
    showSuggestions() {
      suggestions = !suggestions;
      board.say(suggestions ? "Suggestions shown" : "Suggestions hidden", { quiet: true });
      board.repaint();
    },
    // All that is hidden of this input, and of the concepts that are hidden here.
    unhide() {
      const off = sheets.items(scene.input).filter((item) => item.hidden);
      board.press("show", [...off.map((item) => item.id), ...new Set(off.map((item) => item.key))]);
    },
    toggleCrosshair() {
      board.crosshair = !board.crosshair;
      board.say(`Crosshair ${board.crosshair ? "on" : "off"}`, { brief: true });
      board.redraw();
    },

    // Bring an object into sight.
    reveal(id) {
      const item = board.item(id);
      if (!item || !scene.picture) return;
      const { x0, y0, x1, y1 } = boundsOf(item);
      const { view, size } = scene;
      const [right, bottom] = [view.x + size.width / view.scale, view.y + size.height / view.scale];
      if (x1 > view.x && x0 < right && y1 > view.y && y0 < bottom) return;
      act.pan((view.x + right - x0 - x1) * 0.5 * view.scale, (view.y + bottom - y0 - y1) * 0.5 * view.scale);
    },
  };

  const send = (kind, { input = scene.input, ...content }, changes) => {
    const op = link.send(kind, { input, ...content });
    bus.emit("sent", { op });
    sheets.change(op, input, changes);
    return op;
  };

  const sheets = makeSheets(() => board.repaint());
  const painter = makePainter({ surface, scene, board, waiting: sheets.waiting });
  board.redraw = painter.redraw; // what moves, in the next frame
  board.repaint = painter.repaint; // all of it
  const tools = Object.fromEntries(TOOLS.map((makeTool) => makeTool(board)).map((tool) => [tool.name, tool]));
  board.hand = selectTool(board);
  board.badge = makeBadge(el, () => bus.emit("stop", {}));

  const keys = bindBoardKeys(surface, board, scene);
  wireBoard({ board, scene, sheets, link, bus, me, settle: keys.settle });
  return {
    ...boardHands({ board, surface, scene, act, settle: keys.settle }),
    look: board.redraw, // the view is another one
    close() {
      painter.close();
      keys.release();
    },
  };
}
