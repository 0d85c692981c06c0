// The tool that draws boxes: press, pull, let go; or click one corner and then the other.

import { areaOf, spanning } from "./shapes.js";
import { chipPlace, paintChip, paintObject, placeOf } from "./objectpaint.js";

const SMALLEST = 3; // CSS pixels of a side; less is a click

export function boxTool(board) {
  let corner = null; // the first one
  let other = null; // where the second one would be now
  let pressed = null; // {fresh: whether it set the first corner} while the pointer is down
  let taught = false; // that two clicks do it too

  const large = () => corner && other && Math.min(Math.abs(other.x - corner.x), Math.abs(other.y - corner.y)) * board.scale() >= SMALLEST;
  const finish = () => {
    const region = spanning(corner, other);
    corner = other = null;
    if (areaOf(region) > 0) board.finish(region);
  };

  const tool = {
    name: "box",
    verb: "Draw box:",
    crosshair: true,
    pointerdown(event, at) {
      pressed = { fresh: !corner };
      corner ??= at;
      other = at;
      return true;
    },
    pointermove(event, at) {
      if (corner) other = at;
    },
    pointerup(event, at) {
      const fresh = pressed?.fresh;
      pressed = null;
      if (!corner) return; // taken back meanwhile
      other = at;
      if (large()) finish();
      else if (fresh && !taught) {
        taught = true;
        board.say("Now click the opposite corner", { brief: true });
      }
    },
    drop() {
      if (pressed?.fresh) corner = other = null;
      pressed = null;
    },
    point(at) {
      if (!corner) corner = other = at;
      else {
        other = at;
        if (large()) finish();
      }
    },
    cancel() {
      const begun = Boolean(corner);
      corner = other = pressed = null;
      return begun;
    },
    keys: {
      Enter: () => (corner && board.cursor ? tool.point(board.cursor) : false),
      Backspace: () => tool.cancel(),
      Delete: () => tool.cancel(),
      "Ctrl+z": () => tool.cancel(),
    },
    paint(pen) {
      if (!corner || !other) return;
      const region = spanning(corner, other);
      const { colour } = board.mode;
      paintObject(pen, { colour, state: "accepted" }, region, { fill: 0.12 });
      const [wide, high] = region.box.slice(2).map((side) => Math.round(side));
      const size = `${wide} × ${high}`;
      const place = placeOf(pen, region);
      if (large()) paintChip(pen, size, chipPlace(pen, size, { ...place, top: place.bottom + 22 }), "#333333", { quiet: true });
    },
  };
  return tool;
}
