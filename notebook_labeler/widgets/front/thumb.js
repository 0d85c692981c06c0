// A small picture with what is labeled on it: painted on one canvas, however many boxes there are.

import { inkOn } from "./objectpaint.js";

const LINE = 2;

/** Where a picture of this size lies in a room, whole and in its middle: {left, top, k}. */
function within(picture, room) {
  const k = Math.min(room.width / picture.width, room.height / picture.height);
  return { left: (room.width - picture.width * k) / 2, top: (room.height - picture.height * k) / 2, k };
}

function trace(g, shape, { left, top, k }) {
  g.beginPath();
  if (shape.box) {
    const [x, y, w, h] = shape.box;
    g.rect(left + x * k, top + y * k, w * k, h * k);
    return;
  }
  for (const ring of shape.rings) {
    for (let i = 0; i < ring.length; i += 2) g[i ? "lineTo" : "moveTo"](left + ring[i] * k, top + ring[i + 1] * k);
    g.closePath();
  }
}

/** Paint. `picture` is {image, width, height} in source pixels, or null while it is not there yet. */
export function paintThumb(canvas, picture, shapes) {
  const room = { width: canvas.clientWidth, height: canvas.clientHeight };
  if (!room.width || !room.height) return;
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(room.width * ratio), Math.round(room.height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, room.width, room.height);
  if (!picture) return;
  const place = within(picture, room);
  g.imageSmoothingQuality = "high";
  g.drawImage(picture.image, place.left, place.top, picture.width * place.k, picture.height * place.k);
  g.save();
  g.beginPath();
  g.rect(place.left, place.top, picture.width * place.k, picture.height * place.k);
  g.clip();
  g.lineJoin = "round";
  for (const shape of shapes) {
    trace(g, shape, place);
    g.strokeStyle = inkOn(shape.colour) === "#000" ? "rgb(0 0 0 / 55%)" : "rgb(255 255 255 / 65%)"; // seen on any picture
    g.lineWidth = LINE + 2;
    g.stroke();
    g.strokeStyle = shape.colour;
    g.lineWidth = LINE;
    g.stroke();
    g.globalAlpha = 0.14;
    g.fillStyle = shape.colour;
    g.fill("evenodd");
    g.globalAlpha = 1;
  }
  g.restore();
}
