// The status line: saved or not, the latest notice, and (for what should never happen) a traceback to send us.

import { make } from "./link.js";
import { button, icon, put, say } from "./elements.js";

const AWAY = "Saved, but the database cannot be reached now; trying again";
const SHOWN_MS = 6000; // how long what merely informs stays

export function statusLine() {
  const word = make("span");
  const mark = make("span", { class: "nl-saved-mark" });
  const saved = make("span", { class: "nl-saved", role: "status" }, mark, word);
  const text = make("bdi", { "aria-live": "polite", role: "status" });
  const close = button({ class: "nl-tool nl-shut", icon: "close", label: "Close the message", onclick: () => hide() });
  const trace = make("pre");
  const trouble = make("details", { class: "nl-trouble" }, make("summary", { text: "What happened, for a bug report" }), trace);
  const notice = make("div", { class: "nl-notice" }, text, close, trouble);
  const open = new Set(); // operations the kernel has not answered yet
  const late = new Set(); // links that wait for the kernel since two seconds
  let seen = null;
  let last = { saving: "saved", why: "" };
  let timer = 0;
  let gone = false; // the kernel: what is clicked now is lost
  let lost = false; // and something was

  const hide = () => {
    clearTimeout(timer);
    put(notice, "data-kind", null);
    say(text, "");
    close.hidden = true;
    trouble.hidden = true;
  };
  const showSaved = () => {
    const phase = gone ? "gone" : last.saving === "unsaved" ? "unsaved" : late.size ? "busy" : last.saving === "saving" || open.size ? "saving" : last.away ? "away" : "saved";
    const out = `${lost || open.size ? "Not saved:" : "Saved, but"} the kernel is gone; run the cell again`;
    const words = { saved: "Saved", saving: "Saving…", busy: "Not saved yet: the kernel is busy", unsaved: "Not saved", gone: out, away: AWAY }[phase];
    if (saved.dataset.phase !== phase) mark.replaceChildren(icon({ saved: "saved", unsaved: "warn", gone: "warn" }[phase] ?? "busy"));
    put(saved, "data-phase", phase);
    say(word, phase === "unsaved" && last.why ? `${words}: ${last.why}` : words);
    put(saved, "title", last.why || last.away || null);
  };
  hide();
  return {
    saved,
    notice,
    gone(on = true) {
      gone = on;
      showSaved();
    },
    lost() {
      gone = lost = true;
      showSaved();
    },
    busy(who, on) {
      if (on) late.add(who);
      else late.delete(who);
      showSaved();
    },
    sent(op) {
      open.add(op);
      showSaved();
    },
    answered(op) {
      if (open.delete(op)) showSaved();
    },
    paint(now) {
      last = now;
      showSaved();
      const number = now.notice?.number ?? null;
      if (number === seen) return;
      seen = number;
      hide();
      if (!now.notice) return;
      say(text, now.notice.text);
      put(text, "title", now.notice.text);
      put(notice, "data-kind", now.notice.kind);
      close.hidden = false;
      say(trace, now.trouble);
      trouble.hidden = !now.trouble;
      if (now.notice.kind === "info") timer = setTimeout(hide, SHOWN_MS);
    },
    listen(bus, model, el) {
      bus.on("sent", ({ op }) => this.sent(op));
      bus.on("ack", ({ op }) => this.answered(op));
      bus.on("gone", () => this.lost());
      bus.on("busy", ({ who, on }) => this.busy(who, on));
      // ipywidgets marks the widgets of a kernel that is gone, after it has told us.
      const live = () => setTimeout(() => this.gone(Boolean(el.closest(".jupyter-widgets-disconnected"))));
      model.on("comm_live_update", live);
      return () => model.off("comm_live_update", live);
    },
    close: () => clearTimeout(timer),
  };
}
