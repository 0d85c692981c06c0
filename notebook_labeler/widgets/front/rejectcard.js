// Why an input goes back: a field for the comment, and the comments that were given last. Enter sends, Esc gives up.

import { make } from "./link.js";
import { button, keyed, put, say } from "./elements.js";

const MOST = 6; // comments that are offered

/**
 * `comments()` gives the last comments, `send(comment, event)` sends the input back, `back()` gives the keyboard back to
 * where it was. `about(input, labeler)` says who will read it; another input closes the card.
 */
export function rejectCard({ opener, comments, send, back }) {
  const who = make("bdi");
  const field = make("textarea", { class: "nl-field nl-comment", rows: "2", dir: "auto", maxlength: "2000", "aria-label": "Comment", placeholder: "What is to be mended?", spellcheck: "true" });
  const before = make("ul", { class: "nl-before", "aria-label": "Comments given before" });
  const go = button({ class: "nl-button nl-danger nl-send", text: "Send back", label: "Send back (Enter)", onclick: (event) => done(event) });
  const leave = button({ class: "nl-button", text: "Cancel", label: "Cancel (Esc)", onclick: () => close() });
  const head = make("p", { class: "nl-hint" }, "Goes back to ", who, " with this comment:");
  const node = make("div", { class: "nl-reject-card", role: "dialog", "aria-label": "Reject with a comment" }, head, field, before, make("div", { class: "nl-reject-acts" }, make("span", { class: "nl-hint nl-grow", text: "Enter sends · ⇧ Enter: new line" }), leave, go));
  node.hidden = true;
  let about = null;

  const open = () => {
    paint();
    node.hidden = false;
    put(opener, "aria-expanded", "true");
    field.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" }); // J is pressed at the picture, whose head may be out of sight
  };
  const close = (focus = true) => {
    if (node.hidden) return false;
    const held = node.contains(node.getRootNode().activeElement);
    node.hidden = true;
    put(opener, "aria-expanded", "false");
    field.value = "";
    if (held && focus) back();
    return true;
  };
  const done = (event) => {
    if (!field.value.trim()) return field.focus({ preventScroll: true });
    const comment = field.value;
    close();
    send(comment, event);
  };
  const paint = () => {
    const said = comments().slice(0, MOST);
    before.hidden = !said.length;
    keyed(
      before,
      said,
      (comment) => comment,
      () => {
        const words = make("bdi");
        const pick = make("button", { type: "button", class: "nl-said-before" }, words);
        pick.addEventListener("click", () => {
          field.value = pick.nlComment;
          field.focus({ preventScroll: true });
        });
        return make("li", {}, pick);
      },
      (row, comment) => {
        const pick = row.firstElementChild;
        pick.nlComment = comment;
        say(pick.firstElementChild, comment);
        put(pick, "title", comment);
      },
    );
  };
  node.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const inField = event.target === field;
    const picks = Array.from(before.querySelectorAll("button"));
    const here = picks.indexOf(event.target);
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && inField && !event.shiftKey) done(event);
    else if (event.key === "ArrowDown" && (here >= 0 || (inField && !field.value)) && picks.length) picks[Math.min(picks.length - 1, here + 1)].focus();
    else if (event.key === "ArrowUp" && here >= 0) (picks[here - 1] ?? field).focus();
    else {
      if (!(event.ctrlKey || event.metaKey)) event.stopPropagation(); // no key of the review's while one writes
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    node,
    close,
    toggle: () => (node.hidden ? open() : close()),
    about(input, labeler) {
      say(who, labeler || "its labeler");
      if (about !== input) close();
      about = input;
      if (!node.hidden) paint();
    },
  };
}
