// What the rows of both panes have alike: the parts that tell of an annotation, and the words for what it is.

import { make } from "./link.js";
import { button, put, say } from "./elements.js";

/** Build the parts of the row that `row()` gives later. `acts` has toggle, called with its key, and people(button, item or null). */
export function annotationParts(row, acts) {
  const parts = {
    check: button({ class: "nl-check", icon: "check", label: "", role: "checkbox", onclick: () => acts.toggle(row().nlKey) }),
    concept: make("bdi", { class: "nl-concept" }),
    original: make("sup", { class: "nl-original" }),
    mark: make("span", { class: "nl-mark" }),
    fill: make("span", { class: "nl-fill" }),
    said: make("span", { class: "nl-said" }),
    number: make("span", { class: "nl-number" }),
    people: button({ class: "nl-people", icon: "person", text: "", label: "" }),
  };
  const { people } = parts;
  for (const event of ["mouseenter", "focus"]) people.addEventListener(event, () => acts.people(people, row().nlItem));
  for (const event of ["mouseleave", "blur"]) people.addEventListener(event, () => acts.people(people, null));
  return parts;
}

/** Bring them up to date. */
export function showAnnotation(row, item) {
  const { check, concept, original, mark, fill, number, people } = row.nlParts;
  const count = item.people.length + item.models.length;
  put(row, "data-state", item.state);
  put(row, "data-passing", item.passing);
  put(row, "data-waiting", Boolean(item.waiting));
  put(check, "aria-checked", String(item.state === "accepted"));
  say(concept, item.concept);
  put(concept, "title", item.sources.length ? `${item.concept}\nfrom ${item.sources.join(", ")}` : item.concept);
  showOriginal(original, item);
  say(mark, item.ambiguous ? "ambiguous" : item.state === "pending" ? "waits for you" : "");
  const waits = item.state === "pending" ? "A model run wrote this; it waits for you" : null;
  put(mark, "title", item.ambiguous ? "One of several candidates; Accept all leaves it out" : waits);
  fill.style.width = item.share === null ? "0" : `${item.share * 100}%`;
  fill.parentElement.hidden = item.share === null;
  say(number, item.number);
  put(number, "title", item.passing ? "Passes the threshold: added on submit" : null);
  say(people.lastElementChild, count ? String(count) : "");
  put(people, "title", null);
  put(people, "aria-label", count ? `${count} ${count === 1 ? "annotator" : "annotators"}: ${[...item.people, ...item.models].join(", ")}` : "Nobody yet");
  people.style.visibility = count ? "" : "hidden";
}

/** Show by what name a concept was suggested, if by another. */
export function showOriginal(original, item) {
  say(original, item.original);
  put(original, "title", item.original ? `was ${item.original}` : null);
}

/** Whether a row shows something else than this item; it is taken down that it shows it from now on. */
export function changed(row, item) {
  const text = JSON.stringify(item);
  if (row.nlText === text) return false;
  row.nlText = text;
  row.nlItem = item;
  return true;
}

/** What is said of an annotation beside its name and state. */
export function spokenMarks(item) {
  const words = [];
  if (item.original) words.push(`was ${item.original}`);
  if (item.number) words.push(item.number);
  if (item.ambiguous) words.push("ambiguous");
  if (item.passing) words.push("added on submit");
  return words;
}
