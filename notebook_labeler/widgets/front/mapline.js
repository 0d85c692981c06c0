// One own concept in the mapping tab: the model concepts that feed it as chips, and what is recommended.

import { make } from "./link.js";
import { button, keyed, put, say } from "./elements.js";

/** What a model concept can be to an own one: the word kept, the word on the button, the sentence behind it. */
export const RELATIONS = [
  ["synonym", "Same", "The same (synonym)"],
  ["hyponym", "Kind of it", "A kind of it (the model is more specific)"],
  ["hypernym", "More general", "More general than it: suggested as a candidate, never accepted with all"],
];

export function buildLine(acts) {
  const line = make("li", { class: "nl-map-line" });
  const name = make("bdi", { class: "nl-map-name" });
  const more = button({ class: "nl-tool nl-more", icon: "plus", label: "Relate to another concept of the model", onclick: () => acts.choose(line.nlItem.concept) });
  const chips = make("ul", { class: "nl-chips", "aria-label": "Fed by" });
  const offers = make("ul", { class: "nl-offers", "aria-label": "Recommended" });
  const fold = make("details", { class: "nl-offer-fold" }, make("summary", { class: "nl-hint" }), offers);
  const unfit = make("p", { class: "nl-hint nl-unfit" });
  line.append(make("div", { class: "nl-map-top" }, name, more), unfit, chips, fold);
  line.nlParts = { name, unfit, chips, offers, fold };
  line.nlActs = acts;
  return line;
}

export function showLine(line, item) {
  const text = JSON.stringify(item);
  if (line.nlText === text) return;
  const fresh = line.nlText === undefined;
  line.nlText = text;
  line.nlItem = item;
  const { name, unfit, chips, offers, fold } = line.nlParts;
  const mapped = item.links.length > 0;
  say(name, item.concept);
  put(name, "title", item.concept);
  put(line, "data-mapped", mapped ? "yes" : "no");
  say(unfit, item.unfit ? `${item.unfit}: nothing is suggested. Draw it as box, or choose another model.` : "");
  unfit.hidden = !item.unfit;
  keyed(chips, item.links, (link) => `${link.other}\n${link.relation}`, (link) => chip(line, link), () => {});
  chips.hidden = !mapped;
  keyed(offers, item.recommended, (offer) => offer.other, (offer) => buildOffer(line, offer), (node, offer) => showOffer(node, offer));
  fold.hidden = !item.recommended.length;
  if (fresh) fold.open = !mapped;
  say(fold.firstElementChild, mapped ? `${item.recommended.length} more recommended` : "Recommended");
}

function chip(line, link) {
  const remove = button({ class: "nl-tool nl-shut", icon: "close", label: `Remove ${link.other}`, onclick: () => line.nlActs.unrelate(line.nlItem.concept, link.other) });
  return make(
    "li",
    { class: "nl-chip", title: `${link.other}: ${link.word} (${link.source})` },
    make("bdi", { text: link.other }),
    make("span", { class: "nl-hint", text: link.word }),
    remove,
  );
}

function buildOffer(line, { other }) {
  const three = RELATIONS.map(([relation, word, hint]) => {
    const node = button({ class: "nl-button nl-little", text: word, label: `${other}: ${hint}`, onclick: () => line.nlActs.relate(line.nlItem.concept, other, relation) });
    put(node, "data-relation", relation);
    return node;
  });
  return make("li", { class: "nl-offer" }, make("bdi", { text: other, title: other }), make("span", { class: "nl-hint" }), make("div", { class: "nl-three" }, ...three));
}

function showOffer(node, { reason, relation }) {
  say(node.children[1], reason);
  put(node.children[1], "title", reason);
  for (const each of node.lastElementChild.children) put(each, "data-main", each.dataset.relation === relation);
}
