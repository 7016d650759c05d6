// What was typed, kept in this browser for who is logged in: others may use the same one. A page that
// says <meta name="bindery-taken" content="gate 17"> lets go of all that was kept under a name that
// begins with these words.
"use strict";

const kept = (() => {
  const user = () => document.querySelector("[data-user]")?.dataset.user ?? "";
  const own = (name) => `bindery kept ${user()} ${name}`;

  const get = (name) => storage.get(own(name));
  const put = (name, value) => storage.put(own(name), value);
  const drop = (name) => storage.drop(own(name));

  // Before anything is put back.
  addEventListener("DOMContentLoaded", () => {
    for (const taken of document.querySelectorAll('meta[name="bindery-taken"]')) {
      for (const key of storage.names()) {
        if (`${key} `.startsWith(`${own(taken.content)} `)) storage.drop(key);
      }
    }
  });

  return { user, get, put, drop };
})();
