// Redlines: the view that was chosen is remembered, n and p go from change to change, v changes the
// view; what moved to another text leads there on the same page, where that is on it.
"use strict";

{
  const CHOSEN = "bindery redline view";

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const chosen = () => storage.get(CHOSEN);

  // Whoever chose a view gets it everywhere, but where the address asks for one.
  function showChosen(within) {
    if (!chosen() || new URLSearchParams(location.search).has("view")) return;
    for (const redline of within.querySelectorAll("[data-redline]")) {
      if (redline.dataset.redline !== chosen()) {
        redline.querySelector(`[data-view="${chosen()}"]`).click();
      }
    }
  }

  function otherView() {
    const links = document.querySelectorAll(".redline [data-view]:not([aria-current])");
    for (const link of links) link.click();
  }

  // From where the focus is, else from what is on the screen.
  function step(forward) {
    const changes = [...document.querySelectorAll("[data-change]")].filter(
      (one) => one.offsetParent !== null,
    );
    const from = document.activeElement.closest("[data-change]");
    const place = changes.indexOf(from);
    let next;
    if (place >= 0) {
      next = changes[place + (forward ? 1 : -1)];
    } else {
      const tops = changes.map((one) => one.getBoundingClientRect().top);
      const found = forward
        ? tops.findIndex((top) => top > 0)
        : tops.findLastIndex((top) => top < 0);
      next = changes[found];
    }
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }

  addEventListener("click", (event) => {
    const link = event.target.closest?.(".redline [data-view]");
    if (link && event.isTrusted) storage.put(CHOSEN, link.dataset.view);
  });

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return; // by a page with keys of its own
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "n") step(true);
    else if (event.key === "p") step(false);
    else if (event.key === "v") {
      const current = document.querySelector("[data-redline]")?.dataset.redline;
      if (!current) return;
      storage.put(CHOSEN, current === "side" ? "inline" : "side");
      otherView();
    }
  });

  // The lines of a fold take its place, and the focus.
  let before = null;
  addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    if (target?.matches(".fold, .redline-more")) before = { beside: target.previousElementSibling, within: target.parentElement };
  });
  addEventListener("htmx:afterSettle", (event) => {
    if (before) {
      const first = before.beside ? before.beside.nextElementSibling : before.within.firstElementChild;
      before = null;
      if (first) {
        first.tabIndex = -1;
        first.focus({ preventScroll: true });
      }
    }
    showChosen(event.target.parentElement ?? document);
  });

  // A section that waits is loaded first; what it then does not show stands on the page of its own.
  let led = null; // the link that was followed to a section that is being loaded

  function lead(link) {
    const there = document.getElementById(link.hash.slice(1));
    if (there) location.hash = link.hash;
    else location.assign(link.href);
  }

  addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-section]");
    const section = link && document.getElementById(link.dataset.section);
    if (!section || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!section.classList.contains("waits")) return lead(link);
    led = link;
    htmx.trigger(section, "open");
  });
  // Whoever has gone on meanwhile is not led back.
  for (const act of ["wheel", "pointerdown", "keydown"]) {
    addEventListener(act, () => (led = null), { capture: true });
  }
  addEventListener("htmx:afterSettle", () => {
    const section = led && document.getElementById(led.dataset.section);
    if (!section || section.classList.contains("waits")) return;
    const link = led;
    led = null;
    lead(link);
  });

  addEventListener("DOMContentLoaded", () => showChosen(document));
}
