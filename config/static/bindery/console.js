// What all pages of the console share: forms that are sent once, and what was typed outlives its page.
"use strict";

// A form is sent once. Its token is that of the session there is now: whoever logged in again in
// another tab has a new one.
function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  const token = form.elements.csrfmiddlewaretoken;
  if (token && cookie("csrftoken")) token.value = cookie("csrftoken");
  form.dataset.sent = "yes";
  setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
});

// Whoever comes back by the browser's history may send it again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// <textarea data-keep="gate 17 reason">: what is typed is kept in this browser (kept.js); what is
// chosen among several under one name, of a box that it is ticked. Boxes and choices that are gone
// or closed by then are not put back.
const KEEPS = "[data-keep]";
const isPicked = (field) => ["radio", "checkbox"].includes(field.type);

let warned = false;

function keep(field) {
  const name = field.dataset.keep;
  if (field.type === "radio" && !field.checked) return; // what was chosen instead is kept
  const value = isPicked(field) && !field.checked ? "" : field.value;
  if (!value) kept.drop(name);
  else if (!kept.put(name, value) && !warned) {
    warned = true;
    say(storage.NO_ROOM, "warning");
  }
}

for (const what of ["input", "change"]) {
  addEventListener(what, (event) => event.target.matches?.(KEEPS) && keep(event.target));
}

function isFilled(field) {
  if (field.type === "radio") return field.form.querySelector(`[name="${field.name}"]:checked`);
  if (isPicked(field)) return field.checked;
  return field.options ? field.querySelector("[selected]") : field.value;
}

// What is put back is shown, though it stands in a part that was closed.
function putBack(field) {
  const was = kept.get(field.dataset.keep);
  if (!was || field.disabled || isFilled(field)) return;
  if (isPicked(field)) field.checked = field.value === was;
  else field.value = was;
  if (field.selectedIndex === -1) field.selectedIndex = 0;
  const part = field.closest("details");
  if (part) part.open = true;
}

// <form data-filled>: the page has what was sent last, and this is what is kept from now on.
addEventListener("DOMContentLoaded", () => {
  const fields = [...document.querySelectorAll(KEEPS)];
  const filled = fields.filter((field) => field.closest("[data-filled]"));
  for (const field of filled) kept.drop(field.dataset.keep);
  filled.forEach(keep);
  for (const field of fields) if (!filled.includes(field)) putBack(field);
});

// Requests of htmx carry the token too, and say in words what was refused.
addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
});

function say(text, kind) {
  const place = document.getElementById("said");
  const line = document.createElement("p");
  line.className = `said ${kind}`;
  line.textContent = text;
  place.replaceChildren(line);
}

addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const told = answer.querySelector("[role=alert]");
  say(told ? told.textContent : "The server had a fault; it is in its log.", "error");
});

addEventListener("htmx:sendError", () => {
  say("The server cannot be reached. What you typed is still here; try again.", "error");
});
