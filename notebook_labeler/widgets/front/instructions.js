// The instructions of a task, folded behind one word: plain text, or Markdown.

import { make } from "./link.js";
import { icon, say } from "./elements.js";
import { markdown } from "./markdown.js";

export function instructionsFold() {
  const plain = make("pre", { class: "nl-instructions" });
  const styled = make("div", { class: "nl-instructions nl-md" });
  const node = make("details", { class: "nl-told" }, make("summary", {}, icon("note"), make("span", { text: "Instructions" })), plain);
  let shown = null;
  return {
    node,
    paint(text, marked) {
      node.hidden = !text;
      const wanted = marked ? styled : plain;
      if (node.lastElementChild !== wanted) node.lastElementChild.replaceWith(wanted);
      if (!marked) say(plain, text);
      else if (shown !== text) styled.replaceChildren(markdown(text));
      shown = marked ? text : null;
    },
  };
}
