// The tool that outlines what one points at: a click on the object, Alt or the right button beside it, a drag around it.
//
// The kernel finds the outline; the page shows it with its points until it is accepted or discarded. Of quick clicks the
// newest counts: what comes for an older number is not looked at.

import { make } from "./link.js";
import { areaOf, insidePicture, spanning } from "./shapes.js";
import { paintObject } from "./objectpaint.js";

const PULLED = { touch: 10, pen: 6, mouse: 4 }; // CSS pixels from which a press is a box and no click
const MOST_DOTS = 400; // points of an outline that are shown
const GOOD = "#1b9e4b";
const BAD = "#d1342f";
const STROKE = "M3 13 9.5 6.5M11 2v2.4M11 7.6V10M7.8 5h2.4M11.8 5h2.4";

export function segmentTool(board) {
  let points = []; // [x, y, on the object]
  let box = null; // [left, top, width, height]
  let press = null; // {at, to, place (CSS pixels), pulled}
  let number = 0; // of the newest question
  let found = null; // what the kernel proposes: {number, phase, rings, message, ...}
  let asked = null; // its operation
  let wanted = false; // Enter came before the outline
  let taking = false; // whether clicks take away, for those who have no Alt
  let last = null; // the mode it was in hand with
  let first = null; // {concept, key, colour} to begin with
  let unit = 1; // source pixels of a step of the tolerance
  let answered = false; // whether the kernel has told its tolerance

  // ---- what stands on the badge

  const field = make("input", { class: "nbl-tolerance", type: "range", min: "0", "aria-label": "Tolerance of the outline in pixels" });
  const value = make("output", { class: "nbl-tolerance-value" });
  const minus = make("button", { type: "button", class: "nbl-exit nbl-taking", text: "−", title: "Clicks take away (as Alt+click and the right button do)", "aria-label": "Clicks take away", "aria-pressed": "false", onclick: () => take(!taking) });
  const accept = make("button", { type: "button", class: "nbl-exit nbl-accept", text: "Accept", title: "Accept the outline (Enter)", onclick: () => (finish(), focus()) });
  const discard = make("button", { type: "button", class: "nbl-exit nbl-discard", text: "Discard", title: "Discard the outline (Esc)", onclick: () => (tool.cancel(), focus()) });
  const spinner = make("span", { class: "nbl-spinner", role: "progressbar", "aria-label": "Finding the outline" });
  const note = make("span", { class: "nbl-note" });
  const label = make("label", { class: "nbl-tolerance-label", title: "How far the outline may be simplified" }, make("span", { text: "Tolerance" }), field, value);
  const wand = make("button", { type: "button", class: "nbl-wand", title: "Segment: click on an object to outline it (W)", "aria-label": "Segment assist (W)", hidden: true, onclick: () => tool.begin() });
  wand.append(drawn());

  const focus = () => board.focus?.();
  const take = (on) => {
    taking = on;
    minus.setAttribute("aria-pressed", String(on));
  };
  const pixels = () => Number(field.value) * unit;
  const written = (tolerance) => `${tolerance < 10 ? Math.round(tolerance * 10) / 10 : Math.round(tolerance)} px`;
  const show = () => {
    const waiting = found?.phase === "waiting";
    spinner.hidden = !waiting;
    accept.disabled = !found?.rings?.length || waiting;
    discard.disabled = !points.length && !box && !found;
    note.textContent = found?.phase === "failed" ? found.message : "";
    note.hidden = !note.textContent;
    value.textContent = written(pixels());
    board.badge.node.dataset.segment = found?.phase ?? ""; // for those who watch the page
    board.badge.node.dataset.number = number;
    board.badge.node.dataset.points = found?.rings ? found.rings.reduce((sum, ring) => sum + ring.length / 2, 0) : 0;
    board.redraw();
  };
  const scaled = () => {
    const { width, height } = board.picture() ?? { width: 1000, height: 1000 };
    unit = Math.max(1, Math.round(Math.max(width, height) / 1000)) / 4;
    field.max = "80";
    field.step = "1";
    if (!answered) field.value = "4"; // where the kernel begins
  };
  let telling = 0;
  field.addEventListener("input", () => {
    value.textContent = written(pixels());
    cancelAnimationFrame(telling);
    telling = requestAnimationFrame(() => board.link.tell("tolerance", { input: board.input(), value: pixels() }));
  });
  field.addEventListener("pointerup", focus);

  // ---- asking, and what comes back

  const ask = () => {
    wanted = false;
    if (!box && !points.some(([, , on]) => on)) {
      if (found) forget(true);
      return show();
    }
    number += 1;
    found = { ...found, input: board.input(), number, phase: "waiting", message: "" };
    asked = board.link.send("segment", { input: board.input(), points, box, number });
    show();
  };
  const forget = (tell) => {
    if (tell && found) board.link.tell("proposal", { input: found.input, do: "discard" });
    number += 1;
    found = null;
    wanted = false;
  };
  const clear = (tell) => {
    const begun = points.length > 0 || Boolean(box) || Boolean(found) || Boolean(press?.pulled);
    points = [];
    box = press = null;
    forget(tell);
    take(false);
    show();
    return begun;
  };
  const finish = () => {
    if (!found) return false;
    if (found.phase === "waiting") wanted = true;
    else if (found.rings?.length && found.phase === "ready") {
      const { rings } = found;
      found = null; // accepted: nothing to discard
      board.finish({ rings }, "proposal", { do: "accept" });
      clear(false);
    }
    return true;
  };
  board.link.hear({
    proposal(message) {
      if (message.input !== board.input() || message.number < number) return;
      if (message.phase === "none") {
        if (found && found.number <= message.number) clear(false);
        return;
      }
      number = message.number;
      found = message;
      points = message.points;
      box = message.box;
      answered = true;
      if (document.activeElement !== field) field.value = String(Math.round(message.tolerance / unit));
      show();
      if (message.phase === "failed" && board.mode?.tool === "segment") board.say(message.message, { quiet: true });
      if (wanted && message.phase === "ready") finish();
    },
    wand(message) {
      first = message.concept === null ? null : message;
      wand.hidden = false;
    },
  });
  board.bus.on("ack", ({ op, ok }) => {
    if (ok || op !== asked || found?.phase !== "waiting") return;
    found = { ...found, phase: "failed", message: "Not possible here" };
    show();
  });
  queueMicrotask(() => board.badge.node.parentElement?.querySelector(".nbl-bar")?.prepend(wand));

  const click = (at, on) => {
    if (!on && !box && !points.some((point) => point[2])) return board.say("First click on the object, or drag a box around it", { brief: true });
    points = [...points, [at.x, at.y, on]];
    ask();
  };

  const tool = {
    name: "segment",
    verb: "Segment:",
    crosshair: false,
    /** Take it in hand with the concept at hand, the last one, that of what is selected, or the task's first. */
    begin() {
      if (wand.hidden || !board.knows()) return false;
      if (board.mode?.tool === "segment") return board.bus.emit("stop", {});
      const chosen = board.chosen()[0];
      const mode = board.mode ?? chosen ?? last ?? first;
      if (!mode) return board.say("First add a concept to draw with", { brief: true });
      board.bus.emit("draw", { concept: mode.concept, key: mode.key, colour: mode.colour, shape: "polygon", tool: "segment" });
    },
    start() {
      last = board.mode;
      scaled();
      board.badge.extra.replaceChildren(spinner, note, label, minus, accept, discard);
      board.badge.node.classList.add("nbl-segment");
      wand.setAttribute("aria-pressed", "true");
      board.link.tell("look", { input: board.input() });
      show();
    },
    stop() {
      clear(true);
      board.badge.extra.replaceChildren();
      board.badge.node.classList.remove("nbl-segment");
      wand.setAttribute("aria-pressed", "false");
    },
    pointerdown(event, at) {
      press = { at, to: at, x: event.clientX, y: event.clientY, pulled: false };
      return true;
    },
    pointermove(event, at) {
      if (!press || !event) return;
      press.to = at;
      press.pulled ||= Math.hypot(event.clientX - press.x, event.clientY - press.y) >= (PULLED[event.pointerType] ?? PULLED.mouse);
      board.redraw();
    },
    pointerup(event, at) {
      const done = press;
      press = null;
      if (!done) return;
      if (!done.pulled) return click(done.at, !(event.altKey || taking));
      const region = spanning(done.at, at);
      if (areaOf(region) <= 0) return;
      box = region.box;
      ask();
    },
    drop() {
      press = null;
    },
    second(event, at) {
      click(insidePicture(at, board.picture()), false);
    },
    point(at) {
      click(at, !taking);
    },
    cancel: () => clear(true),
    keys: {
      Enter: () => (found ? finish() : false),
      Backspace() {
        if (!points.length && !box) return false;
        if (points.length) points = points.slice(0, -1);
        else box = null;
        ask();
      },
      Delete: () => tool.keys.Backspace(),
    },
    paint(pen) {
      const colour = board.mode?.colour ?? "#56b4e9";
      const frame = press?.pulled ? spanning(press.at, press.to) : box && { box };
      if (frame && areaOf(frame) > 0) paintObject(pen, { colour, state: "suggested" }, frame, { line: 1.5 });
      if (found?.rings?.length && found.input === board.input()) {
        pen.g.globalAlpha = found.phase === "waiting" ? 0.5 : 1;
        paintObject(pen, { colour, state: "accepted" }, { rings: found.rings }, { fill: 0.2 }); // its box is what was asked
        pen.g.globalAlpha = 1;
        if (found.phase === "ready") paintDots(pen, found.rings);
      }
      for (const [x, y, on] of points) paintClick(pen, ...pen.to(x, y), on, 6.5);
    },
  };
  board.wand = tool.begin;
  return tool;
}

