// What the Objects pane lists: concepts and instances as the kernel has them, with what was clicked since laid over them.

import { fold } from "./elements.js";

export const AT = "concept "; // begins the key of a concept's row; those of instances are their ids
const PLAIN = { share: null, original: "", ambiguous: false, passing: false, people: [], models: [], sources: [] };

/** Give the concepts: `wish(key)` is what was clicked of a row, `drawing` is {concept, shape} or null. */
export function conceptItems(given, { hidden, wish, drawing, folded }) {
  const there = new Set(given.map(({ key }) => key));
  const twice = (wished, { key }) => wished?.renamed && fold(wished.concept) !== key && there.has(fold(wished.concept));
  return given.map((group, index) => {
    let wished = wish(AT + group.key);
    if (twice(wished, group)) wished = {}; // the name is listed already: no second row by that name
    const active = drawing && fold(drawing.concept) === fold(group.concept) ? drawing.shape : null;
    const seen = { ...group, hidden: hidden.has(group.key), ...wished, active, waiting: Boolean(wished) };
    return { ...seen, row: AT + group.key, level: 1, nth: index + 1, of: given.length, open: !folded.has(group.key) };
  });
}

/** Give the instances by their id, in order. `own` says that one is hidden by itself, not with its concept. */
export function thingItems(given, groups, { hidden, wish, selected }) {
  const byKey = new Map(groups.map((group) => [group.key, group]));
  const things = new Map();
  for (const thing of given) {
    const group = byKey.get(thing.group);
    if (!group) continue;
    const { concept, colour } = group;
    const wished = wish(thing.id);
    const own = wished?.hidden ?? hidden.has(thing.id);
    const item = { ...PLAIN, ...thing, concept, colour, ...wished, own, hidden: own || group.hidden, selected: selected(thing.id) };
    item.waiting = Boolean(wished || group.renamed);
    if (item.original === group.original) item.original = ""; // the concept's row says it for all
    if (wished?.state) item.passing = false;
    if (wished?.state === "suggested" && !thing.number) item.gone = true; // drawn by hand: nobody suggests it
    things.set(thing.id, item);
  }
  return things;
}

/** Give the rows in the order in which they stand: below each concept that is not folded its instances. */
export function rowItems(groups, things) {
  const inside = new Map(groups.map(({ key }) => [key, []]));
  for (const thing of things.values()) inside.get(thing.group).push(thing);
  return groups.flatMap((group) => {
    const all = group.open ? inside.get(group.key) : [];
    const below = all.map((thing, at) => ({ ...thing, key: thing.id, level: 2, of: all.length, last: at === all.length - 1 }));
    return [{ ...group, id: group.key, key: group.row }, ...below];
  });
}
