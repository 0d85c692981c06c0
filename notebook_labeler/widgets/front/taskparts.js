// Small parts of the task board: people as initials, chips, a menu, a dialog, a group of which one is chosen.

import { make, newId } from "./link.js";
import { button, icon, put, say } from "./elements.js";

/** The first letter of a name, whole: an emoji or a letter with its accents is one. */
function initial(name) {
  const first = globalThis.Intl?.Segmenter ? new Intl.Segmenter().segment(name)[Symbol.iterator]().next().value?.segment : Array.from(name)[0];
  return (first ?? "?").toLocaleUpperCase();
}

const HUES = 15; // colours that are told apart, 24 degrees from one to the next
const hues = new Map(); // whose is which on this page

/** A colour that follows from a name; the next free one where somebody else on this page has it. */
function hue(name) {
  if (!hues.has(name)) {
    let place = 0;
    for (const letter of name) place = (place * 31 + letter.codePointAt(0)) % 100_003;
    const taken = new Set(hues.size < HUES ? hues.values() : []);
    while (taken.has(place % HUES)) place += 4;
    hues.set(name, place % HUES);
  }
  return hues.get(name) * (360 / HUES);
}

/** A person as a round initial, in a colour of their own. */
export function face(name) {
  const node = make("span", { class: "nl-face", "aria-hidden": "true", text: initial(name) });
  node.style.setProperty("--nl-hue", String(hue(name)));
  return node;
}

/** What a machine is at: a word and how far. */
export const workWords = ({ what, done, total }) => (total ? `${what} ${Math.floor((100 * done) / total)} %` : `${what}…`);

/** Two or more answers of which one is given; `choices` are [value, text, icon, line]. Arrows go from one to the next. */
export function choice({ label, choices, pick, big = false }) {
  const name = newId();
  const inputs = new Map();
  const node = make("div", { class: big ? "nl-choice nl-big" : "nl-choice", role: "radiogroup", "aria-label": label });
  for (const [value, text, picture, line] of choices) {
    const input = make("input", { type: "radio", name, value: String(value) });
    input.addEventListener("change", () => input.checked && pick(value));
    inputs.set(value, input);
    const words = make("span", { class: "nl-choice-words" }, make("span", { class: "nl-choice-name", text }), line ? make("span", { class: "nl-hint", text: line }) : "");
    node.append(make("label", {}, input, picture ? icon(picture) : "", words));
  }
  return {
    node,
    set(value) {
      for (const [mine, input] of inputs) if (input.checked !== (mine === value)) input.checked = mine === value;
    },
    enable(on) {
      put(node, "data-off", !on);
      for (const input of inputs.values()) input.disabled = !on;
    },
    focus: () => [...inputs.values()].find((input) => input.checked)?.focus({ preventScroll: true }),
  };
}

/** A field of a form: its title, what is typed into, a hint, and what is wrong. */
export function field({ title, control, hint = "", target = null, more = [] }) {
  const id = newId();
  const into = target ?? control;
  const wrong = make("span", { class: "nl-wrong", id: `${id}-wrong`, role: "alert" });
  const told = make("span", { class: "nl-hint", id: `${id}-hint`, text: hint });
  const named = into.matches("input, textarea");
  if (named) put(into, "id", id);
  const head = make("div", { class: "nl-field-head" }, make(named ? "label" : "span", { class: "nl-field-title", text: title, for: named ? id : null }), ...more);
  const node = make("div", { class: "nl-form-field" }, head, control, told, wrong);
  told.hidden = !hint;
  wrong.hidden = true;
  return {
    node,
    wrong(text) {
      say(wrong, text ?? "");
      wrong.hidden = !text;
      put(node, "data-wrong", Boolean(text));
      put(into, "aria-invalid", text ? "true" : null);
      put(into, "aria-describedby", text ? wrong.id : hint ? told.id : null);
    },
    hint(text) {
      say(told, text);
      told.hidden = !text;
    },
    focus: () => into.focus({ preventScroll: false }),
  };
}

