// For those who hear the page: fields that are looked up as one types get a name, and what it is
// about is its main part. For those at the keyboard: what unfold opens by the mouse alone opens by
// Enter and Space too, takes the focus, and gives it back when Escape closes it.

"use strict";

function nameLookedUp() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const named = select.labels[0]?.textContent.trim() || select.getAttribute("aria-label") || select.name;
    const shown = select.nextElementSibling;
    shown?.querySelectorAll(".select2-selection, .select2-selection__rendered").forEach((part) => {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", named);
    });
  }
}

const OPENERS = [
  // what tells it, what is true while it is open, its name, what it opens
  ['[x-on\\:click^="filterOpen = true"]', "filterOpen", "Filters", "#changelist-filter"],
  ['[x-on\\:click^="openUserLinks ="]', "openUserLinks", "Account", '[x-show="openUserLinks"]'],
  ['[x-on\\:click^="sidebarMobileOpen ="]', "sidebarMobileOpen", "Menu", "#nav-sidebar"],
  ['[x-on\\:click^="sidebarDesktopOpen ="]', "sidebarDesktopOpen", "Menu", ""],
];

function press(part) {
  part.setAttribute("role", "button");
  part.setAttribute("tabindex", "0");
  part.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.setAttribute("aria-hidden", "true"));
  part.setAttribute("x-on:keydown.enter.prevent", "$el.click()");
  part.setAttribute("x-on:keydown.space.prevent", "$el.click()");
}

function opens(part, state, name, panel) {
  part.setAttribute("aria-label", name);
  part.setAttribute("x-bind:aria-expanded", state);
  if (!panel) return;
  part.setAttribute("x-on:keydown.escape.window", `${state} = false`);
  part.addEventListener("click", () => enter(panel, part, Date.now() + LONGEST));
}

const shown = (part) => part.checkVisibility({ visibilityProperty: true });

// Unfold shows what it opens with some later frame: the focus waits for it.
const LONGEST = 3000;

function enter(selector, opener, latest) {
  const panel = document.querySelector(selector);
  if (!panel.contains(opener)) panel.opener = opener;
  requestAnimationFrame(() => {
    const done = String(shown(panel)) === opener.getAttribute("aria-expanded");
    if (!done && Date.now() < latest) enter(selector, opener, latest);
    else if (shown(panel)) [...panel.querySelectorAll("a[href], button, input, select, [tabindex='0']")].find(shown)?.focus();
    else panel.opener?.focus();
  });
}

function leave(event) {
  if (event.key !== "Escape") return;
  const panels = OPENERS.filter(([, , , panel]) => panel).map(([, , , panel]) => document.querySelector(panel));
  panels.find((panel) => panel?.opener && panel.contains(document.activeElement))?.opener.focus();
}

// Before unfold's own script reads the page, so that what is set here counts for it too.
document.addEventListener("alpine:init", () => {
  document.querySelectorAll('a[x-on\\:click]:not([href])').forEach(press);
  for (const [told, state, name, panel] of OPENERS) {
    for (const part of document.querySelectorAll(told)) {
      press(part);
      opens(part, state, name, panel);
    }
  }
});
addEventListener("keydown", leave);
addEventListener("DOMContentLoaded", () => document.getElementById("main")?.setAttribute("role", "main"));
addEventListener("load", () => setTimeout(nameLookedUp));
