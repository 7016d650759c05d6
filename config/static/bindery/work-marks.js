// A review marks passages: words selected in the text go into the form as they stand there.
"use strict";

addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("reject");
  const mark = document.querySelector("[data-mark]");
  const list = form?.querySelector("[data-marks]");
  if (!list || !mark) return;
  const LONGEST = 5000;
  const passages = read();

  function read() {
    try {
      const found = JSON.parse(form.elements.passages.value || "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }

  function judged(range) {
    const inside = range.commonAncestorContainer;
    return (inside.nodeType === Node.TEXT_NODE ? inside.parentElement : inside).closest?.(".judged");
  }

  function chosen() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const text = judged(range);
    const quote = range.toString();
    return text && quote.trim() && quote.length <= LONGEST ? { range, text, quote } : null;
  }

  // Offsets count characters, where a script counts halves of some.
  function passage({ range, text, quote }) {
    const { chapter, digest } = text.dataset;
    const found = { chapter, quote, digest };
    if (text.dataset.plain !== "yes") return found;
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    const start = [...before.toString()].length;
    return { ...found, start, end: start + [...quote].length };
  }

  function draw() {
    form.elements.passages.value = passages.length ? JSON.stringify(passages) : "";
    form.elements.passages.dispatchEvent(new Event("input", { bubbles: true }));
    list.replaceChildren(...passages.map((one, number) => {
      const line = document.createElement("li");
      const words = document.createElement("q");
      words.textContent = one.quote;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "link";
      drop.textContent = "Take out";
      drop.addEventListener("click", () => {
        passages.splice(number, 1);
        draw();
      });
      line.append(words, " ", drop);
      return line;
    }));
  }

  function add() {
    const found = chosen();
    if (!found) return false;
    passages.push(passage(found));
    draw();
    form.closest("details").open = true;
    getSelection().removeAllRanges();
    mark.hidden = true;
    form.elements.reason.focus();
    return true;
  }

  document.addEventListener("selectionchange", () => {
    const found = chosen();
    mark.hidden = !found;
    if (!found) return;
    const place = found.range.getBoundingClientRect();
    mark.style.top = `${Math.max(place.top - 44, 56)}px`;
    mark.style.left = `${Math.min(Math.max(place.left, 8), innerWidth - 190)}px`;
  });
  mark.addEventListener("mousedown", (event) => event.preventDefault());
  mark.addEventListener("click", add);
  keys.on("m", "Mark the selected passage", add);
  for (const help of form.querySelectorAll("[data-mark-help]")) help.hidden = false;
  draw();
});
