// The inbox by keys, and its list kept as the server has it. Nothing moves under whoever reads or
// types: what is new is told, and shown when it is asked for; what is gone stays, struck through.
"use strict";

(() => {
  const EVERY = 20_000;
  const AFTER_A_KEY = 3_000;
  const place = document.getElementById("waiting");
  const news = document.querySelector("[data-news]");
  const unreachable = document.querySelector("[data-unreachable]");
  let fresh = null;
  let lastKey = 0;
  let since = null;
  let ended = false;

  const rows = (within = place) => [...within.querySelectorAll("[data-row]")];
  const link = (row) => row.querySelector("a");
  const live = () => rows().filter((row) => !row.classList.contains("gone"));
  const selected = () => place.querySelector("[data-row]:focus-within");

  // One row at a time can be reached by Tab, the one that was selected last.
  function rove(row) {
    for (const other of rows()) link(other).tabIndex = -1;
    const into = row ?? live()[0];
    if (into) link(into).tabIndex = 0;
  }

  function select(row) {
    if (!row) return;
    rove(row);
    link(row).focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const all = live();
    const now = all.indexOf(selected());
    const last = all.findIndex((row) => link(row).tabIndex === 0);
    select(now < 0 ? all[Math.max(last, 0)] : all[Math.min(Math.max(now + by, 0), all.length - 1)]);
  }

  // A gate at one of its forms.
  function open(form) {
    const found = selected() && link(selected());
    if (found?.dataset.kind !== "gate") return false;
    location.assign(`${found.href}#${form}`);
  }

  keys.on(["j", "ArrowDown"], "Next row", () => move(1));
  keys.on(["k", "ArrowUp"], "Row before", () => move(-1));
  keys.on("Enter", "Open the row", () => false); // a link is opened by the browser
  keys.on("a", "Open a gate to approve", () => open("approve"));
  keys.on("r", "Open a gate to request changes", () => open("changes"));
  keys.on(".", "Show what is new", () => show());
  keys.on("/", "To the filters", () => document.querySelector("[data-first-filter]")?.focus());
  keys.on("Escape", "Back to the list", () => false);
  addEventListener("keydown", (event) => {
    lastKey = Date.now();
    if (event.key !== "Escape" || !event.target.closest?.("[data-narrow]")) return;
    const back = live().find((row) => link(row).tabIndex === 0);
    if (back) select(back);
    else event.target.blur();
  });
  place.addEventListener("focusin", (event) => rove(event.target.closest("[data-row]")));

  // What a pointer chose is sent at once. Who steps through the choices by keys sends them with
  // Enter, or with the button, which is there as soon as there is something to send.
  const narrow = document.querySelector("[data-narrow]");
  if (narrow) {
    const apply = narrow.querySelector("button");
    let pointed = false;
    let chosen = false;
    apply.hidden = !narrow.querySelector("input[list]");
    narrow.addEventListener("pointerdown", () => (pointed = true));
    narrow.addEventListener("keydown", (event) => {
      pointed = false;
      if (event.key !== "Enter" || !chosen || !event.target.matches("select")) return;
      event.preventDefault();
      narrow.requestSubmit();
    });
    narrow.addEventListener("change", (event) => {
      if (!event.target.matches("select")) return;
      if (pointed) return narrow.requestSubmit();
      chosen = true;
      apply.hidden = false;
    });
  }

  // What came is compared with what is shown, by row.
  function take(answer) {
    const page = new DOMParser().parseFromString(answer, "text/html");
    const found = page.querySelector("[data-waiting]");
    if (!found) return;
    reached();
    const there = new Map(rows(found).map((row) => [row.dataset.row, row]));
    const shown = new Set(rows().map((row) => row.dataset.row));
    for (const row of rows()) renew(row, there.get(row.dataset.row));
    const count = found.dataset.count;
    document.title = document.title.replace(/^(\(\d+\+?\) )?/, count ? `(${count}) ` : "");
    const more = [...there.keys()].filter((key) => !shown.has(key)).length;
    fresh = found;
    news.hidden = !more;
    news.firstElementChild.textContent = `${more} new`;
    if (more && !rows().length) show();
  }

  function renew(row, now) {
    row.classList.toggle("gone", !now);
    if (!now) return;
    for (const part of [".facts", ".when"]) {
      const [old, other] = [row.querySelector(part), now.querySelector(part)];
      if (old.innerHTML !== other.innerHTML) old.replaceWith(document.importNode(other, true));
    }
  }

  function show() {
    if (!fresh || news.hidden) return false;
    const kept = selected()?.dataset.row;
    place.replaceChildren(document.importNode(fresh, true));
    for (const past of document.querySelectorAll("[data-nothing], .said.success")) past.remove();
    news.hidden = true;
    fresh = null;
    const again = rows().find((row) => row.dataset.row === kept);
    rove(again);
    if (again) select(again);
  }
  news.firstElementChild.addEventListener("click", show);

  function reached() {
    since = null;
    unreachable.hidden = true;
  }

  place.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 200) return;
    event.detail.shouldSwap = false;
    take(event.detail.xhr.responseText);
  });
  place.addEventListener("htmx:responseError", (event) => {
    ended = event.detail.xhr.status === 401; // which the page says, and asks no more
  });
  place.addEventListener("htmx:sendError", (event) => {
    event.stopPropagation();
    since ??= new Date();
    const at = since.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    unreachable.textContent = `The server cannot be reached since ${at}. What is shown is from before; it is asked again by itself.`;
    unreachable.hidden = false;
  });

  function ask() {
    if (ended || document.hidden || Date.now() - lastKey < AFTER_A_KEY) return;
    htmx.trigger(place, "renew");
  }
  setInterval(ask, EVERY);
  addEventListener("online", ask);
  document.addEventListener("visibilitychange", ask);
  rove();
})();
