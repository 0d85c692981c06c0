// The head of a review: one by one or the grid, whose work it is, approve and reject, how far the share is, saved or not.

import { bindKeys, connect, joinScope, keepPainted, make, newId } from "./link.js";
import { button, enable, icon, middle, put, say } from "./elements.js";
import { clipboard } from "./clipboard.js";
import { helpCard } from "./helpcard.js";
import { instructionsFold } from "./instructions.js";
import { statusLine } from "./status.js";
import { rejectCard } from "./rejectcard.js";

const NAME_LENGTH = 160; // characters of a file name that are built at all
const TAIL_LENGTH = 12; // of them that always stay in sight
const TWICE_MS = 300; // a second press within this time, before the kernel knows of the first, is none
const STATES = { submitted: "to review", approved: "approved", rejected: "rejected", waiting: "with the labeler", skipped: "skipped", backlog: "in the backlog" };

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const status = statusLine();
  const link = connect(model, { bus, onBusy: (on) => status.busy("header", on) });
  const view = () => model.get("view");
  let grid = view().grid; // at the press of the switch, before the kernel knows

  // ---- what can be pressed

  // What is on the screen is meant, as it was seen: the stage may be a step ahead of the kernel. A double click means one step.
  let shown = null;
  let last = { kind: null, time: 0 };
  bus.on("shown", ({ input }) => (shown = input));
  const send = (kind, content, step) => {
    const op = link.send(kind, content);
    status.sent(op);
    if (step && content.input) bus.emit("navigate", { step, op, input: content.input, kind: kind === "next" || kind === "previous" ? kind : "submit" });
  };
  const twice = (event, kind, input) => {
    if (input !== view().input && kind === last.kind && event.timeStamp - last.time < TWICE_MS) return true;
    last = { kind, time: event.timeStamp };
    return false;
  };
  const go = (kind, step) => (event) => {
    const input = view().input ? (shown ?? view().input) : "";
    if (!twice(event, kind, input)) send(kind, input ? { input } : {}, step);
  };
  // A picture that is a step ahead has not shown its labels yet: what nobody has seen, nobody approves.
  const judged = () => (shown ?? view().input) === view().input;
  const judge = (kind, more = {}) => (event) => {
    const { input, rev } = view();
    if (!input || !judged() || twice(event, kind, input)) return;
    last.time = event.timeStamp;
    send(kind, { input, rev, ...more }, 1);
  };
  const history = (kind) => () => send(kind, {});
  const turn = (on) => {
    if (grid === on) return;
    send("view", { grid: on });
    show(on);
  };
  const help = helpCard(newId(), view().objects, true);
  const at = {
    one: button({ class: "nl-switch-side", text: "One by one", label: "One by one (T)", onclick: () => turn(false) }),
    grid: button({ class: "nl-switch-side", text: "Grid", label: "Grid (T)", onclick: () => turn(true) }),
    previous: button({ class: "nl-tool", icon: "previous", label: "Previous input of the share (P)", onclick: go("previous", -1) }),
    next: button({ class: "nl-tool", icon: "next", label: "Next input of the share (N)", onclick: go("next", 1) }),
    undo: button({ class: "nl-tool", icon: "undo", label: "Undo", onclick: history("undo") }),
    redo: button({ class: "nl-tool", icon: "redo", label: "Redo", onclick: history("redo") }),
    help: button({ class: "nl-tool", icon: "help", label: "Keys (?)", "aria-expanded": "false", "aria-controls": help.id, onclick: () => help.toggle(at.help) }),
    reject: button({ class: "nl-button nl-reject", icon: "close", text: "Reject", label: "Reject with a comment (J)", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => card.toggle() }),
    approve: button({ class: "nl-button nl-main", icon: "check", text: "Approve", label: "Approve (Enter)", onclick: judge("approve") }),
  };
  const card = rejectCard({
    opener: at.reject,
    comments: () => view().comments,
    send: (comment, event) => judge("reject", { comment })(event),
    back: () => home(),
  });

  // The picture takes the keys: Enter on a button would press that button again.
  const home = () => el.closest(".nbl-root")?.querySelector(".nbl-surface")?.focus({ preventScroll: true });

  // ---- what is shown

  const side = make("div", { class: "nl-two", role: "group", "aria-label": "View" }, at.one, at.grid);
  const front = make("span");
  const tail = make("span");
  const name = make("bdi", { class: "nl-input-name" }, front, tail);
  const mark = make("span", { class: "nl-state-mark" });
  const by = make("bdi");
  const labeler = make("span", { class: "nl-by" }, icon("person"), by);
  const ahead = clipboard();
  const position = make("span", { class: "nl-position" });
  const step = make("div", { class: "nl-step" }, at.previous, position, at.next);
  const names = make("div", { class: "nl-names" }, ahead.node, name, mark, labeler);
  const task = make("bdi", { class: "nl-task nl-grow" });
  const bar = make("div", { class: "nl-progress", role: "progressbar", "aria-valuemin": "0", "aria-label": "Inputs reviewed" });
  const parts = { approved: make("span", { class: "nl-part-done" }), rejected: make("span", { class: "nl-part-rejected" }), left: make("span", { class: "nl-part-left" }) };
  bar.append(parts.approved, parts.rejected, parts.left);
  const counts = make("span", { class: "nl-counts" });
  const end = make("span", { class: "nl-done-mark", text: "All reviewed" });
  const told = instructionsFold();
  const root = make(
    "header",
    { class: "nl-header nl-review-head" },
    make("div", { class: "nl-bar-line" }, side, step, names, task, make("div", { class: "nl-acts" }, at.undo, at.redo, at.help, at.reject, at.approve)),
    make("div", { class: "nl-bar-line nl-thin" }, bar, end, counts),
    make("div", { class: "nl-bar-line nl-thin nl-status-line" }, status.saved, status.notice, told.node),
    help.node,
    card.node,
  );
  el.append(root);

  const show = (on) => {
    grid = on;
    put(root, "data-view", on ? "grid" : "one");
    put(at.one, "aria-pressed", on ? "false" : "true");
    put(at.grid, "aria-pressed", on ? "true" : "false");
    for (const part of [step, names, at.reject, at.approve]) part.hidden = on;
    task.hidden = !on;
    const held = el.closest(".nbl-root")?.contains(el.getRootNode().activeElement);
    if (on) card.close();
    else if (held) home();
    bus.emit("view", { grid: on });
  };
  let known = null;
  const paint = () => {
    const now = view();
    if (known !== now.grid) show((known = now.grid));
    const letters = Array.from(now.finished ? "Nothing to review" : middle(now.name, NAME_LENGTH));
    say(front, letters.slice(0, -TAIL_LENGTH).join(""));
    say(tail, letters.slice(-TAIL_LENGTH).join(""));
    put(name, "title", now.title || null);
    say(task, now.task);
    put(task, "title", now.task);
    say(position, now.finished ? `– / ${now.total}` : `${now.place} / ${now.total}`);
    mark.hidden = labeler.hidden = now.finished;
    say(mark, now.state === "submitted" && now.comment ? "to review again" : (STATES[now.state] ?? now.state));
    put(mark, "data-state", now.state);
    put(mark, "title", now.comment ? `${now.reviewer}: ${now.comment}` : null);
    say(by, now.labeler);
    put(labeler, "title", `Labeled by ${now.labeler}`);
    labeler.hidden ||= !now.labeler;
    ahead.show(now.prelabeled);
    const open = !now.finished && now.judgeable;
    enable(at.approve, open && now.state !== "approved");
    enable(at.reject, open);
    say(at.approve.lastElementChild, now.state === "approved" ? "Approved" : "Approve");
    if (!open) card.close();
    card.about(now.input, now.labeler);
    for (const kind of ["undo", "redo"]) {
      enable(at[kind], now[kind] !== null);
      const words = kind === "undo" ? "Undo" : "Redo";
      const label = now[kind] === null ? `Nothing to ${kind}` : `${words}: ${now[kind]} (${kind === "undo" ? "Ctrl+Z" : "Ctrl+Shift+Z"})`;
      put(at[kind], "title", label);
      put(at[kind], "aria-label", label);
    }
    for (const [part, node] of Object.entries(parts)) node.style.width = `${now.total ? (100 * now[part]) / now.total : 0}%`;
    put(root, "data-done", now.total > 0 && !now.left);
    end.hidden = !now.total || Boolean(now.left || now.rejected || now.coming);
    put(bar, "aria-valuemax", now.total);
    put(bar, "aria-valuenow", now.approved + now.rejected);
    const said = [`${now.left} to review`, `${now.approved} approved`];
    if (now.rejected) said.push(`${now.rejected} sent back`);
    if (now.coming) said.push(`${now.coming} not handed in`);
    if (now.rate) said.push(`${now.rate} per minute`);
    say(counts, said.join(" · "));
    told.paint(now.instructions, now.markdown);
    status.paint(now);
  };

  // ---- keys

  const press = (act) => (event) => {
    if (act.hidden || act.closest("[hidden]")) return false;
    if (!event.repeat || act === at.next || act === at.previous) act.click(); // nobody judges by leaning on a key
    return true;
  };
  const release = bindKeys(root, {
    n: press(at.next), p: press(at.previous), j: press(at.reject), Enter: press(at.approve), t: () => turn(!grid),
    "Ctrl+z": history("undo"), "Ctrl+Shift+z": history("redo"), "Ctrl+y": history("redo"),
    "?": press(at.help),
    Escape: () => (help.node.hidden ? card.close() : (help.toggle(at.help), true)),
  });
  bus.on("open", () => show(false));
  const hush = status.listen(bus, model, el);
  return keepPainted(model, paint, hush, status.close, release, link.close, bus.leave);
}

export default { render };
