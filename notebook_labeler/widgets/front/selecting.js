// The tool that is in hand when nothing is drawn: it selects, moves, resizes, and edits the points of polygons.

import { boundsOf, heldStep, insidePicture, isBox, moved, pulled, regionOf, spanning, vertexAdded, vertexMoved, vertexRemoved } from "./shapes.js";
import { onScreen, paintHandle, placeOf } from "./objectpaint.js";

const STILL = { touch: 8, pen: 5, mouse: 3 }; // CSS pixels that a click may move
const SAME_PX = 5; // clicks nearer than this are at the same place
const SMALL = 30; // CSS pixels of a side from which handles stand outside
const OUT = 5; // CSS pixels by which they do; the very corner is still within reach of them
const ROOM = 40; // and from which there are handles in the middle of a side
const EDGE_ROOM = 26; // CSS pixels of an edge from which it has a handle for a new point
const HANDLES = [["nw", 0, 0], ["ne", 1, 0], ["se", 1, 1], ["sw", 0, 1], ["n", 0.5, 0], ["e", 1, 0.5], ["s", 0.5, 1], ["w", 0, 0.5]];
const CURSORS = { nw: "nwse", se: "nwse", ne: "nesw", sw: "nesw", n: "ns", s: "ns", e: "ew", w: "ew" };

