// Beside the text: the tabs, and the jumps into the text.
"use strict";

const side = (() => {
  const names = new Map();

  // Sections become tabs; without a script they stand one below the other.
  function tabs(place) {
    const sections = [...place.querySelectorAll(":scope > [data-tab]")];
    if (sections.length < 2) return;
    const list = document.createElement("div");
    list.className = "tabs";
    list.setAttribute("role", "tablist");
    for (const section of sections) list.append(tab(section));
    place.prepend(list);
    place.classList.add("tabbed");
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const all = [...list.children];
      const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
      show(next.getAttribute("aria-controls"));
      next.focus();
    });
    show(sections[0].id);
  }

  function tab(section) {
    const button = document.createElement("button");
    button.type = "button";
    button.id = `tab-${section.id}`;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", section.id);
    button.textContent = section.dataset.tab;
    button.addEventListener("click", () => show(section.id));
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", button.id);
    names.set(section.id, { section, button });
    return button;
  }

  function show(id) {
    for (const [name, { section, button }] of names) {
      const chosen = name === id;
      section.hidden = !chosen;
      button.setAttribute("aria-selected", chosen);
      button.tabIndex = chosen ? 0 : -1;
    }
    document.dispatchEvent(new CustomEvent("work:tab", { detail: id }));
  }

  function shown(id) {
    const found = names.get(id);
    return Boolean(found) && !found.section.hidden;
  }

  function count(id, number) {
    const found = names.get(id);
    if (!found) return;
    found.button.textContent = found.section.dataset.tab + (number ? ` ${number}` : "");
  }

  // Where a quote stands: in or after its line, else wherever it stands, white space aside; where
  // it does not stand any more, its line or the heading it stood under.
  function find(text, { quote, line, heading }) {
    const from = line ? startOf(text, Number(line)) : 0;
    const words = quote.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    if (words[0]) {
      const wanted = new RegExp(words.join("\\s+"), "g");
      const places = [...text.matchAll(wanted)].slice(0, 200);
      const near = (one) => Math.abs(one.index - from);
      const best = places.sort((a, b) => near(a) - near(b))[0];
      if (best) return { start: best.index, end: best.index + best[0].length, exact: true };
    }
    const under = heading ? text.indexOf(heading) : -1;
    const start = under >= 0 ? under : from;
    const stop = text.indexOf("\n", start);
    return { start, end: stop < 0 ? text.length : stop, exact: false };
  }

  function startOf(text, line) {
    let at = 0;
    for (let n = 1; n < line; n += 1) {
      const next = text.indexOf("\n", at);
      if (next < 0) return at;
      at = next + 1;
    }
    return at;
  }

  // A text area scrolls to what is selected only where one measures how far down that is.
  function jump(area, place) {
    const copy = document.createElement("div");
    const style = getComputedStyle(area);
    for (const name of ["font", "letterSpacing", "padding", "border", "boxSizing", "tabSize"]) {
      copy.style[name] = style[name];
    }
    copy.className = "measure";
    copy.style.width = `${area.clientWidth}px`;
    copy.textContent = area.value.slice(0, place.start);
    document.body.append(copy);
    const down = copy.scrollHeight;
    copy.remove();
    area.focus({ preventScroll: true });
    area.setSelectionRange(place.start, place.end);
    area.scrollTop = Math.max(0, down - area.clientHeight / 3);
    area.scrollIntoView({ block: "nearest" });
  }

  // The same in a text that is only read.
  function point(text, place) {
    text.normalize();
    getSelection().setBaseAndExtent(text.firstChild, place.start, text.firstChild, place.end);
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    scrollBy({ top: box.top - innerHeight / 3 });
  }

  addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll("[data-tabs]")) tabs(place);
    const area = document.getElementById("text");
    document.addEventListener("click", (event) => {
      const passage = event.target.closest?.("button.passage");
      const text = document.querySelector(".judged");
      if (!passage || !(area || text?.firstChild)) return;
      const place = find(area ? area.value : text.textContent, passage.dataset);
      if (area) jump(area, place);
      else point(text, place);
      passage.classList.toggle("gone", !place.exact);
      if (!place.exact) passage.title = "These words do not stand in the text any more";
    });
  });

  return { count, show, shown, find };
})();
