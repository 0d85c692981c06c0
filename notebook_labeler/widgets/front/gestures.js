// What hands and keys do to the view: drag, wheel, pinch, double click, keys. What it does to the picture is the stage's affair.
//
//   attachGestures(surface, act) -> release()
//     act.at(event) -> stage point        act.pan(dx, dy) in stage pixels      act.zoom(factor, at)
//     act.toggle(at)  act.fit()  act.oneToOne()  act.step(direction) -> false if there is nowhere to go
//     act.zoomed() -> whether arrows pan  act.hint()  a wheel that was left to the page
//   and, of the board: act.take(event) -> whether a press is its own; then act.drag, act.release, and act.drop when a second
//     finger comes or the pointer is lost; act.hover(event or null), act.tap(event) a click that is not its own,
//     act.second(event) the right button, act.ownsMenu(), act.ownsDouble(event)

import { bindKeys } from "./link.js";

const ARROW_PX = 64;
const KEY_ZOOM = 1.25;
const CLICK_PX = 4; // CSS pixels that a click may move

// One notch of a wheel and a pinch on a trackpad (which comes as Ctrl + wheel with small steps) both feel even.
function wheelFactor(event) {
  const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
  const speed = event.ctrlKey ? 0.01 : 0.002;
  return Math.exp(-Math.max(-0.2, Math.min(0.2, event.deltaY * lines * speed)));
}

export function attachGestures(surface, act) {
  const down = new Map(); // pointers that are pressed, and where they are
  let spread = 0; // how far apart two fingers are
  let taken = null; // the pointer that the board has
  let still = null; // where a press began that may be a click

  const middle = () => {
    const [a, b] = [...down.values()];
    return b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : a;
  };
  const distance = () => {
    const [a, b] = [...down.values()];
    return b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };

  const letGo = () => {
    if (taken !== null) act.drop();
    taken = null;
  };

  const end = (event) => {
    down.delete(event.pointerId);
    spread = distance();
    if (!down.size) surface.classList.remove("nbl-grabbed");
  };

  const listen = {
    pointerdown(event) {
      if (event.button === 2) surface.focus({ preventScroll: true });
      if (event.button === 2) act.second(event);
      if (event.button > 1) return;
      if (event.button === 1) event.preventDefault(); // no automatic scrolling
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      down.set(event.pointerId, act.at(event));
      spread = distance();
      still = down.size === 1 && event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
      if (down.size > 1) letGo();
      else if (event.button === 0 && act.take(event)) {
        taken = event.pointerId;
        return;
      }
      surface.classList.add("nbl-grabbed");
    },
    pointermove(event) {
      if (!down.has(event.pointerId)) return act.hover(event);
      if (taken === event.pointerId) {
        down.set(event.pointerId, act.at(event));
        return act.drag(event);
      }
      if (still && Math.hypot(event.clientX - still.x, event.clientY - still.y) > CLICK_PX) still = null;
      const before = middle();
      down.set(event.pointerId, act.at(event));
      const now = middle();
      act.pan(now.x - before.x, now.y - before.y);
      if (down.size === 2 && spread) {
        const wide = distance();
        act.zoom(wide / spread, now);
        spread = wide;
      }
    },
    pointerup(event) {
      if (taken === event.pointerId) {
        taken = null;
        act.release(event);
      } else if (down.has(event.pointerId) && still && event.button === 0) act.tap(event);
      end(event);
    },
    pointercancel(event) {
      if (taken === event.pointerId) letGo();
      end(event);
    },
    pointerleave: () => !down.size && act.hover(null),
    contextmenu: (event) => act.ownsMenu() && event.preventDefault(),
    wheel(event) {
      if (!(event.ctrlKey || event.metaKey || surface.contains(document.activeElement))) return act.hint();
      event.preventDefault();
      act.zoom(wheelFactor(event), act.at(event));
    },
    dblclick(event) {
      if (!act.ownsDouble(event)) act.toggle(act.at(event));
    },
  };
  for (const [type, listener] of Object.entries(listen)) surface.addEventListener(type, listener, { passive: false });

  const arrow = (x, y) => () => {
    if (act.zoomed()) return act.pan(-x * ARROW_PX, -y * ARROW_PX);
    return x ? act.step(x) : false;
  };
  const release = bindKeys(surface, {
    "+": () => act.zoom(KEY_ZOOM),
    "=": () => act.zoom(KEY_ZOOM),
    "-": () => act.zoom(1 / KEY_ZOOM),
    f: () => act.fit(),
    o: () => act.oneToOne(),
    ArrowLeft: arrow(-1, 0),
    ArrowRight: arrow(1, 0),
    ArrowUp: arrow(0, -1),
    ArrowDown: arrow(0, 1),
    Space: (event) => surface.contains(event.target) && undefined, // held while dragging; the page must not scroll
  });
  return release;
}
