// One task of the board: builds its row once, and brings it up to date.

import { make } from "./link.js";
import { button, enable, icon, put, say } from "./elements.js";
import { face, workWords } from "./taskparts.js";

export const KINDS = {
  classification: ["tag", "Classification"],
  detection: ["box", "Detection"],
  segmentation: ["polygon", "Segmentation"],
};
const ROOM = 21; // characters of concepts in a row, with three for each chip's edges
const FACES = 4;

/** `acts` has label, review and menu, each called with the task's item and the button. */
export function buildTask(acts) {
  const item = () => row.nlItem;
  const cell = (name, ...children) => make("div", { class: `nl-task-cell nl-c-${name}`, role: "gridcell" }, ...children);
  const press = (what) => () => acts[what](item(), parts[what]);
  const parts = {
    name: make("bdi", { class: "nl-task-name" }),
    under: make("span", { class: "nl-task-under" }),
    word: make("span", { class: "nl-status-word" }),
    done: make("span", { class: "nl-status-done" }),
    fill: make("span", { class: "nl-status-fill" }),
    dataset: make("bdi"),
    kind: make("span"),
    kindIcon: make("span", { class: "nl-kind-icon" }),
    concepts: make("span", { class: "nl-chips-line" }),
    labelers: make("span", { class: "nl-faces" }),
    inputs: make("span"),
    model: make("span", { class: "nl-robot" }),
    label: button({ class: "nl-button nl-little nl-tinted", text: "Label", label: "Label", onclick: press("label") }),
    review: button({ class: "nl-button nl-little", text: "Review", label: "Review", onclick: press("review") }),
    menu: button({ class: "nl-tool", icon: "dots", label: "More", "aria-haspopup": "menu", "aria-expanded": "false", onclick: press("menu") }),
  };
  const bar = make("span", { class: "nl-status-bar" }, parts.fill);
  const row = make(
    "div",
    { class: "nl-task-row" },
    cell("name", parts.name, parts.under),
    cell("status", make("span", { class: "nl-status-line" }, make("span", { class: "nl-dot" }), parts.word, parts.done), bar),
    cell("dataset", parts.dataset),
    cell("kind", parts.kindIcon, parts.kind),
    cell("concepts", parts.concepts),
    cell("labelers", parts.labelers),
    cell("inputs", parts.inputs),
    cell("model", parts.model),
    cell("acts", parts.label, parts.review, parts.menu),
  );
  row.nlParts = parts;
  row.nlButtons = [parts.label, parts.review, parts.menu];
  return row;
}

