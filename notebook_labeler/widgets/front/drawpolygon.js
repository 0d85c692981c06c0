// The tool that draws polygons: a point for each click; the first point, Enter or a double click closes it.

import { areaOf } from "./shapes.js";
import { paintHandle, paintLine } from "./objectpaint.js";

const AGAIN_MS = 400; // two clicks within this time, at one place, are a double click
const AGAIN_PX = 6;
const SMALLEST = 9; // square CSS pixels; less is a slip

export function polygonTool(board) {
  let points = []; // flat: x0, y0, x1, y1, ...
  let next = null; // where the next one would be
  let clicked = { time: 0 };
  let pressed = false;

  const away = (at, index) => Math.hypot(points[2 * index] - at.x, points[2 * index + 1] - at.y) * board.scale();
  const count = () => points.length / 2;
  const atFirst = (at, reach) => count() >= 3 && away(at, 0) <= reach;
  const atLast = (at) => count() > 0 && away(at, count() - 1) <= AGAIN_PX;

  const close = () => {
    if (count() < 3) {
      if (count()) board.say("A polygon needs three points", { brief: true });
      return count() > 0;
    }
    const region = { rings: [points] };
    if (areaOf(region) * board.scale() ** 2 < SMALLEST) {
      board.say("These points enclose nothing", { brief: true });
      return true;
    }
    points = [];
    next = null;
    board.finish(region);
    return true;
  };
  const add = (at, reach) => {
    if (atFirst(at, reach)) return close();
    if (!atLast(at)) points.push(at.x, at.y);
    next = at;
    board.redraw();
    return true;
  };
  const back = () => {
    if (!count()) return false;
    points = points.slice(0, -2);
    board.redraw();
    return true;
  };

  return {
    name: "polygon",
    verb: "Draw polygon:",
    crosshair: true,
    pointerdown: () => (pressed = true),
    pointermove(event, at) {
      next = at;
    },
    pointerup(event, at) {
      if (!pressed) return; // taken back meanwhile
      pressed = false;
      const again = event.timeStamp - clicked.time < AGAIN_MS && atLast(at);
      clicked = { time: event.timeStamp };
      if (again && count() >= 3) close();
      else add(at, board.reach(event) + 2);
    },
    drop() {
      pressed = false;
    },
    point(at) {
      if (atLast(at) && count() >= 3) close();
      else add(at, AGAIN_PX);
    },
    cancel() {
      const begun = count() > 0;
      pressed = false;
      points = [];
      next = null;
      return begun;
    },
    keys: {
      Enter: () => (board.byKeys && next && !atLast(next) ? false : close()),
      Backspace: back,
      Delete: back,
      "Ctrl+z": back,
    },
    paint(pen) {
      if (!count()) return;
      const { colour } = board.mode;
      const { g } = pen;
      const all = next ? [...points, next.x, next.y] : points;
      if (all.length >= 6) {
        g.beginPath();
        for (let i = 0; i < all.length; i += 2) g[i ? "lineTo" : "moveTo"](...pen.to(all[i], all[i + 1]));
        g.globalAlpha = 0.14;
        g.fillStyle = colour;
        g.fill("evenodd");
        g.globalAlpha = 1;
      }
      paintLine(pen, points, colour);
      if (next) paintLine(pen, [...points.slice(-2), next.x, next.y], colour, { dash: [4, 4] });
      for (let i = points.length - 2; i >= 0; i -= 2) {
        const ready = i === 0 && next && atFirst(next, 10);
        paintHandle(pen, ...pen.to(points[i], points[i + 1]), colour, { round: true, size: ready ? 13 : i ? 6 : 8, full: ready });
      }
    },
  };
}
