// What happened to the input at hand, newest first: who, what, when.

import { joinScope, keepPainted, make } from "./link.js";
import { icon, keyed, put, say } from "./elements.js";

const SIGNS = { submit: "check", approve: "saved", reject: "close", undo: "undo", redo: "redo", prelabel: "model", import: "note" };
const DAY_MS = 86_400_000;

/** The time of today, the day of this year, else the date. */
export function moment(milliseconds, now = new Date()) {
  const then = new Date(milliseconds);
  if (now - then < DAY_MS && now.getDate() === then.getDate()) return then.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const far = now.getFullYear() === then.getFullYear() ? {} : { year: "numeric" };
  return then.toLocaleDateString([], { month: "short", day: "numeric", ...far });
}

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const list = make("ol", { class: "nl-story", tabindex: "0", "aria-label": "History of this input" });
  const root = make("section", { class: "nl-history" }, make("h3", { class: "nl-title", text: "History" }), list);
  el.append(root);

  const build = () => {
    const line = make("li", { class: "nl-event" }, make("span", { class: "nl-sign" }), make("p", {}, make("bdi", { class: "nl-actor" }), " ", make("bdi", { class: "nl-deed" })), make("time", { class: "nl-when" }));
    return line;
  };
  const show = (line, item) => {
    const [sign, words, when] = line.children;
    const name = SIGNS[item.kind] ?? "pencil";
    if (sign.dataset.sign !== name) {
      sign.replaceChildren(icon(name));
      sign.dataset.sign = name;
    }
    put(line, "data-kind", item.kind);
    say(words.children[0], item.who);
    say(words.children[1], item.what);
    const then = new Date(item.at);
    say(when, moment(item.at));
    put(when, "title", then.toLocaleString());
    put(when, "datetime", then.toISOString());
  };
  const paint = () => {
    const { input, lines } = model.get("view");
    root.hidden = !lines.length;
    keyed(list, lines, (item) => `${input}:${item.number}`, build, show);
    put(root, "data-elsewhere", false);
  };
  let leaving = null;
  bus.on("navigate", ({ op }) => {
    leaving = op;
    put(root, "data-elsewhere", true);
  });
  bus.on("ack", ({ op }) => op === leaving && put(root, "data-elsewhere", false));
  return keepPainted(model, paint, bus.leave);
}

export default { render };
