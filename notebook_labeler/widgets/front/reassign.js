// The card in which instances get another concept: a known one, or a new one.

import { make } from "./link.js";
import { combobox } from "./combo.js";
import { say } from "./elements.js";

/** `options(now)` gives the concepts but for the one of key `now`. `open(anchor, words, now, pick, leave)` opens it at a row. */
export function reassignCard(options) {
  let end = null; // what to call when it closes
  let done = null;
  let but = "";
  const title = make("bdi", { class: "nl-hint nl-grow" });
  const picker = combobox({
    label: "Select or add concepts",
    options: () => options(but),
    fresh: (text) => `Add new concept “${text}”`,
    pick: (concept) => {
      const pick = done;
      close();
      pick?.(concept);
    },
  });
  const node = make("div", { class: "nl-reassign", role: "dialog", "aria-label": "Another concept" }, title, picker.node);
  node.hidden = true;

  const close = (back = true) => {
    if (node.hidden) return;
    const leave = end;
    end = done = null;
    node.hidden = true;
    picker.field.value = "";
    if (back) leave?.();
  };
  node.addEventListener("focusout", (event) => node.contains(event.relatedTarget) || close(false));
  node.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      close();
    },
    true,
  );
  return {
    node,
    close,
    open(anchor, words, now, pick, leave) {
      say(title, words);
      but = now;
      node.hidden = false;
      done = pick;
      end = leave;
      const frame = node.offsetParent.getBoundingClientRect();
      const at = anchor.getBoundingClientRect();
      const below = at.bottom - frame.top;
      node.style.top = "0";
      picker.field.focus({ preventScroll: true });
      const room = frame.height - node.offsetHeight - 4;
      node.style.top = `${Math.max(4, Math.min(below, room))}px`;
    },
  };
}
