// Chosen things as chips over a field that finds more: concepts, labelers, reviewers. By mouse, or with
// the arrows; Alt and an arrow, or dragging, changes their order; Delete takes one away.

import { make } from "./link.js";
import { button, icon, keyed, put, say } from "./elements.js";
import { combobox } from "./combo.js";

const SHOWN = 300; // chips built at once

/**
 * `all()` gives what can be chosen, as {value, note}; `changed(values)` hears of each change. `same(text)` gives that by
 * which two spellings are one. `fixed(value)` says what cannot be taken away, `mark(value)` gives an element for its chip.
 */
export function chipField({ label, all, changed, same, fresh, ordered = false, fixed = () => false, mark = () => null, empty = "" }) {
  let values = [];
  const heard = make("span", { class: "nl-heard", role: "status" });
  const list = make("ul", { class: "nl-chosen", role: "listbox", "aria-label": `${label}, chosen`, "aria-orientation": "horizontal" });
  const nothing = make("span", { class: "nl-hint nl-chosen-none", text: empty });
  const more = make("span", { class: "nl-hint" });
  const combo = combobox({
    label,
    name: "search",
    options: () => {
      const chosen = new Set(values.map(same));
      return all().filter(({ value }) => !chosen.has(same(value)));
    },
    fresh,
    pick: (value) => add([value]),
  });
  const set = (wanted, words = "") => {
    values = wanted;
    paint();
    changed(values);
    if (words) say(heard, words);
  };
  const add = (wanted) => {
    const have = new Set(values.map(same));
    const news = wanted.filter((value) => !have.has(same(value)) && have.add(same(value)));
    if (news.length) set([...values, ...news], `${news.length === 1 ? news[0] : news.length} added`);
  };
  const remove = (value) => {
    if (fixed(value)) return;
    const at = values.indexOf(value);
    set(values.filter((each) => each !== value), `${value} removed`);
    if (values.length) chip(values[Math.min(at, values.length - 1)])?.focus({ preventScroll: true });
    else combo.field.focus({ preventScroll: true });
  };
  const shift = (value, to) => {
    const at = values.indexOf(value);
    if (!ordered || at < 0 || to < 0 || to >= values.length || at === to) return;
    const wanted = values.filter((each) => each !== value);
    wanted.splice(to, 0, value);
    set(wanted, `${value} is number ${to + 1} of ${values.length}`);
    chip(value)?.focus({ preventScroll: true });
  };
  const chip = (value) => [...list.children].find((node) => node.nlKey === value);

  const build = (value) => {
    const node = make(
      "li",
      { class: "nl-chip", role: "option", tabindex: "-1", draggable: ordered ? "true" : null },
      make("span", { class: "nl-chip-mark" }),
      make("bdi", { text: value, title: value }),
      button({ class: "nl-chip-off", icon: "close", label: `Remove ${value}`, tabindex: "-1", onclick: () => remove(value) }),
    );
    node.addEventListener("keydown", (event) => {
      const at = values.indexOf(value);
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (step && event.altKey) shift(value, at + step);
      else if (step) list.children[at + step]?.focus({ preventScroll: true });
      else if (event.key === "Delete" || event.key === "Backspace") remove(value);
      else if (event.key === "Home") list.firstElementChild.focus();
      else if (event.key === "End") list.lastElementChild.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    node.addEventListener("focus", () => reach(node));
    node.addEventListener("dragstart", (event) => {
      dragged = value;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", value);
    });
    node.addEventListener("dragover", (event) => {
      if (dragged === null || dragged === value) return;
      event.preventDefault();
      shift(dragged, values.indexOf(value));
    });
    node.addEventListener("dragend", () => (dragged = null));
    return node;
  };
  let dragged = null;
  const reach = (node) => {
    for (const each of list.children) put(each, "tabindex", each === node ? "0" : "-1");
  };
  const paint = () => {
    keyed(list, values.slice(0, SHOWN), (value) => value, build, (node, value) => {
      const off = fixed(value);
      node.lastElementChild.hidden = off;
      put(node, "data-fixed", off);
      const wanted = mark(value);
      const place = node.firstElementChild;
      if (node.nlMark !== (wanted?.key ?? "")) {
        place.replaceChildren(...(wanted ? [wanted.node()] : []));
        put(place, "title", wanted?.title);
        put(node, "aria-label", [value, wanted?.title].filter(Boolean).join(", "));
      }
      node.nlMark = wanted?.key ?? "";
    });
    if (![...list.children].some((node) => node.tabIndex === 0)) put(list.firstElementChild ?? list, "tabindex", list.firstElementChild ? "0" : null);
    list.hidden = !values.length;
    nothing.hidden = values.length > 0 || !empty;
    say(more, values.length > SHOWN ? `and ${(values.length - SHOWN).toLocaleString("en")} more` : "");
  };
  combo.field.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" || combo.field.value || !values.length) return;
    list.lastElementChild?.focus({ preventScroll: true });
    event.preventDefault();
  });
  paint();
  return {
    node: make("div", { class: "nl-chip-field" }, combo.node, list, more, nothing, heard),
    field: combo.field,
    add,
    values: () => values,
    clear: () => set(values.filter(fixed), "all removed"),
    /** Show these, without telling anybody. */
    show(wanted) {
      if (wanted.length !== values.length || wanted.some((value, index) => value !== values[index])) values = wanted;
      paint();
    },
    paint,
  };
}

/** A mark of a chip: `key` tells marks apart. */
export const robot = (title) => ({ key: title, title, node: () => icon("model") });
