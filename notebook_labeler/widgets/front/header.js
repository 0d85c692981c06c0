// The header: which input, how far, where to, what undo would take back, and whether all of it is on disk.

import { bindKeys, connect, joinScope, keepPainted, make, newId } from "./link.js";
import { button, enable, icon, middle, put, say } from "./elements.js";
import { clipboard } from "./clipboard.js";
import { helpCard } from "./helpcard.js";
import { instructionsFold } from "./instructions.js";
import { statusLine } from "./status.js";

const NAME_LENGTH = 160; // characters of a file name that are built at all; what does not fit is cut in its middle
const TAIL_LENGTH = 12; // of them that always stay in sight: the end of a file name tells more than its middle
const TWICE_MS = 300; // a second press within this time, before the kernel knows of the first, is none

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const status = statusLine();
  const link = connect(model, { bus, onBusy: (on) => status.busy("header", on) });
  const view = () => model.get("view");

  // ---- what can be pressed

  // What is on the screen is meant: the stage may be a step ahead of the kernel. A double click there means one step.
  let shown = null;
  let last = { kind: null, time: 0 };
  bus.on("shown", ({ input }) => (shown = input));
  const go = (kind, step) => (event) => {
    const { input: told, finished } = view();
    if (finished) return;
    const input = shown ?? told;
    if (input !== told && kind === last.kind && event.timeStamp - last.time < TWICE_MS) return;
    last = { kind, time: event.timeStamp };
    const op = link.send(kind, { input });
    status.sent(op);
    bus.emit("navigate", { step, op, input, kind });
  };
  const history = (kind) => () => status.sent(link.send(kind));
  const help = helpCard(newId(), view().objects);
  const at = {
    previous: button({ class: "nl-tool", icon: "previous", label: "Previous input (P)", onclick: go("previous", -1) }),
    next: button({ class: "nl-tool", icon: "next", label: "Next input (N)", onclick: go("next", 1) }),
    undo: button({ class: "nl-tool", icon: "undo", label: "Undo", onclick: history("undo") }),
    redo: button({ class: "nl-tool", icon: "redo", label: "Redo", onclick: history("redo") }),
    skip: button({ class: "nl-button", icon: "skip", text: "Skip", label: "Skip (S)", onclick: go("skip", 1) }),
    submit: button({ class: "nl-button nl-main", icon: "check", text: "Submit", label: "Submit (Enter)", onclick: go("submit", 1) }),
    help: button({ class: "nl-tool", icon: "help", label: "Keys (?)", "aria-expanded": "false", "aria-controls": help.id, onclick: () => help.toggle(at.help) }),
  };

  // ---- what is shown

  const task = make("bdi", { class: "nl-task" });
  const front = make("span");
  const tail = make("span");
  const name = make("bdi", { class: "nl-input-name" }, front, tail);
  const ahead = clipboard();
  const handed = make("span", { class: "nl-done-mark", text: "submitted" });
  const position = make("span", { class: "nl-position" });
  const bar = make("div", { class: "nl-progress", role: "progressbar", "aria-valuemin": "0", "aria-label": "Inputs done" });
  const parts = { done: make("span", { class: "nl-part-done" }), skipped: make("span", { class: "nl-part-skipped" }) };
  bar.append(parts.done, parts.skipped);
  const counts = make("span", { class: "nl-counts" });
  const end = make("span", { class: "nl-done-mark" }); // stays, when the notice that said so is gone
  const by = make("bdi", { class: "nl-sent-by" });
  const why = make("bdi", { class: "nl-sent-why" });
  const back = make("div", { class: "nl-sent-back", role: "note" }, icon("undo"), make("p", {}, by, why));
  const told = instructionsFold();
  const root = make(
    "header",
    { class: "nl-header" },
    make(
      "div",
      { class: "nl-bar-line" },
      make("div", { class: "nl-step" }, at.previous, position, at.next),
      make("div", { class: "nl-names" }, ahead.node, name, handed, task),
      make("div", { class: "nl-acts" }, at.undo, at.redo, at.help, at.skip, at.submit),
    ),
    make("div", { class: "nl-bar-line nl-thin" }, bar, end, counts),
    make("div", { class: "nl-bar-line nl-thin nl-status-line" }, status.saved, status.notice, told.node),
    back,
    help.node,
  );
  el.append(root);

  const paint = () => {
    const now = view();
    say(task, now.task);
    put(task, "title", now.task);
    const letters = Array.from(now.finished ? "No input" : middle(now.name, NAME_LENGTH));
    say(front, letters.slice(0, -TAIL_LENGTH).join(""));
    say(tail, letters.slice(-TAIL_LENGTH).join(""));
    put(name, "title", now.title || null);
    say(position, `${now.position || "–"} / ${now.total}`);
    ahead.show(now.prelabeled);
    handed.hidden = !now.submitted;
    for (const act of [at.previous, at.next, at.skip, at.submit]) enable(act, !now.finished);
    say(at.submit.lastElementChild, now.submitted ? "Submit again" : "Submit");
    for (const kind of ["undo", "redo"]) {
      const words = kind === "undo" ? "Undo" : "Redo";
      enable(at[kind], now[kind] !== null);
      const label = now[kind] === null ? `Nothing to ${kind}` : `${words}: ${now[kind]} (${kind === "undo" ? "Ctrl+Z" : "Ctrl+Shift+Z"})`;
      put(at[kind], "title", label);
      put(at[kind], "aria-label", label);
    }
    const share = (part) => `${now.total ? (100 * part) / now.total : 0}%`;
    parts.done.style.width = share(now.done);
    parts.skipped.style.width = share(now.skipped);
    put(bar, "aria-valuemax", now.total);
    put(bar, "aria-valuenow", now.done);
    const said = [`${now.done} done`, `${now.left} left`];
    if (now.skipped) said.push(`${now.skipped} skipped`);
    if (now.unreadable) said.push(`${now.unreadable} unreadable`);
    if (now.rate) said.push(`${now.rate} per minute`);
    say(counts, said.join(" · "));
    const over = now.total > 0 && !now.left;
    put(root, "data-done", over);
    end.hidden = !over;
    say(end, now.skipped ? "Only skipped ones are left" : "All done");
    at.submit.classList.toggle("nl-main", !(over && now.submitted));
    back.hidden = !now.sent_back;
    say(by, now.sent_back ? `Rejected by ${now.sent_back.by || "a reviewer"}: ` : "");
    say(why, now.sent_back?.comment ?? "");
    told.paint(now.instructions, now.markdown);
    status.paint(now);
  };

  // ---- keys

  const click = (act) => () => (act.click(), true);
  const release = bindKeys(root, {
    n: click(at.next), p: click(at.previous),
    s: click(at.skip), Enter: click(at.submit),
    "Ctrl+z": history("undo"), "Ctrl+Shift+z": history("redo"), "Ctrl+y": history("redo"),
    "?": click(at.help),
    Escape: () => (help.node.hidden ? false : (help.toggle(at.help), true)),
  });
  const hush = status.listen(bus, model, el);
  return keepPainted(model, paint, hush, status.close, release, link.close, bus.leave);
}

export default { render };
