// A small part of Markdown, as elements whose text is text: nothing that was typed is ever read as HTML.
//
//   markdown(text)    a fragment: headings, paragraphs, lists, quotes, rules, code, bold, italic, links to http(s) alone
//
// A link shows where it leads: its host stands behind it, and its whole address in its tooltip.

import { make } from "./link.js";

const DEEPEST = 6; // marks inside of marks
const ITEM = /^ {0,3}(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
const PLAIN_URL = /^https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]]/i;

/** Give the elements that a text stands for. */
export function markdown(text) {
  const page = document.createDocumentFragment();
  page.append(...blocks(text.replace(/\r\n?/g, "\n").split("\n"), 0));
  return page;
}

function blocks(lines, depth) {
  const found = [];
  let at = 0;
  const take = (pattern) => {
    const taken = [];
    while (at < lines.length && pattern.test(lines[at])) taken.push(pattern.exec(lines[at++]));
    return taken;
  };
  const begins = (line) => !line.trim() || FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
  while (at < lines.length) {
    const line = lines[at];
    const heading = HEADING.exec(line);
    if (!line.trim()) at += 1;
    else if (FENCE.test(line)) {
      const mark = FENCE.exec(line)[1];
      const body = [];
      at += 1;
      while (at < lines.length && !lines[at].trimStart().startsWith(mark)) body.push(lines[at++]);
      at += 1;
      found.push(make("pre", {}, make("code", { text: body.join("\n") })));
    } else if (heading) {
      at += 1;
      found.push(make(`h${Math.min(6, heading[1].length + 2)}`, {}, ...inline(heading[2], 0)));
    } else if (RULE.test(line)) {
      at += 1;
      found.push(make("hr"));
    } else if (QUOTE.test(line) && depth < DEEPEST) {
      found.push(make("blockquote", {}, ...blocks(take(QUOTE).map((one) => one[1]), depth + 1)));
    } else if (ITEM.test(line)) {
      const numbered = ITEM.exec(line)[1];
      const items = [];
      while (at < lines.length && ITEM.test(lines[at]) && (ITEM.exec(lines[at])[1] === undefined) === (numbered === undefined)) {
        items.push([ITEM.exec(lines[at++])[2]]);
        while (at < lines.length && /^\s{2,}\S/.test(lines[at]) && !ITEM.test(lines[at])) items.at(-1).push(lines[at++].trim());
      }
      found.push(make(numbered === undefined ? "ul" : "ol", { start: numbered }, ...items.map((item) => make("li", {}, ...broken(item)))));
    } else {
      const paragraph = [lines[at++]];
      while (at < lines.length && !begins(lines[at])) paragraph.push(lines[at++]);
      found.push(make("p", {}, ...broken(paragraph)));
    }
  }
  return found;
}

const broken = (lines) => lines.flatMap((line, index) => (index ? [make("br"), ...inline(line.trim(), 0)] : inline(line.trim(), 0)));

// Reads from left to right; what opens and never closes is text.
function inline(text, depth) {
  const found = [];
  let plain = "";
  const flush = () => {
    if (plain) found.push(document.createTextNode(plain));
    plain = "";
  };
  const add = (node, length) => {
    flush();
    found.push(node);
    at += length;
  };
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 4000);
    const one = text[at];
    const code = one === "`" && /^(`+)([\s\S]*?[^`])\1(?!`)/.exec(rest);
    const link = one === "[" && depth < DEEPEST && /^\[([^[\]]{1,1000})\]\(\s*<?([^\s()<>]{1,2000})>?\s*\)/.exec(rest);
    const mark = (one === "*" || one === "_") && depth < DEEPEST && marked(rest, text[at - 1]);
    const url = (one === "h" || one === "H") && !/\w/.test(text[at - 1] ?? " ") && PLAIN_URL.exec(rest);
    if (one === "\\" && /^\\[\\`*_{}[\]()#+\-.!>~|]/.test(rest)) {
      plain += text[at + 1];
      at += 2;
    } else if (code) add(make("code", { text: code[2].trim() }), code[0].length);
    else if (link && target(link[2])) add(anchor(inline(link[1], depth + 1), target(link[2]), true), link[0].length);
    else if (mark) add(make(mark.strong ? "strong" : "em", {}, ...inline(mark.text, depth + 1)), mark.length);
    else if (url && target(url[0])) add(anchor([document.createTextNode(url[0])], target(url[0]), false), url[0].length);
    else {
      plain += one;
      at += 1;
    }
  }
  flush();
  return found;
}

function marked(rest, before) {
  const sign = rest[0];
  if (sign === "_" && /\w/.test(before ?? " ")) return null; // snake_case
  const width = rest[1] === sign ? 2 : 1;
  if (/\s/.test(rest[width] ?? " ")) return null;
  const end = rest.indexOf(sign.repeat(width), width + 1);
  if (end < 0 || /\s/.test(rest[end - 1]) || (sign === "_" && /\w/.test(rest[end + width] ?? " "))) return null;
  return { strong: width === 2, text: rest.slice(width, end), length: end + width };
}

/** Where a link leads: an http(s) address as the browser reads it, or null. */
function target(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

function anchor(words, url, told) {
  const node = make("a", { href: url.href, title: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...words);
  return told ? make("span", {}, node, make("bdi", { class: "nl-md-host", text: ` (${url.host})` })) : node;
}