export function selectTool(board) {
  let press = null; // {kind, event place, source place, ...}
  let vertex = null; // the point of the selected polygon that Delete takes: {ring, index}
  let last = null; // the last click that selected: {x, y} in source pixels

  const lone = () => {
    const chosen = board.chosen();
    return chosen.length === 1 ? chosen[0] : null;
  };
  const k = () => board.scale();
  const px = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) * k();

  // ---- handles: of a box eight, of a polygon its points and the middles of its edges; places in source pixels

  const boxHandles = (item) => {
    const { x0, y0, x1, y1 } = boundsOf(board.region(item));
    const [wide, high] = [(x1 - x0) * k(), (y1 - y0) * k()];
    const out = Math.min(wide, high) < SMALL ? OUT / k() : 0;
    const fits = { n: wide >= ROOM, s: wide >= ROOM, e: high >= ROOM, w: high >= ROOM };
    return HANDLES.filter(([name]) => fits[name] !== false).map(([name, fx, fy]) => ({
      kind: "handle",
      name,
      x: x0 + fx * (x1 - x0) + (fx * 2 - 1) * out,
      y: y0 + fy * (y1 - y0) + (fy * 2 - 1) * out,
      edge: { x: x0 + fx * (x1 - x0), y: y0 + fy * (y1 - y0) },
    }));
  };
  const pointHandles = (item) => {
    const found = [];
    board.region(item).rings.forEach((points, ring) => {
      for (let i = 0; i < points.length; i += 2) {
        const j = (i + 2) % points.length;
        const here = { x: points[i], y: points[i + 1] };
        const next = { x: points[j], y: points[j + 1] };
        found.push({ kind: "vertex", ring, index: i / 2, ...here, edge: here });
        if (px(here, next) < EDGE_ROOM) continue;
        const middle = { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
        found.push({ kind: "middle", ring, index: i / 2, ...middle, edge: middle });
      }
    });
    return found;
  };
  const handles = (item) => (isBox(item) ? boxHandles(item) : pointHandles(item));
  const handleAt = (event, at) => {
    const item = lone();
    if (!item) return null;
    const reach = board.reach(event);
    let best = null;
    for (const one of handles(item)) {
      const away = px(one, at) + (one.kind === "middle" ? 2 : 0);
      if (away <= reach && away < (best?.away ?? Infinity)) best = { ...one, item, away };
    }
    return best;
  };

  // Whether none of an object's edges is in sight: then a drag moves the view, not the object.
  const encloses = (item) => {
    const { view, size } = board.sight();
    const [x1, y1] = [view.x + size.width / view.scale, view.y + size.height / view.scale];
    const bounds = boundsOf(item);
    return bounds.x0 < view.x && bounds.y0 < view.y && bounds.x1 > x1 && bounds.y1 > y1;
  };
  // Where a drag may mean the view (zoomed in, or by a finger), only what is selected moves: nothing is moved by mistake.
  const movable = (item, event) => {
    if (encloses(item)) return false;
    return board.selected.has(item.id) || !(event.pointerType === "touch" || board.act.zoomed());
  };

  // ---- a press, by what is under it

  const begin = (kind, event, at, more) => {
    press = { kind, from: at, moved: false, slack: STILL[event.pointerType] ?? STILL.mouse, ...more };
    return true;
  };
  const down = (event, at) => {
    press = null;
    const handle = handleAt(event, at);
    if (handle) return begin(handle.kind, event, at, { handle, region: regionOf(board.region(handle.item)) });
    const found = board.under(at, event);
    if (event.shiftKey) return begin("band", event, at, { toggled: found[0]?.id });
    if (event.ctrlKey || event.metaKey) return found.length > 0 && begin("toggle", event, at, { toggled: found[0].id });
    const mine = found.find((item) => board.selected.has(item.id));
    const held = mine ?? found[0];
    if (!held || !movable(held, event)) return false;
    if (!mine) board.select([held.id]);
    return begin("move", event, at, { found, selectedBefore: Boolean(mine), regions: board.chosen().map((item) => [item.id, regionOf(item)]) });
  };
  const move = (at) => {
    if (!press.moved && px(at, press.from) < press.slack) return;
    if (!press.moved) start();
    const picture = board.picture();
    const { handle, region } = press;
    if (press.kind === "move") {
      const wish = [at.x - press.from.x, at.y - press.from.y];
      const { dx, dy } = heldStep(press.regions.map(([, each]) => each), ...wish, picture);
      for (const [id, each] of press.regions) board.live.set(id, moved(each, dx, dy));
    } else if (press.kind === "band") {
      press.to = at;
    } else if (handle) {
      const to = insidePicture({ x: at.x + handle.edge.x - press.from.x, y: at.y + handle.edge.y - press.from.y }, picture);
      board.live.set(handle.item.id, press.kind === "handle" ? atLeast(pulled(region, handle.name, to), picture) : vertexMoved(press.region, vertex, to));
    }
  };
  const start = () => {
    press.moved = true;
    if (press.kind === "vertex") vertex = { ring: press.handle.ring, index: press.handle.index };
    if (press.kind === "middle") addVertex();
  };
  const addVertex = () => {
    const { ring, index, edge } = press.handle;
    press.region = vertexAdded(press.region, { ring, index }, edge);
    vertex = { ring, index: index + 1 };
  };
  // A box keeps one pixel of each side, and stays in the picture.
  const atLeast = ({ box: [l, t, w, h] }, { width, height }) => {
    const [wide, high] = [Math.max(w, Math.min(1, width)), Math.max(h, Math.min(1, height))];
    return { box: [w < wide ? Math.min(l, width - wide) : l, h < high ? Math.min(t, height - high) : t, wide, high] };
  };
  const commit = () => {
    const regions = new Map(board.live);
    board.live.clear();
    board.reshape(regions);
    board.repaint();
  };

  const click = (event, at) => {
    if (press.kind === "vertex" && event.altKey) return removeVertex(press.handle.item, press.handle);
    if (press.kind === "vertex") vertex = { ring: press.handle.ring, index: press.handle.index };
    else if (press.kind === "middle") {
      addVertex();
      board.live.set(press.handle.item.id, press.region);
      commit();
    } else if (press.kind === "toggle" || press.kind === "band") {
      if (!press.toggled) return;
      const ids = new Set(board.selected);
      if (!ids.delete(press.toggled)) ids.add(press.toggled);
      board.select(ids);
    } else if (press.kind === "move") {
      pick(press.found, at, press.selectedBefore);
    }
  };
  // The smallest; at the same place again the next larger one.
  const pick = (found, at, wasSelected) => {
    const again = wasSelected && last && px(last, at) <= SAME_PX && board.selected.size === 1;
    const here = again ? found.findIndex((item) => board.selected.has(item.id)) : -1;
    vertex = null;
    last = at;
    board.select([found[(here + 1) % found.length].id]);
  };
  const removeVertex = (item, { ring, index }) => {
    const region = vertexRemoved(regionOf(item), { ring, index });
    vertex = null;
    if (!region) return board.say("A polygon keeps at least three points", { brief: true });
    board.reshape([[item.id, region]]);
  };
  const takeBand = () => {
    const { box } = spanning(press.from, press.to);
    const touched = (item) => {
      const { x0, y0, x1, y1 } = boundsOf(item);
      const [right, bottom] = [box[0] + box[2], box[1] + box[3]];
      if (x0 < box[0] && y0 < box[1] && x1 > right && y1 > bottom) return false; // the band lies inside
      return x0 <= right && x1 >= box[0] && y0 <= bottom && y1 >= box[1];
    };
    board.select([...board.selected, ...board.items().filter(touched).map((item) => item.id)]);
  };

  const hovering = (event, at) => {
    const handle = handleAt(event, at);
    const found = handle ? [] : board.under(at, event);
    board.point(found[0]?.id ?? null);
    const over = found.some((item) => board.selected.has(item.id));
    tool.cursor = handle ? (handle.kind === "handle" ? `${CURSORS[handle.name]}-resize` : handle.kind === "middle" ? "copy" : "grab") : over ? "move" : found.length ? "pointer" : "";
    tool.near = at;
    if (lone() && !isBox(lone())) board.redraw();
  };

  const tool = {
    name: "select",
    cursor: "",
    pointerdown: down,
    pointermove(event, at) {
      if (!press) return hovering(event, at);
      move(at);
      board.redraw();
    },
    pointerup(event, at) {
      if (!press) return;
      if (!press.moved) click(event, at);
      else if (press.kind === "band") takeBand();
      else commit();
      press = null;
      board.repaint();
    },
    tap(event, at) {
      const found = board.under(at, event);
      if (found.length) pick(found, at, found.some((item) => board.selected.has(item.id)));
      else board.select([]);
    },
    drop() {
      press = null;
    },
    cancel() {
      const begun = Boolean(press?.moved || vertex);
      press = null;
      vertex = null;
      board.live.clear();
      return begun;
    },
    forget() {
      vertex = null;
    },
    removeVertex() {
      const item = vertex && lone();
      if (!item) return false;
      removeVertex(item, vertex);
      return true;
    },
    // Arrows move the point that was touched last, if there is one.
    nudged(dx, dy) {
      const item = vertex && lone();
      if (!item) return null;
      const region = board.region(item);
      const [x, y] = region.rings[vertex.ring].slice(2 * vertex.index, 2 * vertex.index + 2);
      return [[item.id, vertexMoved(region, vertex, insidePicture({ x: x + dx, y: y + dy }, board.picture()))]];
    },
    keys: {},
    paint(pen) {
      const item = lone();
      if (item && onScreen(pen, placeOf(pen, board.region(item)), 20)) paintHandles(pen, item);
      if (press?.kind === "band" && press.to) paintBand(pen);
    },
  };

  // Where points stand close, only those near the pointer have a handle.
  const paintHandles = (pen, item) => {
    const all = handles(item);
    if (isBox(item)) return all.forEach((one) => paintHandle(pen, ...pen.to(one.x, one.y), item.colour));
    let before = null;
    for (const one of all.filter(({ kind }) => kind === "middle")) paintHandle(pen, ...pen.to(one.x, one.y), item.colour, { round: true, size: 4, full: true });
    for (const one of all.filter(({ kind }) => kind === "vertex")) {
      const active = vertex?.ring === one.ring && vertex.index === one.index;
      const near = tool.near && px(tool.near, one) < 60;
      if (before && !active && !near && px(before, one) < 9) continue;
      before = one;
      paintHandle(pen, ...pen.to(one.x, one.y), item.colour, { round: true, size: active ? 11 : 8, full: active });
    }
  };
  const paintBand = (pen) => {
    const { g } = pen;
    const [x0, y0] = pen.to(press.from.x, press.from.y);
    const [x1, y1] = pen.to(press.to.x, press.to.y);
    g.fillStyle = "rgb(86 180 233 / 0.15)";
    g.fillRect(x0, y0, x1 - x0, y1 - y0);
    for (const [colour, dash] of [["rgb(0 0 0 / 0.6)", []], ["#fff", [4, 4]]]) {
      g.strokeStyle = colour;
      g.lineWidth = 1;
      g.setLineDash(dash);
      g.strokeRect(x0, y0, x1 - x0, y1 - y0);
    }
    g.setLineDash([]);
  };

  return tool;
}
