// One line of the label-mapping table: a model class, the concept that it feeds, how that is drawn.

import { make } from "./link.js";
import { button, enable, put } from "./elements.js";

const SHAPES = [["box", "Box"], ["polygon", "Polygon"]];

/**
 * `acts` has edit(node), take(item), ignore(item), draw(item, shape); `table()` gives what stands around the lines.
 * No part of a line takes the focus: the keys are the list's.
 */
export function classLine(item, acts, table) {
  const [feed] = item.feeds;
  const [offer] = item.offers;
  const node = make("div", { class: "nl-class-line", title: titleOf(item) }, make("bdi", { class: "nl-class-name", text: item.label }));
  put(node, "data-used", feed ? "yes" : offer ? "offered" : "no");
  put(node, "data-unfit", Boolean(feed && !feed.fits));
  if (feed) {
    node.append(cellOf(chosen(item, () => acts.edit(node))));
    if (table().objects) node.append(shapes(item, feed, acts, table()));
    node.append(small("close", `Ignore ${item.label} (Delete)`, () => acts.ignore(item)));
  } else if (offer) {
    node.append(cellOf(offered(offer, () => acts.take(item))));
    node.append(small("pencil", `Map ${item.label} to another concept (Enter)`, () => acts.edit(node)));
  } else {
    node.append(cellOf(unused(() => acts.edit(node))));
  }
  const hint = feed?.hint ?? offer?.reason ?? "";
  if (hint) node.append(make("span", { class: "nl-hint", text: hint }));
  for (const each of node.querySelectorAll("button")) put(each, "tabindex", "-1");
  return node;
}

function cellOf(target) {
  return make("div", { class: "nl-class-cell" }, target);
}

function chosen({ label, feeds }, edit) {
  const names = feeds.map((feed) => feed.concept).join(", ");
  const node = button({ class: "nl-class-target", label: `${label} counts for ${names}: choose another concept (Enter)`, onclick: edit });
  for (const { colour } of feeds) {
    if (!colour) continue;
    const swatch = make("span", { class: "nl-class-swatch" });
    swatch.style.background = colour;
    node.append(swatch);
  }
  node.append(make("bdi", { text: names }));
  return node;
}

function offered(offer, take) {
  const node = button({ class: "nl-class-target nl-offered", label: `Map to ${offer.concept} (Space): ${offer.reason}`, onclick: take });
  node.append(make("bdi", { text: offer.concept }), make("span", { text: "?" }));
  return node;
}

function unused(edit) {
  return button({ class: "nl-class-target nl-unused", text: "Ignored", label: "Choose a concept (Enter)", onclick: edit });
}

function shapes(item, feed, acts, { shapes: unfit }) {
  const group = make("div", { class: "nl-seg", role: "group", "aria-label": `How ${feed.concept} is drawn` });
  for (const [shape, word] of SHAPES) {
    const why = unfit[shape] || (feed.own ? "" : `${feed.concept} is not on the task's list`);
    const label = why ? `${word}: ${why}` : `${feed.concept} is drawn as ${shape}, whatever class feeds it`;
    const node = button({ icon: shape, label, onclick: () => feed.geometry !== shape && acts.draw(item, shape) });
    put(node, "aria-pressed", feed.geometry === shape ? "true" : "false");
    enable(node, !why);
    group.append(node);
  }
  return group;
}

function small(icon, label, onclick) {
  return button({ class: "nl-tool nl-class-tool", icon, label, onclick });
}

function titleOf({ label, feeds, offers }) {
  const fed = feeds.map((feed) => `counts for ${feed.concept} (${feed.hint})`);
  const more = offers.map((offer) => `${offer.concept}? ${offer.reason}`);
  return [label, ...fed, ...more].join("\n");
}