/** A menu that opens at a button: items are [icon or null, text, act, {danger, chosen}]; `chosen` is of those of which one is. */
export function menu(place) {
  const node = make("div", { class: "nl-menu", role: "menu" });
  node.hidden = true;
  place.append(node);
  let opener = null;
  const items = () => [...node.querySelectorAll("[role^=menuitem]")];
  const close = (back = true) => {
    if (node.hidden) return;
    node.hidden = true;
    put(opener, "aria-expanded", "false");
    if (back) opener?.focus({ preventScroll: true });
    opener = null;
  };
  const step = (by) => {
    const all = items();
    const at = all.indexOf(node.getRootNode().activeElement);
    all[(at + by + all.length) % all.length].focus({ preventScroll: true });
  };
  node.addEventListener("keydown", (event) => {
    const act = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Home: () => items()[0].focus(),
      End: () => items().at(-1).focus(),
      Escape: () => close(),
      Tab: () => close(),
    }[event.key];
    if (act) act();
    else if (/^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey) {
      items().find((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else if (event.key === "Enter" || event.key === " ") node.getRootNode().activeElement?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  node.addEventListener("focusout", (event) => event.relatedTarget && !node.contains(event.relatedTarget) && close(false));
  const outside = (event) => !node.hidden && !node.contains(event.target) && event.target !== opener && !opener?.contains(event.target) && close(false);
  document.addEventListener("pointerdown", outside, true);
  return {
    node,
    close,
    isOpen: () => !node.hidden,
    open(at, label, wanted) {
      if (!node.hidden && opener === at) return close();
      opener = at;
      put(opener, "aria-expanded", "true");
      put(node, "aria-label", label);
      node.replaceChildren(
        ...wanted.map(([picture, text, act, { danger = false, chosen = null } = {}]) => {
          const role = chosen === null ? { role: "menuitem" } : { role: "menuitemradio", "aria-checked": String(chosen) };
          const item = make("button", { type: "button", ...role, tabindex: "-1", class: danger ? "nl-menu-item nl-bad" : "nl-menu-item" }, picture ? icon(picture) : make("span", { class: "nl-icon" }), make("span", { text }));
          item.addEventListener("click", () => {
            close();
            act();
          });
          return item;
        }),
      );
      node.hidden = false;
      const frame = place.getBoundingClientRect();
      const from = at.getBoundingClientRect();
      const below = from.bottom - frame.top + 4;
      const up = below + node.offsetHeight > frame.height - 8;
      node.style.top = `${up ? Math.max(8, from.top - frame.top - node.offsetHeight - 4) : below}px`;
      node.style.right = `${Math.max(8, frame.right - from.right)}px`;
      (items().find((item) => item.getAttribute("aria-checked") === "true") ?? items()[0]).focus({ preventScroll: true });
      return undefined;
    },
    leave: () => document.removeEventListener("pointerdown", outside, true),
  };
}

/** A dialog over the board: everything else waits. Gives what closes it; the focus goes back to where it was. */
export function dialog(place, { title, body, actions, focus = null, wide = false, back = null }) {
  const from = back ?? place.getRootNode().activeElement;
  const id = newId();
  const foot = make("div", { class: "nl-dialog-foot" });
  const card = make(
    "div",
    { class: wide ? "nl-dialog nl-wide" : "nl-dialog", role: "dialog", "aria-modal": "true", "aria-labelledby": id },
    make("h3", { class: "nl-dialog-title", id, text: title }),
    make("div", { class: "nl-dialog-body" }, ...body),
    foot,
  );
  const veil = make("div", { class: "nl-veil" }, card);
  const others = [...place.children].filter((node) => !node.inert);
  const close = () => {
    if (!veil.isConnected) return;
    veil.remove();
    for (const node of others) node.inert = false;
    (from?.isConnected ? from : place.querySelector("[tabindex='0'], button"))?.focus?.({ preventScroll: true });
  };
  for (const [text, kind, act] of actions) {
    foot.append(button({ class: `nl-button ${kind}`, text, label: text, onclick: () => (act ? act(close) : close()) }));
  }
  for (const node of others) node.inert = true;
  place.append(veil);
  veil.addEventListener("pointerdown", (event) => event.target === veil && event.preventDefault());
  veil.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target.matches("input")) foot.lastElementChild.click();
    else if (event.key === "Tab") {
      const stops = [...card.querySelectorAll("button, input, textarea, [tabindex='0']")].filter((node) => node.offsetParent);
      const at = stops.indexOf(card.getRootNode().activeElement);
      const next = at + (event.shiftKey ? -1 : 1);
      if (next >= 0 && next < stops.length) return;
      stops.at(event.shiftKey ? -1 : 0)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  (focus ?? foot.lastElementChild).focus({ preventScroll: true });
  return close;
}
