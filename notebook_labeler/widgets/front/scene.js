// What one view of the stage shows: the kernel's canvas, moved by CSS at once, and pictures of our own wherever it has nothing.
//
// The canvas of ipycanvas holds one frame: an input, seen from one view. Where the live view wants more than the frame has
// (zoomed out, dragged on, the next input, a canvas that is being resized) the stage paints what the page already has: the
// whole picture in screen size, and the last sharp frame. Both are switched in one step, so nothing flashes.

import { covers, fit, isFit } from "./view.js";
import { make } from "./link.js";

export function makeScene(surface) {
  const still = make("canvas", { class: "nbl-still", "aria-hidden": "true" });
  surface.append(still);
  const g = still.getContext("2d");

  const scene = {
    size: { width: 1, height: 1 }, // of the stage, in the kernel's CSS pixels; a second view may be larger or smaller
    input: null, // on the screen now
    revision: 0,
    picture: null, // {width, height} of it, null when there is none
    view: null, // live
    frame: null, // what ipycanvas holds: {input, view}
    pieces: [], // pictures of our own: {image, x, y, width, height} in source pixels, place: where at fit

    // How this view's element maps the stage: CSS pixels per stage pixel, and the margins that keep it in the middle.
    mapping() {
      const [wide, high] = [surface.clientWidth, surface.clientHeight];
      const factor = Math.min(wide / scene.size.width, high / scene.size.height) || 1;
      return { factor, left: (wide - scene.size.width * factor) / 2, top: (high - scene.size.height * factor) / 2 };
    },

    at(event) {
      const box = surface.getBoundingClientRect();
      const { factor, left, top } = scene.mapping();
      return { x: (event.clientX - box.left - left) / factor, y: (event.clientY - box.top - top) / factor };
    },

    isFit: () => Boolean(scene.picture) && isFit(scene.view, scene.picture, scene.size),

    // Whether the live view wants more of the picture than ipycanvas has.
    needsMore() {
      const { frame, input, view, picture, size } = scene;
      return Boolean(picture) && frame?.input === input && !covers(frame.view, view, picture, size);
    },

    // Keep a copy of what a layer of ipycanvas shows now.
    keep(canvas) {
      const { frame, picture, size, input } = scene;
      if (!frame || frame.input !== input || !picture || !canvas.width) return;
      const whole = covers(frame.view, fit(picture, size), picture, size);
      if (whole && scene.pieces.some((piece) => piece.whole)) return;
      const copy = make("canvas");
      copy.width = canvas.width;
      copy.height = canvas.height;
      copy.getContext("2d").drawImage(canvas, 0, 0);
      const { x, y, scale } = frame.view;
      const piece = { image: copy, x, y, width: size.width / scale, height: size.height / scale, whole };
      scene.pieces = [...scene.pieces.filter((old) => old.whole && !whole), piece];
    },

    paint() {
      const ratio = window.devicePixelRatio || 1;
      const [wide, high] = [surface.clientWidth, surface.clientHeight];
      if (still.width !== Math.round(wide * ratio) || still.height !== Math.round(high * ratio)) {
        still.width = Math.round(wide * ratio);
        still.height = Math.round(high * ratio);
      }
      const map = scene.mapping();
      const framed = scene.picture && scene.frame?.input === scene.input;
      const canvas = surface.closest(".nbl-stage")?.querySelector("canvas.nbl-canvas");
      if (canvas) placeCanvas(canvas, framed, map);
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.clearRect(0, 0, still.width, still.height);
      if (!scene.picture || (framed && covers(scene.frame.view, scene.view, scene.picture, scene.size))) return;
      g.save();
      g.setTransform(ratio * map.factor, 0, 0, ratio * map.factor, map.left * ratio, map.top * ratio);
      if (framed) clipAround();
      scene.pieces.forEach(drawPiece);
      g.restore();
    },
  };

  function placeCanvas(canvas, framed, { factor, left, top }) {
    const { size, view, frame } = scene;
    if (canvas.tabIndex >= 0) canvas.tabIndex = -1; // ipycanvas makes it a stop of Tab, and swallows every key there: a trap
    canvas.style.visibility = framed ? "visible" : "hidden";
    canvas.style.width = `${size.width * factor}px`;
    canvas.style.height = `${size.height * factor}px`;
    if (!framed) return;
    const x = left + (frame.view.x - view.x) * view.scale * factor;
    const y = top + (frame.view.y - view.y) * view.scale * factor;
    canvas.style.transform = `translate(${x}px, ${y}px) scale(${view.scale / frame.view.scale})`;
  }

  // Leave to ipycanvas what its frame has.
  function clipAround() {
    const { size, view, frame } = scene;
    const grown = view.scale / frame.view.scale;
    g.beginPath();
    g.rect(-size.width, -size.height, 3 * size.width, 3 * size.height);
    const [x, y] = [(frame.view.x - view.x) * view.scale, (frame.view.y - view.y) * view.scale];
    g.rect(x, y, size.width * grown, size.height * grown);
    g.clip("evenodd");
  }

  function drawPiece(piece) {
    const { view } = scene;
    const { place } = piece;
    if (place && scene.isFit() && place.forWidth === scene.size.width && place.forHeight === scene.size.height) {
      g.drawImage(piece.image, place.x, place.y, place.width, place.height); // on the same pixels as the frame to come
      return;
    }
    const [x, y] = [(piece.x - view.x) * view.scale, (piece.y - view.y) * view.scale];
    g.drawImage(piece.image, x, y, piece.width * view.scale, piece.height * view.scale);
  }

  return scene;
}
