// The stage: one picture with pan and zoom that wait for nobody, and the next one shown at the press of a key.
//
// From the kernel: frame (painted on ipycanvas), blank (nothing to show, and why), order and ahead (what comes next, and its
// picture), resizing. To the kernel: size, view, painted, broken (nobody waits for them) and navigate (acknowledged).
// The kernel repeats all it knows after "size", so a view may come at any time: reload, second view, late output.

import { connect, joinScope, newId } from "./link.js";
import { clamp, fit, pan, zoom } from "./view.js";
import { makeScene } from "./scene.js";
import { attachGestures } from "./gestures.js";
import { makeParts, watchDensity } from "./parts.js";
import { makeBoard } from "./board.js";

const SETTLE_MS = 80; // after the last tick the kernel draws sharp
const WHILE_MS = 150; // and while a drag uncovers what was never drawn, this often
const PATIENCE_MS = 10000; // an unanswered view is asked for again
const STUCK_MS = 5000; // a picture that the browser never finishes stops ipycanvas for good
const GRACE_MS = 300; // between the kernel's "done" and its frame

const twoFrames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
const differs = (a, b) => Math.abs(a.scale / b.scale - 1) > 1e-4 || Math.hypot(a.x - b.x, a.y - b.y) * b.scale > 0.1;

