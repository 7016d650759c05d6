// Keys of a page. `keys.on("j", "Next row", act)` or `keys.on(["j", "ArrowDown"], …)`: `act(event)`
// is called where nobody types and no dialog is open, and answers false where the key means nothing
// just now; the browser then does with it as ever. All are listed in the dialog that `?` shows
// (templates/console/parts/keys.html).
"use strict";

const keys = (() => {
  const acts = new Map();
  const told = [];
  const LAST = [["?"], "Show the keys"];
  const SIGNS = { ArrowDown: "↓", ArrowUp: "↑", ArrowRight: "→", ArrowLeft: "←", Escape: "Esc" };

  function on(names, what, act) {
    const all = [names].flat();
    for (const name of all) acts.set(name, act);
    told.push([all, what]);
  }

  // Whether a key is text, or the business of what has the focus.
  function typing(target) {
    return target.closest?.("input, textarea, select, [contenteditable]");
  }

  function line([names, what]) {
    const term = document.createElement("dt");
    for (const name of names) {
      const key = document.createElement("kbd");
      key.textContent = SIGNS[name] ?? name;
      term.append(key, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = what;
    return [term, meaning];
  }

  function show() {
    const dialog = document.getElementById("keys");
    dialog.querySelector("dl").replaceChildren(...[...told, LAST].flatMap(line));
    dialog.showModal();
  }

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const act = acts.get(event.key);
    if (act && act(event) !== false) event.preventDefault();
  });

  addEventListener("DOMContentLoaded", () => {
    if (!document.getElementById("keys")) return;
    acts.set("?", show);
    const button = document.querySelector("[data-keys]");
    button.hidden = false;
    button.addEventListener("click", show);
  });

  return { on, typing };
})();
