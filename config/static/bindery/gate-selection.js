// What is selected in a chapter of a gate, as a passage. Offsets count characters of the text as it is
// now: what was removed stands in <del>, and each line says with data-start where it begins. A line
// that is not plain has characters more than a browser shows: what is marked there is looked for by
// its words.
"use strict";

const selected = (() => {
  function now(range) {
    const part = range.cloneContents();
    for (const gone of part.querySelectorAll("del")) gone.remove();
    return [...part.textContent];
  }

  function upTo(line, node, offset) {
    const range = document.createRange();
    range.setStart(line, 0);
    range.setEnd(node, offset);
    return now(range).length;
  }

  function whole(line) {
    const range = document.createRange();
    range.selectNodeContents(line);
    return now(range);
  }

  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const inside = range.commonAncestorContainer;
    const chapter = (inside.closest ? inside : inside.parentElement).closest("[data-chapter]");
    const lines = chapter ? [...chapter.querySelectorAll("[data-start]")] : [];
    const parts = lines.filter((line) => range.intersectsNode(line)).map((line) => {
      const text = whole(line);
      const from = line.contains(range.startContainer)
        ? upTo(line, range.startContainer, range.startOffset) : 0;
      const to = line.contains(range.endContainer)
        ? upTo(line, range.endContainer, range.endOffset) : text.length;
      const start = Number(line.dataset.start);
      const plain = line.dataset.plain !== "no";
      return { start: start + from, end: start + to, text: text.slice(from, to).join(""), plain };
    }).filter((part) => part.end > part.start);
    if (!parts.length) return null;
    const quote = parts.map((part) => part.text).join("");
    const before = [...quote].length - [...quote.trimStart()].length;
    const after = [...quote].length - [...quote.trimEnd()].length;
    const [start, end] = [parts[0].start + before, parts.at(-1).end - after];
    if (start >= end || !quote.trim()) return null;
    const found = { quote: quote.trim(), chapter: chapter.dataset.chapter, digest: chapter.dataset.digest };
    return parts.every((part) => part.plain) ? { ...found, start, end } : found;
  }

  return selected;
})();
