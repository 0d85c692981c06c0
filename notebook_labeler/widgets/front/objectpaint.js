// How an object looks, at any zoom: lines and signs have the size of the screen, only the places are the picture's.
//
// A pen paints on one canvas: {g, ratio, width, height, k (CSS pixels per source pixel), to(x, y) -> CSS pixels}.
// Accepted is a solid line, suggested a dashed one; what will be submitted though only suggested carries a dot. A line has a
// halo of the other lightness, so that it is seen on any picture.

import { boundsOf, isBox } from "./shapes.js";

const LINE = 2;
const PASSING = "#2e9e5b"; // as in the pane
const FONT = '600 11px system-ui, -apple-system, "Segoe UI", sans-serif';
const CHIP = 17; // high
const LONGEST = 32; // characters of a chip
const DASHES = { suggested: [7, 6], pending: [2, 5] };
const OVER = 1; // CSS pixels by which the halo of a dash stands out at its ends
const FAR = 6000; // CSS pixels of outline from which a dashed line is cut at the edges of the screen
const widths = new Map();

export function makePen(canvas, scene, surface) {
  const g = canvas.getContext("2d");
  const pen = { g };
  pen.clear = () => {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [surface.clientWidth, surface.clientHeight];
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, wide, high);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(pen, { ratio, width, height });
    if (!scene.view) return;
    const { factor, left, top } = scene.mapping();
    const k = scene.view.scale * factor;
    pen.k = k;
    pen.to = (x, y) => [left + (x - scene.view.x) * k, top + (y - scene.view.y) * k];
  };
  return pen;
}

function brightness(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
export const inkOn = (colour) => (brightness(colour) > 0.2 ? "#000" : "#fff");
const haloOf = (colour, strength) => (brightness(colour) > 0.2 ? `rgb(0 0 0 / ${strength})` : `rgb(255 255 255 / ${strength})`);

// Where the bounds lie on the screen: {left, top, right, bottom}.
export function placeOf(pen, region) {
  const { x0, y0, x1, y1 } = boundsOf(region);
  const [[left, top], [right, bottom]] = [pen.to(x0, y0), pen.to(x1, y1)];
  return { left, top, right, bottom };
}

export function onScreen(pen, { left, top, right, bottom }, slack = 4) {
  return right >= -slack && bottom >= -slack && left <= pen.width + slack && top <= pen.height + slack;
}

// The corners on the screen; a box lies on whole device pixels, of a polygon nothing finer than half a pixel is drawn.
function corners(pen, region) {
  const { ratio } = pen;
  if (isBox(region)) {
    const { left, top, right, bottom } = placeOf(pen, region);
    const [l, t, r, b] = [left, top, right, bottom].map((v) => Math.round(v * ratio) / ratio);
    return [[l, t, r, t, r, b, l, b]];
  }
  return region.rings.map((ring) => {
    const out = [];
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = pen.to(ring[i], ring[i + 1]);
      const n = out.length;
      if (n && Math.abs(x - out[n - 2]) < 0.5 && Math.abs(y - out[n - 1]) < 0.5) continue;
      out.push(x, y);
    }
    return out;
  });
}

function trace(g, rings) {
  g.beginPath();
  for (const ring of rings) {
    g.moveTo(ring[0], ring[1]);
    for (let i = 2; i < ring.length; i += 2) g.lineTo(ring[i], ring[i + 1]);
    g.closePath();
  }
}

// Dashes of a long line are drawn only where they are seen, at the places that they have on the whole line.
function strokeDashed(pen, rings, dash, offset) {
  const { g } = pen;
  const period = dash.reduce((sum, part) => sum + part, 0);
  const room = [-8, -8, pen.width + 8, pen.height + 8];
  for (const ring of rings) {
    let gone = 0;
    for (let i = 0; i < ring.length; i += 2) {
      const j = (i + 2) % ring.length;
      const [ax, ay, dx, dy] = [ring[i], ring[i + 1], ring[j] - ring[i], ring[j + 1] - ring[i + 1]];
      const long = Math.hypot(dx, dy);
      let [from, to] = [0, 1];
      for (const [start, step, low, high] of [[ax, dx, room[0], room[2]], [ay, dy, room[1], room[3]]]) {
        if (!step) {
          if (start < low || start > high) to = -1;
          continue;
        }
        const [a, b] = [(low - start) / step, (high - start) / step];
        from = Math.max(from, Math.min(a, b));
        to = Math.min(to, Math.max(a, b));
      }
      if (from < to) {
        g.lineDashOffset = (gone + from * long + offset) % period;
        g.beginPath();
        g.moveTo(ax + from * dx, ay + from * dy);
        g.lineTo(ax + to * dx, ay + to * dy);
        g.stroke();
      }
      gone += long;
    }
  }
}

const around = (rings) => rings.reduce((sum, ring) => {
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += Math.hypot(ring[j] - ring[i], ring[j + 1] - ring[i + 1]);
  }
  return sum;
}, 0);

// `fill` is how strong the inside is coloured, 0 to 1.
export function paintObject(pen, item, region, { fill = 0, line = LINE } = {}) {
  const { g } = pen;
  const place = placeOf(pen, region);
  if (!onScreen(pen, place)) return;
  const rings = corners(pen, region);
  const dash = DASHES[item.state] ?? [];
  g.lineJoin = "round";
  trace(g, rings);
  if (fill) {
    g.globalAlpha = fill;
    g.fillStyle = item.colour;
    g.fill("evenodd");
    g.globalAlpha = 1;
  }
  stroke(pen, rings, haloOf(item.colour, dash.length ? 0.4 : 0.55), line + 2, dash.length ? [dash[0] + 2 * OVER, dash[1] - 2 * OVER] : dash, OVER);
  stroke(pen, rings, item.colour, line, dash, 0);
  if (item.passing) paintDot(pen, place.left, place.top, 4.5, PASSING, "#fff");
}

