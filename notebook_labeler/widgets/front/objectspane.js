// The Objects pane: concepts and their instances as a tree, shown at once as they were clicked, drawn with by one key.

import { bindKeys, connect, joinScope, keepPainted, make, newId } from "./link.js";
import { fold, put, say, searchField } from "./elements.js";
import { combobox } from "./combo.js";
import { annotatorCard, binIn, flash, reach, renameIn } from "./row.js";
import { treeList } from "./treelist.js";
import { buildConcept, buildThing, showConcept, showThing } from "./objectrow.js";
import { reassignCard } from "./reassign.js";
import { wishes } from "./wishes.js";
import { chosen } from "./chosen.js";

const ROW = 36; // pixels from row to row; as in objectspane.css
const DIGITS = "1234567890";
const PLAIN = { share: null, original: "", ambiguous: false, passing: false, people: [], models: [], sources: [] };
// What is to be seen of an instance until the kernel has answered, and the words when it has.
const WISHES = {
  accept: { state: "accepted", said: "Added" },
  uncheck: { state: "suggested", said: "Removed" },
  delete: { gone: true, said: "Deleted" },
  reassign: { state: "accepted", moved: true, said: "Changed" },
  hide: { hidden: true },
  show: { hidden: false },
};
const AT = "concept "; // begins the key of a concept's row; those of instances are their ids

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => bus.emit("busy", { who: "objects", on }) });
  const me = newId();
  const view = () => model.get("view");
  const folded = new Set(); // keys of concepts whose instances are not listed
  let things = new Map(); // id -> its item, wishes included
  let groups = [];
  let items = []; // what is listed, in order
  let current = null; // the row that Tab reaches
  let follow = null; // the row that takes the focus as soon as it is there (after a rename)
  let drawing = view().drawing; // { concept, shape } or null; from here on the stage tells it
  let coming = null; // the key of a concept that is being added, to draw with
  let hovered = null;
  let listed = view().input; // the input whose objects are listed

  const title = make("h3", { class: "nl-title" });
  const [searchBox, search] = searchField("Search concepts");
  const empty = make("p", { class: "nl-hint nl-empty" });
  const heard = make("div", { class: "nl-heard", role: "status", "aria-live": "polite" });
  const card = annotatorCard(newId());
  const concepts = () => {
    const own = groups.map((group) => group.concept);
    const keys = new Set(groups.map((group) => group.key));
    return [...own, ...model.get("concepts").filter((name) => !keys.has(fold(name)))];
  };
  const other = reassignCard((now) => concepts().filter((name) => fold(name) !== now));
  const picker = combobox({
    label: "Select or add concepts",
    options: concepts,
    fresh: (text) => `Add new concept “${text}”`,
    pick: (concept) => {
      begin(concept);
      root.focus({ preventScroll: true }); // digits and Enter are the labeler's again; C comes back for one more
    },
  });
  const wished = wishes({ bus, input: () => view().input, changed: () => paint(), answered: (...given) => answered(...given) });
  const selection = chosen({
    bus,
    first: view().selected,
    changed: (ids, elsewhere) => {
      if (elsewhere) uncover(ids.at(-1));
      paint();
      if (!elsewhere || !things.has(ids.at(-1))) return;
      if (tree.node.contains(focused())) return focusRow(ids.at(-1));
      current = ids.at(-1);
      tree.reveal(current);
    },
  });

  // ---- what can be done

  const groupOf = (row) => groups.find((group) => AT + group.key === row);
  const inGroup = (key) => Array.from(things.values()).filter((thing) => thing.group === key);
  /** The instances that something done on this row is done to: all selected ones if it is among them. */
  const meant = (id) => (selection.has(id) ? selection.ids().filter((each) => things.has(each)) : things.has(id) ? [id] : []);
  const nameOf = (ids) => (ids.length === 1 ? `${things.get(ids[0]).concept}.${things.get(ids[0]).nth}` : `${ids.length} objects`);

  /** Ask the kernel for something, and show it at once: here, and on the picture if it concerns instances. */
  const ask = (kind, content, keys, wish, { verb = kind, seen = content.ids } = {}) => {
    const { input } = view();
    const op = link.send(kind, { ...content, input });
    bus.emit("sent", { op });
    if (seen) bus.emit("changing", { op, input, do: verb, ids: seen, from: me, ...wish.as });
    wished.add(op, keys, wish);
  };
  const accept = (ids) => ids.length && ask("accept", { ids }, ids, WISHES.accept);
  const toggle = (key) => {
    const ids = key.startsWith(AT) ? inGroup(key.slice(AT.length)).map(({ id }) => id) : meant(key);
    const open = ids.filter((id) => things.get(id).state !== "accepted");
    if (key.startsWith(AT)) accept(open.filter((id) => !things.get(id).ambiguous));
    else if (open.length) accept(open);
    else ask("uncheck", { ids }, ids, WISHES.uncheck);
  };
  const bin = (key) => {
    const ids = meant(key);
    if (ids.length) binIn(tree.row(key), () => ask("delete", { ids }, ids, WISHES.delete), `Delete ${nameOf(ids)}?`);
  };
  const reassign = (key) => {
    const ids = meant(key);
    if (!ids.length) return;
    const pick = (concept) => {
      const colour = groups.find((group) => group.key === fold(concept))?.colour;
      ask("reassign", { ids, concept }, ids, { ...WISHES.reassign, concept, as: { concept, key: fold(concept), colour } });
    };
    tree.reveal(key);
    const kinds = new Set(ids.map((id) => things.get(id).group));
    const from = focused(); // the picture, perhaps: the keyboard goes back where it came from
    const leave = () => (root.contains(from) ? tree.row(key) : from)?.focus({ preventScroll: true });
    other.open(tree.row(key), `${nameOf(ids)} is`, kinds.size === 1 ? [...kinds][0] : "", pick, leave);
  };
  const rename = (key) => {
    const group = groupOf(key);
    tree.reveal(key);
    renameIn(tree.row(key), (name) => {
      follow = AT + fold(name);
      const original = fold(name) === fold(group.original) ? "" : group.original || group.concept;
      ask("rename", { concept: group.concept, new: name }, [key], { concept: name, original, renamed: true, said: "Renamed" });
    });
  };
  const show = (keys, on) => {
    if (!keys.length) return;
    const seen = keys.flatMap((key) => (key.startsWith(AT) ? inGroup(key.slice(AT.length)).map(({ id }) => id) : [key]));
    const content = { ids: keys.map((key) => key.replace(AT, "")), on: !on };
    ask("hide", content, keys, on ? WISHES.show : WISHES.hide, { verb: on ? "show" : "hide", seen });
  };
  const hide = (key) => {
    const group = groupOf(key);
    if (group) {
      const apart = group.hidden ? inGroup(group.key).filter(({ own }) => own) : [];
      return show([key, ...apart.map(({ id }) => id)], group.hidden);
    }
    const ids = meant(key);
    const off = things.get(key).hidden;
    const held = [...new Set(ids.map((id) => things.get(id).group))].filter((each) => groupOf(AT + each).hidden);
    if (off && held.length) {
      show(held.flatMap(inGroup).map(({ id }) => id).filter((id) => !ids.includes(id)), false);
      show(held.map((each) => AT + each), true);
    }
    show(off ? ids.filter((id) => things.get(id).own) : ids, off);
  };
  const draw = (key, shape) => {
    const group = groupOf(key);
    if (!group) return;
    const { concept, colour } = group;
    bus.emit("draw", { concept, key: group.key, colour, shape: shape ?? group.shape });
  };
  const toggleDrawing = (key, shape) => (groupOf(key)?.active === shape ? bus.emit("stop", {}) : draw(key, shape));
  /** Draw with a concept, which joins the task if it is not in it. */
  const begin = (concept) => {
    const known = groups.find((group) => group.key === fold(concept));
    if (known) return draw(AT + known.key);
    coming = fold(concept);
    ask("add", { concept }, [AT + coming], { said: "Added" });
  };
  const unfold = (key, on = null) => {
    const group = key.slice(AT.length);
    const open = on ?? folded.has(group);
    if (open) folded.delete(group);
    else folded.add(group);
    paint();
  };
  const uncover = (id) => {
    const thing = things.get(id);
    if (thing) folded.delete(thing.group);
  };
  const acts = { toggle, reassign, hide, bin, rename, unfold, draw: toggleDrawing, people: (anchor, item) => card.show(anchor, item) };

  const answered = (keys, wish, ok) => {
    if (!ok) coming = null;
    if (keys.includes(current) && tree.node.contains(focused())) tree.reveal(current);
    const words = ok ? wish.said : "Not done";
    if (!words) return;
    for (const key of keys) {
      const row = tree.row(wish.concept && key.startsWith(AT) ? AT + fold(wish.concept) : key);
      if (row) flash(row, words);
    }
    say(heard, `${keys.length === 1 ? (things.get(keys[0])?.concept ?? "") : `${keys.length} objects`} ${words}`);
  };

  // ---- painting

  const gather = () => {
    const hidden = new Set(view().hidden);
    groups = model.get("groups").map((group) => {
      const wish = wished.of(AT + group.key);
      const active = drawing && fold(drawing.concept) === fold(group.concept) ? drawing.shape : null;
      return { ...group, hidden: hidden.has(group.key), ...wish, active, waiting: Boolean(wish) };
    });
    const byKey = new Map(groups.map((group) => [group.key, group]));
    things = new Map();
    for (const thing of model.get("things")) {
      const group = byKey.get(thing.group);
      if (!group) continue;
      const wish = wished.of(thing.id);
      const own = wish?.hidden ?? hidden.has(thing.id);
      const merged = { ...PLAIN, ...thing, concept: group.concept, colour: group.colour, ...wish, own, hidden: own || group.hidden };
      if (merged.original === group.original) merged.original = ""; // the concept's row says it for all
      if (wish?.state) merged.passing = false;
      if (wish?.state === "suggested" && !thing.number) merged.gone = true; // drawn by hand: nobody suggests it
      things.set(thing.id, { ...merged, selected: selection.has(thing.id), waiting: Boolean(wish || group.renamed) });
    }
  };
  const list = () => {
    const children = new Map(groups.map(({ key }) => [key, []]));
    for (const thing of things.values()) children.get(thing.group).push(thing);
    items = [];
    groups.forEach((group, index) => {
      const open = !folded.has(group.key);
      items.push({ ...group, id: group.key, key: AT + group.key, level: 1, nth: index + 1, of: groups.length, open });
      if (!open) return;
      const all = children.get(group.key);
      all.forEach((thing, at) => items.push({ ...thing, key: thing.id, level: 2, of: all.length, last: at === all.length - 1 }));
    });
  };
  const build = (item) => (item.level === 1 ? buildConcept(acts) : buildThing(acts));
  const showRow = (row, item) => {
    if (item.level === 1) showConcept(row, item);
    else showThing(row, item);
    reach(row, item.key === current);
    put(row, "data-pointed", item.key === hovered);
  };
  const kept = () => [current, ...tree.rows().filter((row) => row.nlBack).map((row) => row.nlKey)];
  const tree = treeList({ label: "Objects", rowHeight: ROW, build, show: showRow, kept });
  const root = make("section", { class: "nl-pane nl-objects", tabindex: "-1" }, make("div", { class: "nl-pane-head" }, title, searchBox), tree.node, empty, picker.node, other.node, card.node, heard);
  el.append(root);

  const focused = () => root.getRootNode().activeElement;
  const paint = () => {
    const now = view();
    wished.sweep();
    say(title, now.title);
    if (focused() !== search) search.value = now.search;
    const held = items.findIndex(({ key }) => key === tree.rows().find((row) => row.contains(focused()))?.nlKey);
    if (now.input !== listed) {
      listed = now.input;
      if (held < 0) current = null;
      tree.node.scrollTop = 0; // another picture's list begins at its beginning
    }
    gather();
    list();
    if (!items.some(({ key }) => key === current)) current = items[Math.max(0, Math.min(held, items.length - 1))]?.key ?? null;
    tree.set(items);
    tree.node.hidden = !items.length;
    empty.hidden = !now.empty;
    say(empty, now.empty);
    if (coming !== null && groupOf(AT + coming)) {
      draw(AT + coming);
      coming = null;
    }
    if (follow !== null && tree.place(follow) >= 0) {
      focusRow(follow);
      follow = null;
    }
    put(root, "data-elsewhere", false);
    // a row that goes under the focus would take the keyboard with it
    if (held >= 0 && !tree.node.contains(focused())) focusRow(current);
  };
  const focusRow = (key) => {
    current = key;
    if (key === null) return root.focus({ preventScroll: true });
    tree.reveal(key);
    tree.row(key)?.focus({ preventScroll: true });
  };

  // ---- pointing and walking

  const instances = () => items.filter(({ level }) => level === 2).map(({ key }) => key);
  const rowAt = (event) => event.target.closest?.(".nl-row");
  tree.node.addEventListener("click", (event) => {
    const row = rowAt(event);
    if (!row || row.nlBack || event.target.closest("button")) return;
    const add = event.ctrlKey || event.metaKey;
    focusRow(row.nlKey);
    if (row.nlKey.startsWith(AT)) selection.all(inGroup(row.nlKey.slice(AT.length)).map(({ id }) => id));
    else selection.pick(row.nlKey, instances(), { add, range: event.shiftKey });
  });
  tree.node.addEventListener("dblclick", (event) => {
    const row = rowAt(event);
    if (row?.nlKey.startsWith(AT) && !row.nlBack && !event.target.closest("button")) unfold(row.nlKey);
  });
  // the lid goes when one scrolls: it must not take the focus with it
  tree.lid.addEventListener("pointerdown", () => root.focus({ preventScroll: true }));
  tree.lid.addEventListener("mousedown", (event) => event.preventDefault());
  const point = (id) => {
    if (id === hovered) return;
    hovered = id;
    bus.emit("hover", { id, from: me });
  };
  tree.node.addEventListener("pointerover", (event) => {
    const row = rowAt(event);
    point(row && !row.nlKey.startsWith(AT) ? row.nlKey : null);
  });
  tree.node.addEventListener("pointerleave", () => point(null));
  bus.on("hover", ({ id, from }) => {
    if (from === me) return;
    hovered = id;
    for (const row of tree.rows()) put(row, "data-pointed", row.nlKey === hovered);
  });
  tree.node.addEventListener("focusin", (event) => {
    const row = rowAt(event);
    if (!row || row.nlKey === current) return;
    current = row.nlKey;
    for (const each of tree.rows()) reach(each, each === row);
  });

  const walk = (to, { range = false } = {}) => {
    if (!items.length) return false;
    const item = items[Math.min(items.length - 1, Math.max(0, to))];
    focusRow(item.key);
    if (item.level === 2) selection.pick(item.key, instances(), { range });
    return true;
  };
  const here = () => tree.place(current);
  const sideways = (item, on) => {
    if (item.level === 1 && item.count && item.open !== on) unfold(item.key, on);
    else if (item.level === 1 && on && item.count) walk(here() + 1);
    else if (item.level === 2 && !on) focusRow(AT + item.group);
  };
  const onRow = {
    ArrowDown: (item, event) => walk(here() + 1, { range: event.shiftKey }),
    ArrowUp: (item, event) => walk(here() - 1, { range: event.shiftKey }),
    PageDown: () => walk(here() + tree.page()),
    PageUp: () => walk(here() - tree.page()),
    Home: () => walk(0),
    End: () => walk(items.length - 1),
    ArrowRight: (item) => sideways(item, true),
    ArrowLeft: (item) => sideways(item, false),
    " ": (item) => toggle(item.key),
    b: (item) => draw(item.level === 1 ? item.key : AT + item.group, "box"),
    g: (item) => draw(item.level === 1 ? item.key : AT + item.group, "polygon"),
    r: (item) => (item.level === 1 ? rename : reassign)(item.key),
    F2: (item) => (item.level === 1 ? rename : reassign)(item.key),
    h: (item) => hide(item.key),
    Delete: (item) => item.level === 1 || bin(item.key),
    Backspace: (item) => item.level === 1 || bin(item.key),
  };
  tree.node.addEventListener("keydown", (event) => {
    const row = rowAt(event);
    if (!row || row.nlBack || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !card.node.hidden) card.node.hidden = true;
    else {
      const act = onRow[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act || (event.target !== row && event.key === " ")) return;
      act(items[here()], event);
    }
    event.preventDefault();
    event.stopPropagation();
  });
  search.addEventListener("input", () => link.tell("search", { text: search.value }));
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && walk(Math.max(0, here()))) return event.preventDefault();
    if (event.key !== "Escape" || !search.value) return;
    search.value = "";
    link.tell("search", { text: "" });
    event.preventDefault();
    event.stopPropagation();
  });

  // ---- keys, and what others tell

  const byHotkey = (label) => () => {
    const group = groups.find(({ hotkey }) => hotkey === label);
    if (!group || root.offsetParent === null) return false;
    draw(AT + group.key);
    return true;
  };
  const enter = (event) => root.contains(event.target) && walk(Math.max(0, here()));
  /** From the picture, too: what is selected there is of another concept. */
  const another = () => {
    const id = selection.ids().find((each) => things.has(each));
    if (!id || drawing || root.offsetParent === null) return false;
    uncover(id);
    paint();
    reassign(id);
  };
  const keys = { "/": () => search.focus(), c: () => picker.field.focus(), ArrowDown: enter, ArrowUp: enter, r: another, F2: another };
  for (const digit of DIGITS) {
    keys[digit] = byHotkey(digit);
    keys[`Shift+${digit}`] = byHotkey(`⇧${digit}`);
  }
  const release = bindKeys(root, keys);
  bus.on("drawing", ({ concept, shape }) => {
    drawing = concept === null ? null : { concept, shape };
    paint();
  });
  // Somebody else (the stage) has sent an operation of which this can show at once what will come of it.
  bus.on("changing", ({ op, input, do: verb, ids, from }) => {
    if (from !== me && input === view().input && WISHES[verb]) wished.add(op, ids, WISHES[verb]);
  });
  bus.on("navigate", () => put(root, "data-elsewhere", true)); // until the kernel tells what is on the new input
  bus.on("shown", () => other.close(false));
  return keepPainted(model, paint, release, tree.close, link.close, bus.leave);
}

export default { render };
