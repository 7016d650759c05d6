// A gate: moving through chapters and changes, marking passages, and the form of the decision.
"use strict";

{
  const page = document.querySelector(".gate");
  const read = page.querySelector(".gate-read");
  const form = document.getElementById("decide");
  const MOST_CHARACTERS = 5000;

  // Chapters and changes

  const sections = () => [...read.querySelectorAll(".gate-chapter")];
  let wanted = null; // the chapter to be shown once it is loaded

  function current() {
    const focused = document.activeElement.closest?.(".gate-chapter");
    const top = (one) => one.getBoundingClientRect();
    return focused ?? sections().find((one) => top(one).bottom > innerHeight / 4) ?? null;
  }

  function go(section) {
    wanted = section.classList.contains("waits") ? section.id : null;
    if (wanted) htmx.trigger(section, "open");
    section.focus({ preventScroll: true });
    section.scrollIntoView({ block: "start" });
  }

  function step(by) {
    const all = sections();
    const next = all[all.indexOf(current()) + by];
    if (next) go(next);
    return all.length > 0;
  }

  const changes = () =>
    [...read.querySelectorAll("[data-change]")].filter((row) => row.offsetParent !== null);

  // A chapter between that is not loaded yet has changes too: it comes first.
  function unread(row, by) {
    const all = sections();
    const [from, to] = [current(), row?.closest(".gate-chapter")].map((one) => all.indexOf(one));
    const between = by > 0 ? all.slice(from, row ? to : from + 1) : all.slice(row ? to + 1 : from, from + 1).reverse();
    return from < 0 ? null : between.find((one) => one.classList.contains("waits"));
  }

  function change(by) {
    const all = changes();
    const here = document.activeElement.closest?.(".row");
    let place = all.indexOf(here);
    if (place < 0) {
      const from = current()?.getBoundingClientRect().top ?? 0;
      place = all.findIndex((row) => row.getBoundingClientRect().top >= Math.max(from, 60));
      place = place < 0 ? all.length : place - (by > 0 ? 1 : 0);
    }
    const row = all[place + by];
    const waiting = unread(row, by);
    if (waiting) {
      go(waiting);
      return true;
    }
    if (!row) return step(by);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
    getSelection().removeAllRanges();
    return true;
  }

  document.body.addEventListener("htmx:afterSettle", () => {
    const section = wanted && document.getElementById(wanted);
    if (section && !section.classList.contains("waits")) go(section);
    document.activeElement.closest("#decide *")?.scrollIntoView({ block: "nearest" }); // on a phone
    for (const one of sections()) watcher.observe(one);
  });

  // Whoever has gone on meanwhile is not led back.
  const goOn = () => (wanted = null);
  for (const act of ["wheel", "pointerdown", "keydown"]) addEventListener(act, goOn, { capture: true });
  addEventListener("focusin", (event) => {
    if (event.target.closest(".gate-chapter")?.id !== wanted) goOn();
  });

  // Where one is, in the list

  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const one of entries) {
      if (one.isIntersecting) seen.add(one.target.id);
      else seen.delete(one.target.id);
    }
    const first = sections().find((one) => seen.has(one.id));
    for (const link of page.querySelectorAll("[data-goes-to]")) {
      const here = link.dataset.goesTo === first?.id;
      link.closest("li").classList.toggle("here", here);
      if (here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-64px 0px -60% 0px" });
  for (const one of sections()) watcher.observe(one);
  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goes-to]");
    const section = link && document.getElementById(link.dataset.goesTo);
    if (!section || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(section);
  });

  // Words by the arrows, on a change that has the focus

  function words(event) {
    const row = document.activeElement.closest?.(".row");
    const line = row?.querySelector("[data-start]");
    if (!line) return false;
    const selection = getSelection();
    const way = event.key === "ArrowRight" ? "forward" : "backward";
    const fresh = !selection.rangeCount || !line.contains(selection.anchorNode);
    if (fresh) selection.collapse(line, 0);
    if (!event.shiftKey && !fresh) {
      if (way === "forward") selection.collapseToEnd();
      else selection.collapseToStart();
    }
    selection.modify("extend", way, "word");
    return true;
  }

  // Marked passages

  const field = form?.elements.passages;
  const list = form?.querySelector(".gate-marked");
  const marked = () => JSON.parse(field.value || "[]");

  function keep(passages) {
    field.value = passages.length ? JSON.stringify(passages) : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    drawMarked();
  }

  function tick(chapter) {
    for (const box of form.querySelectorAll('[name="item"]')) {
      if (box.value === chapter) pick(box);
    }
  }

  function drawMarked() {
    const passages = marked();
    list.replaceChildren(...passages.map((one, place) => {
      const item = document.createElement("li");
      const told = document.createElement("div");
      const where = document.createElement("b");
      const quote = document.createElement("blockquote");
      const away = document.createElement("button");
      where.textContent = titleOf(one.chapter);
      quote.textContent = one.quote.length > 300 ? `${one.quote.slice(0, 300)}…` : one.quote;
      away.type = "button";
      away.className = "quiet";
      away.textContent = "×";
      away.setAttribute("aria-label", `Take away passage ${place + 1}: ${one.quote.slice(0, 60)}`);
      away.addEventListener("click", () => {
        keep(marked().filter((_, index) => index !== place));
        (list.querySelector("button") ?? form.elements.reason).focus();
      });
      told.append(where, quote);
      item.append(told, away);
      return item;
    }));
    for (const one of passages) tick(one.chapter);
    if (form.elements.dropped.value !== String(untold() || "")) {
      form.elements.dropped.value = "";
      form.querySelector(".gate-send .for-approve").textContent = "Approve";
    }
    const foot = page.querySelector('[data-decide="changes"]');
    if (foot) foot.textContent = `Request changes${passages.length ? ` (${passages.length})` : ""}`;
  }

  function titleOf(chapter) {
    const options = [...form.querySelectorAll('[name="quote_chapter"] option')];
    return options.find((one) => one.value === chapter)?.textContent ?? chapter;
  }

  function mark() {
    const passage = field && selected();
    if (!passage) {
      if (field) say("Select the words that you object to first.", "warning");
      return Boolean(field);
    }
    if (Math.max([...passage.quote].length, passage.end - passage.start || 0) > MOST_CHARACTERS) {
      say(`A passage has at most ${MOST_CHARACTERS} characters; select less.`, "warning");
      return true;
    }
    const same = (one) => ["chapter", "quote", "start", "end"].every((name) => one[name] === passage[name]);
    if (!marked().some(same)) keep([...marked(), passage]);
    choose("changes");
    getSelection().removeAllRanges();
    say(`Marked: “${passage.quote.slice(0, 80)}”. It goes with the request for changes.`, "good");
    return true;
  }

  // The button beside what is selected

  if (field) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gate-object";
    button.textContent = "Object to this passage";
    button.hidden = true;
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", mark);
    page.append(button);
    document.addEventListener("selectionchange", () => {
      const passage = selected();
      button.hidden = !passage;
      if (!passage) return;
      const range = getSelection().getRangeAt(0).getBoundingClientRect();
      const width = button.offsetWidth;
      const left = Math.min(Math.max(range.left, 8), innerWidth - width - 8);
      button.style.left = `${left + scrollX}px`;
      button.style.top = `${range.bottom + scrollY + 6}px`;
    });
  }

  // The form

  function pick(box) {
    if (box.checked) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const choose = (what) => pick(document.getElementById(what));

  function begin(what) {
    if (!form) return false;
    choose(what);
    const next = what === "approve" ? form.querySelector(".gate-send") : form.elements.reason;
    next.focus();
    form.scrollIntoView({ block: "nearest" });
    return true;
  }

  // Who approves is asked once about passages that nobody would be told of.

  const untold = () =>
    marked().length + [...form.querySelectorAll('[name="quote"]')].filter((one) => one.value.trim()).length;

  function ask(event) {
    const count = field && document.getElementById("approve").checked ? untold() : 0;
    if (!count || form.elements.dropped.value === String(count)) return;
    event.preventDefault();
    form.elements.dropped.value = String(count);
    form.querySelector(".gate-send .for-approve").textContent = "Approve all the same";
    const are = count === 1 ? "1 passage is marked" : `${count} passages are marked`;
    say(`${are}; nobody is told of it when you approve. Press again to approve all the same.`, "warning");
  }

  function adapt() {
    const changing = document.getElementById("changes").checked;
    form.elements.reason.required = changing || document.getElementById("reject").checked;
    for (const radio of form.querySelectorAll('[name="rejection_type"]')) radio.required = changing;
    form.elements.sure.required = document.getElementById("reject").checked;
    const kind = form.querySelector('[name="rejection_type"]:checked')?.value;
    const named = form.elements.to_step?.value ?? "";
    const way = [...form.querySelectorAll("[data-way]")].find(
      (one) => one.dataset.way === `${kind} ${named}`,
    );
    const goes = document.getElementById("goes");
    if (goes) goes.textContent = way ? way.content.textContent : "";
    const items = form.querySelector(".gate-items");
    if (items) items.disabled = way?.dataset.perChapter === "no";
  }

  if (form) {
    form.addEventListener("change", adapt);
    form.addEventListener("submit", ask);
    addEventListener("DOMContentLoaded", () => { // once what was kept is there again
      if (field) {
        form.querySelector(".gate-how").hidden = false;
        drawMarked();
      }
      adapt();
    });
    for (const link of page.querySelectorAll("[data-decide]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        begin(link.dataset.decide);
      });
    }
    if (["#approve", "#changes"].includes(location.hash)) {
      const goes = () => begin(location.hash.slice(1));
      addEventListener("DOMContentLoaded", goes);
      const there = form.querySelector(location.hash); // where the browser puts the focus too, sooner or later
      there.addEventListener("focus", goes);
      addEventListener("load", () => setTimeout(() => there.removeEventListener("focus", goes), 300));
    }
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const section = sections()[0];
      event.target.blur();
      section?.focus({ preventScroll: true });
    });
  }
  document.getElementById("refusal")?.focus();

  keys.on("j", "Next chapter", () => step(1));
  keys.on("k", "Previous chapter", () => step(-1));
  keys.on("n", "Next change", () => change(1));
  keys.on("p", "Previous change", () => change(-1));
  keys.on(["ArrowRight", "ArrowLeft"], "On a change: its words, with Shift more of them", words);
  if (field) keys.on("m", "Object to the words that are selected", mark);
  if (form) {
    keys.on("a", "Approve: asks, and Enter decides", () => begin("approve"));
    keys.on("r", "Request changes", () => begin("changes"));
  }
  keys.on("v", "Inline or side by side", () => false); // redline.js does it
  keys.on("Escape", "Let go of what is selected", () => {
    getSelection().removeAllRanges();
    return false;
  });
}
