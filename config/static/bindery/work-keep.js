// Text that is not saved yet, kept in this browser by the step it is of, and by the tab: two may have
// the same step, and neither takes away what the other keeps.
"use strict";

const keeping = (() => {
  const ANYBODY = "bindery work ";
  const PREFIX = `${ANYBODY}${document.documentElement.dataset.user ?? ""} `;
  const LONGEST = 14 * 24 * 3600 * 1000;
  const TAB = Math.random().toString(36).slice(2);

  const own = (step) => `${PREFIX}${step} ${TAB}`;

  // Answers whether there was room for it.
  function put(step, text, over) {
    return storage.put(own(step), JSON.stringify({ text, over, at: Date.now() }));
  }

  function read(name) {
    try {
      return JSON.parse(storage.get(name));
    } catch {
      return null;
    }
  }

  // The newest that any tab left, with its name here.
  function get(step) {
    const names = storage.names().filter((one) => one.startsWith(`${PREFIX}${step} `));
    const found = names.map((name) => ({ ...read(name), name })).filter((one) => one.at);
    return found.sort((a, b) => b.at - a.at)[0] ?? null;
  }

  function drop(step) {
    storage.drop(own(step));
  }

  // What nobody came back for, whoever it was.
  function forget() {
    for (const name of storage.names()) {
      if (!name.startsWith(ANYBODY)) continue;
      const kept = read(name);
      if (!kept || Date.now() - kept.at > LONGEST) storage.drop(name);
    }
  }

  return { put, get, drop, forget };
})();
