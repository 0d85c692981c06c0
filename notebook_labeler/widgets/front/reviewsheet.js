// The grid of a review: the next inputs of the share as a contact sheet. One takes out what is wrong and approves the rest.

import { bindKeys, connect, joinScope, keepPainted, make } from "./link.js";
import { button, enable, icon, keyed, middle, put, say } from "./elements.js";
import { clipboard } from "./clipboard.js";
import { paintThumb } from "./thumb.js";

const MOST_CHIPS = 6;
const NAME_LENGTH = 60;
const TAIL_LENGTH = 8;

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => bus.emit("busy", { who: "sheet", on }) });
  const view = () => model.get("view");
  const pictures = new Map(); // input -> { image, width, height }, or { words } where there is none
  const asked = new Set(); // inputs whose picture was asked for
  const wished = new Map(); // input -> { op, out }: pressed and not yet answered
  let sweeping = null; // the operation that approves all that is shown, until it is answered
  let current = null; // the card that Tab reaches
  let coming = false; // the focus, once there are cards

  const list = make("ul", { class: "nl-tiles", role: "listbox", "aria-multiselectable": "true", "aria-label": "Inputs to approve" });
  const empty = make("p", { class: "nl-hint nl-sheet-empty" });
  const said = make("span", { class: "nl-sheet-said", role: "status", "aria-live": "polite" });
  const sizes = make("div", { class: "nl-two nl-sizes", role: "group", "aria-label": "Inputs on a page" });
  const approve = button({ class: "nl-button nl-main", icon: "check", text: "", label: "Approve all that are shown and not taken out (A)", onclick: () => sweep() });
  const foot = make("div", { class: "nl-sheet-foot" }, sizes, said, make("span", { class: "nl-hint nl-sheet-keys" }, make("kbd", { class: "nl-key", text: "Space" }), " take out ", make("kbd", { class: "nl-key", text: "Enter" }), " open ", make("kbd", { class: "nl-key", text: "A" }), " approve all"), approve);
  const root = make("section", { class: "nl-sheet", tabindex: "-1", "aria-label": "Grid" }, foot, list, empty);
  el.append(root);

  // ---- what is pressed

  const out = (card) => wished.get(card.input)?.out ?? card.taken;
  const cardOf = (input) => view().cards.find((card) => card.input === input);
  const rowOf = (input) => Array.from(list.children).find((row) => row.nlKey === input);
  const send = (kind, content) => {
    const op = link.send(kind, content);
    bus.emit("sent", { op });
    return op;
  };
  const take = (input) => {
    const card = cardOf(input);
    if (!card || sweeping) return;
    const wish = !out(card);
    wished.set(input, { out: wish, op: send("take", { input, on: wish }) });
    paint();
  };
  const open = (input) => {
    if (sweeping || !cardOf(input)) return;
    send("open", { input });
    bus.emit("open", { input });
  };
  const sweep = () => {
    const cards = view().cards.filter((card) => !out(card));
    if (!cards.length || sweeping) return;
    sweeping = send("approve_all", { inputs: cards.map((card) => card.input), seen: cards.map((card) => card.seen) });
    paint();
  };
  link.hear({
    ack: ({ op }) =>
      // ipywidgets sets traits a moment after their message came; the answer must not overtake what it speaks of
      setTimeout(() => {
        for (const [input, wish] of wished) if (wish.op === op) wished.delete(input);
        if (op === sweeping) sweeping = null;
        paint();
      }, 0),
    async thumb({ input, width, height, words }, buffers) {
      if (words !== undefined) pictures.set(input, { words });
      else {
        try {
          const image = await createImageBitmap(new Blob([buffers[0]], { type: "image/jpeg" }));
          pictures.set(input, { image, width: width || image.width, height: height || image.height });
        } catch {
          pictures.set(input, { words: "This picture cannot be shown." });
        }
      }
      const row = rowOf(input);
      const card = cardOf(input);
      if (row && card) draw(row, card);
    },
  });

  // ---- painting

  const build = (card) => {
    const { input } = card;
    const canvas = make("canvas", { class: "nl-tile-canvas" });
    const words = make("span", { class: "nl-tile-words" });
    const name = make("bdi", { class: "nl-tile-name" }, make("span"), make("span")); // the end of it always stays in sight
    const by = make("bdi", { class: "nl-tile-by" });
    const ahead = clipboard();
    const chips = make("ul", { class: "nl-tile-chips" });
    const again = make("span", { class: "nl-tile-again" }, icon("undo"));
    const mark = make("span", { class: "nl-tile-out" }, icon("close"), make("span", { text: "not this one" }));
    const look = button({ class: "nl-tool nl-tile-open", icon: "eye", label: "Open one by one (Enter)", tabindex: "-1", onclick: (event) => (event.stopPropagation(), open(input)) });
    const row = make("li", { class: "nl-tile", role: "option" }, make("div", { class: "nl-tile-picture" }, canvas, words, mark, look), make("div", { class: "nl-tile-line" }, ahead.node, again, name, by), chips);
    row.nlParts = { canvas, words, name, by, ahead, again, chips };
    row.addEventListener("click", () => {
      reach(input);
      row.focus({ preventScroll: true });
      take(input);
    });
    row.addEventListener("dblclick", () => open(input));
    return row;
  };
  const show = (row, card) => {
    const { name, by, ahead, again, chips } = row.nlParts;
    put(row, "data-out", out(card));
    put(row, "aria-selected", out(card) ? "false" : "true");
    put(row, "tabindex", card.input === current ? "0" : "-1");
    put(row, "aria-label", `${card.name}, ${card.labeler ? `by ${card.labeler}, ` : ""}${card.labels.map(({ text, count }) => (count > 1 ? `${text} ${count}` : text)).join(", ") || "no labels"}`);
    const letters = Array.from(middle(card.name, NAME_LENGTH));
    say(name.firstChild, letters.slice(0, -TAIL_LENGTH).join(""));
    say(name.lastChild, letters.slice(-TAIL_LENGTH).join(""));
    put(name, "title", card.title);
    say(by, card.labeler);
    put(by, "title", card.labeler ? `Labeled by ${card.labeler}` : null);
    ahead.show(card.prelabeled);
    again.hidden = !card.comment;
    put(again, "title", card.comment ? `Was sent back: ${card.comment}` : null);
    const shown = card.labels.slice(0, MOST_CHIPS);
    if (card.labels.length > MOST_CHIPS) shown.push({ text: `+${card.labels.length - MOST_CHIPS}`, count: 1, more: card.labels.slice(MOST_CHIPS).map(({ text }) => text).join(", ") });
    if (!card.labels.length) shown.push({ text: "no labels", count: 1, none: true });
    keyed(
      chips,
      shown,
      ({ text, none }) => (none ? "\n" : text),
      () => make("li", { class: "nl-tag" }, make("span", { class: "nl-tag-dot" }), make("bdi"), make("span", { class: "nl-times" })),
      (chip, { text, count, colour, more, none }) => {
        const [dot, words, times] = chip.children;
        dot.hidden = !colour;
        if (colour) dot.style.background = colour;
        say(words, text);
        say(times, count > 1 ? String(count) : "");
        put(chip, "title", more ?? text);
        put(chip, "data-none", none);
      },
    );
    if (row.nlSeen !== card.seen) {
      row.nlSeen = card.seen;
      draw(row, card);
    }
  };
  const draw = (row, card) => {
    const { canvas, words } = row.nlParts;
    const picture = pictures.get(card.input);
    say(words, picture ? (picture.words ?? "") : "");
    put(row, "data-waiting", !picture);
    paintThumb(canvas, picture?.image ? picture : null, card.shapes);
  };
  const drawAll = () => {
    for (const row of list.children) {
      const card = cardOf(row.nlKey);
      if (card) draw(row, card);
    }
  };
  const paint = () => {
    const now = view();
    const ids = now.cards.map((card) => card.input);
    const held = Array.from(list.children).findIndex((row) => row.contains(root.getRootNode().activeElement));
    for (const kept of [pictures, asked, wished]) for (const input of kept.keys()) if (!ids.includes(input)) forget(kept, input);
    const fresh = now.on ? ids.filter((input) => !asked.has(input)) : [];
    for (const input of fresh) asked.add(input);
    if (fresh.length) link.send("thumbs", { inputs: fresh });
    if (!ids.includes(current)) current = ids[Math.min(Math.max(held, 0), ids.length - 1)] ?? null;
    keyed(list, now.cards, ({ input }) => input, build, show);
    put(root, "data-elsewhere", Boolean(sweeping));
    list.hidden = !ids.length;
    empty.hidden = Boolean(ids.length);
    say(empty, now.nothing);
    const count = now.cards.filter((card) => !out(card)).length;
    const gone = now.cards.length - count;
    foot.hidden = !ids.length;
    say(approve.lastElementChild, `Approve all shown (${count})`);
    enable(approve, count > 0 && !sweeping);
    const words = [[gone, "taken out"], [now.aside, "taken out before"], [now.later, "more to come"]];
    say(said, words.filter(([many]) => many).map(([many, what]) => `${many.toLocaleString()} ${what}`).join(" · "));
    keyed(
      sizes,
      now.sizes,
      (size) => size,
      (size) => button({ class: "nl-switch-side", text: String(size), label: `${size} on a page`, onclick: () => send("size", { size }) }),
      (node, size) => put(node, "aria-pressed", size === now.size ? "true" : "false"),
    );
    if (coming ? root.contains(root.getRootNode().activeElement) : held >= 0 && !list.contains(root.getRootNode().activeElement)) focus();
  };
  const forget = (kept, input) => {
    if (kept === pictures) pictures.get(input).image?.close();
    kept.delete(input);
  };

  // ---- the focus and the keys

  const reach = (input) => {
    current = input;
    for (const row of list.children) put(row, "tabindex", row.nlKey === current ? "0" : "-1");
  };
  const focus = () => {
    const row = rowOf(current);
    coming = !row;
    if (!row) return root.focus({ preventScroll: true });
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const columns = () => {
    const rows = Array.from(list.children);
    const next = rows.findIndex((row) => row.offsetTop > rows[0].offsetTop);
    return next > 0 ? next : rows.length;
  };
  const step = (by) => {
    const ids = view().cards.map((card) => card.input);
    if (!ids.length) return;
    reach(ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(current) + by))]);
    focus();
  };
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
    const { key } = event;
    if (key === "ArrowRight") step(1);
    else if (key === "ArrowLeft") step(-1);
    else if (key === "ArrowDown") step(columns());
    else if (key === "ArrowUp") step(-columns());
    else if (key === "Home") step(-Infinity);
    else if (key === "End") step(Infinity);
    else if (key === " ") take(current);
    else if (key === "Enter") open(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const release = bindKeys(root, { a: () => sweep() });
  // The grid has come on the screen by somebody's hand: the keys are its own now.
  bus.on("view", ({ grid }) => {
    coming = false;
    if (!grid) return;
    drawAll();
    const home = el.closest(".nbl-root");
    if (home?.contains(root.getRootNode().activeElement) || root.getRootNode().activeElement === document.body) focus();
  });
  const observer = new ResizeObserver(drawAll);
  observer.observe(list);
  return keepPainted(model, paint, () => observer.disconnect(), release, link.close, bus.leave, () => pictures.forEach(({ image }) => image?.close()));
}

export default { render };