async function render({ model, el }) {
  const me = newId();
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => busy(on) });
  const parts = makeParts(el);
  const scene = makeScene(parts.surface);
  const layer = await model.widget_manager.get_model(model.get("layer"));
  const manager = layer.get("_canvas_manager");

  const ahead = new Map(); // input -> {picture, piece}
  let order = []; // inputs by place: those before, the one at hand, those after
  let open = []; // the one at hand, and those that submit and skip lead to
  let newest = 0; // number of the newest frame or blank
  let kernel = null; // the newest frame or blank itself
  const hops = new Set(); // navigations that the kernel has not answered
  let asked = null; // the view that the kernel is drawing
  let askedAt = 0;
  let count = 0;
  let touched = false; // by hand, since the kernel's last word on the view
  let stirred = false; // by hand, since it was asked last
  let timer = 0;

  const busy = (on) => {
    parts.busy.classList.toggle("nbl-on", on);
    bus.emit("busy", { who: "stage", on });
  };

  // ---- the view

  const look = (view) => {
    scene.view = view;
    touched = stirred = true;
    repaint();
    settle();
  };
  const repaint = () => {
    scene.paint();
    board.look();
    parts.percent.textContent = scene.picture ? `${Math.round(scene.view.scale * 100)}%` : "–";
    el.classList.toggle("nbl-empty", !scene.picture);
    parts.surface.classList.toggle("nbl-movable", Boolean(scene.picture) && !scene.isFit());
  };
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, SETTLE_MS);
    if (scene.needsMore() && Date.now() - askedAt > WHILE_MS) ask();
  };
  const ask = () => {
    clearTimeout(timer);
    timer = 0;
    const waiting = asked && asked.revision === scene.revision && Date.now() - askedAt < PATIENCE_MS;
    if (waiting || !scene.picture || kernel?.input !== scene.input) return;
    asked = { number: ++count, revision: scene.revision };
    askedAt = Date.now();
    stirred = false;
    const { x, y, scale } = scene.view;
    const { input, revision } = scene;
    link.tell("view", { input, revision, x, y, scale, fit: scene.isFit(), from: me, number: count });
  };
  const act = {
    at: scene.at,
    zoomed: () => Boolean(scene.picture) && !scene.isFit(),
    pan: (dx, dy) => scene.picture && look(pan(scene.view, dx, dy, scene.picture, scene.size)),
    zoom: (factor, at = { x: scene.size.width / 2, y: scene.size.height / 2 }) =>
      scene.picture && look(zoom(scene.view, factor, at, scene.picture, scene.size)),
    fit: () => scene.picture && look(fit(scene.picture, scene.size)),
    oneToOne: (at) => scene.picture && act.zoom(1 / scene.view.scale, at),
    toggle: (at) => {
      if (!scene.picture) return;
      if (act.zoomed()) act.fit();
      else act.zoom(Math.max(2.5, 1 / scene.view.scale), at);
    },
    step: (step) => {
      const op = link.send("navigate", { step, input: scene.input });
      bus.emit("sent", { op });
      bus.emit("navigate", { step, op, input: scene.input });
    },
    hint: () => act.note("Click the picture, or hold Ctrl or ⌘, to zoom", true),
    note: (text, brief) => {
      parts.hint.textContent = text;
      parts.hint.classList.add("nbl-on");
      clearTimeout(act.hinting);
      act.hinting = setTimeout(() => parts.hint.classList.remove("nbl-on"), brief ? 1500 : 4000);
    },
  };
  const board = makeBoard({ el, surface: parts.surface, scene, link, bus, me, act });

  // ---- which input

  const show = (input, revision, picture, view, pieces) => {
    Object.assign(scene, { input, revision, picture, view, pieces });
    touched = false;
    parts.message.classList.remove("nbl-on");
    bus.emit("shown", { input });
  };
  const near = (input) => order.includes(input) || open.includes(input);
  const hop = ({ step, op, kind }) => {
    const line = kind === "submit" || kind === "skip" ? open : order;
    const next = line[line.indexOf(scene.input) + step];
    if (!line.includes(scene.input) || !ahead.has(next)) return;
    hops.add(op);
    const { picture, piece } = ahead.get(next);
    show(next, 0, picture, fit(picture, scene.size), [piece]);
    repaint();
  };
  const follow = () => {
    if (kernel.kind === "blank") return blank(kernel);
    const { input, revision, picture, view } = kernel;
    if (scene.input !== input || !scene.picture) show(input, revision, picture, view, ahead.has(input) ? [ahead.get(input).piece] : []);
    scene.revision = revision;
    repaint();
  };
  const blank = (m) => {
    if (m.tone === "loading" && scene.input === m.input && scene.picture) return; // here already, sent ahead
    show(m.input, m.revision, null, null, []);
    parts.message.textContent = m.text;
    parts.message.dataset.tone = m.tone;
    parts.message.classList.toggle("nbl-on", Boolean(m.text));
    repaint();
  };
  const tellAhead = () => (parts.surface.dataset.ahead = JSON.stringify([...ahead.keys()])); // for those who watch the page
  bus.on("navigate", hop);
  bus.on("ack", ({ op }) => {
    if (!hops.delete(op) || hops.size) return;
    setTimeout(() => !hops.size && kernel && kernel.input !== scene.input && follow(), GRACE_MS);
  });

  // ---- from the kernel

  // Sent after the draw commands: wait until ipycanvas has worked them off, so that canvas and stage change in one frame.
  const painted = async () => {
    let late = 0;
    const stuck = new Promise((_, fail) => (late = setTimeout(() => fail(new Error("a picture never arrived")), STUCK_MS)));
    try {
      await Promise.race([manager.currentProcessing ?? twoFrames(), stuck]);
    } catch (error) {
      manager.currentProcessing = Promise.resolve(); // somebody's drawing failed; without this nobody draws again
      link.tell("broken", { text: String(error?.message ?? error) });
      return false;
    } finally {
      clearTimeout(late);
    }
    return true;
  };

  const frame = (m) => {
    kernel = m;
    scene.frame = { input: m.input, view: m.view };
    scene.size = m.size;
    if (asked && (m.revision !== asked.revision || (m.from === me && m.count === asked.number))) asked = null;
    if (m.from === me && m.count === count && !stirred) touched = false;
    parts.surface.setAttribute("aria-label", m.name);
    if (scene.input !== m.input && hops.size) return repaint(); // on the way somewhere else
    follow();
    scene.pieces = scene.pieces.filter((piece) => piece.whole);
    scene.view = touched ? clamp(scene.view, m.picture, m.size) : m.view;
    repaint();
    scene.keep(layer.canvas);
    if (!timer && differs(scene.view, m.view)) ask();
  };

  link.hear({
    async frame(m) {
      if (m.number <= newest) return;
      newest = m.number;
      const fine = await painted();
      link.tell("painted", { number: m.number, fine });
      if (fine && m.number === newest) frame(m);
    },
    blank(m) {
      if (m.number <= newest) return;
      newest = m.number;
      kernel = m;
      asked = null;
      if (!hops.size || scene.input === m.input) blank(m);
    },
    resizing() {
      scene.keep(layer.canvas);
      scene.frame = null;
      repaint();
    },
    order(m) {
      order = m.inputs;
      open = m.open;
      for (const input of ahead.keys()) if (!near(input)) ahead.delete(input);
      tellAhead();
    },
    async ahead(m, buffers) {
      const image = await createImageBitmap(new Blob([buffers[0]], { type: "image/jpeg" }));
      const place = { ...m.place, forWidth: m.size.width, forHeight: m.size.height };
      const piece = { image, x: 0, y: 0, width: m.picture.width, height: m.picture.height, whole: true, place };
      if (near(m.input)) ahead.set(m.input, { picture: m.picture, piece });
      tellAhead();
    },
  });

  // ---- this view

  const tellSize = () => {
    const [width, height] = [parts.surface.clientWidth, parts.surface.clientHeight];
    if (width < 2 || height < 2) return; // hidden, or not laid out yet
    repaint();
    clearTimeout(tellSize.timer);
    const first = !tellSize.told;
    tellSize.told = true;
    const tell = () => link.tell("size", { width, height, ratio: window.devicePixelRatio || 1, first });
    if (first) tell();
    else tellSize.timer = setTimeout(tell, 100);
  };
  const observer = new ResizeObserver(tellSize);
  observer.observe(parts.surface);
  const stopDensity = watchDensity(tellSize);
  const release = attachGestures(parts.surface, { ...act, ...board });
  parts.equip(act);
  parts.surface.addEventListener("pointerenter", () => {
    const { factor, left, top } = scene.mapping();
    if (Math.abs(factor - 1) > 1e-3 || left > 1 || top > 1) tellSize(); // another view of this stage had another size
  });

  return () => {
    clearTimeout(timer);
    clearTimeout(tellSize.timer);
    observer.disconnect();
    stopDensity();
    release();
    board.close();
    bus.leave();
    link.close();
  };
}

export default { render };
