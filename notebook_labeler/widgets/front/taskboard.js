// The task board: the list of tasks, live; the form; and the way back from what was opened in the list's place.

import { connect, joinScope, keepPainted, make } from "./link.js";
import { button, icon, put, say, searchField } from "./elements.js";
import { asker } from "./asker.js";
import { taskForm } from "./taskform.js";
import { taskList } from "./tasklist.js";
import { taskMenu } from "./taskmenu.js";
import { menu } from "./taskparts.js";

const SHOWN_MS = 8000; // how long what merely informs stays
const REST_MS = 120; // typing in the search is asked after such a rest
const VERBS = { label: "Labeling", review: "Reviewing", prelabel: "Pre-labeling" };

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const busy = make("span", { class: "nl-board-busy", role: "status" });
  const link = connect(model, { bus, onBusy: (on) => say(busy, on ? "The kernel is busy…" : "") });
  const pages = asker(link);
  const view = () => model.get("view");
  const ask = (kind, content) => pages.ask(kind, content);
  let from = null; // where the focus goes when one comes back: [task, which button]

  // ---- the list

  const toast = { text: make("bdi", { dir: "ltr" }), undo: button({ class: "nl-button nl-little nl-tinted", icon: "undo", text: "Undo", label: "Undo", onclick: () => link.send("undo") }) };
  const hush = button({ class: "nl-tool nl-shut", icon: "close", label: "Close the message", onclick: () => hide() });
  toast.node = make("div", { class: "nl-toast", role: "status", "aria-live": "polite" }, toast.text, toast.undo, hush);
  let timer = 0, seen = null;
  const inside = (node) => node.contains(root.getRootNode().activeElement);
  const handBack = () => {
    list.focus();
    if (!inside(root)) create.focus({ preventScroll: true });
  };
  // The keys wait at New until the task's row is there, and go to the first of its buttons that can be pressed.
  const goTo = (key) => {
    create.focus({ preventScroll: true });
    list.meet(key, (row) => {
      if (root.getRootNode().activeElement !== create) return;
      row.nlButtons.find((each) => each.getAttribute("aria-disabled") !== "true").focus({ preventScroll: true });
    });
  };
  const hide = () => {
    clearTimeout(timer);
    const held = inside(toast.node);
    toast.node.hidden = true;
    if (held) handBack();
  };
  toast.node.hidden = true;
  const show = (text, kind) => {
    clearTimeout(timer);
    say(toast.text, text);
    put(toast.node, "data-kind", kind);
    const held = inside(toast.node);
    toast.undo.hidden = kind !== "undo";
    toast.node.hidden = false;
    if (kind === "undo" && inside(root)) toast.undo.focus({ preventScroll: true }); // the row that had the keys goes away
    else if (held && from) goTo(from[0]); // Undo was pressed: the task comes back
    else if (held) handBack();
    if (kind === "info") timer = setTimeout(hide, SHOWN_MS);
  };

  const press = (what) => (item) => {
    from = [item.key, what];
    entering = true;
    link.send(what, { task: item.key });
  };
  const sendMore = (what, content) => {
    entering = what === "prelabel";
    link.send(what, content);
  };
  const [searchBox, search] = searchField("Search tasks");
  const root = make("div", { class: "nl-board" });
  const more = taskMenu({ place: root, send: sendMore, ask, tell: (text) => show(text, "info") });
  const list = taskList({
    ask: (content) => ask("tasks", content),
    search: () => search.value.trim(),
    clear: () => {
      all();
      search.focus({ preventScroll: true });
    },
    counted: (total) => {
      found = total;
      paintCount();
    },
    acts: {
      label: press("label"),
      review: press("review"),
      menu: (item, at) => {
        from = [item.key, "menu"];
        more.open(item, at);
      },
    },
  });
  const all = () => {
    search.value = "";
    list.reset();
  };
  let rest = 0;
  search.addEventListener("input", () => {
    clearTimeout(rest);
    rest = setTimeout(list.reset, REST_MS);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.focus();
    else if (event.key === "Escape" && search.value) all();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const create = button({ class: "nl-button nl-main", icon: "plus", text: "New labeling task", label: "New labeling task", onclick: () => {
    from = null;
    link.send("new");
  } });
  const count = make("span", { class: "nl-hint nl-board-count" });
  let found = 0;
  const paintCount = () => {
    const [all, some] = [view().total, found].map((number) => number.toLocaleString("en"));
    say(count, !view().total ? "" : search.value.trim() ? `${some} of ${all}` : all);
  };
  const orders = menu(root);
  const sorter = button({ class: "nl-tool nl-sorter", icon: "sort", label: "Sort tasks", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => orders.open(sorter, "Sort tasks by", list.orders()) });
  const tools = make("div", { class: "nl-board-tools" }, make("h3", { class: "nl-board-title", text: "Labeling tasks" }), count, busy, searchBox, sorter, create);
  const code = (text) => make("code", { class: "nl-code", text });
  const inputsHint = make("p", { class: "nl-hint" }, "This project has no inputs yet; add some first: ", code('project.add_inputs("photos/")'));
  const begin = button({ class: "nl-button nl-main", icon: "plus", text: "New labeling task", label: "Make the first labeling task", onclick: () => create.click() });
  const empty = make(
    "div",
    { class: "nl-board-empty" },
    make("div", { class: "nl-empty-picture" }, icon("tag"), icon("box"), icon("polygon")),
    make("h4", { text: "No labeling tasks yet" }),
    make("p", { text: "A task says which inputs are labeled, with which concepts, and by whom." }),
    begin,
    make("p", { class: "nl-hint" }, "or from Python: ", code('project.create_task("garments", concepts=["shirt", "shoe"])')),
    inputsHint,
  );
  const tasks = make("section", { class: "nl-tasks", "aria-label": "Labeling tasks" }, tools, ...list.nodes, empty);

  // ---- the form, and the way back

  const form = taskForm({
    form: () => model.get("form"),
    choices: () => model.get("choices"),
    models: () => model.get("models"),
    view,
    send: link.send,
    tell: link.tell,
    ask,
  });
  const where = make("bdi", { class: "nl-where" });
  const doing = make("span", { class: "nl-hint" });
  const back = button({ class: "nl-button nl-little", icon: "previous", text: "Back to tasks", label: "Back to tasks", onclick: () => link.send("back") });
  const bar = make("div", { class: "nl-backbar" }, back, where, doing);
  root.append(tasks, form.node, bar, toast.node);
  el.append(root);

  // What was opened by a press here gets the keys as soon as it is there.
  let entering = false;
  const enter = () => {
    const target = root.closest(".nl-taskboard")?.querySelector(".nbl-root .nbl-surface, .nbl-root [data-first]");
    if (!entering || !view().opened || !target) return;
    entering = false;
    arrivals.disconnect();
    target.focus({ preventScroll: true });
    root.closest(".nl-taskboard").scrollIntoView({ block: "nearest" }); // all of it, where there is room
  };
  const arrivals = new MutationObserver(enter);
  const awaitArrival = () => {
    const outer = root.closest(".nl-taskboard");
    if (entering && outer) arrivals.observe(outer, { childList: true, subtree: true });
    enter();
  };

  let place = "";
  const home = () => {
    if (form.made()) {
      if (search.value) all(); // what was made is to be seen
      create.focus({ preventScroll: true });
      ask("tasks", { search: "", sort: "created", down: false, start: 0, count: 1 }).then(({ items }) => items.length && goTo(items[0].key), () => {});
      return;
    }
    const row = from && list.row(from[0]);
    const target = row?.nlParts[from[1]] ?? (view().total ? (from ? null : create) : begin);
    if (target) target.focus({ preventScroll: true });
    else list.focus();
  };

  // ---- painting

  let revision = null;
  const paint = () => {
    const now = view();
    const filling = form.paint() && !now.opened;
    const opened = now.opened !== null;
    form.node.hidden = !filling;
    bar.hidden = !opened;
    tasks.hidden = filling || opened;
    empty.hidden = now.total > 0;
    inputsHint.hidden = now.inputs > 0;
    put(tasks, "data-empty", now.total === 0);
    paintCount();
    searchBox.hidden = sorter.hidden = !now.total;
    if (opened) {
      say(where, now.opened.name);
      put(where, "title", now.opened.name);
      say(doing, VERBS[now.opened.what] ?? "");
    }
    if (revision !== now.revision) {
      if (revision === null) list.reset();
      else list.refresh();
      revision = now.revision;
    }
    const number = now.notice?.number ?? null;
    if (number !== seen) {
      seen = number;
      if (now.notice) show(now.notice.text, now.notice.kind);
      else hide();
    }
    const wanted = opened ? "opened" : filling ? "form" : "list";
    if (wanted === place) return;
    const first = !place;
    const ours = inside(root) || root.getRootNode().activeElement === document.body;
    place = wanted;
    if (first) return;
    if (ours) root.scrollIntoView({ block: "nearest" }); // a long form leaves a short list out of sight
    if (wanted === "list") {
      list.draw();
      if (ours) home();
    } else if (wanted === "opened") {
      if (ours) back.focus({ preventScroll: true });
      awaitArrival();
    }
  };
  return keepPainted(model, paint, () => arrivals.disconnect(), hide, more.leave, orders.leave, form.close, pages.close, link.close, bus.leave);
}

export default { render };
