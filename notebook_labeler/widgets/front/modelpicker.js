// The choice of a model: a field with suggestions, and the public catalogue behind Explore.

import { make, newId } from "./link.js";
import { button, put, say, searchField } from "./elements.js";
import { combobox } from "./combo.js";
import { longList } from "./longlist.js";

/** `models()` gives what is suggested, `search(text, start, count)` a promise of a page of the catalogue, `pick(name)` hears. */
export function modelPicker({ models, search: ask, pick }) {
  const picker = combobox({
    label: "Select a model",
    name: "search",
    keep: true,
    options: models,
    fresh: (text) => `Use “${text}”`,
    pick,
  });
  const [searchBox, search] = searchField("Search the catalogue");
  const found = make("span", { class: "nl-hint" });
  const list = longList({
    label: "Models",
    rowHeight: 44,
    page: (start, count) =>
      ask(search.value, start, count).then((answer) => {
        say(found, `${answer.total.toLocaleString("en")} ${answer.total === 1 ? "model" : "models"}`);
        return answer;
      }),
    build: (entry) => {
      const node = make(
        "div",
        { class: "nl-model", title: entry.name },
        make("bdi", { class: "nl-model-name", text: entry.name }),
        make("span", { class: "nl-hint", text: [entry.trained, entry.size, entry.licence].filter(Boolean).join(" · ") }),
        entry.here ? make("span", { class: "nl-here", text: "on this machine" }) : "",
      );
      node.addEventListener("click", () => {
        picker.field.value = entry.name;
        open(false);
        pick(entry.name);
      });
      return node;
    },
  });
  const shelf = make("div", { class: "nl-shelf", id: newId() }, searchBox, found, list.node);
  const explore = button({ class: "nl-button", text: "Explore", label: "Explore the public catalogue", "aria-controls": shelf.id, onclick: () => open(shelf.hidden) });
  const open = (on) => {
    shelf.hidden = !on;
    put(explore, "aria-expanded", on ? "true" : "false");
    if (!on) return;
    list.reset();
    search.focus({ preventScroll: true });
  };
  open(false);
  search.addEventListener("input", () => list.reset());
  shelf.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    explore.focus({ preventScroll: true });
    event.preventDefault();
    event.stopPropagation();
  });
  return { nodes: [make("div", { class: "nl-pick" }, picker.node, explore), shelf], field: picker.field };
}
