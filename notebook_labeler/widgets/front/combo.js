// A field that offers what matches while one types, by mouse and by keyboard alone.

import { make, newId } from "./link.js";
import { button, fold, icon, keyed, put, say } from "./elements.js";

const MOST = 50; // options painted at once

/**
 * `options()` gives texts (or {value, note}, and more); `pick(value, option)` is called with what was chosen.
 * `fresh(text)`, if given, gives the words of an option for a text that no option has ("Add new concept “x”").
 */
export function combobox({ label, options, pick, fresh = null, name = "plus", keep = false }) {
  const id = newId();
  const field = make("input", {
    class: "nl-field", type: "text", role: "combobox", placeholder: label, "aria-label": label, "aria-autocomplete": "list",
    "aria-controls": id, "aria-expanded": "false", autocomplete: "off", spellcheck: "false",
  });
  // Browsers make what scrolls a stop of Tab: the list, which goes away when the field is left, and the focus with it.
  const list = make("ul", { class: "nl-options", role: "listbox", id, "aria-label": label, tabindex: "-1" });
  list.hidden = true;
  const node = make("div", { class: "nl-find nl-combo" }, icon(name), field, list);
  let shown = [];
  let active = -1;

  const close = () => {
    list.hidden = true;
    put(field, "aria-expanded", "false");
    put(field, "aria-activedescendant", null);
  };
  const mark = (index) => {
    active = index;
    Array.from(list.children).forEach((option, i) => put(option, "aria-selected", i === active ? "true" : "false"));
    const option = list.children[active];
    put(field, "aria-activedescendant", option ? option.id : null);
    option?.scrollIntoView({ block: "nearest" });
  };
  const choose = (item) => {
    field.value = keep ? item.value : "";
    close();
    pick(item.value, item);
  };
  let untouched = false; // since it got the focus: what was chosen before hides nothing
  const offer = () => {
    const typed = field.value.trim();
    const wanted = untouched ? "" : fold(typed);
    const all = options().map((option) => (typeof option === "string" ? { value: option } : option));
    const found = all.filter(({ value }) => fold(value).includes(wanted));
    found.sort((a, b) => Number(fold(b.value).startsWith(wanted)) - Number(fold(a.value).startsWith(wanted)));
    shown = found.slice(0, MOST);
    if (fresh && wanted && !all.some(({ value }) => fold(value) === wanted)) {
      shown.push({ value: typed, words: fresh(typed), isNew: true });
    }
    keyed(list, shown, (item) => `${item.isNew ? "new" : (item.id ?? "old")}:${item.value}`, option, show);
    list.hidden = !shown.length;
    put(field, "aria-expanded", shown.length ? "true" : "false");
    mark(wanted && shown.length ? 0 : -1);
  };
  const option = (item) =>
    make(
      "li",
      { class: item.isNew ? "nl-option nl-new" : "nl-option", role: "option", id: newId(), onmousedown: (event) => event.preventDefault() },
      make("bdi"),
      make("span", { class: "nl-hint" }),
    );
  const show = (element, item) => {
    say(element.firstElementChild, item.words ?? item.value);
    say(element.lastElementChild, item.note ?? "");
    put(element, "title", item.value);
    element.onclick = () => choose(item);
  };

  field.addEventListener("input", () => {
    untouched = false;
    offer();
  });
  field.addEventListener("focus", () => {
    untouched = keep;
    if (keep) field.select();
    offer();
  });
  field.addEventListener("click", () => list.hidden && offer());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) offer();
      else if (shown.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      const typed = field.value.trim();
      if (!list.hidden && shown[active]) choose(shown[active]);
      else if (fresh && typed) choose({ value: typed });
      else return;
    } else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { node, field };
}

/** A question with two answers that stands in the place of what it is about. */
export function question({ text, yes, no, agree, leave }) {
  const node = make("div", { class: "nl-question", role: "group", "aria-label": text }, make("span", { class: "nl-grow", text, title: text }));
  const first = button({ class: "nl-button nl-little nl-danger", text: yes, label: yes, onclick: agree });
  node.append(first, button({ class: "nl-button nl-little", text: no, label: no, onclick: leave }));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  });
  return { node, focus: () => first.focus({ preventScroll: true }) };
}
