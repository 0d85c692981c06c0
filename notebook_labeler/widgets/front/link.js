// What all our widgets share in the page: the line to the kernel, the bus between widgets of one labeler, the keys.
//
//   make(tag, props, ...children)    an element; strings become text, never markup ({class, text, title, onclick, "aria-label", ...})
//   newId()                          a UUID, also on pages without https
//   connect(model, {onBusy})         the line to the kernel:
//       .send(kind, content, buffers) -> op   is kept until the kernel acknowledges it, and resent; harmless twice (op is unique)
//       .tell(kind, content)                  for what the next message replaces anyway (a view, a size): neither kept nor resent
//       .hear({kind: (content, buffers) => …})   messages of the kernel, by their kind
//       .close()                              when the view is taken away
//     onBusy(true) after two seconds without an answer, onBusy(false) when everything has been answered.
//     The answer is {kind: "ack", op, ok}; `ok` is false when the kernel refused (its sentence is shown by the labeler).
//   joinScope(scope)                 the bus of one labeler (model.get("scope")):
//       .on(type, listener) .emit(type, detail) .leave()
//       "navigate" {step, op, input}: emitted by whoever navigates, at the very press, op being what `send` gave; the stage switches.
//       "ack" {op, ok}: emitted by every link opened with {bus} when the kernel has answered.
//       "gone" {op}: emitted by every link opened with {bus} when there is no kernel any more to send to.
//       "sent" {op} and "busy" {who, on}: for the labeler's status line, emitted by whoever sends and waits.
//       "shown" {input}: emitted by the stage when another input is on the screen, perhaps before the kernel knows.
//       Of objects: "draw" {concept, key, colour, shape, tool} and "stop" {} begin and end drawing; the stage answers with
//       "drawing" {concept or null, shape}. "selected" {ids, from} and "hover" {id or null, from} go both ways. "changing" {op,
//       input, do, ids, concept, key, colour, from}: somebody has sent this; the others show at once what will come of it.
//   keepPainted(model, paint, ...ends)   paints now and at every change; gives what ends that, and calls `ends`, when the view goes
//   bindKeys(el, {"1": fn, "Shift+1": fn, "f": fn, "Ctrl+z": fn, "Escape": fn, "+": fn}) -> release()
//       called while the focus is anywhere inside the same labeler (".nbl-root", or a lone ".nbl-stage") but not in a text field;
//       fn(event) may return false: not mine. Digits go by place (Shift and AZERTY safe), letters by what is printed on the key.
//       "Ctrl" stands for Ctrl and for ⌘. Nothing of it reaches the notebook's own shortcuts; other Ctrl and ⌘ keys do.

const HOME = "notebookLabeler"; // the one name we put on window
const ROOT = ".nbl-root, .nbl-stage";
const BUSY_MS = 2000;
const RESEND_MS = 10000;

export function make(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") el.className = value;
    else if (name === "text") el.textContent = value;
    else if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children);
  return el;
}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, (n) => n.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function keepPainted(model, paint, ...ends) {
  model.on("change", paint);
  paint();
  return () => {
    model.off("change", paint);
    for (const end of ends) end();
  };
}

// ---- the line to the kernel

export function connect(model, { onBusy = () => {}, bus = null } = {}) {
  const pending = new Map(); // op -> what was sent, when, and when it is sent again
  const handlers = new Map();
  let busy = false;
  let timer = 0;

  // A dead kernel's widgets stay in the page; sending to it throws.
  const post = (content, buffers) => {
    try {
      model.send(content, undefined, buffers);
    } catch {
      if (content.op) bus?.emit("gone", { op: content.op });
    }
  };

  const look = () => {
    const now = Date.now();
    let late = false;
    for (const letter of pending.values()) {
      late ||= now - letter.sent >= BUSY_MS;
      if (now >= letter.again) {
        letter.wait *= 2;
        letter.again = now + letter.wait;
        post(letter.content, letter.buffers);
      }
    }
    if (late && !busy) onBusy((busy = true));
    if (!pending.size) rest();
  };

  const rest = () => {
    clearInterval(timer);
    timer = 0;
    if (busy) onBusy((busy = false));
  };

  const receive = (content, buffers) => {
    if (content.kind === "ack") {
      if (!pending.delete(content.op)) return; // another view's
      if (!pending.size) rest();
      bus?.emit("ack", content);
    }
    handlers.get(content.kind)?.(content, buffers ?? []);
  };
  model.on("msg:custom", receive);

  return {
    send(kind, content = {}, buffers = []) {
      const op = newId();
      const now = Date.now();
      const letter = { content: { ...content, kind, op }, buffers, sent: now, again: now + RESEND_MS, wait: RESEND_MS };
      pending.set(op, letter);
      timer ||= setInterval(look, 250);
      post(letter.content, buffers);
      return op;
    },
    tell(kind, content = {}) {
      post({ ...content, kind });
    },
    hear(more) {
      for (const [kind, handler] of Object.entries(more)) handlers.set(kind, handler);
    },
    close() {
      clearInterval(timer);
      model.off("msg:custom", receive);
    },
  };
}

