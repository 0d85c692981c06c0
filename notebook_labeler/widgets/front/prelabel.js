// Pre-labeling: start and stop, how far the run is, what it may take, what came of it, and taking it back.

import { connect, joinScope, keepPainted, make } from "./link.js";
import { button, enable, icon, keyed, put, say } from "./elements.js";
import { combobox, question } from "./combo.js";
import { clipboard } from "./clipboard.js";

const WAIT_MS = 600;

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  let late = false; // the kernel is at something else
  const link = connect(model, { bus, onBusy: (on) => {
    late = on;
    paint();
  } });
  const view = () => model.get("view");
  const send = (kind, content) => link.send(kind, content);

  // ---- which model

  const mark = clipboard();
  mark.show("Pre-labeling: a model goes ahead of the people");
  const task = make("bdi", { class: "nl-grow nl-pre-task" });
  const name = make("bdi", { class: "nl-model-used" });
  const message = make("bdi", { class: "nl-hint nl-pre-message" });
  const change = button({ class: "nl-tool nl-change", icon: "pencil", label: "Choose another model", onclick: () => pick(!picking) });
  let picking = false;
  const picker = combobox({
    label: "Select a model",
    name: "search",
    keep: true,
    options: () => model.get("models"),
    fresh: (text) => `Use “${text}”`,
    pick: (wanted) => {
      picking = false;
      send("choose", { model: wanted });
      change.focus({ preventScroll: true });
    },
  });
  const pick = (on) => {
    picking = on;
    paint();
    if (on) picker.field.focus({ preventScroll: true });
  };
  picker.node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !picking) return;
    pick(false);
    change.focus({ preventScroll: true });
    event.preventDefault();
    event.stopPropagation();
  });
  const head = make("div", { class: "nl-pre-head" }, mark.node, make("h2", { class: "nl-title", text: "Pre-label" }), task);
  const chosen = make("div", { class: "nl-phase" }, icon("model"), make("span", { class: "nl-phase-text" }, name, message), change);

  // ---- start, stop, how far

  let pressed = { kind: null, time: 0 }; // what was last: a double click is one press
  const press = (kind, content) => {
    if (pressed.kind === kind && Date.now() - pressed.time < WAIT_MS) return;
    pressed = { kind, time: Date.now() };
    send(kind, content);
  };
  const start = button({ class: "nl-button nl-main nl-pre-start", icon: "next", text: "Start", label: "Start", "data-first": "", onclick: () => press("start") });
  const stop = button({ class: "nl-button nl-pre-stop", icon: "close", text: "Stop", label: "Stop within a batch; what is written stays", onclick: () => press("stop") });
  const phase = make("span", { class: "nl-pre-phase", role: "status", "aria-live": "polite" });
  const fill = make("span", { class: "nl-part-done" });
  const bar = make("div", { class: "nl-progress", role: "progressbar", "aria-valuemin": "0", "aria-label": "Inputs dealt with" }, fill);
  const far = make("span", { class: "nl-pre-far" });
  const pace = make("span", { class: "nl-hint nl-pre-pace" });
  const progress = make("div", { class: "nl-pre-progress" }, bar, make("div", { class: "nl-pre-line" }, far, pace));
  const place = make("div", { class: "nl-pre-question" });
  const card = make("div", { class: "nl-pre-card" }, make("div", { class: "nl-pre-line" }, start, stop, phase), progress, place);

  // ---- a warning or a question, in its place

  let stands = null; // what is asked
  const ask = (kind, words) => {
    if (stands === kind) return;
    stands = kind;
    const { node, focus } = words;
    place.replaceChildren(node);
    focus();
  };
  const shut = () => {
    if (stands === null) return;
    stands = null;
    const inside = place.contains(place.getRootNode().activeElement);
    place.replaceChildren();
    if (inside) (view().running ? stop : start).focus({ preventScroll: true });
  };
  const warn = ({ text, first }) => {
    const warning = question({ text, yes: first, no: "Reconsider", agree: () => press("start", { first: true }), leave: () => send("dismiss") });
    put(warning.node, "data-kind", "warning");
    warning.node.querySelector(".nl-danger").classList.replace("nl-danger", "nl-main");
    return warning;
  };

  // ---- what there is, and what may be taken

  const tile = (word) => {
    const number = make("strong");
    return { number, node: make("div", { class: "nl-pre-tile" }, number, make("span", { class: "nl-hint", text: word })) };
  };
  const tiles = { open: tile("waiting"), marked: tile("pre-labeled already"), backlog: tile("in the backlog") };
  const waiting = button({ class: "nl-button nl-little", text: "Move to waiting", label: "Have what is in the backlog wait for a labeler, so that a run takes it too", onclick: () => press("to_waiting") });
  tiles.backlog.node.append(waiting);
  const counts = make("div", { class: "nl-pre-tiles" }, ...Object.values(tiles).map(({ node }) => node));
  const used = make("span", { class: "nl-part-done" });
  const limitWords = make("span");
  const limit = make("div", { class: "nl-pre-limit" }, limitWords, make("div", { class: "nl-progress" }, used));

  // ---- what came of it

  const totals = make("ul", { class: "nl-pre-totals", "aria-label": "What came of it" });
  const failed = make("ul", { class: "nl-pre-failures" });
  const unlisted = make("p", { class: "nl-hint" });
  const failures = make("details", { class: "nl-pre-failed nl-fold" }, make("summary", {}, icon("unfold"), make("span")), failed, unlisted);
  const undo = button({ class: "nl-button nl-little", icon: "undo", text: "Undo this run", label: "Take back what this run wrote and nobody touched", onclick: () => ask("undo", question({
    text: view().undo, yes: "Undo the run", no: "Keep",
    agree: () => {
      shut();
      press("undo");
    },
    leave: shut,
  })) });
  const aside = make("span", { class: "nl-hint", role: "status" });
  const ran = make("h3", { class: "nl-title nl-grow" });
  const results = make("div", { class: "nl-pre-results" }, make("div", { class: "nl-pre-line" }, ran, aside, undo), totals, failures);
  const notice = make("div", { class: "nl-pre-notice", role: "status", "aria-live": "polite" });

  el.append(make("section", { class: "nl-prelabel", "aria-label": "Pre-label" }, head, chosen, picker.node, card, notice, counts, limit, results));

  // ---- painting

  const paint = () => {
    const now = view();
    say(task, now.task);
    put(task, "title", now.task);
    say(name, now.model);
    say(message, now.message);
    put(message, "title", now.message);
    put(chosen, "data-phase", now.modelPhase);
    picker.node.hidden = !(picking || !now.model);
    change.hidden = !now.model || now.running;
    put(change, "aria-expanded", picking ? "true" : "false");
    if (picker.node.getRootNode().activeElement !== picker.field) picker.field.value = now.model;

    const leaving = now.running ? start : stop; // the keys go with what was pressed
    const held = leaving.getRootNode().activeElement === leaving;
    start.hidden = now.running;
    stop.hidden = !now.running;
    if (held) (now.running ? stop : start).focus({ preventScroll: true });
    say(start.lastElementChild, now.start);
    enable(start, !now.why);
    put(start, "title", now.why || now.hint);
    put(start, "aria-label", now.why ? `${now.start}: ${now.why}` : now.start);
    say(phase, late ? "The kernel is busy; this waits for it." : now.line);
    put(phase, "data-phase", now.state);
    progress.hidden = now.share === null;
    fill.style.width = `${100 * (now.share ?? 0)}%`;
    put(bar, "aria-valuemax", now.total);
    put(bar, "aria-valuenow", now.done);
    put(bar, "aria-valuetext", now.far);
    say(far, now.far);
    say(pace, now.pace);

    if (now.warned && stands !== "warned") ask("warned", warn(now.warned));
    else if (!now.warned && stands === "warned") shut();

    for (const [key, { number }] of Object.entries(tiles)) say(number, now.counts[key]);
    waiting.hidden = !now.movable;
    tiles.marked.node.hidden = now.counts.marked === "0";
    limit.hidden = !now.limit;
    say(limitWords, now.limit?.text ?? "");
    put(limit, "data-out", Boolean(now.limit?.out));
    used.style.width = `${100 * (now.limit?.share ?? 0)}%`;

    results.hidden = !now.totals.length && !now.failures.length;
    say(ran, now.ran);
    keyed(totals, now.totals, (line) => line.what, (line) => make("li", {}, make("strong"), make("span")), (node, line) => {
      put(node, "data-what", line.what);
      say(node.firstElementChild, line.number);
      say(node.lastElementChild, line.text);
    });
    failures.hidden = !now.failures.length;
    say(failures.firstElementChild.lastElementChild, now.failedWords);
    keyed(failed, now.failures, (each) => each.id, () => make("li", {}, make("bdi"), make("span", { class: "nl-hint" })), (node, each) => {
      say(node.firstElementChild, each.name);
      say(node.lastElementChild, each.why);
    });
    say(unlisted, now.unlisted);
    unlisted.hidden = !now.unlisted;
    undo.hidden = !now.undoable;
    say(aside, now.aside);
    say(notice, now.notice?.text ?? "");
    put(notice, "data-kind", now.notice?.kind ?? null);
    notice.hidden = !now.notice;
  };
  return keepPainted(model, paint, link.close, bus.leave);
}

export default { render };
