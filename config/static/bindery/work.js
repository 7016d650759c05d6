// Writing a chapter: saved as one goes, checked and shown as one pauses, handed in when one says so.
"use strict";

addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.writing");
  if (!form) return;
  const area = form.elements.text;
  area.autocomplete = "off"; // what is put back is what is kept here, and not what a browser holds
  const step = document.getElementById("work-page").dataset.step;
  const told = form.querySelector("[data-saved]");
  const asking = document.getElementById("handing");
  const frame = document.querySelector("iframe.preview");
  const findings = document.getElementById("findings");
  const { clock, way, link, counted } = wording;
  const SOON = { keep: 250, words: 250, look: 700, check: 1200, save: 2000 };
  const LONGEST_WAIT = 60_000;
  let over = form.elements.over.value;
  let saved = form.hasAttribute("data-unsaved") ? null : area.defaultValue; // one may have typed already
  let saving = null;
  let tries = 0;
  let stopped = "";

  const timers = {};
  function soon(name, act, wait = SOON[name]) {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(act, wait);
  }

  // What is said of the draft: words, and what one may do about it.
  function tell(kind, text, ...more) {
    told.className = `saved ${kind}`;
    told.replaceChildren(text, ...more.flatMap((one) => [" ", one]));
  }

  function sent(text, more = {}) {
    const body = new FormData();
    for (const name of ["lease", "key"]) body.set(name, form.elements[name].value);
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    body.set("text", new File([text], "text.md", { type: "text/markdown" }));
    return { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": cookie("csrftoken") } };
  }

  function parsed(html) {
    return new DOMParser().parseFromString(html, "text/html");
  }

  // Saving

  function keep() {
    if (area.value === saved) keeping.drop(step);
    else if (!keeping.put(step, area.value, over)) tell("warning", storage.NO_ROOM);
  }

  function save(more = {}) {
    clearTimeout(timers.save);
    if (saving) return saving.then(() => (area.value === saved ? true : save(more)));
    if (area.value === saved && !more.force) return Promise.resolve(true);
    saving = send(area.value, more).finally(() => {
      saving = null;
    });
    return saving;
  }

  async function send(text, more) {
    tell("", "Saving…");
    let answer;
    try {
      answer = await fetch(form.dataset.draft, sent(text, { over, ...more }));
    } catch {
      return again("the server cannot be reached");
    }
    const page = parsed(await answer.text());
    if (answer.ok) return taken(text, page.querySelector("[data-over]"));
    if (answer.status === 401) return loggedOut();
    if (answer.status >= 500) return again("the server had a fault");
    return refused(page.querySelector("[role=alert]"), answer.status);
  }

  function taken(text, line) {
    const { over: digest, until, untilSaid } = line.dataset;
    saved = text;
    over = form.elements.over.value = digest;
    tries = 0;
    stopped = "";
    keep();
    tell("good", line.textContent);
    const held = document.querySelector("[data-until]");
    if (held) Object.assign(held, { dateTime: until, textContent: untilSaid });
    if (area.value !== saved) soon("save", save);
    return true;
  }

  function again(why) {
    tries += 1;
    const wait = Math.min(1000 * 2 ** tries, LONGEST_WAIT);
    tell("error", `Not saved: ${why}. It is tried again in ${Math.round(wait / 1000)} s; until then the text is kept in this browser.`, way("Try now", () => save()));
    soon("save", save, wait);
    return false;
  }

  function loggedOut() {
    stopped = "login";
    tell("error", "Not saved: your session has ended. The text is kept in this browser.", link("Log in in another tab", "/login/"), "and go on here.");
    soon("save", save, 10_000);
    return false;
  }

  function refused(alert, status) {
    const why = alert ? alert.textContent : `the server answered ${status}`;
    if (alert?.dataset.code === "draft_changed") {
      stopped = "other";
      tell("error", `Not saved: ${why}, in another tab or browser.`, link("Look at that", location.pathname), way("Save mine over it", () => save({ force: "yes" })));
    } else if (alert?.dataset.code === "stale") {
      stopped = "lost";
      keeping.drop(step);
      tell("error", `${why}.`, link(alert.dataset.way, location.pathname));
    } else {
      tell("error", `Not saved: ${why}`);
    }
    return false;
  }

  // Checks, preview, words

  const asked = {};

  // Of the text as it stands; null where there is no answer, or one asks anew before it is there.
  async function answered(address) {
    asked[address]?.abort();
    const { signal } = (asked[address] = new AbortController());
    try {
      const answer = await fetch(address, { ...sent(area.value), signal });
      return { ok: answer.ok, status: answer.status, html: await answer.text() };
    } catch {
      return null;
    }
  }

  // The text that what stands under Checks was found in.
  let checked = findings.querySelector("[data-errors]") ? area.defaultValue : null;

  async function check() {
    const text = area.value;
    const answer = await answered(form.dataset.check);
    if (!answer || answer.status === 401) return;
    checked = answer.ok ? text : null;
    findings.replaceChildren(...parsed(answer.html).body.childNodes);
    const number = findings.querySelector("[data-count]");
    side.count("checks", Number(number?.dataset.count ?? 0));
  }

  let looked = false; // whether the frame has a chapter that was asked for here

  async function look() {
    if (!side.shown("preview")) return;
    const answer = await answered(form.dataset.preview);
    if (!answer) return;
    const there = looked && frame.contentDocument;
    if (answer.ok && there?.body) there.body.replaceChildren(...parsed(answer.html).body.childNodes);
    else frame.srcdoc = answer.html;
    looked = answer.ok;
  }

  function words() {
    const { number: now, said } = counted(area.value);
    const before = Number(form.dataset.wordsBefore);
    const more = now - before;
    const differs = more ? ` (${more > 0 ? "+" : "−"}${Math.abs(more).toLocaleString("en")})` : "";
    form.querySelector("[data-words]").textContent = `${said}${differs}`;
  }

  // Handing in

  let question = 0;

  async function ask() {
    const file = form.elements.chosen.files[0];
    const said = file ? await ofFile(file) : ofField();
    if (!said || asking.open) return;
    const place = asking.querySelector("[data-handing]");
    place.textContent = said;
    asking.showModal();
    if (file) return;
    const number = (question += 1);
    if (checked !== area.value) {
      place.textContent = `${said} The checks are running…`;
      clearTimeout(timers.check);
      await check();
    }
    if (number === question) place.textContent = said + wording.found(errors());
  }

  // How many; null where they are not of this text.
  function errors() {
    return checked === area.value ? Number(findings.querySelector("[data-errors]").dataset.errors) : null;
  }

  async function ofFile(file) {
    const text = await files.read(file, form.dataset.mostBytes);
    if (text === null) return "";
    return `The file ${file.name} is handed in: ${files.sized(file.size)}, ${counted(text).said}. The text in the field is not handed in.`;
  }

  function ofField() {
    if (files.isEmpty(area.value)) {
      files.object("There is no text to hand in: a chapter has words.");
      return "";
    }
    const same = area.value === area.defaultValue && !form.elements.over.value ? " The text is as it was." : "";
    words();
    return `${form.querySelector("[data-words]").textContent}.${same}`;
  }

  async function handIn() {
    asking.close();
    if (!(await save())) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(form.querySelector("[data-act=complete]"));
  }

  asking.querySelector("[data-hand-in]").addEventListener("click", handIn);
  asking.querySelector("[data-close]").addEventListener("click", () => asking.close());

  async function choose(file) {
    if (!file) return;
    const text = await files.read(file, form.dataset.mostBytes);
    if (text === null) return;
    form.elements.chosen.value = "";
    const former = area.value;
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    say(`The text is that of ${file.name} now.`, "success");
    document.getElementById("said").scrollIntoView({ block: "center" });
    document.getElementById("said").lastChild.append(" ", way("Put the former text back", () => {
      area.value = former;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      say("The former text is back.", "success");
    }));
  }

  form.addEventListener("submit", (event) => {
    const act = event.submitter?.dataset.act;
    if (act === "complete" && form.dataset.confirmed) return;
    event.preventDefault();
    if (act === "draft") save();
    else if (act === "check") {
      side.show("checks");
      check();
    } else if (act === "chosen") choose(form.elements.chosen.files[0]);
    else ask();
  });

  area.addEventListener("input", () => {
    soon("keep", keep);
    soon("words", words);
    soon("check", check);
    soon("look", look);
    if (!["other", "lost"].includes(stopped)) soon("save", save);
  });
  area.addEventListener("blur", () => {
    if (!stopped) save();
  });
  area.addEventListener("scroll", () => {
    const page = frame.contentDocument?.documentElement;
    const room = area.scrollHeight - area.clientHeight;
    if (page && room && side.shown("preview")) page.scrollTop = (area.scrollTop / room) * (page.scrollHeight - page.clientHeight);
  });
  document.addEventListener("work:tab", (event) => {
    if (event.detail === "preview") look();
    if (event.detail === "checks" && !findings.querySelector("[data-count]")) check();
  });

  // Whoever was away, logged in meanwhile, or is connected again.
  function back() {
    if (document.visibilityState === "visible" && (tries || stopped === "login")) save();
  }
  addEventListener("online", back);
  addEventListener("focus", back);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      keep();
      if (!stopped) save();
    } else back();
  });
  addEventListener("beforeunload", (event) => {
    if (area.value === saved || form.dataset.confirmed) return;
    keep();
    event.preventDefault();
  });

  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const act = { s: () => save(), Enter: () => ask(), P: () => side.show("preview") }[event.key];
    if (!act || (event.key === "P" && !event.shiftKey) || asking.open) return;
    event.preventDefault();
    act();
  });
  keys.on("Ctrl+S", "Save the draft", () => false);
  keys.on("Ctrl+Enter", "Hand in (asks first)", () => false);
  keys.on("Ctrl+Shift+P", "Show the preview", () => false);

  // What was typed before and never saved.
  function restore() {
    keeping.forget();
    const kept = keeping.get(step);
    if (!kept) return;
    const put = () => {
      storage.drop(kept.name);
      area.value = kept.text;
      keep();
      words();
      save();
      say(`The text of ${clock(kept.at)}, which was not saved, is back.`, "success");
    };
    if (kept.text === area.value) {
      storage.drop(kept.name);
      keep();
    } else if (kept.over === over) put();
    else {
      say(`This browser has another text of ${clock(kept.at)}, which was not saved.`, "warning");
      const line = document.getElementById("said").lastChild;
      const done = (act) => () => {
        line.remove();
        act();
      };
      line.append(" ", way("Put it in", done(put)), " ", way("Throw it away", done(() => storage.drop(kept.name))));
    }
  }
  restore();
  soon("check", check);
  if (area.value !== saved) area.dispatchEvent(new Event("input", { bubbles: true }));
});
