// The Classifications pane: paints the rows of a list trait, shows a click at once, and takes it back when refused.

import { bindKeys, connect, joinScope, keepPainted, make, newId } from "./link.js";
import { fold, keyed, put, say, searchField } from "./elements.js";
import { combobox } from "./combo.js";
import { annotatorCard, binIn, buildRow, flash, reach, renameIn, showRow } from "./row.js";

const DIGITS = "1234567890";
const SAID = { accepted: "Added", suggested: "Removed", choice: "Removed", gone: "Deleted" };

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => bus.emit("busy", { who: "pane", on }) });
  const pending = new Map(); // row key -> { op, to, name, input }: what was clicked and not yet acknowledged
  let current = null; // the row that Tab reaches
  let follow = null; // the row that takes the focus as soon as it is there (after a rename)
  let shown = [];

  const title = make("h3", { class: "nl-title" });
  const [searchBox, search] = searchField("Search concepts");
  const list = make("ul", { class: "nl-rows", role: "list", "aria-label": "Classifications" });
  const empty = make("p", { class: "nl-hint nl-empty" });
  const heard = make("div", { class: "nl-heard", role: "status", "aria-live": "polite" });
  const card = annotatorCard(newId());
  const picker = combobox({
    label: "Select or add concepts",
    options: () => model.get("concepts"),
    fresh: (text) => `Add new concept “${text}”`,
    pick: (concept) => {
      ask("add", { concept }, fold(concept), { to: "accepted" });
      root.focus({ preventScroll: true }); // digits and Enter are the labeler's again; C comes back for one more
    },
  });
  const root = make("section", { class: "nl-pane", tabindex: "-1" }, make("div", { class: "nl-pane-head" }, title, searchBox), list, empty, picker.node, card.node, heard);
  el.append(root);

  const view = () => model.get("view");
  const rowOf = (key) => Array.from(list.children).find((row) => row.nlKey === key);
  const itemOf = (key) => shown.find((item) => item.key === key);

  // ---- what was clicked, until the kernel has answered

  const ask = (kind, content, key, wish) => {
    const input = view().input;
    const op = link.send(kind, { ...content, input });
    bus.emit("sent", { op });
    pending.set(key, { ...wish, op, input });
    paint();
  };
  const toggle = (key) => {
    const item = itemOf(key);
    if (!item || item.heading) return;
    const { concept } = item;
    if (item.state === "accepted") ask("uncheck", { concept }, key, { to: item.number ? "suggested" : "choice" });
    else ask(item.state === "choice" ? "add" : "accept", { concept }, key, { to: "accepted" });
  };
  const rename = (key) => {
    const item = itemOf(key);
    if (!item || item.state === "choice") return;
    renameIn(rowOf(key), (name) => {
      follow = current = fold(name);
      ask("rename", { concept: item.concept, new: name }, key, { to: "accepted", name });
    });
  };
  const bin = (key) => {
    const item = itemOf(key);
    if (!item || item.state === "choice") return;
    binIn(rowOf(key), () => ask("delete", { concept: item.concept }, key, { to: "gone" }));
  };
  const acts = { toggle, rename, bin, people: (anchor, item) => card.show(anchor, item) };

  const wished = (item) => {
    const wish = pending.get(item.key);
    if (!wish || wish.input !== view().input) return item;
    const renamed = wish.name ? { concept: wish.name, original: item.original || item.concept } : {};
    return { ...item, ...renamed, state: wish.to === "gone" ? item.state : wish.to, passing: false, waiting: true, leaving: wish.to === "gone" };
  };
  link.hear({
    ack: ({ op, ok }) =>
      // ipywidgets sets traits a moment after their message came; the answer must not overtake what it speaks of
      setTimeout(() => {
        for (const [key, wish] of pending) {
          if (wish.op !== op) continue;
          pending.delete(key);
          paint();
          const row = rowOf(wish.name ? fold(wish.name) : key);
          const words = ok ? SAID[wish.to] : "Not done";
          if (row) flash(row, words);
          say(heard, `${itemOf(key)?.concept ?? ""} ${words}`);
        }
      }, 0),
  });

  // ---- painting

  const paint = () => {
    const { input, title: heading, empty: nothing, search: searched } = view();
    for (const [key, wish] of pending) if (wish.input !== input) pending.delete(key);
    say(title, heading);
    if (root.getRootNode().activeElement !== search) search.value = searched;
    const rows = model.get("rows");
    const at = rows.findIndex((item) => !item.number);
    shown = at > 0 ? [...rows.slice(0, at), { key: "\n", heading: "Without a suggestion" }, ...rows.slice(at)] : rows;
    shown = shown.map((item) => (item.heading ? item : wished(item)));
    const held = Array.from(list.children).findIndex((row) => row.contains(root.getRootNode().activeElement));
    keyed(list, shown, (item) => item.key, build, show);
    list.hidden = !rows.length;
    empty.hidden = !nothing;
    say(empty, nothing);
    if (!itemOf(current)) current = rows[0]?.key ?? null;
    if (follow !== null && itemOf(follow)) focusRow(follow, true);
    for (const row of list.children) if (row.nlParts) reach(row, row.nlKey === current);
    put(root, "data-elsewhere", false);
    if (held >= 0 && !list.contains(root.getRootNode().activeElement)) hold(held);
  };
  // a row that goes under the focus would take the keyboard with it
  const hold = (index) => {
    const rows = Array.from(list.children).filter((row) => row.nlParts);
    const row = rows[Math.min(index, rows.length - 1)];
    if (row) focusRow(row.nlKey);
    else root.focus({ preventScroll: true });
  };
  const build = (item) => (item.heading ? make("li", { class: "nl-section", role: "presentation" }) : buildRow(acts));
  const show = (row, item) => {
    if (item.heading) return say(row, item.heading);
    put(row, "data-leaving", item.leaving);
    showRow(row, item);
  };
  const focusRow = (key, after = false) => {
    if (after) follow = null;
    current = key;
    const row = rowOf(key);
    for (const other of list.children) if (other.nlParts) reach(other, other === row);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const rows = shown.filter((item) => !item.heading);
    if (!rows.length) return false;
    const here = rows.findIndex((item) => item.key === current);
    const inside = list.contains(root.getRootNode().activeElement);
    focusRow(rows[Math.min(rows.length - 1, Math.max(0, inside ? here + by : here))].key);
    return true;
  };

  // ---- keys

  list.addEventListener("focusin", (event) => {
    const row = event.target.closest(".nl-row");
    if (row && row.nlKey !== current) {
      current = row.nlKey;
      for (const other of list.children) if (other.nlParts) reach(other, other === row);
    }
  });
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest(".nl-row");
    if (!row || row.nlBack || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = shown.filter((item) => !item.heading);
    const onRow = event.target === row;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Home" && rows.length) focusRow(rows[0].key);
    else if (event.key === "End" && rows.length) focusRow(rows.at(-1).key);
    else if (event.key === " " && onRow) toggle(row.nlKey);
    else if (event.key === "F2" || event.key.toLowerCase() === "r") rename(row.nlKey);
    else if (event.key === "Delete" || event.key === "Backspace") bin(row.nlKey);
    else if (event.key === "Escape" && !card.node.hidden) card.node.hidden = true;
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  search.addEventListener("input", () => link.tell("search", { text: search.value }));
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && step(0)) return event.preventDefault();
    if (event.key !== "Escape" || !search.value) return;
    search.value = "";
    link.tell("search", { text: "" });
    event.preventDefault();
    event.stopPropagation();
  });

  const byHotkey = (label) => () => {
    const item = shown.find((candidate) => candidate.hotkey === label);
    if (!item || root.offsetParent === null) return false;
    toggle(item.key);
    return true;
  };
  const keys = { ArrowDown: () => step(0), ArrowUp: () => step(0), "/": () => search.focus(), c: () => picker.field.focus() };
  for (const digit of DIGITS) {
    keys[digit] = byHotkey(digit);
    keys[`Shift+${digit}`] = byHotkey(`⇧${digit}`);
  }
  const release = bindKeys(root, keys);

  let leaving = null; // until the kernel tells what is on the new input, or that there is none
  bus.on("navigate", ({ op }) => {
    leaving = op;
    put(root, "data-elsewhere", true);
  });
  bus.on("ack", ({ op }) => op === leaving && put(root, "data-elsewhere", false));
  return keepPainted(model, paint, release, link.close, bus.leave);
}

export default { render };
