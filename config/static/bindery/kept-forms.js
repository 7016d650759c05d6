// A form of the admin that was sent is kept in this browser (kept.js) until a page answers it: the
// login page does not. Back at the form, one is offered what one had changed in it. A form that asks
// for a password is never kept, nor what is hidden in one, nor a file.
"use strict";

{
  const UNKEPT = ["hidden", "password", "file", "submit", "button", "reset", "image"];
  const LONGEST = 14 * 24 * 3600 * 1000;
  const PAGE = `admin ${location.pathname}`;

  // As the server says it: 23 Nov, 13:20 UTC.
  function clock(at) {
    const [, day, month, , time] = new Date(at).toUTCString().split(" ");
    return `${Number(day)} ${month}, ${time.slice(0, 5)} UTC`;
  }

  function parsed(text) {
    try {
      return JSON.parse(text) ?? null;
    } catch {
      return null;
    }
  }

  // All fields of a form by their names; those of a dry run stand outside of it.
  function fieldsOf(form) {
    const found = new Map();
    for (const field of form.elements) {
      if (!field.name || field.disabled || UNKEPT.includes(field.type) || !form.contains(field)) continue;
      found.set(field.name, [...(found.get(field.name) ?? []), field]);
    }
    return found;
  }

  function chosen(field, is) {
    const found = [...field.options].filter((option) => option[is]);
    return found.length || field.multiple ? found : [...field.options].slice(0, 1);
  }

  // What a field holds, or held when the page came; of an option its words too, since one that was
  // looked up is not on the page next time.
  function held(field, was) {
    if (["checkbox", "radio"].includes(field.type)) {
      return field[was ? "defaultChecked" : "checked"] ? [[field.value]] : [];
    }
    if (!field.options) return [[was ? field.defaultValue : field.value]];
    return chosen(field, was ? "defaultSelected" : "selected").map((option) => [option.value, option.text]);
  }

  function changed(form) {
    const found = {};
    for (const [name, fields] of fieldsOf(form)) {
      const [now, was] = [false, true].map((before) => fields.flatMap((field) => held(field, before)));
      if (JSON.stringify(now) !== JSON.stringify(was)) found[name] = now;
    }
    return found;
  }

  // The digests of the values that were changed as they stood (books/admin/meanwhile.py), so that what
  // another changes until one is back is told.
  function readOf(form, values) {
    const digests = Object.entries(parsed(form.elements._as_read?.value) ?? {});
    const names = Object.keys(values);
    return Object.fromEntries(digests.filter(([of]) => names.some((name) => name === of || name.startsWith(`${of}_`))));
  }

  function fill(field, place, values) {
    const has = (value) => values.some(([one]) => one === value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = has(field.value);
    else if (field.options) pick(field, values, has);
    else field.value = values[place]?.[0] ?? "";
    for (const what of ["input", "change"]) field.dispatchEvent(new Event(what, { bubbles: true }));
  }

  function pick(select, values, has) {
    const there = [...select.options].map((option) => option.value);
    const lacking = values.filter(([value]) => !there.includes(value));
    if (select.matches(".admin-autocomplete")) select.append(...lacking.map(([value, text]) => new Option(text, value)));
    else if (lacking.length && !select.multiple) return;
    for (const option of select.options) option.selected = has(option.value);
  }

  function putBack(form, entry) {
    const fields = fieldsOf(form);
    const names = Object.keys(entry.values).filter((name) => fields.has(name));
    for (const name of names) fields.get(name).forEach((field, place) => fill(field, place, entry.values[name]));
    const read = form.elements._as_read;
    if (read) read.value = JSON.stringify({ ...parsed(read.value), ...entry.read });
    fields.get(names[0])?.[0].focus();
  }

  function way(text, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: text });
    button.addEventListener("click", act);
    return button;
  }

  function offer(form, entry) {
    const line = document.createElement("p");
    line.className = "kept";
    line.setAttribute("role", "status");
    form.prepend(line);
    line.append(
      `What you filled in here, ${clock(entry.at)}, was not saved. `,
      way("Put it back", () => {
        putBack(form, entry);
        line.textContent = "It is filled in as it was, and not saved yet.";
      }), " ",
      way("Throw it away", () => {
        kept.drop(PAGE);
        line.remove();
      }),
    );
  }

  // What nobody came back for, whoever it was.
  function forget() {
    for (const name of storage.names().filter((one) => /^bindery kept \S* admin \//.test(one))) {
      if (!(Date.now() - parsed(storage.get(name))?.at < LONGEST)) storage.drop(name);
    }
  }

  addEventListener("DOMContentLoaded", () => {
    forget();
    const mark = document.querySelector("[data-keeps]");
    const form = mark?.closest("form");
    if (!form || !kept.user() || form.elements._popup || form.querySelector("[type=password]")) return;
    const found = parsed(kept.get(PAGE));
    const answered = mark.dataset.keeps === "answered"; // it has what was sent, and says what is wrong
    if (answered) kept.drop(PAGE);
    else if (found) offer(form, found);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const before = answered && found ? found : { values: {}, read: {} };
      const values = { ...before.values, ...changed(form) };
      const read = { ...before.read, ...readOf(form, values) };
      if (Object.keys(values).length) kept.put(PAGE, JSON.stringify({ values, read, at: Date.now() }));
    });
  });
}
