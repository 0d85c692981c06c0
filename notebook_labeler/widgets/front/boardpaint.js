// The two canvases of the board: on one what stands still, painted when it changes, on the other what moves.
//
// Each is painted at most once a frame. Where there is much on the still one, a view that is moving takes it along as it is, and
// it is painted when the view rests.

import { make } from "./link.js";
import { chipPlace, chipText, makePen, nameText, onScreen, paintChip, paintCrosshair, paintObject, placeOf } from "./objectpaint.js";

const NAMED = 12; // objects on the screen up to which each tells its concept
const CHIPS = 12; // selected ones up to which each has its chip
const FILLED = 0.1; // how strong polygons are filled
const HEAVY = 3000; // corners on the screen from which the still canvas is taken along
const REST_MS = 100;
const LONGEST_MS = 500; // until it is painted at the latest

export function makePainter({ surface, scene, board, waiting }) {
  const layer = (name) => make("canvas", { class: `nbl-layer ${name}`, "aria-hidden": "true" });
  const [still, moving] = [layer("nbl-objects"), layer("nbl-moving")];
  surface.append(still, moving);
  const pens = { still: makePen(still, scene, surface), moving: makePen(moving, scene, surface) };
  let frame = 0;
  let stale = true; // whether the still canvas is to be painted anew
  let seen = null; // how it was painted: {input, view, k, left, top, width, ratio, weight, at}
  let lifted = new Set(); // ids of what was left out, because it is being moved
  let rest = 0;

  const redraw = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const repaint = () => {
    stale = true;
    redraw();
  };
  const paint = () => {
    frame = 0;
    if (!surface.clientWidth || !surface.clientHeight) return; // not laid out, as while a theme is loaded: what is painted stays
    const live = [...board.live.keys()];
    if (stale || live.some((id) => !lifted.has(id)) || (lifted.size && !live.length) || !shifted()) paintStill();
    paintMoving();
    surface.dataset.objects = board.items().length; // for those who watch the page
    surface.dataset.selected = [...board.selected].join(" ");
    surface.dataset.waiting = waiting();
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
    rest = setTimeout(repaint, REST_MS);
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
    if (board.mode && board.tool.crosshair && board.cursor && (board.crosshair || board.byKeys)) paintCrosshair(pen, board.cursor);
  };

  return {
    redraw,
    repaint,
    close() {
      cancelAnimationFrame(frame);
      clearTimeout(rest);
    },
  };
}