// Along the rings that `trace` has laid.
function stroke(pen, rings, colour, line, dash, offset) {
  const { g } = pen;
  Object.assign(g, { strokeStyle: colour, lineWidth: line, lineDashOffset: offset });
  g.setLineDash(dash);
  if (dash.length && around(rings) > FAR) strokeDashed(pen, rings, dash, offset);
  else g.stroke();
  g.setLineDash([]);
  g.lineDashOffset = 0;
}

export function paintDot(pen, x, y, radius, inside, edge, wide = 1.5) {
  const { g } = pen;
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.fillStyle = inside;
  g.fill();
  g.lineWidth = wide;
  g.strokeStyle = edge;
  g.stroke();
}

// A square or round handle: white, with a rim of the colour and a hair of shadow.
export function paintHandle(pen, x, y, colour, { round = false, size = 8, full = false } = {}) {
  const { g, ratio } = pen;
  const half = size / 2;
  [x, y] = [x, y].map((v) => Math.round(v * ratio) / ratio);
  g.beginPath();
  if (round) g.arc(x, y, half, 0, 2 * Math.PI);
  else g.rect(x - half, y - half, size, size);
  g.lineWidth = 4;
  g.strokeStyle = "rgb(0 0 0 / 0.35)";
  g.stroke();
  g.lineWidth = 2;
  g.strokeStyle = colour;
  g.stroke();
  g.fillStyle = full ? colour : "#fff";
  g.fill();
}

// ---- words

const cut = (text) => (Array.from(text).length > LONGEST ? `${Array.from(text).slice(0, LONGEST - 1).join("")}…` : text);

function wide(g, text) {
  if (!widths.has(text)) {
    if (widths.size > 2000) widths.clear();
    widths.set(text, g.measureText(text).width);
  }
  return widths.get(text);
}

// A name is isolated: one that is written from right to left does not take the number to its other side.
const apart = (name) => `\u2068${cut(name)}\u2069`;
const nth = ({ label, concept }) => (label.startsWith(concept) ? label.slice(concept.length) : "");

export const chipText = (item) => apart(item.concept) + nth(item) + (item.number ? `  ${item.number}` : "");
export const nameText = (item) => cut(item.concept);

// Where a chip would stand: over the upper left corner, inside where there is no room above, never off the screen.
export function chipPlace(pen, text, place) {
  const { g } = pen;
  g.font = FONT;
  const width = wide(g, text) + 10;
  const left = Math.max(2, Math.min(place.left - 1, pen.width - width - 2));
  const above = place.top - CHIP - 3;
  const top = above >= 2 ? above : Math.max(2, Math.min(place.top + 4, pen.height - CHIP - 2));
  return { left, top, right: left + width, bottom: top + CHIP };
}

export function paintChip(pen, text, { left, top, right, bottom }, colour, { quiet = false } = {}) {
  const { g } = pen;
  g.font = FONT;
  g.textBaseline = "middle";
  g.textAlign = "left";
  g.direction = "ltr";
  g.beginPath();
  g.roundRect(left, top, right - left, bottom - top, 4);
  g.globalAlpha = quiet ? 0.82 : 1;
  g.fillStyle = colour;
  g.fill();
  g.globalAlpha = 1;
  g.lineWidth = 1;
  g.strokeStyle = haloOf(colour, 0.35);
  g.stroke();
  g.fillStyle = inkOn(colour);
  g.fillText(text, left + 5, (top + bottom) / 2 + 0.5);
}

// ---- lines while drawing

export function paintLine(pen, points, colour, { dash = [], line = LINE, closed = false } = {}) {
  const { g } = pen;
  if (points.length < 4) return;
  g.lineJoin = "round";
  g.beginPath();
  g.moveTo(...pen.to(points[0], points[1]));
  for (let i = 2; i < points.length; i += 2) g.lineTo(...pen.to(points[i], points[i + 1]));
  if (closed) g.closePath();
  g.strokeStyle = haloOf(colour, 0.55);
  g.lineWidth = line + 2;
  g.stroke();
  g.setLineDash(dash);
  g.strokeStyle = colour;
  g.lineWidth = line;
  g.stroke();
  g.setLineDash([]);
}

// Hair lines through a point, over the whole stage; the point itself stays free.
export function paintCrosshair(pen, at) {
  const { g, ratio } = pen;
  const [x, y] = pen.to(at.x, at.y).map((v) => (Math.floor(v * ratio) + 0.5) / ratio);
  for (const [colour, line] of [["rgb(0 0 0 / 0.45)", 3 / ratio], ["rgb(255 255 255 / 0.9)", 1 / ratio]]) {
    g.beginPath();
    for (const [from, to] of [[0, x - 7], [x + 7, pen.width]]) g.moveTo(from, y), g.lineTo(to, y);
    for (const [from, to] of [[0, y - 7], [y + 7, pen.height]]) g.moveTo(x, from), g.lineTo(x, to);
    g.strokeStyle = colour;
    g.lineWidth = line;
    g.stroke();
  }
}
