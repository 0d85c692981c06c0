// Accept all, on the input at hand or on all that are left: says how many, asks once, shows how far it is.

import { bindKeys, connect, joinScope, keepPainted, make } from "./link.js";
import { question } from "./combo.js";
import { button, enable, put, say } from "./elements.js";

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => bus.emit("busy", { who: "bulk", on }) });
  const view = () => model.get("view");
  const send = (kind, content) => bus.emit("sent", { op: link.send(kind, content) });

  const one = button({ class: "nl-button nl-tinted", icon: "check", text: "", label: view().one, onclick: () => send("accept_all", { input: view().input }) });
  const many = button({ class: "nl-button", text: "Many…", label: view().many, onclick: () => ask() });
  const place = make("div", { class: "nl-many" });
  const fill = make("span", { class: "nl-part-done" });
  const words = make("span", { class: "nl-hint" });
  const stop = button({ class: "nl-button nl-little", text: "Stop", label: "Stop accepting", onclick: () => send("stop_all") });
  const going = make("div", { class: "nl-going" }, make("div", { class: "nl-progress" }, fill), words, stop);
  const root = make("div", { class: "nl-bulk" }, one, many, place, going);
  el.append(root);

  const relabel = (node, words) => {
    put(node, "title", words);
    put(node, "aria-label", words);
  };
  const ask = () => {
    const { node, focus } = question({
      text: view().question,
      yes: "Accept",
      no: "Cancel",
      agree: () => {
        over();
        send("accept_all_inputs");
      },
      leave: () => over(),
    });
    place.replaceChildren(node);
    focus();
  };
  const over = () => {
    place.replaceChildren();
    many.focus({ preventScroll: true });
  };
  const paint = () => {
    const now = view();
    // what is folded away under the focus would take the keyboard with it
    if (!now.shown && root.contains(root.getRootNode().activeElement)) root.closest(".nbl-root")?.querySelector(".nl-pane")?.focus({ preventScroll: true });
    say(one.lastElementChild, `Accept all (${now.acceptable})`);
    relabel(one, now.one);
    relabel(many, now.many);
    enable(one, now.acceptable > 0);
    enable(many, now.left > 0 && now.ready && !now.job);
    going.hidden = !now.job;
    if (!now.job) return;
    fill.style.width = `${now.job.total ? (100 * now.job.done) / now.job.total : 0}%`;
    say(words, `${now.job.done} of ${now.job.total}`);
    put(going, "title", "Accepting on many inputs");
  };
  const release = bindKeys(root, { a: () => (root.offsetParent === null ? false : one.click()) });
  return keepPainted(model, paint, release, link.close, bus.leave);
}

export default { render };