// ---- the bus between the widgets of one labeler

function home() {
  if (!window[HOME]) {
    window[HOME] = { scopes: new Map(), keys: new Set(), guarded: new WeakSet() };
    window.addEventListener("keydown", guard, true);
  }
  return window[HOME];
}

export function joinScope(scope) {
  const { scopes } = home();
  const listeners = () => scopes.get(scope) ?? scopes.set(scope, new Set()).get(scope); // looked up anew: the last to leave removes it
  const mine = [];
  return {
    on(type, listener) {
      const entry = { type, listener };
      mine.push(entry);
      listeners().add(entry);
    },
    emit(type, detail) {
      for (const entry of [...listeners()]) if (entry.type === type) entry.listener(detail);
    },
    leave() {
      for (const entry of mine) listeners().delete(entry);
      if (!listeners().size) scopes.delete(scope);
    },
  };
}

// ---- the keys

const rootOf = (el) => el.closest(".nbl-root") ?? el.closest(ROOT);

export function bindKeys(el, keys) {
  const binding = { el, keys };
  home().keys.add(binding);
  return () => home().keys.delete(binding);
}

function isTextField(el) {
  if (el.isContentEditable) return true;
  if (el.tagName === "INPUT") return !["checkbox", "radio", "button", "submit", "reset", "image", "color", "file"].includes(el.type);
  return el.tagName === "TEXTAREA" || el.tagName === "SELECT";
}

// A focused button keeps Space and Enter, a focused slider or list its arrows.
function isItsOwn(el, key) {
  if (key === "Space" || key === "Enter") return el.matches("button, summary, a[href], input, [role=button], [role=checkbox], [role=tab]");
  if (/^(Arrow|Page|Home|End)/.test(key)) return el.matches("input, [role=slider], [role=listbox], [role=option], [role=tab], [role=radio]");
  return false;
}

export function keyName(event) {
  let key = event.key === " " ? "Space" : event.key;
  const typed = event.getModifierState("AltGraph"); // AltGr writes characters, "[" on many keyboards
  const digit = !typed && /^Digit(\d)$/.exec(event.code);
  const letter = /^Key([A-Z])$/.exec(event.code);
  let shift = event.shiftKey;
  if (digit && (event.shiftKey || /^\D$/.test(key) || /^\d$/.test(key))) key = digit[1];
  else if (letter && !/^[a-z]$/i.test(key)) key = letter[1].toLowerCase();
  else if (/^[a-z]$/i.test(key)) key = key.toLowerCase();
  else if (key.length === 1) shift = false; // Shift is already in the character: "+", "?"
  const ctrl = !typed && (event.ctrlKey || event.metaKey);
  return `${ctrl ? "Ctrl+" : ""}${event.altKey && !typed ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

// Those that hold the focus come first, then the rest of the same labeler, but for what is hidden.
function handlersFor(root, target, name) {
  const bound = [...home().keys].filter((b) => b.keys[name] && b.el.getClientRects().length && rootOf(b.el) === root);
  return bound.sort((a, b) => b.el.contains(target) - a.el.contains(target)).map((b) => b.keys[name]);
}

// First on the way down, on window: the notebook looks at the focused element alone, so that is where the mark must be.
function guard(event) {
  const target = event.target;
  const root = target instanceof Element ? rootOf(target) : null;
  if (!root) return;
  const name = keyName(event);
  const ours = !(event.ctrlKey || event.metaKey) || handlersFor(root, target, name).length > 0;
  if (ours) target.setAttribute("data-lm-suppress-shortcuts", "true");
  else target.removeAttribute("data-lm-suppress-shortcuts");
  if (!home().guarded.has(root)) {
    home().guarded.add(root);
    root.addEventListener("keydown", dispatch);
  }
}

// Last on the way up, on the labeler's root: the hotkeys of its parts, and no key for the notebook.
function dispatch(event) {
  const target = event.target;
  if (event.isComposing) return;
  const name = keyName(event);
  const root = event.currentTarget;
  if (rootOf(target) !== root) return;
  if (!isTextField(target) && !isItsOwn(target, name) && !event.defaultPrevented) {
    for (const handler of handlersFor(root, target, name)) {
      if (handler(event) === false) continue;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
  }
  if (name === "Escape" && !event.defaultPrevented) return leave(root);
  if (!(event.ctrlKey || event.metaKey)) event.stopPropagation();
}

// Escape hands the keyboard back to the notebook, whose cell is then selected.
function leave(root) {
  document.activeElement?.blur();
  const cell = root.closest(".jp-Cell, .cell");
  const notebook = root.closest(".jp-Notebook") ?? cell;
  (cell?.hasAttribute("tabindex") ? cell : notebook)?.focus({ preventScroll: true });
}