/** Bring a row up to date; what it shows already is left alone. */
export function showTask(row, item) {
  const said = JSON.stringify(item);
  if (row.nlSaid === said) return;
  row.nlSaid = said;
  const at = row.nlParts;
  const [picture, kind] = KINDS[item.kind];
  const many = item.inputs.toLocaleString("en");
  const inputs = `${many} ${item.inputs === 1 ? "input" : "inputs"}`;
  say(at.name, item.name);
  at.under.replaceChildren(...between([["span", item.work ? workWords(item.work) : item.status, "nl-u-status"], ["span", kind, "nl-u-kind"], ["bdi", item.dataset, "nl-u-dataset"], ["span", inputs, "nl-u-inputs"]]));
  const work = item.work;
  put(row, "data-status", work ? "Work" : item.status);
  say(at.word, work ? workWords(work) : item.status);
  say(at.done, work || !item.inputs || item.status === "New" ? "" : `${item.far.toLocaleString("en")} / ${many}`);
  const share = work ? (work.total ? work.done / work.total : 0) : item.done / (item.inputs || 1);
  at.fill.style.setProperty("--nl-far", work ? "100%" : `${((100 * item.far) / (item.done || 1)).toFixed(1)}%`); // the rest waits for a reviewer
  at.fill.style.width = `${(100 * share).toFixed(1)}%`;
  put(row.querySelector(".nl-c-status"), "title", item.counts);
  say(at.dataset, item.dataset);
  put(at.dataset, "title", item.dataset);
  put(at.dataset, "class", item.all ? "nl-quiet-word" : null);
  if (row.nlKind !== item.kind) at.kindIcon.replaceChildren(icon(picture));
  row.nlKind = item.kind;
  say(at.kind, kind);
  const fitting = fits(item.concepts);
  const all = item.concepts.length + item.more;
  const hidden = all - fitting;
  at.concepts.replaceChildren(
    ...item.concepts.slice(0, fitting).map((text) => make("bdi", { class: "nl-concept-chip", text })),
    ...(hidden ? [make("span", { class: "nl-more nl-more-wide", text: `+${hidden}` })] : []),
    ...(all > 1 ? [make("span", { class: "nl-more nl-more-narrow", text: `+${all - 1}` })] : []),
  );
  const rest = (names, more) => `${names.join(", ")}${more ? ` and ${more} more` : ""}`;
  const concepts = rest(item.concepts, item.more);
  const people = `${item.labelers.length ? `Labelers: ${rest(item.labelers, item.others)}` : "Anybody labels"}${item.reviewers.length ? `\nReviewers: ${item.reviewers.join(", ")}` : ""}`;
  put(at.concepts, "title", concepts || null);
  put(at.labelers, "title", people);
  put(at.labelers.parentElement, "aria-label", people.replace("\n", ", ")); // initials say little
  put(at.name, "title", [item.name, item.by && `made by ${item.by}`, `${item.dataset}, ${inputs}`, concepts && `Concepts: ${concepts}`, people].filter(Boolean).join("\n")); // what there is no room for, too
  showPeople(at.labelers, item);
  say(at.inputs, many);
  at.model.replaceChildren(...(item.model ? [icon("model")] : []));
  const helped = item.model ? `${item.auto ? "Pre-labeled" : "Assisted"} by ${item.model}` : null;
  put(at.model, "title", helped);
  put(at.model.parentElement, "aria-label", helped ?? "No AI assist");
  for (const [name, why] of [["label", item.noLabel], ["review", item.noReview]]) {
    const verb = name === "label" ? "Label" : "Review";
    enable(at[name], !why);
    put(at[name], "title", why || `${verb} ${item.name}`);
    put(at[name], "aria-label", why ? `${verb} (${why})` : verb);
  }
  put(row, "aria-label", [item.name, work ? workWords(work) : `${item.status}, ${item.counts}`, item.dataset, kind, concepts ? `concepts ${concepts}` : "", inputs, item.labelers.length ? `labelers ${rest(item.labelers, item.others)}` : "anybody labels", item.model ? "with a model" : ""].filter(Boolean).join(", "));
}

/** How many of the first concepts a row has room for; one at least. */
function fits(concepts) {
  let room = ROOM;
  const beyond = concepts.findIndex((text) => (room -= Array.from(text).length + 3) < 0);
  return beyond < 0 ? concepts.length : Math.max(1, beyond);
}

function between(words) {
  return words.map(([tag, text, name]) => make(tag, { class: name, text }));
}

function showPeople(node, { labelers, others }) {
  const hidden = Math.max(0, labelers.length - FACES) + others;
  if (!labelers.length) return node.replaceChildren(make("span", { class: "nl-quiet-word", text: "Anybody" }));
  const alone = labelers.length === 1 && !others ? [make("bdi", { class: "nl-face-name", text: labelers[0] })] : [];
  return node.replaceChildren(...labelers.slice(0, FACES).map(face), ...alone, ...(hidden ? [make("span", { class: "nl-more", text: `+${hidden}` })] : []));
}

/** Make a row's buttons reachable by Tab, or not: only the chosen row's are. */
export function reachTask(row, chosen) {
  for (const node of row.nlButtons) put(node, "tabindex", chosen ? "0" : "-1");
}
