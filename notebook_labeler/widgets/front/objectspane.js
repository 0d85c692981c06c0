// The Objects pane: concepts and their instances as a tree, shown at once as they were clicked, drawn with by one key.

import { bindKeys, connect, joinScope, keepPainted, make, newId } from "./link.js";
import { fold, put, say, searchField } from "./elements.js";
import { combobox } from "./combo.js";
import { annotatorCard, flash, reach } from "./row.js";
import { treeList } from "./treelist.js";
import { buildConcept, buildThing, showConcept, showThing } from "./objectrow.js";
import { reassignCard } from "./reassign.js";
import { wishes } from "./wishes.js";
import { chosen } from "./chosen.js";
import { AT, conceptItems, rowItems, thingItems } from "./objectlist.js";
import { objectActs, WISHES } from "./objectacts.js";
import { objectWalk } from "./objectwalk.js";

const ROW = 36; // pixels from row to row; as in objectspane.css
const DIGITS = "1234567890";

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => bus.emit("busy", { who: "objects", on }) });
  const view = () => model.get("view");
  let drawing = view().drawing; // { concept, shape } or null; from here on the stage tells it
  let coming = null; // the row of a concept that is being added, to draw with
  let follow = null; // the row that takes the focus as soon as it is there (after a rename)
  let listed = view().input; // the input whose objects are listed

  const title = make("h3", { class: "nl-title" });
  const [searchBox, search] = searchField("Search concepts");
  const empty = make("p", { class: "nl-hint nl-empty" });
  const heard = make("div", { class: "nl-heard", role: "status", "aria-live": "polite" });
  const card = annotatorCard(newId());
  const concepts = () => {
    const keys = new Set(pane.groups.map((group) => group.key));
    return [...pane.groups.map((group) => group.concept), ...model.get("concepts").filter((name) => !keys.has(fold(name)))];
  };
  const picker = combobox({
    label: "Select or add concepts",
    options: concepts,
    fresh: (text) => `Add new concept “${text}”`,
    pick: (concept) => {
      acts.begin(concept);
      pane.root.focus({ preventScroll: true }); // digits and Enter are the labeler's again; C comes back for one more
    },
  });

  const pane = {
    bus,
    link,
    view,
    me: newId(),
    folded: new Set(), // keys of concepts whose instances are not listed
    groups: [],
    things: new Map(), // id -> its item
    items: [], // what is listed, in order
    current: null, // the row that Tab reaches
    hovered: null,
    other: reassignCard((now) => concepts().filter((name) => fold(name) !== now)),
    focused: () => pane.root.getRootNode().activeElement,
    coming: (row) => (coming = row),
    follow: (row) => (follow = row),
    paint: () => paint(),
    focusRow(key) {
      pane.current = key;
      if (key === null) return pane.root.focus({ preventScroll: true });
      pane.tree.reveal(key);
      return pane.tree.row(key)?.focus({ preventScroll: true });
    },
  };
  const answered = (keys, wish, ok) => {
    const { tree } = pane;
    if (!ok) coming = null;
    if (keys.includes(pane.current) && tree.node.contains(pane.focused())) tree.reveal(pane.current);
    const words = ok ? wish.said : "Not done";
    if (!words) return;
    for (const key of keys) {
      const row = tree.row(wish.renamed ? AT + fold(wish.concept) : key);
      if (row) flash(row, words);
    }
    say(heard, `${keys.length === 1 ? (pane.things.get(keys[0])?.concept ?? "") : `${keys.length} objects`} ${words}`);
  };
  pane.wished = wishes({ bus, input: () => view().input, changed: pane.paint, answered });
  pane.selection = chosen({
    bus,
    first: view().selected,
    changed: (ids, elsewhere) => {
      const last = ids.at(-1);
      if (elsewhere) acts.uncover(last);
      paint();
      if (!elsewhere || !pane.things.has(last)) return;
      if (pane.tree.node.contains(pane.focused())) return pane.focusRow(last);
      pane.current = last;
      pane.tree.reveal(last);
    },
  });
  const acts = objectActs(pane);
  const pressed = { ...acts, draw: acts.toggleDrawing, people: (anchor, item) => card.show(anchor, item) };
  pane.tree = treeList({
    label: "Objects",
    rowHeight: ROW,
    build: (item) => (item.level === 1 ? buildConcept(pressed) : buildThing(pressed)),
    show(row, item) {
      if (item.level === 1) showConcept(row, item);
      else showThing(row, item);
      reach(row, item.key === pane.current);
      put(row, "data-pointed", item.key === pane.hovered);
    },
    kept: () => [pane.current, ...pane.tree.rows().filter((row) => row.nlBack).map((row) => row.nlKey)],
  });
  const head = make("div", { class: "nl-pane-head" }, title, searchBox);
  pane.root = make("section", { class: "nl-pane nl-objects", tabindex: "-1" }, head, pane.tree.node, empty, picker.node, pane.other.node, card.node, heard);
  el.append(pane.root);

  // ---- painting

  const gather = () => {
    const hidden = new Set(view().hidden);
    const wish = pane.wished.of;
    pane.groups = conceptItems(model.get("groups"), { hidden, wish, drawing, folded: pane.folded });
    pane.things = thingItems(model.get("things"), pane.groups, { hidden, wish, selected: pane.selection.has });
    pane.items = rowItems(pane.groups, pane.things);
  };
  const paint = () => {
    const { tree } = pane;
    const now = view();
    pane.wished.sweep();
    say(title, now.title);
    if (pane.focused() !== search) search.value = now.search;
    const under = tree.rows().find((row) => row.contains(pane.focused()))?.nlKey;
    const held = under === undefined ? -1 : tree.place(under);
    if (now.input !== listed) {
      listed = now.input;
      if (held < 0) pane.current = null;
      tree.node.scrollTop = 0; // another picture's list begins at its beginning
    }
    gather();
    const { items } = pane;
    if (!items.some(({ key }) => key === pane.current)) pane.current = items[Math.max(0, Math.min(held, items.length - 1))]?.key ?? null;
    tree.set(items);
    tree.node.hidden = !items.length;
    empty.hidden = !now.empty;
    say(empty, now.empty);
    if (coming !== null && acts.groupOf(coming)) {
      acts.draw(coming);
      coming = null;
    }
    if (follow !== null && tree.place(follow) >= 0) {
      pane.focusRow(follow);
      follow = null;
    }
    put(pane.root, "data-elsewhere", false);
    // a row that goes under the focus would take the keyboard with it
    if (held >= 0 && !tree.node.contains(pane.focused())) pane.focusRow(pane.current);
  };

  // ---- keys, and what others tell

  const { walk, here } = objectWalk(pane, acts);
  search.addEventListener("input", () => link.tell("search", { text: search.value }));
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && walk(Math.max(0, here()))) return event.preventDefault();
    if (event.key !== "Escape" || !search.value) return;
    search.value = "";
    link.tell("search", { text: "" });
    event.preventDefault();
    event.stopPropagation();
  });
  const away = () => pane.root.offsetParent === null;
  const byHotkey = (label) => () => {
    const group = pane.groups.find(({ hotkey }) => hotkey === label);
    if (!group || away()) return false;
    acts.draw(group.row);
    return true;
  };
  const enter = (event) => pane.root.contains(event.target) && walk(Math.max(0, here()));
  /** From the picture, too: what is selected there is of another concept. */
  const another = () => {
    const id = pane.selection.ids().find((each) => pane.things.has(each));
    if (!id || drawing || away()) return false;
    acts.uncover(id);
    paint();
    return acts.reassign(id);
  };
  const shut = () => (card.node.hidden ? false : ((card.node.hidden = true), true));
  const keys = { "/": () => search.focus(), c: () => picker.field.focus(), ArrowDown: enter, ArrowUp: enter, r: another, F2: another };
  keys.Escape = (event) => pane.root.contains(event.target) && shut();
  for (const digit of DIGITS) {
    keys[digit] = byHotkey(digit);
    keys[`Shift+${digit}`] = byHotkey(`⇧${digit}`);
  }
  const release = bindKeys(pane.root, keys);
  bus.on("drawing", ({ concept, shape }) => {
    drawing = concept === null ? null : { concept, shape };
    paint();
  });
  // Somebody else (the stage) has sent an operation of which this can show at once what will come of it.
  bus.on("changing", ({ op, input, do: verb, ids, from }) => {
    if (from !== pane.me && input === view().input && WISHES[verb]) pane.wished.add(op, ids, WISHES[verb]);
  });
  let leaving = null; // until the kernel tells what is on the new input, or that there is none
  bus.on("navigate", ({ op }) => {
    leaving = op;
    put(pane.root, "data-elsewhere", true);
  });
  bus.on("ack", ({ op }) => op === leaving && put(pane.root, "data-elsewhere", false));
  bus.on("shown", () => pane.other.close(false));
  return keepPainted(model, paint, release, pane.tree.close, link.close, bus.leave);
}

export default { render };
