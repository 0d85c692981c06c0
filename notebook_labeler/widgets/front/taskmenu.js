// The menu of a task's row, and the dialogs behind it: a new version, the team, deleting.

import { make } from "./link.js";
import { say } from "./elements.js";
import { dialog, field, menu } from "./taskparts.js";

/** `send` and `ask` speak to the kernel, `say(text)` shows a sentence; `place` is what menus and dialogs lie over. */
export function taskMenu({ place, send, ask, tell }) {
  const opened = menu(place);

  const copy = async (item) => {
    try {
      await navigator.clipboard.writeText(item.key);
      tell(`The ID of ${item.name} is copied.`);
    } catch {
      const shown = make("input", { class: "nl-field", type: "text", readonly: true, "aria-label": "Task ID" });
      shown.value = item.key;
      dialog(place, { title: "Task ID", body: [shown], actions: [["Close", "nl-main", null]], focus: shown });
      shown.select();
    }
  };

  const version = (item, back) => {
    const name = make("input", { class: "nl-field", type: "text", maxlength: "200", autocomplete: "off", spellcheck: "false", placeholder: "For example: first-pass" });
    const words = make("input", { class: "nl-field", type: "text", maxlength: "1000", autocomplete: "off", placeholder: "What is in it, in a sentence" });
    const named = field({ title: "Name", control: name });
    dialog(place, {
      title: "New dataset version",
      body: [
        make("p", { class: "nl-hint" }, "Everything accepted in ", make("bdi", { text: item.name }), " so far, saved as Parquet files that never change."),
        named.node,
        field({ title: "Message", control: words }).node,
      ],
      actions: [
        ["Cancel", "", null],
        ["Save version", "nl-main", (close) => {
          if (!name.value.trim()) {
            named.wrong("Give the version a name.");
            return named.focus();
          }
          send("version", { task: item.key, name: name.value, message: words.value });
          return close();
        }],
      ],
      focus: name,
      back,
    });
  };

  const remove = (item, back) => {
    const labels = item.done ? `${item.done.toLocaleString("en")} of its ${item.inputs.toLocaleString("en")} inputs ${item.done === 1 ? "is" : "are"} labeled.` : "None of its inputs is labeled yet.";
    const count = make("span", { text: labels });
    ask("labels", { task: item.key, start: 0, count: 1 }).then(
      ({ items }) => say(count, `${labels} It has ${items[0].toLocaleString("en")} ${items[0] === 1 ? "label" : "labels"}.`),
      () => {},
    );
    dialog(place, {
      title: "Delete this task?",
      body: [
        make("p", { class: "nl-dialog-name" }, make("bdi", { text: item.name })),
        make("p", {}, count, " The labels go out of sight with it; Undo brings all of it back."),
      ],
      actions: [
        ["Keep", "", null],
        ["Delete", "nl-danger", (close) => {
          send("delete", { task: item.key });
          close();
        }],
      ],
      back,
    });
  };

  const team = (item, back) => {
    const body = make("div", { class: "nl-tables" }, make("p", { class: "nl-hint", text: "Counting…" }));
    dialog(place, { title: "Team", body: [make("p", { class: "nl-dialog-name" }, make("bdi", { text: item.name })), body], actions: [["Close", "nl-main", null]], wide: true, back });
    ask("team", { task: item.key, start: 0, count: 20 }).then(
      ({ items }) => body.replaceChildren(...(items.length ? items.map(table) : [make("p", { class: "nl-hint", text: "Nobody has labeled anything here yet." })])),
      (error) => body.replaceChildren(make("p", { class: "nl-wrong", text: error.message })),
    );
  };

  return {
    node: opened.node,
    leave: opened.leave,
    open(item, at) {
      opened.open(at, `More for ${item.name}`, [
        ["copy", "Copy task ID", () => copy(item)],
        ["stack", "New dataset version…", () => version(item, at)],
        ["pencil", "Edit…", () => send("edit", { task: item.key })],
        ["model", "Pre-label…", () => send("prelabel", { task: item.key })],
        ["people", "Team…", () => team(item, at)],
        ["bin", "Delete…", () => remove(item, at), { danger: true }],
      ]);
    },
  };
}

function table({ title, columns, digits, rows, note }) {
  const number = (value) => typeof value === "number";
  const right = (index) => (rows.every((row) => row[index] === null || number(row[index])) ? "nl-right" : null);
  const cut = (index) => ({ minimumFractionDigits: digits[index], maximumFractionDigits: digits[index] }); // points stand below points
  const text = (value, index) => (value === null ? "–" : number(value) ? value.toLocaleString("en", cut(index)) : String(value));
  return make(
    "section",
    {},
    make("h4", { class: "nl-title", text: title }),
    make(
      "div",
      { class: "nl-table-place", tabindex: "0", role: "region", "aria-label": title },
      make(
        "table",
        { class: "nl-table" },
        make("thead", {}, make("tr", {}, ...columns.map((name, index) => make("th", { scope: "col", class: right(index), text: name })))),
        make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((value, index) => make("td", { class: right(index) }, make("bdi", { text: text(value, index) })))))),
      ),
    ),
    note ? make("p", { class: "nl-hint", text: note }) : "",
  );
}
