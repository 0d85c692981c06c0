// The Concept mapping tab: what feeds which of one's own concepts, what is recommended, and the editor of relations.

import { connect, joinScope, keepPainted, make } from "./link.js";
import { button, enable, keyed, put, say, searchField } from "./elements.js";
import { asker } from "./asker.js";
import { labelTable } from "./labelmapping.js";
import { longList } from "./longlist.js";
import { buildLine, RELATIONS, showLine } from "./mapline.js";

function render({ model, el }) {
  const bus = joinScope(model.get("scope"));
  const link = connect(model, { bus, onBusy: (on) => bus.emit("busy", { who: "mapping", on }) });
  const pages = asker(link);
  const view = () => model.get("view");
  const send = (kind, content) => {
    const op = link.send(kind, content);
    bus.emit("sent", { op });
    return op;
  };

  // ---- by model class, or by concept

  const table = () => model.get("table");
  const classes = labelTable({ send, table, ask: (content) => pages.ask("classes", content) });
  let by = table().by;
  const ways = [["class", "By model class", "Which concept each class of the model feeds"], ["concept", "By concept", "Which model classes feed each concept"]];
  const turns = ways.map(([way, text, label]) => {
    const node = button({ text, label, onclick: () => turn(way) });
    put(node, "data-by", way);
    return node;
  });
  const turn = (way) => {
    if (by === way) return;
    by = way;
    link.tell("by", { by: way });
    paint();
  };
  const switcher = make("div", { class: "nl-seg nl-ways", role: "group", "aria-label": "Order of the mapping" }, ...turns);

  // ---- the two lists

  const acts = {
    relate: (concept, other, relation) => send("relate", { concept, other, relation }),
    unrelate: (concept, other) => send("unrelate", { concept, other }),
    choose: (concept) => {
      own.value = concept;
      editor.open = true;
      search.focus();
      editor.scrollIntoView({ block: "nearest" });
    },
  };
  const section = (kind, words) => {
    const title = make("h3", { class: "nl-title" });
    const head = make("div", { class: "nl-map-head" }, make("span", { class: "nl-dot" }), title);
    const list = make("ul", { class: "nl-lines", "aria-label": words });
    return { node: make("section", { class: `nl-map-${kind}` }, head, list), head, title, list, words };
  };
  const unmapped = section("unmapped", "Unmapped");
  const mapped = section("mapped", "Mapped");
  const all = button({ class: "nl-button nl-little", text: "", label: "Take the first recommendation of every unmapped concept, and all that are kinds of it", onclick: () => send("map_all") });
  unmapped.head.append(make("span", { class: "nl-grow" }), all);

  // ---- the editor: an own concept, the model's whole vocabulary, a relation

  const own = make("select", { class: "nl-field", "aria-label": "Own concept" });
  const [searchBox, search] = searchField("Search the model's concepts");
  const count = make("span", { class: "nl-hint" });
  let chosen = null;
  const words = longList({
    label: "The model's concepts",
    rowHeight: 28,
    page: (start, size) =>
      pages.ask("vocabulary", { search: search.value, start, count: size }).then((answer) => {
        say(count, search.value ? `${answer.total.toLocaleString("en")} of ${view().vocabulary.toLocaleString("en")}` : "");
        return answer;
      }),
    build: (entry) => {
      const node = make("div", { class: "nl-word", title: entry.label }, make("bdi", { text: entry.label }));
      if (entry.feeds.length) node.append(make("span", { class: "nl-here", text: entry.feeds.join(", ") }));
      node.addEventListener("click", () => pick(entry.label));
      return node;
    },
  });
  const picked = make("bdi", { class: "nl-picked" });
  const buttons = RELATIONS.map(([relation, name, hint]) =>
    button({ class: "nl-button nl-little", text: name, label: hint, onclick: () => {
      if (!chosen || !own.value) return;
      acts.relate(own.value, chosen, relation);
      pick(null);
    } }),
  );
  const verdict = make("div", { class: "nl-verdict" }, picked, make("div", { class: "nl-three" }, ...buttons));
  const pick = (label) => {
    chosen = label;
    say(picked, label ? `“${label}” is, for “${own.value}”:` : "Choose a concept of the model above.");
    for (const each of buttons) enable(each, Boolean(label && own.value));
  };
  own.addEventListener("change", () => pick(chosen));
  search.addEventListener("input", () => words.reset());
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") words.node.focus();
    else if (event.key === "Escape" && search.value) {
      search.value = "";
      words.reset();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const summary = make("span");
  const editor = make(
    "details",
    { class: "nl-editor" },
    make("summary", {}, summary, count),
    make("label", { class: "nl-labelled" }, make("span", { class: "nl-hint", text: "Own concept" }), own),
    searchBox,
    words.node,
    verdict,
  );
  editor.addEventListener("toggle", () => editor.open && words.reset());

  const nothing = make("p", { class: "nl-hint nl-empty" });
  const root = make("div", { class: "nl-mapping" }, nothing, switcher, classes.node, unmapped.node, mapped.node, editor);
  el.append(root);

  // ---- painting

  let vocabulary = null;
  const fill = ({ node, title, list, words: heading }, lines) => {
    node.hidden = !lines.length;
    say(title, `${heading} (${lines.length})`);
    keyed(list, lines, (line) => line.concept, () => buildLine(acts), showLine);
  };
  const paint = () => {
    const now = view();
    const known = Boolean(now.vocabulary);
    nothing.hidden = known;
    say(nothing, now.nothing);
    const listed = known && by === "concept";
    switcher.hidden = !known;
    for (const node of turns) put(node, "aria-pressed", node.dataset.by === by ? "true" : "false");
    classes.paint(known && by === "class", now.recommended);
    editor.hidden = !listed;
    fill(unmapped, listed ? now.unmapped : []);
    fill(mapped, listed ? now.mapped : []);
    all.hidden = now.recommended < 1;
    say(all.lastElementChild, `Map all ${now.recommended}`);
    say(summary, `All ${now.vocabulary.toLocaleString("en")} concepts of the model`);
    const names = [...now.unmapped, ...now.mapped].map((line) => line.concept);
    keyed(own, names, (name) => name, () => make("option"), (option, name) => {
      say(option, name);
      option.value = name;
    });
    if (vocabulary !== now.model && editor.open) words.reset();
    vocabulary = now.model;
    pick(chosen);
    put(root, "data-waiting", now.waiting);
  };
  // an answer to what was asked here changes what the words of the model feed
  link.hear({
    ack: ({ ok }) => {
      if (ok && editor.open) words.refresh();
      classes.answered();
    },
  });
  return keepPainted(model, paint, pages.close, link.close, bus.leave);
}

export default { render };
