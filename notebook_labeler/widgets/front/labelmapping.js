// The label-mapping table: every class of the model, the concept that it feeds, how that is drawn; by keys alone too.

import { make } from "./link.js";
import { button, fold, put, say, searchField } from "./elements.js";
import { classLine } from "./classline.js";
import { combobox } from "./combo.js";
import { longList } from "./longlist.js";

const HIGH = 44; // pixels of a line
const MOST = 9; // lines in sight at once

/** `send(kind, content)` presses a verb, `ask(content)` promises a page of lines, `table()` is the kernel's view. */
export function labelTable({ send, ask, table }) {
  const used = make("h3", { class: "nl-title nl-grow" });
  const all = button({ class: "nl-button nl-little", text: "", label: "Take the first recommendation of every concept that nothing feeds, and all that are kinds of it", onclick: () => send("map_all") });
  const [searchBox, search] = searchField("Search the model's classes");
  const heads = make("div", { class: "nl-class-heads", "aria-hidden": "true" }, make("span", { text: "Model class" }), make("span", { text: "Concept" }), make("span", { text: "Drawn as" }), make("span"));
  const none = make("p", { class: "nl-hint nl-empty" });
  const keys = make("p", { class: "nl-hint nl-class-keys" });

  // ---- what is done to a line

  const press = (node, kind, content) => {
    if (node) put(node, "data-waiting", true);
    send(kind, content);
  };
  const nodeOf = (item) => Array.from(list.node.firstElementChild.children).find((node) => node.nlItem === item);
  const acts = {
    edit: (node) => open(node),
    take: (item) => {
      const [offer] = item.offers;
      press(nodeOf(item), "map_label", { label: item.label, concept: offer.concept, relation: offer.relation });
    },
    ignore: (item) => press(nodeOf(item), "unmap_label", { label: item.label }),
    draw: (item, shape) => press(nodeOf(item), "geometry", { concept: item.feeds[0].concept, geometry: shape }),
  };
  const shapeBy = { ArrowLeft: "box", ArrowRight: "polygon" };
  const pressed = (key, item, node) => {
    const [feed] = item.feeds;
    if (key === "Enter" || key === "F2") open(node);
    else if (key === " ") feed || !item.offers.length ? open(node) : acts.take(item);
    else if (key === "Delete" || key === "Backspace") feed && acts.ignore(item);
    else if (shapeBy[key] && table().objects) {
      if (feed?.own && feed.geometry !== shapeBy[key] && !table().shapes[shapeBy[key]]) acts.draw(item, shapeBy[key]);
    } else return false;
    return true;
  };
  const list = longList({
    label: "Model classes",
    rowHeight: HIGH,
    key: pressed,
    page: (start, count) => {
      const anew = fresh && start === 0;
      if (anew) fresh = false;
      return ask({ search: search.value, start, count, anew });
    },
    build: (item) => classLine(item, acts, table),
    drawn: (total) => {
      list.node.style.height = `${Math.max(1, Math.min(MOST, total)) * HIGH + 2}px`;
      list.node.hidden = !total;
      none.hidden = total > 0;
      say(none, search.value ? `No class of the model is called or means “${search.value}”.` : "The model names no classes.");
      found = search.value ? total : null;
      count();
      list.draw();
    },
  });
  let fresh = true; // whether the order of the lines is to be made anew
  let found = null; // how many a search finds
  const again = () => {
    shut();
    fresh = true;
    list.reset();
  };

  // ---- the concept of a line: one field, laid over its cell

  let edited = null; // the item whose concept is being chosen
  const concept = combobox({
    label: "Concept",
    options: () => optionsFor(edited),
    fresh: (text) => `Add new concept “${text}”`,
    pick: (chosen) => {
      const item = edited;
      const offer = item.offers.find((each) => fold(each.concept) === fold(chosen));
      shut();
      list.node.focus({ preventScroll: true });
      const known = table().concepts.find(({ value }) => fold(value) === fold(chosen));
      const geometry = known ? known.geometry : table().fresh;
      press(nodeOf(item), "map_label", { label: item.label, concept: chosen, relation: offer?.relation ?? null, geometry });
      list.next();
    },
  });
  const editor = make("div", { class: "nl-class-editor" }, concept.node);
  editor.hidden = true;
  const optionsFor = (item) => {
    if (!item) return [];
    const offered = item.offers.map((offer) => ({ value: offer.concept, note: offer.reason }));
    const first = new Set(offered.map(({ value }) => fold(value)));
    const rest = table().concepts.filter(({ value }) => !first.has(fold(value)));
    const same = [...offered, ...rest].some(({ value }) => fold(value) === fold(item.label));
    return [...offered, ...rest, ...(same ? [] : [{ value: item.label, note: "new, named as the class" }])];
  };
  const open = (node) => {
    edited = node.nlItem;
    const cell = node.querySelector(".nl-class-cell").getBoundingClientRect();
    const frame = place.getBoundingClientRect();
    editor.style.left = `${cell.left - frame.left}px`;
    editor.style.top = `${cell.top - frame.top + (cell.height - 30) / 2}px`;
    editor.style.right = "8px";
    put(editor, "data-up", cell.top - frame.top > frame.height / 2 && frame.height > 5 * HIGH);
    concept.field.value = "";
    editor.hidden = false;
    concept.field.focus({ preventScroll: true });
  };
  const shut = () => {
    edited = null;
    editor.hidden = true;
  };
  concept.field.addEventListener("blur", shut);
  editor.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      list.node.focus({ preventScroll: true });
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  list.node.addEventListener("scroll", () => edited && list.node.focus({ preventScroll: true }), { passive: true });
  list.node.addEventListener("mousedown", (event) => {
    if (!event.target.closest(".nl-long-row")) return;
    event.preventDefault(); // the keys stay with the list
    list.node.focus({ preventScroll: true });
  });

  search.addEventListener("input", again);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") {
      list.node.focus();
      list.next();
    } else if (event.key === "Escape" && search.value) {
      search.value = "";
      again();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const place = make("div", { class: "nl-class-place" }, list.node, editor);
  const head = make("div", { class: "nl-map-head" }, used, all);
  const node = make("section", { class: "nl-classes" }, head, searchBox, make("div", { class: "nl-class-table" }, heads, place), none, keys);

  // ---- painting

  const many = (number) => number.toLocaleString("en");
  const count = () => {
    const now = table();
    const classes = now.total === 1 ? "class" : "classes";
    say(used, found === null ? `${many(now.used)} of ${many(now.total)} ${classes} used` : `${many(found)} of ${many(now.total)} found`);
  };
  let revision = null, model = null;
  return {
    node,
    /** Bring it up to date; `on` says whether it is in sight, `recommended` how many lines one press would map. */
    paint(on, recommended) {
      const now = table();
      node.hidden = !on;
      put(node, "data-objects", now.objects);
      all.hidden = recommended < 1;
      say(all.lastElementChild, `Map ${recommended} recommended`);
      say(keys, `Enter: concept · Space: take what is recommended · Delete: ignore${now.objects ? " · ← →: box, polygon" : ""}`);
      count();
      if (!on) {
        model = null;
        return;
      }
      if (model !== now.model) again();
      else if (revision !== now.revision) list.refresh();
      [revision, model] = [now.revision, now.model];
    },
    /** What was pressed has an answer: show what stands. */
    answered: () => !node.hidden && list.refresh(),
  };
}
