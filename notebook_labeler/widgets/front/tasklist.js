// The list of tasks: heads to sort by, rows of which only those in sight are built, and what to do where there is none.

import { make } from "./link.js";
import { button, put, say } from "./elements.js";
import { longList } from "./longlist.js";
import { buildTask, reachTask, showTask } from "./taskrow.js";

const HIGH = 56;
const FEWEST = 4;
const MOST = 9; // rows in sight
const HEADS = [["name", "Name"], ["status", "Status"], ["dataset", "Dataset"], ["kind", "Type"], ["concepts", "Concepts"], ["labelers", "Labelers"], ["inputs", "Inputs"], ["model", "AI", "AI assist"]];

/**
 * `ask({search, sort, down, start, count})` promises a page; `acts` has label, review and menu; `search()` gives the search;
 * `clear()` takes it away; `counted(total)` is told how many tasks were found.
 */
export function taskList({ ask, acts, search, clear, counted }) {
  let by = "created", down = false;
  const heads = new Map();
  const head = make("div", { class: "nl-task-row nl-task-heads", role: "group", "aria-label": "Sort by" });
  for (const [name, text, whole = text.toLowerCase()] of HEADS) {
    const node = button({ class: "nl-head", text, label: `Sort by ${whole}`, onclick: () => sort(name) });
    heads.set(name, node);
    head.append(make("div", { class: `nl-task-cell nl-c-${name}` }, node));
  }
  head.append(make("div", { class: "nl-task-cell nl-c-acts" }));
  const sort = (name) => {
    if (by !== name || name === "created") [by, down] = [name, false];
    else if (!down) down = true;
    else [by, down] = ["created", false];
    for (const [mine, node] of heads) {
      put(node, "data-sorted", mine === by ? (down ? "down" : "up") : null);
      put(node, "aria-pressed", mine === by ? "true" : "false");
      put(node, "title", mine === by ? `Sorted ${down ? "from the last" : "from the first"}; click for ${down ? "the newest first" : "the other way round"}` : null);
    }
    list.reset();
  };

  const nothing = make("bdi");
  const none = make("p", { class: "nl-hint nl-none", role: "status" }, nothing, button({ class: "nl-link", text: "Show all tasks", label: "Show all tasks", onclick: () => clear() }));
  none.hidden = true;
  const list = longList({
    label: "Labeling tasks",
    rowHeight: HIGH,
    roles: ["grid", "row"],
    of: (item) => item.key,
    page: (start, count) => ask({ search: search(), sort: by, down, start, count }),
    build: () => buildTask(acts),
    show: (row, item) => showTask(row, item),
    drawn: (total) => {
      list.node.style.height = `${Math.max(FEWEST, Math.min(MOST, total)) * HIGH}px`;
      list.node.hidden = head.hidden = !total;
      none.hidden = total > 0 || !search();
      say(nothing, search() ? `No task matches “${search()}”.` : "");
      list.draw();
      reach();
      counted(total);
      meet();
    },
    key: (name, item, row) => {
      if (name === "Enter") {
        const first = row.nlButtons.find((each) => each.getAttribute("aria-disabled") !== "true");
        first.click();
        return true;
      }
      if (name === "ContextMenu" || name === "m") return acts.menu(item, row.nlParts.menu), true;
      return false;
    },
  });
  const find = (key) => [...list.node.querySelectorAll(".nl-task-row")].find((row) => row.nlItem?.key === key);
  let due = null; // a task whose row is awaited, and what is done then
  const meet = () => {
    const row = due && find(due.key);
    if (!row) return;
    const { act } = due;
    due = null;
    act(row);
  };
  const reach = () => {
    const chosen = list.chosen();
    for (const row of list.node.querySelectorAll(".nl-task-row")) reachTask(row, row === chosen);
  };
  list.node.addEventListener("scroll", reach, { passive: true });
  list.node.addEventListener("mousedown", reach);
  list.node.addEventListener(
    "focus",
    (event) => {
      const row = event.target.closest(".nl-task-row");
      if (row) list.move(row.nlAt);
      else if (!list.chosen()) list.move(Math.ceil(list.node.scrollTop / HIGH));
      reach();
    },
    true,
  );
  // With a button of a row under the keys, the arrows go to the same button of the next row, and sideways.
  list.node.addEventListener(
    "keydown",
    (event) => {
      const row = event.target.closest?.(".nl-task-row");
      if (!row || event.target === list.node) return;
      const at = row.nlButtons.indexOf(event.target);
      const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (side) {
        const next = row.nlButtons[at + side];
        if (next) next.focus({ preventScroll: true });
        else if (side < 0) list.node.focus({ preventScroll: true });
      } else if (step) {
        list.move(row.nlAt + step);
        reach();
        list.chosen()?.nlButtons[at].focus({ preventScroll: true });
      } else if (event.key === "Escape") list.node.focus({ preventScroll: true });
      else if (event.key === "Enter" || event.key === " ") return event.stopPropagation(); // the button's own
      else return undefined;
      event.preventDefault();
      event.stopPropagation();
      return undefined;
    },
    true,
  );
  list.node.addEventListener("keydown", (event) => {
    if (event.target === list.node && event.key === "ArrowRight") list.chosen()?.nlButtons[0].focus({ preventScroll: true });
    reach();
  });
  return {
    nodes: [head, list.node, none],
    reset: list.reset,
    refresh: list.refresh,
    draw: list.draw,
    focus: () => list.node.focus({ preventScroll: true }),
    row: find,
    /** Do something with a task's row, as soon as it is there. */
    meet(key, act) {
      due = { key, act };
      meet();
    },
    /** What a menu offers to sort by: columns that are out of sight, too. */
    orders: () =>
      [["created", "Newest first"], ...HEADS].map(([name, head, text = head]) => {
        const chosen = name === by;
        return [chosen ? "check" : null, chosen && name !== "created" ? `${text} ${down ? "↓" : "↑"}` : text, () => sort(name), { chosen }];
      }),
  };
}
