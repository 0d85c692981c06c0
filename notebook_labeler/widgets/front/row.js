// One row of the Classifications pane: builds it once, brings it up to date, and swaps in its rename field or question.

import { make } from "./link.js";
import { button, icon, put, say } from "./elements.js";
import { question } from "./combo.js";
import { annotationParts, changed, showAnnotation, spokenMarks } from "./rowparts.js";

const CHECK_WORDS = { accepted: "Remove the label", pending: "Accept", suggested: "Accept", choice: "Add the label" };

/** Build an empty row. `acts` has toggle, rename, bin (called with the row's key) and people(button, item or null). */
export function buildRow(acts) {
  const key = () => row.nlKey;
  const parts = {
    key: make("kbd", { class: "nl-key" }),
    ...annotationParts(() => row, acts),
    pencil: button({ class: "nl-tool nl-pencil", icon: "pencil", label: "Rename", onclick: () => acts.rename(key()) }),
    bin: button({ class: "nl-tool nl-bin", icon: "bin", label: "Delete", onclick: () => acts.bin(key()) }),
  };
  const name = make("span", { class: "nl-name" }, parts.concept, parts.original, parts.mark);
  const bar = make("span", { class: "nl-bar" }, parts.fill);
  const body = make("span", { class: "nl-body" }, name, bar, parts.said);
  const row = make("li", { class: "nl-row", tabindex: "-1" }, parts.key, parts.check, body, parts.number, parts.people, parts.pencil, parts.bin);
  row.nlParts = parts;
  return row;
}

/** Bring a row up to date; nothing is touched when it shows the item already. */
export function showRow(row, item) {
  if (!changed(row, item)) return;
  const { key, check, pencil, bin } = row.nlParts;
  showAnnotation(row, item);
  put(row, "aria-label", spoken(item));
  say(key, item.hotkey);
  key.style.visibility = item.hotkey ? "" : "hidden";
  put(check, "title", `${CHECK_WORDS[item.state]}${item.hotkey ? ` (${item.hotkey})` : ""}`);
  put(check, "aria-label", item.concept);
  for (const tool of [pencil, bin]) tool.style.visibility = item.state === "choice" ? "hidden" : "";
}

function spoken(item) {
  const words = [item.concept, item.state === "choice" ? "not used" : item.state, ...spokenMarks(item)];
  if (item.hotkey) words.push(`key ${item.hotkey}`);
  return words.join(", ");
}

/** Make the row's controls reachable by Tab, or not: only the current row's are. */
export function reach(row, current) {
  put(row, "tabindex", current ? "0" : "-1");
  for (const control of row.querySelectorAll(":scope > button")) put(control, "tabindex", current ? "0" : "-1");
}

/** Say something for a moment in the row ("Added"). */
export function flash(row, words) {
  const { said } = row.nlParts;
  say(said, words);
  said.getAnimations().forEach((animation) => animation.cancel());
  const shown = { opacity: 1, visibility: "visible" };
  said.animate([shown, { ...shown, offset: 0.7 }, { opacity: 0, visibility: "visible" }], 1600);
}

/** Put something in the row's place (a field, a question); gives the way back. */
function instead(row, node) {
  row.nlBack?.();
  put(row, "data-mode", "instead");
  row.append(node);
  const back = (focus = true) => {
    if (row.nlBack !== back) return;
    row.nlBack = null;
    put(row, "data-mode", null);
    node.remove();
    if (focus) row.focus({ preventScroll: true });
  };
  row.nlBack = back;
  return back;
}

/** Rename in place: a field and Update; Enter updates, Esc leaves. */
export function renameIn(row, update) {
  const was = row.nlItem.concept;
  const field = make("input", { class: "nl-field", type: "text", "aria-label": `New name for ${was}`, maxlength: "200", spellcheck: "false" });
  field.value = was;
  const done = () => {
    const name = field.value.trim();
    back();
    if (name && name !== was) update(name);
  };
  const node = make(
    "span",
    { class: "nl-question" },
    field,
    button({ class: "nl-button nl-main nl-little", text: "Update", label: "Update", onclick: done }),
    button({ class: "nl-tool", icon: "close", label: "Cancel", onclick: () => back() }),
  );
  node.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && event.target === field) done();
    else if (event.key === "Escape") back();
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  });
  const back = instead(row, node);
  field.focus({ preventScroll: true });
  field.select();
}

/** Ask in place whether to delete it, or what else `text` names. */
export function binIn(row, remove, text = `Delete ${row.nlItem.concept}?`) {
  const { node, focus } = question({
    text,
    yes: "Delete",
    no: "Keep",
    agree: () => {
      back();
      remove();
    },
    leave: () => back(),
  });
  node.addEventListener("keydown", (event) => event.stopPropagation());
  const back = instead(row, node);
  focus();
}

/** The card that lists a row's annotators. */
export function annotatorCard(id) {
  const card = make("div", { class: "nl-tip", role: "tooltip", id });
  card.hidden = true;
  return {
    node: card,
    show(anchor, item) {
      put(anchor, "aria-describedby", item ? id : null);
      card.hidden = !item || !(item.people.length + item.models.length);
      if (card.hidden) return;
      const line = (name, kind) => make("div", { class: "nl-who" }, icon(kind), make("bdi", { text: name }));
      card.replaceChildren(
        make("div", { class: "nl-hint", text: item.state === "suggested" ? "Proposed by" : "Labeled by" }),
        ...item.people.map((name) => line(name, "person")),
        ...item.models.map((name) => line(name, "model")),
      );
      const frame = card.offsetParent.getBoundingClientRect();
      const at = anchor.getBoundingClientRect();
      card.style.right = `${Math.max(4, frame.right - at.right)}px`;
      const below = at.bottom - frame.top + 4;
      card.style.top = `${below + card.offsetHeight > frame.height ? Math.max(4, at.top - frame.top - card.offsetHeight - 4) : below}px`;
    },
  };
}
