// AI Assist: which model, how it is doing, the catalogue to explore, and accept-all for many inputs.

import { connect, joinScope, keepPainted, make } from "./link.js";
import { button, enable, icon, put, say } from "./elements.js";
import { asker } from "./asker.js";
import { modelPicker } from "./modelpicker.js";

const PHASE_ICONS = { loading: "busy", predicting: "busy", ready: "saved", failed: "warn", cancelled: "close" };

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => bus.emit("busy", { who: "assist", on }) });
  const view = () => model.get("view");
  const send = (kind, content) => bus.emit("sent", { op: link.send(kind, content) });

  const pages = asker(link);
  const picker = modelPicker({
    models: () => model.get("models"),
    search: (text, start, count) => pages.ask("catalogue", { search: text, start, count }),
    pick: (wanted) => {
      folded = true;
      send("choose", { model: wanted });
    },
  });

  // ---- how it is doing

  const mark = make("span", { class: "nl-phase-mark" });
  const message = make("bdi");
  const cancel = button({ class: "nl-button nl-little", text: "Cancel", label: "Stop waiting for the model", onclick: () => send("cancel") });
  const predict = button({ class: "nl-button nl-little", text: "Predict", label: "Ask the model for this input now", onclick: () => send("predict", { input: view().input }) });
  const name = make("bdi", { class: "nl-model-used" });
  const change = button({ class: "nl-tool nl-change", icon: "pencil", label: "Choose another model", onclick: () => fold(!folded) });
  const status = make("div", { class: "nl-phase", role: "status", "aria-live": "polite" }, mark, make("span", { class: "nl-phase-text" }, name, message), cancel, predict, change);
  const picking = make("div", { class: "nl-picking" }, ...picker.nodes);
  const root = make("div", { class: "nl-assist" }, status, picking);
  el.append(root);

  let folded = true; // the choice of a model, once one is in use
  const fold = (on) => {
    folded = on;
    paint();
    if (!folded) picker.field.focus({ preventScroll: true });
  };
  const paint = () => {
    const now = view();
    const needed = now.offer || !now.model || now.phase === "failed";
    picking.hidden = folded && !needed;
    change.hidden = needed || now.waiting;
    put(change, "aria-expanded", folded ? "false" : "true");
    say(name, now.model && !now.offer ? now.model : "");
    if (root.getRootNode().activeElement !== picker.field) picker.field.value = now.model;
    if (mark.dataset.phase !== now.phase) mark.replaceChildren(...(PHASE_ICONS[now.phase] ? [icon(PHASE_ICONS[now.phase])] : []));
    put(mark, "data-phase", now.phase);
    put(status, "data-phase", now.phase);
    say(message, now.message);
    put(message.parentElement, "title", `${now.model}\n${now.message}`);
    cancel.hidden = !now.waiting;
    predict.hidden = now.waiting || now.phase === "off" || now.phase === "failed";
    enable(predict, Boolean(now.input));
  };
  return keepPainted(model, paint, pages.close, link.close, bus.leave);
}

export default { render };
