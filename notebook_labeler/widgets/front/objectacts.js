// What can be done in the Objects pane. Each is told to the kernel and shown at once, here and on the picture.
//
// They are called with the key of a row; what is done to one of several selected instances is done to all of them.

import { fold } from "./elements.js";
import { binIn, renameIn } from "./row.js";
import { AT } from "./objectlist.js";

// What is to be seen of an instance until the kernel has answered, and the words when it has.
export const WISHES = {
  accept: { state: "accepted", said: "Added" },
  uncheck: { state: "suggested", said: "Removed" },
  delete: { gone: true, said: "Deleted" },
  reassign: { state: "accepted", moved: true, said: "Changed" },
  hide: { hidden: true },
  show: { hidden: false },
};

/** `pane` has groups, things, view(), folded, selection, wished, tree, other, root, link, bus, me, focused(), paint(). */
export function objectActs(pane) {
  const { bus, link, me } = pane;
  const groupOf = (row) => pane.groups.find((group) => group.row === row);
  const named = (concept) => pane.groups.find((group) => group.key === fold(concept));
  const inGroup = (key) => Array.from(pane.things.values()).filter((thing) => thing.group === key);
  const idsIn = (key) => inGroup(key).map(({ id }) => id);
  const meant = (id) => {
    const { things, selection } = pane;
    if (selection.has(id)) return selection.ids().filter((each) => things.has(each));
    return things.has(id) ? [id] : [];
  };
  const nameOf = (ids) => {
    const { concept, nth } = pane.things.get(ids[0]);
    return ids.length === 1 ? `${concept}.${nth}` : `${ids.length} objects`;
  };

  const ask = (kind, content, keys, wish, { verb = kind, seen = content.ids, as = {} } = {}) => {
    const { input } = pane.view();
    const op = link.send(kind, { ...content, input });
    bus.emit("sent", { op });
    if (seen) bus.emit("changing", { op, input, do: verb, ids: seen, from: me, ...as });
    pane.wished.add(op, keys, wish);
  };

  const accept = (ids) => ids.length && ask("accept", { ids }, ids, WISHES.accept);
  const toggle = (key) => {
    const { things } = pane;
    const group = groupOf(key);
    const ids = group ? idsIn(group.key) : meant(key);
    const open = ids.filter((id) => things.get(id).state !== "accepted");
    if (group) accept(open.filter((id) => !things.get(id).ambiguous));
    else if (open.length) accept(open);
    else ask("uncheck", { ids }, ids, WISHES.uncheck);
  };
  const bin = (key) => {
    const ids = meant(key);
    if (ids.length) binIn(pane.tree.row(key), () => ask("delete", { ids }, ids, WISHES.delete), `Delete ${nameOf(ids)}?`);
  };
  const reassign = (key) => {
    const { tree, root } = pane;
    const ids = meant(key);
    if (!ids.length) return;
    const pick = (concept) => {
      const as = { concept, key: fold(concept), colour: named(concept)?.colour };
      ask("reassign", { ids, concept }, ids, { ...WISHES.reassign, concept }, { as });
    };
    tree.reveal(key);
    const kinds = new Set(ids.map((id) => pane.things.get(id).group));
    const from = pane.focused(); // the picture, perhaps: the keyboard goes back where it came from
    const leave = () => (root.contains(from) ? tree.row(key) : from)?.focus({ preventScroll: true });
    pane.other.open(tree.row(key), `${nameOf(ids)} is`, kinds.size === 1 ? [...kinds][0] : "", pick, leave);
  };
  const rename = (key) => {
    const group = groupOf(key);
    pane.tree.reveal(key);
    renameIn(pane.tree.row(key), (name) => {
      const original = fold(name) === fold(group.original) ? "" : group.original || group.concept;
      pane.follow(AT + fold(name));
      ask("rename", { concept: group.concept, new: name }, [key], { concept: name, original, renamed: true, said: "Renamed" });
    });
  };

  const show = (keys, on) => {
    if (!keys.length) return;
    const seen = keys.flatMap((key) => (groupOf(key) ? idsIn(groupOf(key).key) : [key]));
    const content = { ids: keys.map((key) => groupOf(key)?.key ?? key), on: !on };
    ask("hide", content, keys, on ? WISHES.show : WISHES.hide, { verb: on ? "show" : "hide", seen });
  };
  const hide = (key) => {
    const group = groupOf(key);
    if (group) {
      const apart = group.hidden ? inGroup(group.key).filter(({ own }) => own) : [];
      return show([key, ...apart.map(({ id }) => id)], group.hidden);
    }
    const ids = meant(key);
    const off = pane.things.get(key).hidden;
    // To show one of a hidden concept, hide its others one by one instead.
    const held = pane.groups.filter((each) => off && each.hidden && ids.some((id) => pane.things.get(id).group === each.key));
    show(held.flatMap((each) => idsIn(each.key)).filter((id) => !ids.includes(id)), false);
    show(held.map((each) => each.row), true);
    return show(off ? ids.filter((id) => pane.things.get(id).own) : ids, off);
  };

  const draw = (key, shape = null) => {
    const group = groupOf(key);
    if (!group) return;
    const { concept, colour } = group;
    bus.emit("draw", { concept, key: group.key, colour, shape: shape ?? group.shape });
  };
  const toggleDrawing = (key, shape) => (groupOf(key)?.active === shape ? bus.emit("stop", {}) : draw(key, shape));
  /** Draw with a concept, which joins the task if it is not in it. */
  const begin = (concept) => {
    if (named(concept)) return draw(named(concept).row);
    const row = AT + fold(concept);
    pane.coming(row);
    return ask("add", { concept }, [row], { said: "Added" });
  };

  const unfold = (key, on = null) => {
    const { folded } = pane;
    const group = groupOf(key).key;
    if (on ?? folded.has(group)) folded.delete(group);
    else folded.add(group);
    pane.paint();
  };
  const uncover = (id) => pane.things.has(id) && pane.folded.delete(pane.things.get(id).group);
  return { toggle, bin, reassign, rename, hide, draw, toggleDrawing, begin, unfold, uncover, groupOf, idsIn };
}
