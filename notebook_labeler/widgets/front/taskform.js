// The New Labeling Task form, and the same for editing: what is typed is told to the kernel a moment later.

import { make } from "./link.js";
import { button, enable, fold, icon, put, say } from "./elements.js";
import { combobox } from "./combo.js";
import { markdown } from "./markdown.js";
import { modelPicker } from "./modelpicker.js";
import { chipField, robot } from "./taskchips.js";
import { choice, face, field } from "./taskparts.js";
import { KINDS } from "./taskrow.js";

const REST_MS = 250; // typing is told after such a rest
const ALL = "All inputs";
const LINES = {
  classification: "Concepts on the whole input",
  detection: "Boxes around objects",
  segmentation: "Polygons along outlines",
};
const YES_NO = [[true, "Yes"], [false, "No"]];

/** `form()`, `choices()`, `view()`, `models()` give the traits; `send`, `tell`, `ask` speak to the kernel. */
export function taskForm({ form, choices, view, models, send, tell, ask }) {
  let draft = {}, number = -1, timer = 0;
  const fields = {};
  const change = (values, now = false) => {
    draft = { ...draft, ...values };
    for (const name of Object.keys(values)) fields[name]?.wrong("");
    fold_();
    clearTimeout(timer);
    if (now) tell("draft", { draft });
    else timer = setTimeout(() => tell("draft", { draft }), REST_MS);
  };
  const text = (name, more = {}) => {
    const node = make("input", { class: "nl-field", type: "text", autocomplete: "off", spellcheck: "false", maxlength: "300", ...more });
    node.addEventListener("input", () => change({ [name]: node.value }));
    return node;
  };

  // ---- name, dataset, type

  const name = text("name", { placeholder: "For example: garments, first round" });
  fields.name = field({ title: "Name", control: name });

  const NEW = "New dataset with all inputs…";
  const amount = (count) => `${count.toLocaleString("en")} ${count === 1 ? "input" : "inputs"}`;
  const dataset = combobox({
    label: "Select a dataset",
    name: "search",
    keep: true,
    options: () => [
      { value: ALL, id: "*all", note: `${amount(view().inputs)}, those added later too` },
      ...choices().datasets.map(({ id, value, inputs }) => ({ id, value, note: amount(inputs) })),
      { value: NEW, id: "*new", note: amount(view().inputs) },
    ],
    pick: (_, { id }) => {
      change({ dataset: id.startsWith("*") ? "" : id, new_dataset: id === "*new", dataset_name: id === "*new" ? draft.dataset_name : "" }, true);
      if (id === "*new") datasetName.focus({ preventScroll: true });
    },
  });
  dataset.field.addEventListener("blur", () => (dataset.field.value = datasetWords()));
  const datasetName = text("dataset_name", { placeholder: "Name of the new dataset", "aria-label": "Name of the new dataset" });
  const datasetWords = () => (draft.new_dataset ? NEW : draft.dataset ? (choices().datasets.find(({ id }) => id === draft.dataset)?.value ?? "") : ALL);
  fields.dataset = field({ title: "Dataset", control: make("div", { class: "nl-stack" }, dataset.node, datasetName), target: dataset.field });
  fields.dataset_name = fields.dataset;

  const kind = choice({
    label: "Type",
    big: true,
    choices: Object.entries(KINDS).map(([value, [picture, words]]) => [value, words, picture, LINES[value]]),
    pick: (value) => change({ kind: value }, true),
  });
  fields.kind = field({ title: "Type", control: kind.node });

  // ---- the model

  const auto = choice({ label: "Auto-annotation", choices: YES_NO, pick: (value) => change({ auto: value }, true) });
  fields.auto = field({ title: "Auto-annotation", control: auto.node, hint: "Yes: a model pre-labels the waiting inputs as soon as the task is made; people confirm." });
  const assist = choice({ label: "AI assist", choices: YES_NO, pick: (value) => change({ assist: value }, true) });
  fields.assist = field({ title: "AI assist", control: assist.node, hint: "Yes: a model suggests while one labels." });
  const picker = modelPicker({
    models: () => models()[draft.kind] ?? [],
    search: (words, start, count) => ask("catalogue", { search: words, task_kind: draft.kind, start, count }),
    pick: (value) => change({ model: value }, true),
  });
  picker.field.addEventListener("blur", () => picker.field.value.trim() !== draft.model && change({ model: picker.field.value.trim() }, true));
  const phase = make("span", { class: "nl-model-phase" });
  fields.model = field({ title: "Model", control: make("div", { class: "nl-stack nl-picking" }, ...picker.nodes, phase), target: picker.field });

  // ---- concepts

  const covered = () => new Set(form().robots?.covered ?? []);
  const concepts = chipField({
    label: "Search concepts",
    all: () => choices().concepts.map((value) => ({ value })),
    changed: (values) => change({ concepts: values }, true),
    same: fold,
    fresh: (typed) => `Add new concept “${typed}”`,
    ordered: true,
    fixed: (value) => (form().fixed ?? []).includes(fold(value)),
    mark: (value) => (covered().has(fold(value)) ? robot("the model covers it") : null),
    empty: "Concepts that you choose appear here, in the order of their keys.",
  });
  const allOfModel = button({ class: "nl-link", text: "Add all concepts of the model", label: "Add all concepts of the model", onclick: () => takeWords() });
  const takeWords = async () => {
    const words = [];
    for (let total = 1; words.length < total; ) {
      const answer = await ask("words", { start: words.length, count: 500 });
      total = answer.total;
      words.push(...answer.items);
      if (!answer.items.length) break;
    }
    concepts.add(words);
  };
  fields.concepts = field({ title: "Concepts", control: concepts.node, target: concepts.field, more: [allOfModel] });

  // ---- people

  const people = (role, title, empty) => {
    const chips = chipField({
      label: `Select ${title.toLowerCase()}`,
      all: () => choices().people.map((value) => ({ value, note: value === view().actor ? "you" : "" })),
      changed: (values) => {
        change({ [role]: values }, true);
        tell(values);
      },
      same: (value) => value.normalize("NFC").replace(/\s+/gu, " ").trim(),
      fresh: (typed) => `New collaborator “${typed}”`,
      mark: (value) => ({ key: value, title: value === view().actor ? "you" : null, node: () => face(value) }),
      empty,
    });
    const make_ = make("input", { class: "nl-field", type: "text", placeholder: "Name", "aria-label": `Name of the new collaborator, for ${title.toLowerCase()}`, maxlength: "200", autocomplete: "off", spellcheck: "false" });
    const take = () => {
      const typed = make_.value.trim();
      if (!typed) return make_.focus();
      send("person", { name: typed });
      chips.add([typed]);
      make_.value = "";
      return shut();
    };
    const fresh = make("div", { class: "nl-new-person" }, make_, button({ class: "nl-button nl-little nl-main", text: "Add", label: `Add to ${title.toLowerCase()}`, onclick: take }), button({ class: "nl-tool", icon: "close", label: "Close", onclick: () => shut() }));
    fresh.hidden = true;
    const opener = button({ class: "nl-link", text: "New collaborator", label: `New collaborator, for ${title.toLowerCase()}`, "aria-expanded": "false", onclick: () => {
      fresh.hidden = false;
      put(opener, "aria-expanded", "true");
      make_.focus({ preventScroll: true });
    } });
    const shut = () => {
      fresh.hidden = true;
      put(opener, "aria-expanded", "false");
      opener.focus({ preventScroll: true });
    };
    fresh.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && event.target === make_) take();
      else if (event.key === "Escape") shut();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    const everybody = button({ class: "nl-link", text: "Add all", label: `Add all, ${title.toLowerCase()}`, onclick: () => chips.add(choices().people) });
    const nobody = button({ class: "nl-link", text: "Remove all", label: `Remove all, ${title.toLowerCase()}`, onclick: () => chips.clear() });
    fields[role] = field({ title, control: make("div", { class: "nl-stack" }, fresh, chips.node), target: chips.field, more: [opener, everybody, nobody] });
    const tell = (wanted) => {
      const left = choices().people.some((name) => !wanted.includes(name));
      enable(everybody, left);
      put(everybody, "title", left ? "Everybody in the project" : "Everybody in the project is chosen");
      enable(nobody, wanted.length);
      put(nobody, "title", wanted.length ? "Take everybody away" : "Nobody is chosen");
    };
    const show = (wanted) => {
      chips.show(wanted);
      tell(wanted);
    };
    return { show };
  };
  const labelers = people("labelers", "Labelers", "Nobody chosen: anybody labels what is open.");
  const reviewers = people("reviewers", "Reviewers", "Nobody chosen: what is handed in counts as done.");
  const names = make("p", { class: "nl-hint nl-names-hint" }, icon("person"), make("span", { text: "Names say who did what. They are attribution, not authentication: whoever can open this project can work under any name." }));

  // ---- instructions

  const box = make("textarea", { class: "nl-field nl-area", rows: "5", dir: "auto", placeholder: "What labelers should know (optional)", maxlength: "20000" });
  box.addEventListener("input", () => {
    change({ instructions: box.value });
    render();
  });
  const style = choice({ label: "Format of the instructions", choices: [[false, "Plain text"], [true, "Markdown"]], pick: (value) => {
    change({ markdown: value }, true);
    render();
  } });
  const shown = make("div", { class: "nl-md nl-md-preview", "aria-label": "Preview", role: "region" });
  const render = () => {
    const on = draft.markdown && Boolean(box.value.trim());
    shown.hidden = !on;
    shown.replaceChildren(...(on ? [markdown(box.value)] : []));
  };
  fields.instructions = field({ title: "Instructions", control: make("div", { class: "nl-instructions-pair" }, box, shown), target: box, more: [style.node] });

  // ---- more

  const percent = make("input", { class: "nl-field nl-number-field", type: "number", min: "0", max: "100", step: "any", "aria-label": "Percentage of the inputs that get second opinions" });
  percent.addEventListener("input", () => change({ percent: percent.value === "" ? 0 : Number.isFinite(percent.valueAsNumber) ? percent.valueAsNumber : -1 }));
  const opinions = make("input", { class: "nl-field nl-number-field", type: "number", min: "2", max: "9", step: "1", "aria-label": "Labelers for each of them" });
  opinions.addEventListener("input", () => change({ opinions: Math.trunc(opinions.valueAsNumber) || 0, percent: draft.percent }));
  fields.percent = field({ title: "Second opinions", control: make("div", { class: "nl-inline" }, percent, make("span", { text: "% of the inputs are labeled by" }), opinions, make("span", { text: "labelers, for agreement" })), target: percent });
  fields.opinions = fields.percent;
  const tick = (key, words, hint) => {
    const input = make("input", { type: "checkbox" });
    input.addEventListener("change", () => change({ [key]: input.checked }, true));
    return { input, node: make("label", { class: "nl-tick-line" }, input, make("span", {}, make("span", { text: words }), make("span", { class: "nl-hint", text: hint }))) };
  };
  const together = tick("together", "Keep near-duplicates together", "Pictures that look alike go to the same labeler and reviewer.");
  const single = tick("single", "One concept per input", "Accepting one replaces the other.");
  const more = make("details", { class: "nl-form-more nl-fold" }, make("summary", {}, icon("unfold"), make("span", { text: "More" })), make("div", { class: "nl-form-more-in" }, fields.percent.node, together.node, single.node));

  // ---- the whole

  const preview = make("p", { class: "nl-form-preview", role: "status" });
  const title = make("h3", { class: "nl-board-title", tabindex: "-1" });
  const create = button({ class: "nl-button nl-main", text: "Create task", label: "Create", onclick: () => {
    clearTimeout(timer);
    send("create", { draft });
    waiting = true;
  } });
  const cancel = button({ class: "nl-button", text: "Cancel", label: "Cancel", onclick: () => {
    clearTimeout(timer);
    tell("draft", { draft });
    send("cancel");
  } });
  let closedBy = ""; // what closed it last
  let task = ""; // the one that is edited
  let waiting = false; // for the answer to Create, whose first mistake gets the focus
  const group = (...parts) => make("div", { class: "nl-form-group" }, ...parts);
  const pair = make("div", { class: "nl-form-two" }, fields.auto.node, fields.assist.node);
  const node = make(
    "section",
    { class: "nl-form", role: "form" },
    make("div", { class: "nl-form-top" }, button({ class: "nl-tool", icon: "previous", label: "Back to tasks", onclick: () => cancel.click() }), title),
    make(
      "div",
      { class: "nl-form-columns" },
      group(fields.name.node, fields.dataset.node, fields.kind.node, fields.concepts.node),
      group(pair, fields.model.node, fields.labelers.node, fields.reviewers.node, names),
    ),
    make("div", { class: "nl-form-wide" }, fields.instructions.node, more),
    make("div", { class: "nl-form-foot" }, preview, cancel, create),
  );
  node.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") cancel.click();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) create.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const fold_ = () => {
    const helped = draft.auto || draft.assist;
    fields.model.node.hidden = !helped;
    datasetName.hidden = !draft.new_dataset;
    single.node.hidden = draft.kind !== "classification";
    put(create, "data-op", null);
  };
  const PHASES = { loading: ["busy", "Opening the model…"], ready: ["saved", ""], failed: ["warn", ""] };
  let phaseNow = "";
  const paintPhase = ({ phase: wanted, message, labels }) => {
    const [picture, words] = PHASES[wanted] ?? [null, ""];
    const said = wanted === "ready" ? `Knows ${labels.toLocaleString("en")} ${labels === 1 ? "concept" : "concepts"}` : message || words;
    put(phase, "data-phase", wanted);
    const now = `${wanted} ${said}`;
    if (now !== phaseNow) phase.replaceChildren(...(picture ? [icon(picture), make("bdi", { text: said })] : []));
    phaseNow = now;
    phase.hidden = !picture;
    allOfModel.hidden = !(wanted === "ready" && labels);
  };
  const fill = () => {
    name.value = draft.name;
    datasetName.value = draft.dataset_name;
    kind.set(draft.kind);
    auto.set(draft.auto);
    assist.set(draft.assist);
    picker.field.value = draft.model;
    box.value = draft.instructions;
    style.set(draft.markdown);
    percent.value = String(draft.percent);
    opinions.value = String(draft.opinions);
    together.input.checked = draft.together;
    single.input.checked = draft.single;
    more.open = Boolean(draft.percent || !draft.together || draft.single);
    dataset.field.value = datasetWords();
    render();
  };
  return {
    node,
    /** Bring it up to date; gives whether it is on the screen. */
    paint() {
      const now = form();
      const on = now.number !== undefined;
      node.hidden = !on;
      if (!on) {
        if (number >= 0) closedBy = waiting && !task ? "create" : "";
        waiting = false;
        number = -1;
        return false;
      }
      const opened = now.number !== number;
      if (opened) {
        number = now.number;
        task = now.task;
        draft = { ...now.draft };
        waiting = false;
        fill();
        say(title, now.title);
        put(node, "aria-label", now.title);
        const editing = Boolean(now.task);
        say(create.lastElementChild, editing ? "Save changes" : "Create task");
        put(create, "aria-label", editing ? "Save changes" : "Create task");
        put(create, "title", editing ? "Save changes (Ctrl+Enter)" : "Create task (Ctrl+Enter)");
        kind.enable(!editing);
        dataset.field.disabled = editing;
        fields.auto.node.hidden = editing; // what is waiting later is pre-labeled from the row's menu
        fields.kind.hint(editing ? "A task keeps its type and its dataset." : "");
      }
      concepts.show(draft.concepts);
      labelers.show(draft.labelers);
      reviewers.show(draft.reviewers);
      fold_();
      if (dataset.field.getRootNode().activeElement !== dataset.field) dataset.field.value = datasetWords();
      paintPhase(now.robots);
      say(preview, now.preview);
      const errors = now.errors;
      for (const [key, one] of Object.entries(fields)) if (!errors[key] && !(key in { dataset_name: 1, opinions: 1 })) one.wrong("");
      for (const [key, said] of Object.entries(errors)) fields[key]?.wrong(said);
      const wrong = Object.keys(errors);
      if (waiting && wrong.length) {
        waiting = false;
        if (wrong.includes("percent")) more.open = true;
        const first = ["name", "dataset", "kind", "concepts", "model", "labelers", "reviewers", "percent", "instructions"].find((key) => wrong.includes(key));
        fields[first]?.focus();
      }
      if (opened) name.focus({ preventScroll: true });
      return true;
    },
    /** Whether it was closed because a task was made of it; said once. */
    made() {
      const made = closedBy === "create";
      closedBy = "";
      return made;
    },
    close: () => clearTimeout(timer),
  };
}
