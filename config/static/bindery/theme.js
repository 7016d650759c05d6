// Before anything is painted: light, dark, or as the system has it. The admin keeps its choice
// under the same name.
"use strict";

{
  const KEY = "adminTheme";
  const ORDER = ["auto", "light", "dark"];
  const SAID = {
    auto: "Colours: as the system has them",
    light: "Colours: light",
    dark: "Colours: dark",
  };

  function chosen() {
    try {
      const kept = JSON.parse(storage.get(KEY));
      return ORDER.includes(kept) ? kept : "auto";
    } catch {
      return "auto";
    }
  }

  function show(theme) {
    document.documentElement.dataset.theme = theme;
  }

  show(chosen());
  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-switch]");
    if (!button) return;
    const shown = () => document.documentElement.dataset.theme;
    const tell = () => {
      button.setAttribute("aria-label", SAID[shown()]);
      button.title = SAID[shown()];
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = ORDER[(ORDER.indexOf(shown()) + 1) % ORDER.length];
      storage.put(KEY, JSON.stringify(next));
      show(next);
      tell();
    });
    tell();
  });
}
