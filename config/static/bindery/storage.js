// What this browser keeps, where it may and has room. Where it keeps nothing, pages go on without.
"use strict";

const storage = (() => {
  const NO_ROOM = "This browser has no room to keep the text: save or send it before you leave.";

  function tried(act, otherwise) {
    try {
      return act();
    } catch {
      return otherwise;
    }
  }

  const get = (name) => tried(() => localStorage.getItem(name), null);
  const drop = (name) => tried(() => localStorage.removeItem(name));
  const names = () => tried(() => Object.keys(localStorage), []);

  // Answers whether there was room for it.
  function put(name, value) {
    return tried(() => {
      localStorage.setItem(name, value);
      return true;
    }, false);
  }

  return { NO_ROOM, get, put, drop, names };
})();
