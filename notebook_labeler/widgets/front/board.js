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
// reach(event), finish(region), redraw() for the moving canvas, say(text), link, bus, badge, cursor, byKeys.

import { make, newId } from "./link.js";
import { areaOf, boundsOf, insidePicture, regionOf, sameRegion, under } from "./shapes.js";
import { makeSheets } from "./sheets.js";
import { chipPlace, chipText, makePen, nameText, onScreen, paintChip, paintCrosshair, paintObject, placeOf } from "./objectpaint.js";
import { makeBadge } from "./badge.js";
import { boxTool } from "./drawbox.js";
import { polygonTool } from "./drawpolygon.js";
import { selectTool } from "./selecting.js";
import { bindBoardKeys } from "./boardkeys.js";

const TOOLS = [boxTool, polygonTool];

const NAMED = 15; // objects on the screen up to which each tells its concept
const CHIPS = 12; // selected ones up to which each has its chip
const FILLED = 0.1; // how strong polygons are filled
const HEAVY = 3000; // corners on the screen from which the still canvas is first moved as it is, and painted when the view rests
const REST_MS = 100;
const LONGEST_MS = 500; // and at the latest

export function makeBoard({ el, surface, scene, link, bus, me, act }) {
  const layer = (name) => make("canvas", { class: `nbl-layer ${name}`, "aria-hidden": "true" });
  const [still, moving] = [layer("nbl-objects"), layer("nbl-moving")];
  const heard = make("div", { class: "nbl-heard", role: "status", "aria-live": "polite" });
  surface.append(still, moving);
  const unhide = make("button", { type: "button", class: "nbl-unhide", text: "Suggestions hidden: show (V)", hidden: true, onclick: () => board.showSuggestions() });
  el.append(heard, unhide);
  const pens = { still: makePen(still, scene, surface), moving: makePen(moving, scene, surface) };
  let frame = 0;
  let stale = true; // whether the still canvas is to be painted anew
  let seen = null; // how it was painted: {input, view, k, left, top, width, ratio, weight, at}
  let lifted = new Set(); // ids of what was left out, because it is being moved
  let rest = 0;
  let shown = { from: null, items: [] };
  let suggestions = true; // whether they are shown
  let crosshair = true;

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
      hand.forget();
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

    finish(region) {
      const { concept, key, colour } = board.mode;
      const id = newId();
      const drawn = { id, concept, key, colour, state: "accepted", label: concept, number: "", passing: false, hidden: false, ...region };
      send("drawn", { id, concept, shape: region.box ? "box" : "polygon", ...region }, { [id]: drawn });
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
      const state = { accept: "accepted", uncheck: "suggested" }[verb];
      const after = (item) => {
        if (verb === "delete" || (verb === "uncheck" && !item.number)) return null;
        if (state) return { ...item, state, passing: false };
        return { ...item, hidden: verb === "hide" };
      };
      const op = send("objects", { do: verb, ids }, Object.fromEntries(ids.map(board.item).filter(Boolean).map((item) => [item.id, after(item)])));
      bus.emit("changing", { op, input: scene.input, do: verb, ids, from: me });
    },
    say(text, { quiet = false, brief = false } = {}) {
      heard.textContent = text;
      if (!quiet) act.note(text, brief);
    },

    // ---- modes

    get tool() {
      return board.mode ? tools[board.mode.tool] : hand;
    },
    start(mode, { told = false } = {}) {
      const name = mode.tool || mode.shape;
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
      if (unhide === document.activeElement) surface.focus({ preventScroll: true });
      unhide.hidden = suggestions;
      board.say(suggestions ? "Suggestions shown" : "Suggestions hidden", { quiet: true });
      board.repaint();
    },
    toggleCrosshair() {
      crosshair = !crosshair;
      board.say(`Crosshair ${crosshair ? "on" : "off"}`, { brief: true });
      board.redraw();
    },

    // ---- painting

    redraw() {
      frame ||= requestAnimationFrame(paint);
    },
    repaint() {
      stale = true;
      board.redraw();
    },
  };

  const send = (kind, { input = scene.input, ...content }, changes) => {
    const op = link.send(kind, { input, ...content });
    bus.emit("sent", { op });
    sheets.change(op, input, changes);
    return op;
  };

  const sheets = makeSheets(() => board.repaint());
  const tools = Object.fromEntries(TOOLS.map((makeTool) => makeTool(board)).map((tool) => [tool.name, tool]));
  const hand = (board.hand = selectTool(board));
  board.badge = makeBadge(el, () => bus.emit("stop", {}));

  const paint = () => {
    frame = 0;
    const live = [...board.live.keys()];
    if (stale || live.some((id) => !lifted.has(id)) || (lifted.size && !live.length) || !shifted()) paintStill();
    paintMoving();
    surface.dataset.objects = board.items().length; // for those who watch the page
    surface.dataset.selected = [...board.selected].join(" ");
    surface.dataset.waiting = sheets.waiting();
  };
  const filled = (item) => (item.box ? 0 : FILLED);
  const paintStill = () => {
    const pen = pens.still;
    pen.clear();
    still.style.transform = "";
    clearTimeout(rest);
    stale = false;
    seen = null;
    lifted = new Set(board.live.keys());
    if (!scene.picture) return;
    const items = board.items().filter((item) => !lifted.has(item.id) && onScreen(pen, placeOf(pen, item)));
    for (const item of items) paintObject(pen, item, item, { fill: filled(item) });
    if (items.length <= NAMED) paintNames(pen, items);
    const { factor, left, top } = scene.mapping();
    const weight = items.reduce((sum, item) => sum + (item.box ? 4 : item.rings.reduce((n, ring) => n + ring.length / 2, 0)), 0);
    seen = { ...pen, input: scene.input, view: scene.view, left, top, factor, weight, at: performance.now() };
  };
  // Bring what was painted to where the view is now, if that is worth while; it gets its lines again when the view rests.
  const shifted = () => {
    const { view } = scene;
    if (!seen || seen.input !== scene.input || seen.width !== surface.clientWidth || seen.height !== surface.clientHeight) return false;
    const { factor, left, top } = scene.mapping();
    if (seen.ratio !== (window.devicePixelRatio || 1) || seen.factor !== factor || seen.left !== left || seen.top !== top) return false;
    if (seen.view.x === view.x && seen.view.y === view.y && seen.view.scale === view.scale) return true;
    if (seen.weight < HEAVY || performance.now() - seen.at > LONGEST_MS) return false;
    const grown = view.scale / seen.view.scale;
    const shift = (from, to, margin) => margin + (from - to) * view.scale * factor - margin * grown;
    still.style.transform = `translate(${shift(seen.view.x, view.x, left)}px, ${shift(seen.view.y, view.y, top)}px) scale(${grown})`;
    clearTimeout(rest);
    rest = setTimeout(board.repaint, REST_MS);
    return true;
  };
  // Names where they have room: on objects wide enough, and not one over another.
  const paintNames = (pen, items) => {
    const taken = [];
    for (const item of [...items].reverse()) {
      const place = placeOf(pen, item);
      const chip = chipPlace(pen, nameText(item), place);
      const crowded = taken.some((one) => chip.left < one.right && chip.right > one.left && chip.top < one.bottom && chip.bottom > one.top);
      if (crowded || chip.right - chip.left > Math.max(48, place.right - place.left + 8)) continue;
      taken.push(chip);
      paintChip(pen, nameText(item), chip, item.colour, { quiet: true });
    }
  };
  const paintMoving = () => {
    const pen = pens.moving;
    pen.clear();
    if (!scene.picture) return;
    const chosen = board.chosen();
    for (const item of chosen) paintObject(pen, item, board.region(item), { fill: 0.16, line: 2.5 });
    const hovered = board.hover !== null && !board.selected.has(board.hover) && !board.mode && board.items().find((item) => item.id === board.hover);
    if (hovered) paintObject(pen, hovered, hovered, { fill: 0.12, line: 2.5 });
    const told = [...(chosen.length <= CHIPS ? chosen : []), ...(hovered ? [hovered] : [])];
    for (const item of told) {
      const place = placeOf(pen, board.region(item));
      if (onScreen(pen, place)) paintChip(pen, chipText(item), chipPlace(pen, chipText(item), place), item.colour);
    }
    board.tool.paint(pen);
    if (board.mode && board.tool.crosshair && board.cursor && (crosshair || board.byKeys)) paintCrosshair(pen, board.cursor);
  };

  // ---- hands (gestures.js asks)

  const source = (event) => {
    const { x, y } = act.at(event);
    return { x: scene.view.x + x / scene.view.scale, y: scene.view.y + y / scene.view.scale };
  };
  const at = (event) => (board.mode ? insidePicture(source(event), scene.picture) : source(event));
  const follow = (event) => {
    board.cursor = insidePicture(source(event), scene.picture);
    board.byKeys = false;
  };
  const done = (event) => {
    if (event.pointerType === "touch") board.cursor = null;
  };
  const hands = {
    take(event) {
      if (!scene.picture) return false;
      keys.settle();
      follow(event);
      return board.tool.pointerdown(event, at(event));
    },
    drag(event) {
      if (!scene.picture) return;
      follow(event);
      board.tool.pointermove(event, at(event));
      if (board.mode) board.redraw();
      else if (!event.buttons) surface.style.cursor = board.tool.cursor;
    },
    hover(event) {
      if (!scene.picture) return;
      if (event) return hands.drag(event);
      if (!board.byKeys) board.cursor = null;
      board.point(null);
      board.redraw();
    },
    release(event) {
      if (!scene.picture) return board.tool.drop();
      follow(event);
      board.tool.pointerup(event, at(event));
      done(event);
      board.redraw();
    },
    drop() {
      board.tool.drop();
      board.live.clear();
      board.repaint();
    },
    // A press that was not taken and did not move the view either.
    tap: (event) => scene.picture && !board.mode && hand.tap(event, at(event)),
    second(event) {
      if (!board.mode || !scene.picture) return false;
      if (board.tool.second) board.tool.second(event, at(event));
      else board.tool.cancel();
      board.redraw();
      return true;
    },
    ownsMenu: () => Boolean(board.mode),
    ownsDouble: (event) => Boolean(board.mode) || (Boolean(scene.picture) && board.under(source(event), event).length > 0),
  };
  const keys = bindBoardKeys(surface, board, scene);

  // ---- the kernel and the bus

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
    const changes = {};
    for (const item of ids.map((id) => sheets.get(input, id)).filter(Boolean)) {
      if (verb === "delete" || (verb === "uncheck" && !item.number)) changes[item.id] = null;
      else if (verb === "reassign") changes[item.id] = { ...item, concept, key, colour: colour ?? item.colour, label: concept, number: "" };
      else if (verb === "hide" || verb === "show") changes[item.id] = { ...item, hidden: verb === "hide" };
      else changes[item.id] = { ...item, state: verb === "uncheck" ? "suggested" : "accepted", passing: false };
    }
    sheets.change(op, input, changes);
  });
  let before = scene.input;
  bus.on("shown", ({ input }) => {
    if (input === before) return;
    keys.settle();
    before = input;
    board.tool.cancel();
    board.live.clear();
    board.hover = null;
    board.selected = new Set();
    hand.forget();
    bus.emit("selected", { ids: [], from: me, told: true });
    board.repaint();
  });

  // Bring an object into sight.
  board.reveal = (id) => {
    const item = board.item(id);
    if (!item || !scene.picture) return;
    const { x0, y0, x1, y1 } = boundsOf(item);
    const { view, size } = scene;
    const [right, bottom] = [view.x + size.width / view.scale, view.y + size.height / view.scale];
    if (x1 > view.x && x0 < right && y1 > view.y && y0 < bottom) return;
    act.pan((view.x + right - x0 - x1) * 0.5 * view.scale, (view.y + bottom - y0 - y1) * 0.5 * view.scale);
  };

  return {
    ...hands,
    look: board.redraw, // the view is another one
    close() {
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      keys.release();
    },
  };
}