function drawn() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 16 16", width: "15", height: "15", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": "1.5", "stroke-linecap": "round" })) svg.setAttribute(name, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", STROKE);
  svg.append(path);
  return svg;
}

// The points of an outline, where there is room for them.
function paintDots(pen, rings) {
  const { g } = pen;
  if (rings.reduce((sum, ring) => sum + ring.length / 2, 0) > MOST_DOTS) return;
  g.beginPath();
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = pen.to(ring[i], ring[i + 1]);
      g.rect(x - 2, y - 2, 4, 4);
    }
  }
  g.lineWidth = 2;
  g.strokeStyle = "rgb(0 0 0 / 0.6)";
  g.stroke();
  g.fillStyle = "#fff";
  g.fill();
}

// A click: a disc with a plus, a square with a minus, so that colour alone tells nothing.
function paintClick(pen, x, y, on, half) {
  const { g } = pen;
  g.beginPath();
  if (on) g.arc(x, y, half, 0, 2 * Math.PI);
  else g.rect(x - half + 0.5, y - half + 0.5, 2 * half - 1, 2 * half - 1);
  g.fillStyle = on ? GOOD : BAD;
  g.fill();
  g.lineWidth = 1.5;
  g.strokeStyle = "#fff";
  g.stroke();
  g.beginPath();
  g.moveTo(x - 3, y);
  g.lineTo(x + 3, y);
  if (on) {
    g.moveTo(x, y - 3);
    g.lineTo(x, y + 3);
  }
  g.stroke();
}
